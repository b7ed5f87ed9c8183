# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits before a request is sent: one pause for all workers of a task, within a number of seconds in total."""

from __future__ import annotations

import random
import re
import threading
import time
import typing as t

from .._base.dates import http_date
from .._base.schedule import Schedule

# Where the API gives no time.
PAUSES = Schedule(1.0, longest=16.0)
# Seconds: the shortest pause of any, and what is too little to wait for.
SHORTEST = 0.25
LEAST = 0.05
# Seconds that no task waits.
AGES = 1e9


class RateLimit:
    """The pause of a task. `seconds` is how long it may be in total; 0 means that there is none.

    The seconds in which all workers wait at the same time count once.
    """

    def __init__(self, seconds: float) -> None:
        self._left = float(seconds)
        self._on = seconds > 0
        self._until = 0.0
        self._set = 0.0
        self._closed = 0.0
        self._waves = 0
        self._lock = threading.Lock()

    @property
    def remaining(self) -> float:
        """How many seconds the pause has still to go."""
        return max(0.0, self._until - time.monotonic())

    def wait(self) -> float:
        """Wait until the pause is over. Return 0, or without waiting the seconds for which the API is closed to this task."""
        closed = self._closed - time.monotonic()
        if closed > 0:
            return closed
        while self.remaining:
            time.sleep(self.remaining)
        return 0.0

    def accepted(self, sent: float, headers: t.Mapping[str, str]) -> None:
        """Note a reply that is no refusal, to a request sent at `sent` (monotonic): it may announce the limit."""
        with self._lock:
            if sent > self._set:
                self._waves = 0
            if headers.get("x-ratelimit-remaining", "").strip() == "0":
                reset = _reset(headers)
                # If that is longer than the task may wait, the API refuses the next request with the time.
                self._pause(PAUSES.first if reset is None else reset)

    def refused(self, sent: float, headers: t.Mapping[str, str]) -> bool:
        """Set a pause after a request, sent at `sent` (monotonic), that had no effect; return whether to try again."""
        with self._lock:
            if not self._on:
                return False
            wanted = retry_after(headers)
            if wanted is not None:
                if self._pause(max(wanted, SHORTEST)):
                    return True
                self._closed = max(self._closed, time.monotonic() + wanted)
                return False
            if sent <= self._set:
                # One of a wave: the first of it has set the pause.
                return True
            pause = PAUSES.pause(self._waves) * random.uniform(0.5, 1)  # noqa: S311
            self._waves += 1
            return self._left >= LEAST and self._pause(min(pause, self._left))

    def _pause(self, seconds: float) -> bool:
        now = time.monotonic()
        longer = seconds - max(0.0, self._until - now)
        if not self._on or longer > self._left:
            return False
        if longer > 0:
            self._left -= longer
            self._until = now + seconds
            self._set = now
        return True


def retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return for how many seconds the API wants to be left alone.

    Retry-After has seconds or a date (RFC 9110, section 10.2.3), which is read by the clock of the reply's own Date.
    The vendor's x-ratelimit-reset has seconds.
    """
    text = headers.get("Retry-After")
    seconds = _seconds(text)
    until = http_date(text)
    if seconds is None and until is not None:
        now = http_date(headers.get("Date"))
        seconds = max(0.0, until - (time.time() if now is None else now))
    return _reset(headers) if seconds is None else seconds


def _seconds(text: str | None) -> float | None:
    return min(float(text), AGES) if text and re.fullmatch(r"\s*\d+(\.\d+)?\s*", text, re.ASCII) else None


def _reset(headers: t.Mapping[str, str]) -> float | None:
    seconds = _seconds(headers.get("x-ratelimit-reset"))
    # Others send a Unix time by that name.
    return None if seconds == AGES else seconds
