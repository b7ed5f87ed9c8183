# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conferences of the account. All of their recordings are there from the beginning."""

from __future__ import annotations

from typing import Any

from .clock import Clock
from .recording import Recording
from .recordings import Recordings
from .refusals import NotFound, check_uuid

# How long such a recording is.
SECONDS = 5


class Conferences:
    """Conferences by their SID. Raises ValueError if one has recordings and its SID is not a UUID."""

    def __init__(
        self,
        conferences: list[dict[str, Any]],
        recordings: Recordings,
        clock: Clock,
        processing: float,
    ) -> None:
        self._sids = [str(conference["sid"]) for conference in conferences]
        for conference, sid in zip(conferences, self._sids):
            for number in range(int(conference.get("recordings", 1))):
                recordings.add(
                    Recording(
                        f"v3:participant-{number}-of-{sid}",
                        clock,
                        processing,
                        conference_sid=check_uuid("conferences.sid", sid),
                        channels=1,
                        source="StartConferenceRecordingAPI",
                        status="completed",
                        seconds=SECONDS,
                    )
                )

    def __contains__(self, sid: str) -> bool:
        return sid in self._sids

    def expect(self, sid: str) -> None:
        """Raise NotFound if there is no such conference."""
        if sid not in self:
            raise NotFound
