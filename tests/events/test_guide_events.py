# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of events: its files and all of its commands, run as written, but for the folder, the ports and Galaxy."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import guides, runs
from support.clock import wait_until
from support.events import free_port
from support.simulator import Simulator

pytestmark = [pytest.mark.long, pytest.mark.once]
(GUIDE,) = (page for page in guides.GUIDES if page.stem == "guide_events")
PORTS = ("5000", "5001", "5002")


class Shell:
    """A shell of somebody who has nothing but Python. Each command must succeed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: list[str] = []
        programs = folder / "bin"
        programs.mkdir()
        # In the place of /var/lib, in which only sudo makes folders: until then it is no folder. The test may run as root.
        self.lib = folder / "lib"
        self.lib.touch()
        sudo = f"[ -d {self.lib} ] || {{ rm {self.lib} && mkdir {self.lib}; }}"
        python = sys._base_executable  # type: ignore[attr-defined]
        for name, text in {"sudo": f'{sudo}\nexec "$@"\n', "python3": f'exec {python} "$@"\n'}.items():
            (programs / name).write_text(f"#!/bin/sh\n{text}", encoding="utf-8")
            (programs / name).chmod(0o755)
        others = [one for one in os.environ["PATH"].split(":") if not one.startswith(sys.prefix)]
        self._environment = {
            **{name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "LANG"},
            "HOME": str(folder),
            "PATH": ":".join([str(programs), *others]),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, line: str) -> subprocess.Popen[bytes]:
        """Start a command. What changes the shell itself counts for all that follow."""
        if line.startswith((". ", "export ")):
            self.before.append(line)
            line = "true"
        with (self.folder / "printed").open("wb") as file:
            return subprocess.Popen(
                ["bash", "-euc", "\n".join([*self.before, line])],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def run(self, line: str) -> str:
        """Run a command, and return what it printed."""
        process = self.start(line)
        try:
            code = process.wait(600)
        finally:
            runs.kill(process.pid)
        assert code == 0, f"{line}\n{runs.printed(self.folder)}"
        return runs.printed(self.folder)

    @contextmanager
    def running(self, line: str) -> Iterator[Callable[[], bool]]:
        """Run a command in the background. What is given says whether it has ended, which is an error."""
        process = self.start(line)

        def ended() -> bool:
            assert process.poll() is None, f"{line}\n{runs.printed(self.folder)}"
            return False

        try:
            yield ended
        finally:
            runs.kill(process.pid)
            process.wait()


def changed(text: str, folder: Path, ports: dict[str, str]) -> str:
    """Return a text of the guide with a folder and ports of this test, and the collection of this repository."""
    for port, free in ports.items():
        text = re.sub(rf"\b{port}\b", free, text)
    artefact = max((runs.ROOT / ".cache").glob("voiceops-telnyx-*.tar.gz"), key=lambda one: one.stat().st_mtime)
    text = text.replace("collection install voiceops.telnyx", f"collection install {artefact}")
    return text.replace("/var/lib", str(folder / "lib"))


def test_guide_works_as_written(tmp_path: Path) -> None:
    """Calls come in at the simulator, and those to one of the two numbers are recorded, each once, and archived."""
    ports = {port: str(free_port()) for port in PORTS}
    # Where the guide has the default port, and waits a minute.
    more = {"record.yml": f"callback_port: {ports['5000']}\n", "archive.yml": "recordings_interval: 1\n"}
    for name, text in guides.files(GUIDE).items():
        (tmp_path / name).write_text(changed(text, tmp_path, ports) + more.get(name, ""), encoding="utf-8")
    shell, api = Shell(tmp_path), Simulator("")
    does: dict[str, Callable[[], bool]] = {
        "voiceops.telnyx.record_answered_calls": lambda: len(starts(api)) >= 2,
        "voiceops.telnyx.archive_recordings": lambda: any((shell.lib / "telnyx/archive").rglob("*.json")),
        "missed.yml": lambda: listens(ports["5002"]),
    }
    try:
        for line in guides.lines(GUIDE):
            run = changed(line, tmp_path, ports)
            if line.startswith("ansible-rulebook"):
                done = does.pop(line.split()[2])
                with shell.running(run) as ended:
                    wait_until(lambda: ended() or done())  # noqa: B023
            # test_tour.py runs it.
            elif line != "ansible-playbook voiceops.telnyx.tour":
                exported = re.findall(r'"(export (\w+)=(\S+?))"', shell.run(run))
                shell.before += [one[0] for one in exported]
                api = next((Simulator(value) for _all, name, value in exported if name == "TELNYX_BASE_URL"), api)
        calls = {one["sid"]: one["to"] for one in api.ask("GET", "calls")["calls"]}
        assert {calls[sid] for sid in starts(api)} == {"+13125550100"}
        assert len(starts(api)) == len(set(starts(api)))
        assert not does
    finally:
        shell.run("ansible-playbook voiceops.telnyx.simulator -e simulator_state=stopped")
        # Much that need not be searched for the key.
        shutil.rmtree(tmp_path / "eda")


def listens(port: str) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", int(port))) == 0


def starts(api: Simulator) -> list[str]:
    """Return the calls on which a recording was started."""
    found = [one["target"] for one in api.ledger() if one["method"] == "POST" and one["recording"]]
    return [re.sub(r".*/Calls/(.*)/Recordings\.json", r"\1", target).replace("%3A", ":") for target in found]
