# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures commands. What is to be compared runs in turn, so that both meet the same moods of the machine."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent


class Measured(NamedTuple):
    """Wall times in seconds, and the largest resident set of a process or of one that it started, in MiB."""

    seconds: list[float]
    memory: float = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.3f} ({min(self.seconds):.3f} to {max(self.seconds):.3f})"

    def beside(self, other: Measured) -> float:
        """Return the median of the ratios of each run to the run of `other` at its side."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.seconds, other.seconds, strict=True))

    def per_item(self, one: Measured, items: int) -> Measured:
        """Return the time of an item of a loop: the difference to a loop of one item, without what each needs to start."""
        pairs = zip(self.seconds, one.seconds, strict=True)
        return Measured([(whole - start) / (items - 1) for whole, start in pairs])


def measure(command: list[str], **variables: str) -> Measured:
    """Run a command once. Raises RuntimeError with its output if it fails."""
    environment = {**os.environ, "ANSIBLE_FORKS": "1", "ANSIBLE_NOCOLOR": "1", **variables}
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            output.seek(0)
            raise RuntimeError(f"{command}: {output.read().decode()[-3000:]}")
    return Measured([seconds], usage.ru_maxrss / 1024)


def in_turn(runs: int, **measurements: Callable[[], Measured]) -> dict[str, Measured]:
    """Take measurements several times, in turn: A B A B …"""
    found: dict[str, Measured] = {}
    for _run in range(runs):
        for name, take in measurements.items():
            seconds, memory = found.get(name, ([], 0))
            new = take()
            found[name] = Measured([*seconds, *new.seconds], max(memory, new.memory))
    for name, measured in found.items():
        print(f"{name}: {measured}", file=sys.stderr, flush=True)
    return found


@contextmanager
def server(delay: float) -> Iterator[int]:
    """Run the server, and give its port."""
    child = subprocess.Popen([sys.executable, str(HERE / "server.py"), str(delay)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout
        yield int(child.stdout.readline())
    finally:
        child.kill()
        child.wait()
