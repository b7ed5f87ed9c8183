# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that come in, are answered and hang up by themselves."""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import random
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from .account import Account
from .call import FROM, TO, UNANSWERED, Moment, moment
from .clock import Clock
from .settings import DIGITS, Allowed, check_dict, is_digits, is_number, is_texts

# What happens at a moment. Everything that an event does has the same moment.
Event = Callable[[Moment], object]
DAY = 86400
DEFAULTS: dict[str, Any] = {
    "calls_per_second": 1,
    "seconds": 60,
    "ring_seconds": 2,
    "two_legged": 0,
    "unanswered": 0,
    "from": [FROM],
    "to": [TO],
    "seed": 0,
}
_TEXTS = (is_texts, "a list of one or more strings that are not empty, in quotes")
ALLOWED: Allowed = {
    "calls_per_second": (is_number(0, 100, int, float), "a number from 0 to 100"),
    "seconds": (is_number(0, DAY, int, float), f"a number of seconds from 0 to {DAY}"),
    "ring_seconds": (is_number(0, DAY, int, float), f"a number of seconds from 0 to {DAY}"),
    "two_legged": (is_number(0, 1, int, float), "a number from 0 to 1"),
    "unanswered": (is_number(0, 1, int, float), "a number from 0 to 1"),
    "from": _TEXTS,
    "to": _TEXTS,
    "connection_id": (is_digits, DIGITS),
    "seed": (is_number(-sys.maxsize, sys.maxsize, int), "a whole number"),
}
# When the clock is moved, calls have come in for so many of the seconds before.
MOST_BEHIND = 600
# Seconds between two looks at what is due, so that callbacks are sent in time, and other traffic is noticed.
LEAST, TICK = 0.01, 0.5
AGENTS = 10


class Conversation(NamedTuple):
    """What was drawn for one conversation, before it begins."""

    number: int
    wait: float
    from_: str
    to: str
    agent: str | None
    talk: float
    # How it ends if nobody answers it.
    unanswered: str | None


def draw(settings: dict[str, Any], number: int) -> Conversation:
    """Draw the conversation of this number. Each has draws of its own, so nothing else has an effect on them."""
    random_ = random.Random(f"{settings['seed']} {number}")  # noqa: S311 - reproducible on purpose
    rate, seconds = settings["calls_per_second"], settings["seconds"]
    wait = random_.expovariate(rate)
    talk = max(seconds / 10, random_.expovariate(1 / seconds)) if seconds else 0.0
    from_, to = random_.choice(settings["from"]), random_.choice(settings["to"])
    agent = f"sip:agent-{random_.randrange(AGENTS)}@example.com"
    agent_calls, answered = random_.random() < settings["two_legged"], random_.random() >= settings["unanswered"]
    unanswered = None if answered else random_.choice(UNANSWERED)
    return Conversation(number, wait, from_, to, agent if agent_calls else None, talk, unanswered)


class Traffic:
    """The traffic of one account. `settings` are those in effect; they are empty if there is none."""

    def __init__(self, account: Account, clock: Clock, settings: dict[str, Any]) -> None:
        self._account = account
        self._clock = clock
        self._events: list[tuple[float, int, Event]] = []
        self._order = itertools.count()
        self._sids = itertools.count(1)
        self._arrival: tuple[float, Conversation] | None = None
        self.replace(settings)

    def replace(self, settings: Any) -> None:
        """Go by other settings from now on. Conversations that have begun go on. Raises ValueError."""
        check_dict("traffic", settings, ALLOWED)
        calls = self._account.calls
        self.settings = {**DEFAULTS, "connection_id": calls.connection_id, **settings} if settings else {}
        self._arrival = None
        if settings:
            calls.add_connection(self.settings["connection_id"])
            self._await(0, self._clock.seconds())

    async def run(self) -> None:
        """Keep the traffic going, for as long as the server runs."""
        while True:
            self.advance()
            await self._clock.sleep(max(LEAST, min(TICK, self._due() - self._clock.seconds())))

    def advance(self) -> None:
        """Let everything happen that is due, in its order and at its moment."""
        now = self._clock.seconds()
        while (due := self._due()) <= now:
            if self._events and self._events[0][0] == due:
                seconds, _number, event = heapq.heappop(self._events)
                event(moment(self._clock, seconds))
            else:
                self._arrive(now)

    def _due(self) -> float:
        """Return when the next thing happens."""
        arrives = self._arrival[0] if self._arrival else math.inf
        return min(arrives, self._events[0][0] if self._events else math.inf)

    def _await(self, number: int, since: float) -> None:
        if self.settings["calls_per_second"]:
            conversation = draw(self.settings, number)
            self._arrival = (since + conversation.wait, conversation)

    def _arrive(self, now: float) -> None:
        seconds, conversation = self._arrival  # type: ignore[misc]
        self._await(conversation.number + 1, max(seconds, now - MOST_BEHIND))
        if seconds >= now - MOST_BEHIND:
            self._begin(conversation, moment(self._clock, seconds))

    def _begin(self, conversation: Conversation, begun: Moment) -> None:
        asked = {"status": "ringing", "connection_id": self.settings["connection_id"]}
        ring = self.settings["ring_seconds"]
        leg = {"sid": (sid := self._sid()), "from": conversation.from_, "to": conversation.to}
        self._account.calls.add({**asked, **leg}, begun)

        def answer(then: Moment) -> None:
            if conversation.unanswered and self._account.calls.get(sid).state == "ringing":
                self._account.move_call(sid, conversation.unanswered, then)
            if not self._is_answered(sid, then):
                return
            legs, ends = [sid], then.seconds + conversation.talk
            if conversation.agent is not None:
                legs.append(self._dial(sid, conversation, then, asked))
                self._at(then.seconds + ring, functools.partial(self._is_answered, legs[1]))
                ends += ring
            self._at(ends, functools.partial(self._hang_up, legs))

        self._at(begun.seconds + ring, answer)

    def _dial(self, sid: str, conversation: Conversation, when: Moment, asked: dict[str, str]) -> str:
        """Add the second leg of a conversation, and return its SID."""
        leg = {
            "sid": self._sid(),
            "session": self._account.calls.get(sid).session,
            "direction": "outbound",
            "from": conversation.to,
            "to": conversation.agent or "",
        }
        return self._account.calls.add({**asked, **leg}, when).sid

    def _is_answered(self, sid: str, when: Moment) -> bool:
        """Answer a leg, unless a control request has moved it. Return whether it is in progress."""
        call = self._account.calls.get(sid)
        if call.state == "ringing":
            self._account.move_call(sid, "in-progress", when)
        return call.state == "in-progress"

    def _hang_up(self, sids: list[str], when: Moment) -> None:
        """End all legs of a conversation at the same moment, except those that a control request has ended."""
        for sid in sids:
            if self._account.calls.get(sid).state != "ended":
                self._account.move_call(sid, "ended", when)

    def _at(self, seconds: float, event: Event) -> None:
        heapq.heappush(self._events, (seconds, next(self._order), event))

    def _sid(self) -> str:
        """Return the SID of a new call."""
        return next(sid for number in self._sids if (sid := f"v3:traffic-{number}") not in self._account.calls)
