# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: looks for the key in all that the runs of the whole suite printed and wrote. It runs last."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import runs

from integration.conftest import Simulator

# What the tests themselves write, with the key in it, for Ansible to read.
GIVEN = {"play.yml"}


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.name not in GIVEN)


def with_key(folder: Path) -> list[Path]:
    """Return the files that have the key, as it is or in base64, wherever it begins."""
    key = runs.KEY.encode()
    needles = [key, *(base64.b64encode(b"-" * shift + key)[4:-4] for shift in range(3))]
    return [path for path in files(folder) if any(needle in path.read_bytes() for needle in needles)]


@pytest.mark.last
def test_no_run_prints_or_writes_the_key(
    simulator: Simulator, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Of its own, so that there is something to look at also if this test runs alone.
    args = {
        **simulator.connection,
        "call_sid": [simulator.fresh(), runs.ENDED],
        "journal": str(tmp_path / "journal"),
        "recording_status_callback": f"https://me:{runs.KEY}@runbooks.example.com/",
    }
    for in_process in (True, False):
        record = runs.task(args, ignore_errors=True, diff=True)
        wrong = runs.task({**args, "recording_track": runs.KEY, "no_such_option": runs.KEY}, ignore_errors=True)
        tasks = runs.play(record, {**wrong, "name": "wrong"}, vars={"voiceops_telnyx_in_process": in_process})
        runs.playbook(tmp_path, tasks)
    base = tmp_path_factory.getbasetemp()
    printed = [path.read_text(encoding="utf-8") for path in base.rglob("printed")]
    assert printed
    assert any("task path: " in text for text in printed), "The runs do not print all they can."
    assert (tmp_path / "journal").stat().st_size
    assert with_key(base) == []


@pytest.mark.parametrize("shift", [None, 0, 1, 2])
def test_key_would_be_found(tmp_path: Path, shift: int | None) -> None:
    text = runs.KEY.encode() if shift is None else base64.b64encode(b"x" * shift + runs.KEY.encode() + b"tail")
    (tmp_path / "deep").mkdir()
    planted = tmp_path / "deep" / "file"
    planted.write_bytes(b"before" + text + b"after")
    found = with_key(tmp_path)
    planted.unlink()
    assert found == [planted]
