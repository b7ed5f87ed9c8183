# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conferences of the account. All of their recordings are there from the beginning."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from .recording import Recording
from .recordings import Recordings
from .refusals import NotFound

# How long such a recording is.
SECONDS = 5


class Conferences:
    """Conferences by their SID. Raises ValueError if one is not a UUID, which the description promises."""

    def __init__(
        self,
        conferences: list[dict[str, Any]],
        recordings: Recordings,
        now: Callable[[], datetime.datetime],
        processing: float,
    ) -> None:
        self._sids = [str(conference["sid"]) for conference in conferences]
        for conference, sid in zip(conferences, self._sids):
            if not _is_uuid(sid):
                raise ValueError(f"conferences has the sid {sid!r}; it must be a UUID.")
            for number in range(int(conference.get("recordings", 1))):
                recordings.add(
                    Recording(
                        f"v3:participant-{number}-of-{sid}",
                        now,
                        processing,
                        conference_sid=sid,
                        channels=1,
                        source="StartConferenceRecordingAPI",
                        status="completed",
                        seconds=SECONDS,
                    )
                )

    def expect(self, sid: str) -> None:
        """Raise NotFound if there is no such conference."""
        if sid not in self._sids:
            raise NotFound


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
