# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What earlier runs of a task have started, and what they meant to start when they ended."""

from __future__ import annotations

import contextlib
import datetime
import time
import typing as t

from .._base import redaction as _secrets
from .._base.errors import InvalidArguments, fault
from . import outcome as _outcome
from .log_file import Entry, LogFile, Tampered
from .outcome import Outcome

# What of a form a list shows.
SHOWN = ("RecordingChannels", "RecordingTrack")


class Past(t.NamedTuple):
    """What a journal knows of one start. `recording` is None if it is uncertain whether the start had an effect."""

    sent: tuple[float, float]
    """When the first and the last request with an open outcome were sent, as Unix times of the host."""
    form: dict[str, str]
    """What the last one asked for, as far as a list shows it."""
    msg: str = ""
    """What the first run that came to an end had to say about it."""
    before: t.Any = None
    """The Past before the last request, or None."""
    recording: dict[str, t.Any] | None = None


class Journal:
    """The journal of a task. A start is known by its URL, in which the SID of the call is spelt in one way.

    With `read_only`, nothing is written. `waiting` is called if another task has it open. Raises InvalidArguments.
    """

    def __init__(
        self, path: str, key: str, read_only: bool = False, waiting: t.Callable[[], None] | None = None
    ) -> None:
        self._key = key
        self._past: dict[str, Past] = {}
        try:
            self._file = LogFile(path, read_only, waiting)
            try:
                for number, entry in enumerate(self._file.entries, 1):
                    self._learn(entry, number)
            except Tampered:
                self.close()
                raise
        except OSError as error:
            expected = f"a file, in a folder that exists, on the host of the task ({error.strerror or error})"
            raise InvalidArguments([fault("journal", path, expected)]) from error
        except Tampered as error:
            expected = "a journal that only this module has written; look at that line, or name another file"
            raise InvalidArguments([fault("journal", None, expected, f"is {path!r}, where {error}")]) from error
        self.torn = self._file.torn
        """The last line was cut off."""

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another task have the file."""
        self._file.close()

    @property
    def lost(self) -> bool:
        """The file was removed or replaced since it was opened: what it held is gone."""
        return self._file.lost

    def past(self, url: str) -> Past | None:
        """Return what is known of a start, or None if it had surely no effect or was never sent."""
        return self._past.get(url)

    def intend(self, url: str, sent: float, form: dict[str, str]) -> None:
        """Note, before it is sent, a start that is sent at the Unix time `sent`. Raises OSError."""
        shown = {name: form[name] for name in SHOWN if name in form}
        self._file.append({"entry": "intent", "time": _iso(sent), "url": url, "form": shown})

    def withdraw(self, url: str) -> None:
        """Note that the last intent had surely no effect. It matters little if that cannot be written."""
        with contextlib.suppress(OSError):
            self._file.append({"entry": "withdrawal", "time": _iso(time.time()), "url": url})

    def settle(self, url: str, outcome: Outcome) -> None:
        """Note what became of a start. Raises OSError."""
        self._file.append(
            {
                "entry": "outcome",
                "time": _iso(time.time()),
                "url": url,
                "outcome": outcome.outcome,
                "status": outcome.status,
                "reconciled": outcome.reconciled,
                "msg": _secrets.hide(outcome.msg, self._key),
                "recording": _secrets.hide(outcome.recording, self._key),
            }
        )

    def _learn(self, entry: Entry, number: int) -> None:
        try:
            url = entry["url"]
            past = self._past.get(url)
            if entry["entry"] == "intent":
                sent = datetime.datetime.fromisoformat(entry["time"]).timestamp()
                self._past[url] = Past((past.sent[0] if past else sent, sent), dict(entry["form"]), before=past)
            elif entry["entry"] == "withdrawal":
                self._keep(url, past and past.before)
            elif entry["outcome"] == _outcome.STARTED:
                self._past[url] = (past or Past((0, 0), {}))._replace(recording=dict(entry["recording"]))
            elif entry["outcome"] == _outcome.UNKNOWN:
                self._keep(url, past and past._replace(msg=past.msg or str(entry["msg"])))
            else:
                self._keep(url, None)
        except (KeyError, TypeError, ValueError):
            raise Tampered(number) from None

    def _keep(self, url: str, past: Past | None) -> None:
        if past:
            self._past[url] = past
        else:
            self._past.pop(url, None)


def _iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).isoformat()
