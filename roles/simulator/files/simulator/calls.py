# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from .call import DIRECTIONS, MOVES, UNANSWERED, Call, Moment, moment
from .clock import Clock
from .description import SID, SID_WORDS
from .refusals import NotAnswered, NotFound, check
from .settings import DIGITS, Allowed, check_dict, is_digits, is_number, is_text

CONNECTION = "1684641123236054244"
# For how many days after its end a call can be fetched.
DAYS, MOST_DAYS = 30, 3650
DAY = 86400
_TEXT = (is_text, "a string that is not empty")
# What a call may have, in the settings and in a control request.
FIELDS: Allowed = {
    "sid": (SID.is_valid, SID_WORDS),
    "status": (lambda value: value in MOVES, f"one of {', '.join(MOVES)}"),
    "from": _TEXT,
    "to": _TEXT,
    "direction": (lambda value: value in DIRECTIONS, f"one of {', '.join(DIRECTIONS)}"),
    "session": _TEXT,
    "connection_id": (is_digits, DIGITS),
    "caller_name": (lambda value: isinstance(value, str), "a string"),
}


class Calls:
    """Calls by their SID. They stay when they have ended. Raises ValueError if a setting is wrong."""

    def __init__(
        self, calls: list[dict[str, str]], clock: Clock, connection_id: str = CONNECTION, days: float = DAYS
    ) -> None:
        self._clock = clock
        if not is_number(0, MOST_DAYS, int, float)(days):
            raise ValueError(f"call_days is {days!r}; it must be a number of days from 0 to {MOST_DAYS}.")
        self._days = days
        self._by_sid: dict[str, Call] = {}
        # The live ones by their connection, the oldest first. Connections stay.
        self._live: defaultdict[str, dict[str, Call]] = defaultdict(dict)
        self._count = 0
        self._first_of: dict[str, str] = {}
        # Called with each new status of a call, and the moment at which it got that.
        self.on_change: Callable[[Call, str, Moment], None] | None = None
        if not is_digits(connection_id):
            raise ValueError(f"connection_id is {connection_id!r}; it must be {DIGITS}.")
        self.connection_id = connection_id
        self.add_connection(connection_id)
        for call in calls:
            check_dict("calls", call, FIELDS)
            try:
                self.add(call)
            except ValueError as error:
                raise ValueError(f"calls.{error}") from error

    def add(self, asked: dict[str, str], when: Moment | None = None) -> Call:
        """Add a call with any of FIELDS, now or at a moment. Raises ValueError."""
        status, sid = asked.get("status", "in-progress"), asked.get("sid", "")
        for name, value in asked.items():
            allowed, words = FIELDS[name]
            if not allowed(value):
                raise ValueError(f"{name} is {value!r}; it must be {words}.")
        if not sid or sid in self._by_sid:
            raise ValueError(f"sid is {sid!r}; it must be the SID of a new call.")
        self._count += 1
        begun = when or moment(self._clock)
        call = Call(self._count, begun, {"connection_id": self.connection_id, **asked})
        first = self._first_of.setdefault(call.session, sid)
        call.parent_sid = None if first == sid else first
        self._by_sid[sid] = call
        for one in ("initiated", "ringing"):
            self._changed(call, one, begun)
        if status in ("in-progress", "ended"):
            self._move(call, "in-progress", begun)
        if status in ("ended", *UNANSWERED):
            self._move(call, status, begun)
        self._index(call)
        return call

    def add_connection(self, connection_id: str) -> None:
        """Add a connection, even if it never has a call."""
        self._live[connection_id]

    def move(self, sid: str, status: str, when: Moment | None = None) -> None:
        """Move a call to another state, now or at a moment. Raises NotFound or ValueError."""
        check("status", status, MOVES)
        call = self.get(sid)
        if call.state == "ended" and status in ("ringing", "in-progress"):
            # Live again, as the newest.
            self._count += 1
            call.number = self._count
        self._move(call, status, when or moment(self._clock))
        self._index(call)

    def _move(self, call: Call, status: str, when: Moment) -> None:
        before = call.state
        call.move(status, when)
        if call.state != before:
            self._changed(call, call.shown_status, when)

    def _changed(self, call: Call, status: str, when: Moment) -> None:
        if self.on_change:
            self.on_change(call, status, when)

    def get(self, sid: str) -> Call:
        """Return a call. Raises NotFound."""
        if sid not in self._by_sid:
            raise NotFound
        return self._by_sid[sid]

    def all(self) -> list[Call]:
        """Return all calls that ever were, the oldest first."""
        return list(self._by_sid.values())

    def is_kept(self, call: Call) -> bool:
        """Return whether the API still shows a call."""
        return call.ended is None or self._clock.seconds() - call.ended.seconds < self._days * DAY

    def live(self, connection_id: str) -> list[Call]:
        """Return the live legs of a connection, the oldest first. Raises NotFound if there is no such connection."""
        if connection_id not in self._live:
            raise NotFound
        return list(self._live[connection_id].values())

    def __contains__(self, sid: Any) -> bool:
        return sid in self._by_sid

    def expect(self, sid: str) -> None:
        """Raise NotFound if there is no such call."""
        self.get(sid)

    def expect_live(self, sid: str) -> None:
        """Raise NotFound if there is no such call or it has ended, and NotAnswered if it is still ringing."""
        state = self.get(sid).state
        if state == "ended":
            raise NotFound
        if state == "ringing":
            raise NotAnswered

    def _index(self, call: Call) -> None:
        live = self._live[call.connection_id]
        if call.state == "ended":
            live.pop(call.sid, None)
        else:
            live[call.sid] = call
