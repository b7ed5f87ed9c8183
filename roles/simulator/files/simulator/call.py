# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one leg of a call."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, NamedTuple

from .clock import Clock

STATES = ("ringing", "in-progress", "ended")
# How a call ends that is not answered, if that is said.
UNANSWERED = ("busy", "no-answer", "failed", "canceled")
MOVES = (*STATES, *UNANSWERED)
DIRECTIONS = ("inbound", "outbound")
FROM, TO = "+13125550101", "+13125550100"


class Moment(NamedTuple):
    """When something happened: by the simulator's clock, and as the service's date."""

    seconds: float
    date: datetime.datetime


class Seen(NamedTuple):
    """A call as it was at some time. Its status is one of the API's."""

    call: Call
    status: str
    updated: Moment
    ended: Moment | None

    @property
    def sid(self) -> str:
        """Return the SID of the call."""
        return self.call.sid


class Call:
    """One leg. `number` counts the legs in the order in which they became live."""

    def __init__(self, number: int, created: Moment, asked: dict[str, str]) -> None:
        self.number = number
        self.sid = asked["sid"]
        self.session = asked.get("session") or str(uuid.uuid4())
        # The first leg of its session, unless it is that.
        self.parent_sid: str | None = None
        self.leg_id = str(uuid.uuid4())
        self.connection_id = asked["connection_id"]
        self.direction = asked.get("direction", "inbound")
        self.from_ = asked.get("from", FROM)
        self.to = asked.get("to", TO)
        self.caller_name = asked.get("caller_name")
        self.created = created
        self.answered: Moment | None = None
        self.ended: Moment | None = None
        self._unanswered = "canceled"

    @property
    def state(self) -> str:
        """Return one of STATES."""
        if self.ended:
            return "ended"
        return "in-progress" if self.answered else "ringing"

    @property
    def shown_status(self) -> str:
        """Return its state as one of the API's statuses."""
        if self.ended:
            return "completed" if self.answered else self._unanswered
        return self.state

    def move(self, state: str, moment: Moment) -> None:
        """Move to one of MOVES, even from the end. Raises ValueError if a call that was answered is to end as one that was not."""
        if state in UNANSWERED:
            if self.answered:
                raise ValueError(
                    f"status is {state!r}, but the call has been answered; it must be one of {', '.join(STATES)}."
                )
            self._unanswered = state
        if state in ("ended", *UNANSWERED):
            self.ended = self.ended or moment
        else:
            self.ended = None
            self.answered = None if state == "ringing" else self.answered or moment

    def at(self, seconds: float) -> Seen | None:
        """Return the call as it was then, or None if it did not exist."""
        if self.ended and self.ended.seconds <= seconds:
            return Seen(self, self.shown_status, self.ended, self.ended)
        if self.answered and self.answered.seconds <= seconds:
            return Seen(self, "in-progress", self.answered, None)
        return Seen(self, "ringing", self.created, None) if self.created.seconds <= seconds else None

    def shown(self) -> dict[str, Any]:
        """Return everything about it, for a control request."""
        return {
            "sid": self.sid,
            "session": self.session,
            "direction": self.direction,
            "from": self.from_,
            "to": self.to,
            "connection_id": self.connection_id,
            "status": self.state,
            "result": self.shown_status if self.ended else None,
            **{name: moment and moment.date.isoformat() for name, moment in self._moments().items()},
        }

    def _moments(self) -> dict[str, Moment | None]:
        return {"created": self.created, "answered": self.answered, "ended": self.ended}


def moment(clock: Clock, seconds: float | None = None) -> Moment:
    """Return a moment by the clock's seconds, which is now if they are not given."""
    seconds = clock.seconds() if seconds is None else seconds
    return Moment(seconds, clock.date(seconds))
