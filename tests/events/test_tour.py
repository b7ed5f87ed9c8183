# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook tour, run as a user would: "make tour" runs it, too."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import runs
from support.clock import wait_until

pytestmark = [pytest.mark.long, pytest.mark.once]
NUMBER = "+13125550100"


def options(folder: Path, **more: Any) -> list[str]:
    return ["-e", json.dumps({"tour_seconds": 10, "tour_directory": str(folder / "tour"), **more})]


def row(run: runs.Run, first: str) -> dict[str, int]:
    """Return a line of the table that was printed."""
    header, *lines = run.result("Show what was done")["msg"]
    (line,) = (one for one in lines if one.startswith(first))
    names = header.replace("too short", "too_short").split()[1:]
    return dict(zip(names, map(int, line.removeprefix(first).split()), strict=True))


def running(folder: Path) -> list[str]:
    """Return the processes that have the folder of the tours in their command."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        # It may end meanwhile.
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [one for one in found if str(folder / "tour") in one]


def test_table_adds_up_and_nothing_is_left_running(tmp_path: Path) -> None:
    """A second run has a folder of its own."""
    for count in (1, 2):
        run = runs.playbook(tmp_path, "voiceops.telnyx.tour", *options(tmp_path))
        assert run.code == 0, run.output
        own, others = row(run, NUMBER), row(run, "other numbers")
        assert own["recorded"] == own["archived"] == own["verified"] >= 1
        assert own["answered"] == own["recorded"] + own["too_short"]
        assert others["answered"] >= 1
        assert (others["recorded"], own["missed"]) == (0, 0)
        folders = sorted((tmp_path / "tour").iterdir())
        assert len(folders) == count
        page = run.result("Show what was done")["msg"][-1].removeprefix("The archive: ")
        assert Path(page) == folders[-1] / "archive/index.html"
        assert len(list(Path(page).parent.rglob("*.wav"))) == own["recorded"]
        assert not running(tmp_path)


def test_lost_callbacks_are_an_error_with_the_table(tmp_path: Path) -> None:
    lost = {"callback_chance": 1, "callback_kinds": ["lost"]}
    run = runs.playbook(tmp_path, "voiceops.telnyx.tour", *options(tmp_path, simulator_misbehaviour=lost))
    assert run.code == 2
    own = row(run, NUMBER)
    assert own["missed"] == own["answered"] >= 1
    assert own["recorded"] == 0
    assert "and has no recording." in run.result("Fail if it does not add up")["msg"]
    assert not running(tmp_path)


@pytest.mark.parametrize("received", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_playbook_leaves_nothing_running(tmp_path: Path, received: signal.Signals) -> None:
    with (tmp_path / "printed").open("ab") as file:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "ansible-playbook"), "voiceops.telnyx.tour", *options(tmp_path)],
            env=runs.environment(tmp_path, PYTHONUNBUFFERED="1"),
            cwd=tmp_path,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    wait_until(lambda: process.poll() is not None or "TASK [Watch them" in runs.printed(tmp_path))
    assert process.poll() is None, runs.printed(tmp_path)
    assert running(tmp_path)
    process.send_signal(received)
    process.wait(60)
    wait_until(lambda: not running(tmp_path))
    (folder,) = (tmp_path / "tour").iterdir()
    assert not (folder / "simulator").exists()
