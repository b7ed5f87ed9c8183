# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""The starts of earlier runs, and of those that run at the same time: what may be sent, and what became of it."""

from __future__ import annotations

import typing as t

from .._base import redaction
from .._base.errors import InvalidArguments
from .._base.faults import fault
from .._telnyx.identity import mismatch
from .journal_file import Damaged, JournalFile
from .liveness import Liveness
from .memory import Memory, Moved
from .start import Start
from .states import SENDING, Event, Impossible

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
        try:
            self._file = JournalFile(path, read_only)
            self._liveness = Liveness(path + RUNS, self._file.run, read_only)
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
        except (Damaged, Impossible, AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._unusable(error) from error
        start.begin_run()

    def record(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        if not self._read_only:
            number = self._append(start.key, event, details, start.version)
            if number is None:
                raise Moved
            start.version, start.run = number, self._file.run
        start.apply(event, details)

    def settle(self, start: Start, event: Event, details: t.Mapping[str, t.Any]) -> None:
        start.apply(event, details)
        if self._read_only:
            return
        number = self._append(start.key, event, details, start.version)
        while number is None:
            # Another run has taken this request for one without an answer.
            other = Start(start.call_sid, start.key, start.request)
            self._replay(other)
            version = other.version
            try:
                other.apply(event, details)
            except Impossible:
                # It has found out more since.
                return
            number = self._append(start.key, event, details, version)
        start.version, start.run = number, self._file.run

    def is_elsewhere(self, start: Start) -> bool:
        """Return whether another run has sent a request of this start, and still waits for its answer.

        If that run has ended without an answer, this one takes the request over.
        """
        if start.state not in SENDING or start.run == self._file.run:
            return False
        if self._liveness.is_running(start.run):
            return True
        try:
            self.record(start, Event.ABANDONED, {})
            start.begin_run()
        except Moved:
            self.load(start)
        return start.state in SENDING and start.run != self._file.run

    def close(self) -> None:
        self._liveness.close()
        self._file.close()

    def _append(self, key: str, event: Event, details: t.Mapping[str, t.Any], after: int) -> int | None:
        try:
            return self._file.append(key, event.value, redaction.hide(dict(details), self._secret), after)
        except Damaged as error:
            raise OSError(f"it is damaged: {error}") from error

    def _replay(self, start: Start) -> None:
        start.reset()
        for entry in self._file.history(start.key):
            event, details = Event(entry.event), entry.details
            if event in _DOUBTED and mismatch(start.request.names, details["recording"]):
                event, details = _DOUBTED[event], {}
            start.apply(event, details)
            start.version, start.run = entry.number, entry.run

    def _unusable(self, error: Exception) -> InvalidArguments:
        expected = "a journal that only this module has written; restore it, or name another file"
        return InvalidArguments([fault("journal", None, expected, f"is {self._path!r}, where {error}")])
