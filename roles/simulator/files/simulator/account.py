# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one account that the simulator has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .call import Moment
from .calls import CONNECTION, DAYS, Calls
from .clock import Clock
from .conferences import SECONDS, Conferences
from .media_links import MediaLinks
from .models import Models
from .recording import Recording
from .recordings import Recordings
from .refusals import check_uuid
from .transcriptions import Transcriptions


class Account:
    """What the account has: calls, conferences, recordings, transcriptions, and the links to the audio.

    `media_url` is the address of the media host. Raises ValueError if a setting is wrong.
    """

    def __init__(self, settings: dict[str, Any], clock: Clock, media_url: str) -> None:
        self.sid: str = settings["account_sid"]
        self.calls = Calls(
            settings["calls"], clock, settings.get("connection_id", CONNECTION), settings.get("call_days", DAYS)
        )
        self.recordings = Recordings()
        self._clock = clock
        self._processing: float = settings.get("processing_seconds", 1)
        self.conferences = Conferences(settings.get("conferences", []), self.calls, clock)
        for one in self.conferences.recordings(self._processing):
            self.recordings.add(one)
        self.transcriptions = Transcriptions(self.recordings)
        self.links = MediaLinks(media_url, settings.get("media_seconds", 600), clock)
        # Called with each recording that a request starts, and the form of that.
        self.on_start: Callable[[Recording, dict[str, Any]], None] | None = None
        self.models = Models(self.sid, self.transcriptions, self.links)
        for recording in settings.get("recordings", []):
            self._seed(**recording)

    def start(self, call_sid: str, form: dict[str, Any], **more: str) -> dict[str, Any]:
        """Start a recording as a form says, and return its model; `more` is what else a control request names.

        Raises NotFound, NotAnswered or ValueError.
        """
        self.calls.expect_live(call_sid)
        channels = 1 if form.get("RecordingChannels") == "single" else 2
        track = form.get("RecordingTrack", "both")
        recording = Recording(call_sid, self._clock, self._processing, channels=channels, track=track, **more)  # type: ignore[arg-type]
        self.recordings.add(recording)
        if self.on_start:
            self.on_start(recording, form)
        return self.models.started(recording)

    def move_call(self, sid: str, status: str, when: Moment | None = None) -> None:
        """Move a call to another state, now or at a moment; its end stops its recordings. Raises NotFound or ValueError."""
        self.calls.move(sid, status, when)
        if self.calls.get(sid).state == "ended":
            self.recordings.stop(sid, when.seconds if when else None)

    def _seed(
        self,
        call_sid: str,
        conference_sid: str | None = None,
        status: str = "completed",
        sid: str | None = None,
        transcription_sid: str | None = None,
    ) -> None:
        """Add a recording that a setting names. Raises ValueError."""
        if (
            conference_sid is not None
            and check_uuid("recordings.conference_sid", conference_sid) not in self.conferences
        ):
            raise ValueError(f"recordings.conference_sid is {conference_sid!r}; it must be the SID of a conference.")
        self.recordings.add(
            Recording(
                call_sid,
                self._clock,
                self._processing,
                conference_sid=conference_sid,
                status=status,
                seconds=SECONDS,
                sid=sid,
                transcription_sid=transcription_sid,
            )
        )
