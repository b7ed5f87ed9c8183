# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the server in the background: at most one for each directory, which holds its lock, its state and its log."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

STATE, LOCK, LOG, KEY = "simulator.state", "simulator.lock", "simulator.log", "simulator.key"
DRAFT = f"{STATE}.new"

# Seconds that a start or a stop may take before it has failed.
PATIENCE = 30.0


class Failed(Exception):
    """The server could not be started or stopped. The text says why."""


def start(directory: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Start a server with these settings, unless it runs. One with other settings is stopped first.

    The new one has the key of the old one. Returns `changed`, `base_url`, `public_key` and `pid`. Raises Failed.
    """
    with _alone(directory):
        state = _state(directory)
        if state and state["settings"] == _digest(settings):
            return {**state, "changed": False}
        key = (directory / KEY).read_bytes() if (directory / KEY).exists() else None
        _stop(directory)
        directory.mkdir(mode=0o700)
        if key:
            (directory / KEY).write_bytes(key)
            (directory / KEY).chmod(0o600)
        with (directory / LOG).open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", __package__, "serve", str(directory)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=Path(__file__).resolve().parent.parent,
                start_new_session=True,
            )
        with contextlib.suppress(BrokenPipeError), child.stdin as pipe:  # type: ignore[union-attr]
            pipe.write(json.dumps(settings).encode())
        deadline = time.monotonic() + PATIENCE
        while not (state := _state(directory)):
            if child.poll() is not None or time.monotonic() > deadline:
                said = (directory / LOG).read_text(encoding="utf-8", errors="replace").strip()
                child.kill()
                child.wait()
                _stop(directory)
                raise Failed(f"The simulator did not start: {said.splitlines()[-1] if said else 'it said nothing'}")
            time.sleep(0.02)
        return {**state, "changed": True}


def stop(directory: Path) -> dict[str, Any]:
    """Stop the server of a directory, and remove what it left, also after a crash. Returns `changed`. Raises Failed."""
    with _alone(directory):
        return {"changed": _stop(directory)}


@contextlib.contextmanager
def serving(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory, as its server. A lock goes with its process, so a crash leaves none."""
    with (directory / LOCK).open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(str(os.getpid()).encode())
        lock.flush()
        yield


def ready(directory: Path, settings: dict[str, Any], **facts: str) -> None:
    """Record that the server answers, and how to reach it. The settings have a key, so only their digest is kept."""
    state = {**facts, "pid": os.getpid(), "settings": _digest(settings)}
    draft = directory / DRAFT
    draft.write_text(json.dumps(state), encoding="utf-8")
    draft.replace(directory / STATE)


def _digest(settings: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()


def _state(directory: Path) -> dict[str, Any] | None:
    """Return what the server of a directory said when it was ready, or None if none is."""
    try:
        state: dict[str, Any] = json.loads((directory / STATE).read_text(encoding="utf-8"))
        with (directory / LOCK).open("rb") as lock:
            return None if _free(lock) else state
    except (FileNotFoundError, ValueError):
        return None


def _stop(directory: Path) -> bool:
    if not directory.exists():
        return False
    # The directory is the user's choice, and may be one that is in use.
    ours = {STATE, DRAFT, LOCK, LOG, KEY}
    others = sorted(path.name for path in directory.iterdir() if path.name not in ours)
    if others:
        raise Failed(f"{directory} holds files that are not the simulator's: {', '.join(others[:3])}")
    with contextlib.suppress(FileNotFoundError), (directory / LOCK).open("rb") as lock:
        _end(lock)
    for name in ours:
        (directory / name).unlink(missing_ok=True)
    directory.rmdir()
    return True


def _end(lock: BinaryIO) -> None:
    """End the process that holds a lock: first kindly, then not."""
    started = time.monotonic()
    while not _free(lock):
        waited = time.monotonic() - started
        if waited > PATIENCE:
            raise Failed("The simulator does not stop.")
        lock.seek(0)
        with contextlib.suppress(ProcessLookupError, ValueError):
            os.kill(int(lock.read()), signal.SIGKILL if waited > PATIENCE / 2 else signal.SIGTERM)
        time.sleep(0.05)


def _free(lock: BinaryIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Let one start or stop at a time go on: several hosts of a play may come at once."""
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        parent = os.open(directory.parent, os.O_RDONLY)
    except OSError as error:
        raise Failed(f"{directory.parent}: {error.strerror}") from error
    try:
        fcntl.flock(parent, fcntl.LOCK_EX)
        yield
    finally:
        os.close(parent)
