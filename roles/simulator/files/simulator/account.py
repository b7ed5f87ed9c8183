# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one account that the simulator has."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from .calls import Calls
from .conferences import Conferences
from .media_links import MediaLinks
from .models import Models
from .recording import Recording
from .recordings import Recordings
from .transcriptions import Transcriptions


class Account:
    """What the account has: calls, conferences, recordings, transcriptions, and the links to the audio.

    `now` is the service's clock, and `media_url` the address of the media host. Raises ValueError if a setting is wrong.
    """

    def __init__(self, settings: dict[str, Any], now: Callable[[], datetime.datetime], media_url: str) -> None:
        self.sid: str = settings["account_sid"]
        self.calls = Calls(settings["calls"])
        self.recordings = Recordings()
        self._now = now
        self._processing: float = settings.get("processing_seconds", 1)
        self.conferences = Conferences(settings.get("conferences", []), self.recordings, now, self._processing)
        self.transcriptions = Transcriptions(self.recordings)
        self.links = MediaLinks(media_url, settings.get("media_seconds", 600))
        self.models = Models(self.sid, self.transcriptions, self.links)

    def start(self, call_sid: str, form: dict[str, Any], **more: str) -> dict[str, Any]:
        """Start a recording as a form says, and return its model; `more` is the source and the status, if it is another's.

        Raises NotFound, NotAnswered or ValueError.
        """
        self.calls.expect_live(call_sid)
        channels = 1 if form.get("RecordingChannels") == "single" else 2
        track = form.get("RecordingTrack", "both")
        recording = Recording(call_sid, self._now, self._processing, channels=channels, track=track, **more)  # type: ignore[arg-type]
        self.recordings.add(recording)
        return self.models.started(recording)
