# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the account."""

from __future__ import annotations

from .refusals import NotAnswered, NotFound, check

STATES = ("ringing", "in-progress", "ended")


class Calls:
    """Calls by their SID, each in a state. They stay when they have ended."""

    def __init__(self, calls: list[dict[str, str]]) -> None:
        self._states = {call["sid"]: call.get("status", "in-progress") for call in calls}

    def add(self, sid: str, status: str = "in-progress") -> None:
        """Add a call. Raises ValueError if its SID is empty or taken, or its state unknown."""
        check("status", status, STATES)
        if not sid or sid in self._states:
            raise ValueError(f"sid is {sid!r}; it must be the SID of a new call.")
        self._states[sid] = status

    def move(self, sid: str, status: str) -> None:
        """Move a call to another state. Raises NotFound or ValueError."""
        check("status", status, STATES)
        self.expect(sid)
        self._states[sid] = status

    def expect(self, sid: str) -> None:
        """Raise NotFound if there is no such call."""
        if sid not in self._states:
            raise NotFound

    def expect_live(self, sid: str) -> None:
        """Raise NotFound if there is no such call or it has ended, and NotAnswered if it is still ringing."""
        state = self._states.get(sid, "ended")
        if state == "ended":
            raise NotFound
        if state == "ringing":
            raise NotAnswered
