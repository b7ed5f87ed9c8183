# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of events: its files and commands, run as written, but for the folder and the ports."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from support import guides, runs
from support.clock import wait_until
from support.events import free_port
from support.rulebook import command_running
from support.simulator import Simulator

pytestmark = [pytest.mark.long, pytest.mark.once]
(GUIDE,) = (page for page in guides.GUIDES if page.stem == "guide_events")


def written(folder: Path) -> dict[str, str]:
    """Write the files of the guide, and return its ports with those in their place."""
    ports = {port: str(free_port()) for port in ("5000", "5001", "5002")}
    for name, text in guides.files(GUIDE).items():
        text = text.replace("/var/lib/telnyx", str(folder))
        for port, free in ports.items():
            text = re.sub(rf"\b{port}\b", free, text)
        # As the rulebook's default is another one.
        more = f"callback_port: {ports['5000']}\n" if name == "record.yml" else ""
        (folder / name).write_text(text + more, encoding="utf-8")
    return ports


def test_guide_works_as_written(tmp_path: Path) -> None:
    """Calls come in at the simulator, and those to one of the two numbers are recorded, each once."""
    ports = written(tmp_path)
    commands = guides.commands(GUIDE)
    # test_tour.py runs the other one.
    (simulator,) = (one[1:] for one in commands if one[0] == "ansible-playbook" and one[1] != "voiceops.telnyx.tour")
    record, _archive, missed = (one[1:] for one in commands if one[0] == "ansible-rulebook")
    run = runs.playbook(tmp_path, *simulator)
    assert run.code == 0, run.output
    exported = dict(re.findall(r'"export (\w+)=(\S+)"', run.output))
    api = Simulator(exported["TELNYX_BASE_URL"])
    try:
        with command_running(tmp_path, missed, **exported) as process:
            wait_until(lambda: process.poll() is not None or _listens(ports["5002"]))
            assert process.poll() is None, (tmp_path / "printed").read_text()
        with command_running(tmp_path, record, **exported):
            wait_until(lambda: len(starts(api)) >= 2)
        calls = {one["sid"]: one["to"] for one in api.ask("GET", "calls")["calls"]}
        assert {calls[sid] for sid in starts(api)} == {"+13125550100"}
        assert len(starts(api)) == len(set(starts(api)))
    finally:
        runs.playbook(tmp_path, "voiceops.telnyx.simulator", "-e", "simulator_state=stopped")


def _listens(port: str) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", int(port))) == 0


def starts(api: Simulator) -> list[str]:
    """Return the calls on which a recording was started."""
    found = [one["target"] for one in api.ledger() if one["method"] == "POST" and one["recording"]]
    return [re.sub(r".*/Calls/(.*)/Recordings\.json", r"\1", target).replace("%3A", ":") for target in found]
