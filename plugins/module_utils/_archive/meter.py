# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The line of progress of a task that works for long."""

from __future__ import annotations

import typing as t

from . import messages

MEGABYTE = 1_000_000


class Meter:
    """Counts what has been listed and done. `size` returns how many bytes have been read or fetched so far."""

    def __init__(self, show: t.Callable[[str], None] | None, size: t.Callable[[], int]) -> None:
        self._show = show
        self._size = size
        self.listed = 0

    def tick(self, done: t.Sequence[t.Any], seconds: float) -> None:
        """Show one line. What is left is estimated from what took how long; the list may still grow."""
        if not self._show or seconds <= 0:
            return
        left, size = max(0, self.listed - len(done)), self._size() / MEGABYTE
        to_go = messages.TO_GO.format(left * seconds / len(done)) if done else ""
        self._show(messages.PROGRESS.format(len(done), left, size, size / seconds, to_go))
