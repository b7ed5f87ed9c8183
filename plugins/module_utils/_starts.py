# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""The starts of a task: which are sent, and what becomes of each. No start is sent that may have had an effect."""

from __future__ import annotations

import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils import _outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import CALL_PAGES, Api, Unreadable
from ansible_collections.voiceops.telnyx.plugins.module_utils._identity import mismatch
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._outcome import Outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._parallel import each
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._journal import Journal
    from ansible_collections.voiceops.telnyx.plugins.module_utils._reconcile import Finding, Open

# Recordings with another status have ended; one without any may be running.
_RUNNING = ("in-progress", None)
_PAUSED = "paused"


class Start:
    """One start, from its request to its outcome. `key` is its URL with the SID of the call spelt in one way.

    `listing` builds the request for the list of the call, which most starts never need.
    """

    def __init__(self, call_sid: str, key: str, request: Request, listing: t.Callable[[], Request]) -> None:
        self.call_sid = call_sid
        self.key = key
        self.request = request
        self.listing = listing
        self.known: frozenset[str] = frozenset()
        self.outcome: Outcome | None = None
        self._open: tuple[float, float] | None = None
        self._form = request.form
        self._changes = False
        """A request of this task may have started a recording."""

    def take_up(self, journal: Journal) -> None:
        """Take from the journal what an earlier run has left."""
        past = journal.past(self.key)
        if past and past.recording is not None and not mismatch(self.request.names, past.recording):
            msg = "Started by an earlier run, as the journal says."
            self.outcome = Outcome(self.call_sid, _outcome.STARTED, msg, recording=past.recording)
        elif past:
            self._open, self._form = past.sent, past.form
            self.outcome = _outcome.of_past(self.call_sid, past.msg)

    def look_first(self, api: Api) -> None:
        """Leave the call alone if it is being recorded."""
        try:
            recordings = list(api.each(self.listing(), "recordings", CALL_PAGES))
        except Exception as error:
            problem = error if isinstance(error, Unreadable) else Unreadable(f"This collection failed ({error!r})")
            self.outcome = _outcome.of_no_look(self.call_sid, problem)
            return
        self.known = frozenset(one["sid"] for one in recordings if isinstance(one.get("sid"), str))
        running = [one for one in recordings if one.get("status") in _RUNNING]
        paused = [one for one in recordings if one.get("status") == _PAUSED]
        if running or paused:
            msg = "Left alone, since it is being recorded." if running else "Left alone, since its recording is paused."
            self.outcome = Outcome(
                self.call_sid, _outcome.STARTED, msg, recording=(running or paused)[-1], warn=not running
            )

    def send(self, api: Api, journal: Journal | None, again: bool) -> Outcome:
        """Send the start, and return its outcome, which an earlier one that is still open keeps open."""
        sent = api.clock.now()

        def before() -> None:
            nonlocal sent
            sent = api.clock.now()
            try:
                if journal:
                    journal.intend(self.key, sent, self.request.form)
            except OSError as error:
                reason = f"The journal could not be written ({error.strerror or error})"
                raise NoReply(reason, sent=False, advice="Mend that, then run the task again.") from error

        def withdrawn() -> None:
            if journal:
                journal.withdraw(self.key)

        try:
            outcome = _outcome.from_reply(self.call_sid, api.send(self.request, before, withdrawn))
        except NoReply as failure:
            outcome = _outcome.from_no_reply(self.call_sid, failure)
        except Exception as error:  # What is not foreseen must not take the other calls' results with it.
            outcome = _outcome.from_no_reply(self.call_sid, NoReply(f"This collection failed ({error!r})", sent=True))
        if outcome.outcome == _outcome.UNKNOWN:
            self._open = (self._open[0] if self._open else sent, sent)
            self._form = self.request.form
            self._changes = True
        if again and self.outcome:
            outcome = _outcome.of_second(self.outcome, outcome)
        self.outcome = outcome
        return outcome

    def opened(self) -> Open | None:
        """Return what is to be reconciled, if the outcome is open."""
        if self.outcome is None or self.outcome.outcome != _outcome.UNKNOWN or self._open is None:
            return None
        from ansible_collections.voiceops.telnyx.plugins.module_utils._reconcile import Open

        return Open(self.call_sid, self._form, self.listing(), *self._open, self.known)

    def found(self, finding: Finding) -> None:
        """Take over what the call's list says of an open outcome."""
        if self.outcome:
            self.outcome = _outcome.of_finding(self.outcome, finding, self._changes)


