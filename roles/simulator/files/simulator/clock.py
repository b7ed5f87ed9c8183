# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clock of the simulator, by which all that takes time there goes."""

from __future__ import annotations

import asyncio
import datetime
import time

# Seconds by which it can be moved in total: ten years.
MOST = 315360000


class Clock:
    """A clock that runs by itself, and can be moved ahead. Its dates are wrong by `offset` seconds."""

    def __init__(self) -> None:
        self.offset = 0.0
        self._ahead = 0.0
        # Read once: two readings at different times would put the same moment at different dates.
        self._epoch = time.time() - time.monotonic()
        self._moved = asyncio.Event()

    def seconds(self) -> float:
        """Return the seconds since some moment. They never go back."""
        return time.monotonic() + self._ahead

    def now(self) -> datetime.datetime:
        """Return the date and time of the service."""
        return self.date(self.seconds())

    def date(self, seconds: float) -> datetime.datetime:
        """Return the date and time of the service at a moment of this clock."""
        return datetime.datetime.fromtimestamp(self._epoch + seconds + self.offset, datetime.timezone.utc)

    def unmoved(self) -> int:
        """Return the service's Unix time as if the clock had never been moved: others check it by their own clocks."""
        return int(time.time() + self.offset)

    def move(self, seconds: float) -> None:
        """Move the clock ahead. Raises ValueError."""
        left = MOST - self._ahead
        if not 0 <= seconds <= left:
            raise ValueError(f"seconds is {seconds!r}; it must be a number from 0 to {left:g}.")
        self._ahead += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock is that many seconds further."""
        end = self.seconds() + seconds
        while (left := end - self.seconds()) > 0:
            try:
                await asyncio.wait_for(self._moved.wait(), left)
            except asyncio.TimeoutError:
                return
