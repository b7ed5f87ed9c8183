# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All recordings of the account."""

from __future__ import annotations

from collections import defaultdict

from .recording import FINAL, Recording
from .refusals import NotFound


class Recordings:
    """Recordings by their SID. Those that were deleted are kept, since a list may say that they were."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Recording] = {}
        self._by_transcription: dict[str, Recording] = {}
        self._by_call: defaultdict[str, list[Recording]] = defaultdict(list)

    def add(self, recording: Recording) -> None:
        """Add a recording, as the newest. Raises ValueError if a SID is taken."""
        if recording.sid in self._by_sid:
            raise ValueError(f"sid is {recording.sid!r}; it must be the SID of a new recording.")
        if recording.transcription_sid in self._by_transcription:
            sid = recording.transcription_sid
            raise ValueError(f"transcription_sid is {sid!r}; it must be the SID of a new transcription.")
        self._by_sid[recording.sid] = recording
        self._by_transcription[recording.transcription_sid] = recording
        self._by_call[recording.call_sid].append(recording)

    def get(self, sid: str, call_sid: str | None = None) -> Recording:
        """Return a recording that is not deleted, and is of this call if one is named. Raises NotFound."""
        recording = self._by_sid.get(sid)
        if recording is None or recording.deleted or call_sid not in (None, recording.call_sid):
            raise NotFound
        return recording

    def of_transcription(self, sid: str) -> Recording | None:
        """Return the recording of a transcription, even if it is deleted, or None if there is none."""
        return self._by_transcription.get(sid)

    def all(self) -> list[Recording]:
        """Return all recordings, the oldest first, also those that were deleted."""
        return list(self._by_sid.values())

    def of_call(self, call_sid: str) -> list[Recording]:
        """Return those of a call, likewise."""
        return self._by_call[call_sid]

    def of_conference(self, conference_sid: str) -> list[Recording]:
        """Return those of a conference, likewise."""
        return [one for one in self._by_sid.values() if one.conference_sid == conference_sid]

    def stop(self, call_sid: str, seconds: float | None = None) -> None:
        """Stop the recordings of a call, since it has ended, now or at a moment."""
        for recording in self._by_call.get(call_sid, []):
            if recording.status not in FINAL:
                recording.move("stopped", seconds)
