# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets: what a run prints and writes has no key. The fixture _no_key_is_left looks at all other runs as well."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from support import runs
from support.secrets import with_key
from support.simulator import Simulator


def test_run_prints_all_it_can_and_not_the_key(simulator: Simulator, tmp_path: Path) -> None:
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
    assert "verbosity: 4" in (tmp_path / "printed").read_text(encoding="utf-8")
    assert (tmp_path / "journal").stat().st_size
    assert with_key(tmp_path) == []


@pytest.mark.parametrize("shift", [None, 0, 1, 2])
def test_key_would_be_found(tmp_path: Path, shift: int | None) -> None:
    text = runs.KEY.encode() if shift is None else base64.b64encode(b"x" * shift + runs.KEY.encode() + b"tail")
    (tmp_path / "deep").mkdir()
    planted = tmp_path / "deep" / "file"
    planted.write_bytes(b"before" + text + b"after")
    found = with_key(tmp_path)
    planted.unlink()
    assert found == [planted]
