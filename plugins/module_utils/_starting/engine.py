# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts the recordings of a task. No start request is sent that states.py does not allow."""

from __future__ import annotations

import contextlib
import time
import typing as t

from .._base.errors import Failure, NoReply, RequestFailed
from .._base.parallel import each
from .._telnyx.failure import advice_for, describe, is_refusal, is_success, sentences
from . import messages
from .memory import Memory, Moved
from .start import Start
from .states import SENDING, Event, State

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._telnyx.reply import Reply

# Recordings with another status have ended; one without any may be running.
_RUNNING = ("in-progress", None)
_PAUSED = "paused"
# What of a form a list shows.
_SHOWN = ("RecordingChannels", "RecordingTrack")
# Seconds between two reads of what another run has recorded.
_POLL = 0.25

Progress = t.Callable[[str], None]


class Settings(t.NamedTuple):
    """What a task asks of its starts."""

    max_concurrency: int
    unless_recording: bool
    reconcile_timeout: float
    """Seconds."""
    retry_unknown: bool
    check_mode: bool


class Engine:
    """Brings each start to its outcome. `progress` gets a line every few seconds."""

    def __init__(self, settings: Settings, client: Client, journal: Memory, progress: Progress | None) -> None:
        self._settings = settings
        self._client = client
        self._journal = journal
        self._progress = progress
        self.not_recorded: dict[str, None] = {}
        """The calls whose outcome is not in the journal, since it could not be written."""
        self._load = journal.load
        self._done = self._started = self._later = 0

    def run(self, starts: list[Start], later: int = 0) -> list[Start]:
        """Bring each start to its outcome, and return those of which a request was sent; in check mode, would be.

        A task may have so many that they come in portions. `later` is how many follow. Raises InvalidArguments for a journal
        that cannot be read, but only of the first portion: after that, nothing is sent for a call whose entries are damaged.
        """
        self._later = later
        for start in starts:
            self._load(start)
        self._load = self._journal.reload
        held = set()
        if self._settings.unless_recording:
            new = [start for start in starts if start.state is State.NEW]
            held = {start.key for start, held in zip(new, self._each(self._list_first, new)) if held}
        sent = self._send([start for start in starts if start.key not in held], State.NEW)
        listed = self._reconcile(starts)
        if self._settings.retry_unknown:
            again = self._send(starts, State.ABSENT)
            sent |= again
            listed -= again
        if not self._settings.check_mode:
            self._wait(starts)
            # Those that were sent again, and those that another run was about to send.
            self._reconcile([start for start in starts if start.key not in listed])
        self._done += len(starts)
        self._started += sum(start.state is State.STARTED for start in starts)
        return [start for start in starts if start.key in sent]

    def _list_first(self, start: Start) -> bool:
        """Leave the call alone if it is being recorded; return True if that is not known, so that nothing may be sent."""
        try:
            recordings = list(self._client.recordings.of_call(start.call_sid))
        except RequestFailed as problem:
            return self._hold(start, problem)
        except Exception as error:  # What is not foreseen must not take the other calls' results with it.
            failure = Failure(messages.FAILED_HERE.format(error))
            return self._hold(start, RequestFailed(failure, certain=False))
        start.before = frozenset(one["sid"] for one in recordings if isinstance(one.get("sid"), str))
        running = [one for one in recordings if one.get("status") in _RUNNING]
        paused = [one for one in recordings if one.get("status") == _PAUSED]
        if running or paused:
            start.warn = not running
            msg = messages.RUNNING if running else messages.PAUSED
            start.apply(Event.LISTED, {"recording": (running or paused)[-1], "msg": msg})
        return False

    def _hold(self, start: Start, problem: RequestFailed) -> bool:
        status = problem.failure.http_status
        event = Event.REFUSED if status is not None and is_refusal(status) else Event.NO_EFFECT
        start.apply(event, {"msg": f"{problem} {messages.NOTHING_STARTED} {messages.NOT_KNOWN_WHETHER_RUNNING}"})
        start.failed(status, problem.failure.errors)
        return True

    def _send(self, starts: list[Start], state: State) -> set[str]:
        """Send a request for each start in a state that allows it, and return their keys; in check mode, send nothing.

        Where another run is just sending one, its answer is waited for.
        """
        sent: set[str] = set()
        while True:
            elsewhere = [start for start in starts if self._journal.is_elsewhere(start)]
            due = [start for start in starts if start.state is state and start.key not in sent]
            if self._settings.check_mode:
                return {start.key for start in due}
            if not due and not elsewhere:
                return sent
            sent.update(start.key for start in self._each(self._send_one, due, self._reporter(len(due))) if start)
            if not due:
                self._wait(elsewhere)

    def _wait(self, starts: list[Start]) -> None:
        """Wait until other runs have the answers to their requests, or have ended without them."""
        elsewhere = [start for start in starts if self._journal.is_elsewhere(start)]
        if not elsewhere:
            return
        if self._progress:
            self._progress(f"{len(elsewhere)} calls are being started by another run, waiting for it")
        # They may be waiting for this one.
        self._journal.give_up_what_is_missing()
        while elsewhere:
            time.sleep(_POLL)
            for start in elsewhere:
                self._journal.reload(start)
            elsewhere = [start for start in elsewhere if self._journal.is_elsewhere(start)]

    def _send_one(self, start: Start) -> Start | None:
        """Send a request, and record its answer; return None if another run was first.

        The intent is on record before the request is sent, and nothing is sent without it.
        """
        again = start.state is State.ABSENT
        try:
            event, details = self._attempt(start, Event.INTENDED_AGAIN if again else Event.INTENDED)
        except Moved:
            self._journal.reload(start)
            return None
        except Exception as error:  # What is not foreseen must not take the other calls' results with it.
            sent = start.state in SENDING
            failure = NoReply(messages.FAILED_HERE.format(error), sent=sent, advice=" ")
            event, details = _unanswered(failure)
        if start.state not in SENDING:
            # Nothing is on record of what was not even attempted.
            start.apply(event, details)
            return start
        try:
            self._journal.settle(start, event, details)
        except Exception:  # What the other calls have become must not be lost with it.
            self.not_recorded[start.call_sid] = None
        return start

    def _attempt(self, start: Start, intent: Event) -> tuple[Event, dict[str, t.Any]]:
        """Send a request until it can have had an effect, and return what its answer is. Raises Moved."""
        form = {name: start.request.form[name] for name in _SHOWN if name in start.request.form}
        try:
            for attempt in self._client.attempts(start.request):
                with _journal_needed():
                    self._journal.record(start, intent, {"sent": attempt.sent, "form": form})
                reply = attempt.send()
                if reply:
                    return self._answer(start, reply)
                with _journal_needed():
                    self._journal.settle(start, Event.NO_EFFECT, {})
        except NoReply as failure:
            start.failed(None, ())
            return _unanswered(failure)
        raise AssertionError("an attempt has a reply, raises, or is repeated")

    def _answer(self, start: Start, reply: Reply) -> tuple[Event, dict[str, t.Any]]:
        """Return the event and details of a reply. Every 2xx with a JSON object is a success, unless it has errors and no SID."""
        body = reply.json
        if is_success(reply) and body is not None and (body.get("sid") is not None or not body.get("errors")):
            start.failed(reply.status, ())
            return Event.ACCEPTED, {"recording": body}
        happened, errors = describe(reply)
        start.failed(reply.status, errors)
        event, meaning = Event.NO_ANSWER, messages.MAYBE_RUNNING
        if reply.status == 429:
            event, meaning = Event.NO_EFFECT, messages.NOTHING_STARTED
        elif is_refusal(reply.status):
            event, meaning = Event.REFUSED, messages.REFUSED
        return event, {"msg": sentences(happened, meaning, advice_for(reply, messages.START_ADVICE))}

    def _reconcile(self, starts: list[Start]) -> set[str]:
        """Find out from the lists of the calls what became of uncertain requests, and return the keys of these."""
        seconds = self._settings.reconcile_timeout
        uncertain = [start for start in starts if start.state is State.UNCERTAIN]
        if not uncertain or not seconds:
            return set()
        if self._progress:
            many = len(uncertain)
            self._progress(
                f"{many} outcomes are uncertain, listing the recordings of these calls for {seconds:g} seconds"
            )
        # Most tasks need it not, and each import takes its time.
        from .reconcile import reconcile

        findings = reconcile(uncertain, self._client, seconds, self._settings.max_concurrency)
        self._each(lambda pair: self._record_finding(*pair), list(zip(uncertain, findings)))
        return {start.key for start in uncertain}

    def _record_finding(self, start: Start, finding: t.Any) -> None:
        try:
            self._journal.record(start, finding.event, finding.details())
        except Moved:
            # Another run on this journal was first.
            self._journal.reload(start)
        except Exception:  # What the other calls have become must not be lost with it.
            start.apply(finding.event, finding.details())
            self.not_recorded[start.call_sid] = None

    def _each(self, work: t.Callable[[t.Any], t.Any], items: list[t.Any], tick: t.Any = None) -> list[t.Any]:
        return each(work, items, self._settings.max_concurrency, tick) if items else []

    def _reporter(self, asked: int) -> t.Callable[[list[Start | None], float], None] | None:
        progress = self._progress
        if not progress:
            return None

        def show(done: list[Start | None], seconds: float) -> None:
            started = self._started + sum(one is not None and one.state is State.STARTED for one in done)
            failed = self._done + len(done) - started
            line = (
                f"{started} started, {failed} failed, {asked - len(done) + self._later} left,"
                f" {len(done) / seconds:.0f} calls per second"
            )
            pause = self._client.rate_limit.remaining
            progress(line + (f", waiting {pause:.0f} seconds" if pause else ""))

        return show


@contextlib.contextmanager
def _journal_needed() -> t.Iterator[None]:
    """Raise NoReply for a journal that cannot be written: nothing may be sent then."""
    try:
        yield
    except OSError as error:
        reason = messages.JOURNAL_NOT_WRITTEN.format(error.strerror or error)
        raise NoReply(reason, sent=False, advice=messages.FIX_JOURNAL) from error


def _unanswered(failure: NoReply) -> tuple[Event, dict[str, t.Any]]:
    event = Event.NO_ANSWER if failure.sent else Event.NO_EFFECT
    meaning = messages.MAYBE_RUNNING if failure.sent else messages.NOTHING_STARTED
    return event, {"msg": sentences(str(failure), meaning, failure.advice)}
