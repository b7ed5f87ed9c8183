# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The starts of earlier runs, and of those that run at the same time: what may be sent, and what became of it."""

from __future__ import annotations

import os
import typing as t

from .._base import redaction
from .._base.errors import InvalidArguments
from .._base.faults import fault
from .._telnyx.identity import mismatch
from .journal_file import Damaged, JournalFile
from .liveness import Liveness
from .memory import Memory, Moved
from .start import Start
from .states import SENDING, Event, Impossible, State, after

RUNS = "-runs"
"""What the name of the file has behind that of its journal, in which runs show that they are running."""


# What an entry counts as that has the recording of another call.
_DOUBTED = {Event.ACCEPTED: Event.NO_ANSWER, Event.LISTED: Event.UNCLEAR}


class Journal(Memory):
    """A journal in a file, which any number of runs share. Raises InvalidArguments.

    `secret` is left out of what is written. With `read_only`, as in check mode, nothing is written.
    """

    def __init__(self, path: str, secret: str, read_only: bool) -> None:
        self._path = path
        self._secret = secret
        self._read_only = read_only
        self._incomplete: set[str] = set()
        """The keys of starts of which an entry is missing."""
        self._given_up = False
        try:
            self._file = JournalFile(path, read_only)
            # By one name, whichever way the path leads to it.
            self._liveness = Liveness(os.path.realpath(path) + RUNS, self._file.run, read_only)
        except OSError as error:
            expected = f"a file, in a folder that exists, on the target host ({error.strerror or error})"
            raise InvalidArguments([fault("journal", path, expected)]) from error
        except Damaged as error:
            raise self._unusable(error) from error

    @property
    def lost(self) -> bool:  # type: ignore[override]
        """The file was removed or replaced since it was opened: what it held is gone."""
        return self._file.lost

    def load(self, start: Start) -> None:
        try:
            self._replay(start)
        except (Damaged, Impossible, AttributeError, KeyError, OSError, TypeError, ValueError) as error:
            raise self._unusable(error) from error
        start.begin_run()

    def reload(self, start: Start) -> None:
        known = dict(start.__dict__)
        try:
            self.load(start)
            start.keep_mine(known)
        except InvalidArguments:
            # What is known stays: nothing is sent because of a journal that can no longer be read.
            start.__dict__.update(known)
            self._abandon(start)

    def record(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        after(start.state, event)
        if not self._read_only and not self._append(start, event, details):
            raise Moved
        start.apply(event, details)

    def settle(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        start.apply(event, details)
        if self._read_only or self._append(start, event, details):
            return
        if event is not Event.ACCEPTED:
            return
        # Another run has taken this request for abandoned. That it was accepted is news even so.
        other = Start(start.call_sid, start.key, start.request)
        self._replay(other)
        while other.state is not State.STARTED and not self._append(other, event, details):
            self._replay(other)

    def give_up_what_is_missing(self) -> None:
        if self._incomplete:
            self._given_up = True
            self._liveness.close()

    def is_elsewhere(self, start: Start) -> bool:
        """Return whether another run has sent a request of this start, and still waits for its answer.

        If that run has ended without an answer, this one takes the request over.
        """
        if start.state not in SENDING or start.run == self._file.run:
            return False
        try:
            if self._liveness.is_running(start.run):
                return True
            self.record(start, Event.ABANDONED, {})
            start.begin_run()
        except Moved:
            self.reload(start)
        except OSError:
            self._abandon(start)
        return start.state in SENDING and start.run != self._file.run

    def _abandon(self, start: Start) -> None:
        """Take a request for abandoned without a record of that, and send nothing more for its call."""
        self._incomplete.add(start.key)
        if start.state in SENDING:
            start.apply(Event.ABANDONED, {})
            start.begin_run()

    def close(self) -> None:
        self._liveness.close()
        self._file.close()

    def _append(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> bool:
        """Add an entry, unless another run has added one since; return whether it was added. Raises OSError."""
        if self._given_up or start.key in self._incomplete:
            # The entries would no longer follow each other.
            raise OSError("an earlier entry could not be written")
        try:
            number = self._file.append(start.key, event.value, self._without_secrets(details), start.version)
        except BaseException as error:
            self._incomplete.add(start.key)
            if isinstance(error, Damaged):
                raise OSError(f"it is damaged: {error}") from error
            raise
        if number is None:
            return False
        start.version, start.run = number, self._file.run
        return True

    def _without_secrets(self, details: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return what may be written: without the key, and without links, by which anybody could fetch the audio."""
        hidden: dict[str, t.Any] = redaction.hide(dict(details), self._secret)
        hidden.pop("candidates", None)
        if "recording" in hidden:
            recording = dict(hidden["recording"])
            recording.pop("media_url", None)
            # A key as short as a word may be part of it.
            recording.update({name: details["recording"][name] for name in ("call_sid",) if name in recording})
            hidden["recording"] = recording
        return hidden

    def _replay(self, start: Start) -> None:
        start.reset()
        for entry in self._file.history(start.key):
            event, details = Event(entry.event), entry.details
            if event in _DOUBTED and mismatch(start.request, details["recording"]):
                # What was listed before any request leaves the start as it was.
                event, details = Event.NO_EFFECT if start.state is State.NEW else _DOUBTED[event], {}
            start.apply(event, details)
            start.version, start.run = entry.number, entry.run

    def _unusable(self, error: Exception) -> InvalidArguments:
        expected = "a journal that only this module has written; restore it, or name another file"
        return InvalidArguments([fault("journal", None, expected, f"is {self._path!r}, where {error}")])
