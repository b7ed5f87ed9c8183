# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of one recording."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from .clock import Clock
from .refusals import Refused, check, check_uuid

STATES = ("in-progress", "completed", "paused", "stopped")
# Of its own accord a recording is never absent: that is one on which there was nothing to hear.
MOVES = (*STATES, "absent")
FINAL = ("stopped", "completed")
SOURCES = (
    "StartCallRecordingAPI",
    "StartConferenceRecordingAPI",
    "OutboundAPI",
    "DialVerb",
    "Conference",
    "RecordVerb",
    "Trunking",
)


class Recording:
    """A recording, which moves by itself: what has been stopped is completed after `processing` seconds.

    Without a SID, it and its transcription get new ones. Raises ValueError if the source or the status is unknown, or a SID
    is not a UUID.
    """

    def __init__(
        self,
        call_sid: str,
        clock: Clock,
        processing: float,
        conference_sid: str | None = None,
        channels: int = 2,
        track: str = "both",
        source: str = "StartCallRecordingAPI",
        status: str = "in-progress",
        seconds: float = 0,
        sid: str | None = None,
        transcription_sid: str | None = None,
    ) -> None:
        check("source", source, SOURCES)
        check("status", status, STATES)
        self.sid = check_uuid("sid", sid or str(uuid.uuid4()))
        self.transcription_sid = check_uuid("transcription_sid", transcription_sid or str(uuid.uuid4()))
        self.call_sid = call_sid
        self.conference_sid = conference_sid
        self.channels = channels
        self.track = track
        self.source = source
        self.processing = processing
        self.deleted = False
        self.absent = False
        self.clock = clock
        self.created = self.updated = clock.now()
        self.made = self._moved = clock.seconds()
        # Called with each new status, which is also absent here.
        self.on_change: Callable[[str], None] | None = None
        self._status = "in-progress"
        # What has been recorded, without the pauses.
        self._seconds = seconds
        if status != self._status:
            self.move(status)

    @property
    def status(self) -> str:
        """The state that it has by now."""
        if self._status == "stopped" and self.clock.seconds() >= self.due:
            self._enter("completed", self.due)
        return self._status

    @property
    def due(self) -> float:
        """When it is completed, by the clock, if it has been stopped."""
        return self._moved + self.processing

    @property
    def completed(self) -> float | None:
        """When it was completed, by the clock, or None if it is not, or there is nothing to hear."""
        return self._moved if self.status == "completed" and not self.absent else None

    @property
    def duration(self) -> int | None:
        """Its length in whole seconds, at least 1, or None until it is completed."""
        return None if self.completed is None else max(1, round(self._seconds))

    def update(self, status: str) -> None:
        """Do what a request to the API asks for. Raises Refused, since what has been stopped stays so."""
        if self.status in FINAL and status != self.status:
            text = f"The recording is {self.status}, which is final; it cannot become {status}."
            raise Refused([("status", "/Status", text)])
        if status != self.status:
            self.move(status)

    def move(self, status: str, seconds: float | None = None) -> None:
        """Move to any state, also from one that is final, now or at a moment. Raises ValueError."""
        check("status", status, MOVES)
        was_absent, self.absent = self.absent, status == "absent"
        moment = self.clock.seconds() if seconds is None else max(seconds, self._moved)
        self._enter("completed" if self.absent else status, moment, self.absent != was_absent)

    def _enter(self, status: str, moment: float, changed: bool = False) -> None:
        changed = changed or status != self._status
        if self._status == "in-progress":
            self._seconds += moment - self._moved
        self._status, self._moved = status, moment
        self.updated = self.clock.date(moment)
        if changed and self.on_change:
            self.on_change("absent" if self.absent else status)
