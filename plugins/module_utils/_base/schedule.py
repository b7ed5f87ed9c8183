# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""Pauses between tries of the same thing."""

from __future__ import annotations

import math
import typing as t


class Schedule(t.NamedTuple):
    """Each pause is twice as long as the one before, up to the longest. Seconds."""

    first: float
    longest: float = math.inf

    def pause(self, number: int) -> float:
        """Return how long the pause with this number is, counted from 0."""
        return min(self.longest, self.first * 2.0 ** min(number, 100))
