# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The start of one call's recording: its state, and what is known with it."""

from __future__ import annotations

import typing as t

from .._telnyx.operation import Request
from . import messages
from .states import OUTCOMES, SENDING, Event, State, after


class Sent(t.NamedTuple):
    """A start request that may have had an effect."""

    time: float
    """Unix time of the host that sent it."""
    form: dict[str, str]
    """What it asked for, as far as a list shows it."""


class Start:
    """Changed by apply() only, with what happens in this run and with the entries of a journal alike.

    `key` is the URL of the request with the SID of the call in one spelling.
    """

    def __init__(self, call_sid: str, key: str, request: Request) -> None:
        self.call_sid = call_sid
        self.key = key
        self.request = request
        self.before: frozenset[str] = frozenset()
        """SIDs of the recordings that the call had before the request, where they were listed."""
        self.reset()

    def reset(self) -> None:
        """Know nothing of it, as at first."""
        self.state = State.NEW
        self.version = 0
        """The newest entry that a journal has of it."""
        self.run = ""
        """The run that wrote that entry."""
        self.sent: list[Sent] = []
        self.recording: dict[str, t.Any] | None = None
        self.candidates: list[dict[str, t.Any]] = []
        self.http_status: int | None = None
        self.errors: tuple[dict[str, t.Any], ...] = ()
        self.changed = self.reconciled = self.retried = self.warn = False
        self._may_have_started = False
        """A request of this run may have started a recording."""
        self._msg = self._second = self._list = ""

    def apply(self, event: Event, details: t.Mapping[str, t.Any]) -> None:
        """Note what happened. Raises Impossible, and KeyError or TypeError for details that lack something."""
        state, self.state = self.state, after(self.state, event)
        text = details.get("msg", "")
        if event in (Event.INTENDED, Event.INTENDED_AGAIN):
            self.sent.append(Sent(float(details["sent"]), dict(details["form"])))
            self.retried = event is Event.INTENDED_AGAIN
        elif event in (Event.NO_EFFECT, Event.REFUSED) and state in SENDING:
            self.sent = self.sent[:-1]
        if state is State.SENT_AGAIN or (state is State.ABSENT and event is Event.NO_EFFECT):
            self._after_second(event, text)
        elif event in (Event.REFUSED, Event.NO_EFFECT, Event.NO_ANSWER, Event.ABANDONED):
            self._msg, self._list = text, ""
        elif state in (State.UNCERTAIN, State.ABSENT) and event in (Event.LISTED, Event.NOT_LISTED, Event.UNCLEAR):
            self._list = text
            self.reconciled = event is Event.LISTED
        elif event is Event.LISTED:
            self._msg = text
        if event in (Event.ACCEPTED, Event.LISTED):
            self.recording = dict(details["recording"])
        if event in (Event.ACCEPTED, Event.NO_ANSWER):
            self._may_have_started = True
        self.changed = self.state is State.STARTED and self._may_have_started
        self.candidates = list(details.get("candidates", ()))

    def _after_second(self, event: Event, text: str) -> None:
        self._list = ""
        if event is Event.NO_EFFECT:
            self.retried = False
            self._second = messages.SECOND_NOT_SENT.format(text) if text else ""
        elif event is Event.ACCEPTED:
            self._msg = messages.STARTED_AGAIN
        else:
            self._second = messages.SECOND.format(text)
        self.warn = self.retried

    def failed(self, http_status: int | None, errors: tuple[dict[str, t.Any], ...]) -> None:
        """Note what an answer in this run had beside its message."""
        self.http_status, self.errors = http_status, errors

    def begin_run(self) -> None:
        """Make what a journal has of earlier runs the point from which this run goes on."""
        if self.state in SENDING:
            # Another run has sent it. Whether it still waits for the answer is for the journal to find out.
            return
        self.apply(Event.RUN, {})
        self.changed = self.reconciled = self.retried = self.warn = self._may_have_started = False
        if self.state is State.STARTED:
            self._msg = messages.EARLIER_STARTED
        elif self.state is State.UNCERTAIN:
            self._msg = messages.EARLIER_UNCERTAIN.format(self._msg) if self._msg else messages.EARLIER_ENDED
        self._second = self._list = ""

    def keep_mine(self, known: t.Mapping[str, t.Any]) -> None:
        """Keep what this run has done itself, of what it knew before it took up what another run has recorded."""
        if known["_may_have_started"]:
            self._may_have_started = True
            self.changed = self.state is State.STARTED
            self.http_status, self.errors = known["http_status"], known["errors"]
            if self.changed:
                self._msg = messages.LISTED

    @property
    def outcome(self) -> str:
        """What a task reports of it."""
        return OUTCOMES[self.state]

    @property
    def msg(self) -> str:
        """What became of it; empty if the reply just showed the recording."""
        if self.state in SENDING:
            return messages.ELSEWHERE
        if self.state is State.STARTED and self.reconciled:
            return " ".join(part for part in (self.retried and messages.SECOND_SENT, self._list) if part)
        return " ".join(part for part in (self._msg, self._second, self._list) if part)