class Starts:
    """What the starts of a task share."""

    def __init__(
        self, params: dict[str, t.Any], api: Api, journal: Journal | None, progress: t.Callable[[str], None] | None
    ) -> None:
        self._params = params
        self._api = api
        self._journal = journal
        self._progress = progress
        self.not_noted: dict[str, None] = {}
        """The calls whose outcome is not in the journal, since it could not be written."""

    def run(self, starts: list[Start], check_mode: bool) -> list[Start]:
        """Give each start its outcome, and return those that were sent; in check mode, those that would be, unsent."""
        if self._journal:
            for start in starts:
                start.take_up(self._journal)
        left = [start for start in starts if start.outcome is None]
        if self._params["unless_recording"]:
            self._each(lambda start: start.look_first(self._api), left)
            left = [start for start in left if start.outcome is None]
        if not check_mode:
            self._send(left)
        empty = self._reconcile(starts, check_mode)
        if self._params["retry_unknown"] and empty:
            left += empty
            if check_mode:
                for start in empty:
                    start.outcome = None
            else:
                self._send(empty, again=True)
                self._reconcile(empty, check_mode)
        sent = {start.key for start in left}
        return [start for start in starts if start.key in sent]

    def _send(self, starts: list[Start], again: bool = False) -> None:
        def send(start: Start) -> Outcome:
            outcome = start.send(self._api, self._journal, again)
            self._settle(start)
            return outcome

        self._each(send, starts, self._teller(len(starts)))

    def _reconcile(self, starts: list[Start], check_mode: bool) -> list[Start]:
        """Settle the open outcomes that can be settled, and return those of which nothing was to be seen at all."""
        seconds = self._params["reconcile_timeout"]
        opened = [(start, one) for start in starts for one in (start.opened(),) if one]
        if not opened or not seconds:
            return []
        if self._progress:
            self._progress(
                f"{len(opened)} outcomes are open, looking at the recordings of these calls for {seconds} seconds"
            )
        from ansible_collections.voiceops.telnyx.plugins.module_utils._reconcile import reconcile

        patience = self._params["connect_timeout"] + self._params["timeout"]
        findings = reconcile(
            [one for _start, one in opened], self._api, seconds, patience, self._params["max_concurrency"]
        )
        for (start, _one), finding in zip(opened, findings):
            start.found(finding)
        if not check_mode:
            self._each(self._settle, [start for start, _one in opened])
        return [start for (start, _one), finding in zip(opened, findings) if finding.empty]

    def _settle(self, start: Start) -> None:
        if not self._journal or not start.outcome:
            return
        try:
            self._journal.settle(start.key, start.outcome)
        except Exception:  # What the other calls have become must not be lost with it.
            if start.outcome.outcome != _outcome.NOT_SENT:
                self.not_noted[start.call_sid] = None

    def _each(self, work: t.Callable[[Start], t.Any], starts: list[Start], tick: t.Any = None) -> None:
        if starts:
            each(work, starts, self._params["max_concurrency"], tick)

    def _teller(self, asked: int) -> t.Callable[[list[Outcome], float], None] | None:
        progress = self._progress
        if not progress:
            return None

        def tell(outcomes: list[Outcome], seconds: float) -> None:
            started = sum(one.outcome == _outcome.STARTED for one in outcomes)
            failed = len(outcomes) - started
            rate = len(outcomes) / seconds
            line = f"{started} started, {failed} failed, {asked - len(outcomes)} left, {rate:.0f} calls per second"
            pause = self._api.rate_limit.remaining
            progress(line + (f", waiting {pause:.0f} seconds" if pause else ""))

        return tell
