# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's clock, as its replies show it."""

from __future__ import annotations

import time
import typing as t

from .._base.dates import http_date

# The Date of a reply has whole seconds (RFC 9110, section 5.6.7).
RESOLUTION = 1.0


class ServerClock:
    """How far the API's clock is ahead of this host's, which nobody needs to have set right.

    A reply whose Date is D was made between its request and its arrival, when the API's clock showed D or up to a second
    more. Each reply so bounds the difference, and many of them bound it well.
    """

    def __init__(self) -> None:
        # So that it does not matter if the host's clock is set while the task runs.
        self._begun = time.time() - time.monotonic()
        self._replies: list[tuple[str, float, float]] = []

    def now(self) -> float:
        """Return the Unix time of this host."""
        return self._begun + time.monotonic()

    def note(self, headers: t.Mapping[str, str], sent: float, received: float) -> None:
        """Note a reply, and the Unix times of this host at which its request was sent and it was received."""
        date = headers.get("Date")
        if date:
            self._replies.append((date, sent, received))

    def bounds(self) -> tuple[float, float] | None:
        """Return the least and the greatest number of seconds by which the API's clock can be ahead, if it is known."""
        dated = [(http_date(date), sent, received) for date, sent, received in self._replies]
        least = [date - received for date, _sent, received in dated if date is not None]
        greatest = [date + RESOLUTION - sent for date, sent, _received in dated if date is not None]
        if not least:
            return None
        if max(least) <= min(greatest):
            return max(least), min(greatest)
        # Several clocks, or one that was set meanwhile.
        return min(least), max(greatest)
