# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time in tests: a clock that only the test moves, and waiting for a state instead of some seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

# Only for what goes wrong: nothing that passes takes that long, however slow the machine is.
PATIENCE = 120.0

_monotonic, _sleep = time.monotonic, time.sleep


class Clock:
    """The clock of this process while a test runs: it stands still until somebody sleeps, `passed` seconds in total."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        # Near the real time, since some test data is dated when it is imported.
        self._began = int(time.time()) + 0.5
        self._lock = threading.Lock()
        for name in ("time", "monotonic", "sleep"):
            monkeypatch.setattr(time, name, getattr(self, name))

    def time(self) -> float:
        return self._began + self.passed

    def monotonic(self) -> float:
        return 1000 + self.passed

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.passed += seconds


def wait_until(state: Callable[[], object]) -> None:
    """Return once the state is reached."""
    deadline = _monotonic() + PATIENCE
    while not state():
        assert _monotonic() < deadline, f"not reached in {PATIENCE:.0f} seconds"
        _sleep(0.02)
