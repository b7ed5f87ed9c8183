# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transcriptions of the account: one of each recording that has been completed."""

from __future__ import annotations

from typing import NamedTuple

from .recording import Recording
from .recordings import Recordings
from .refusals import NotFound

TEXT = "This call is being recorded by a simulator. Nobody has said anything."


class Transcription(NamedTuple):
    """What was said on a recording. It is completed as long after the recording as that was after its stop."""

    sid: str
    recording: Recording
    deleted: bool

    @property
    def completed(self) -> bool:
        """Whether the text is there."""
        since = self.recording.completed
        return since is not None and self.recording.clock.seconds() >= since + self.recording.processing


class Transcriptions:
    """Transcriptions by their SID. They outlive their recording, so that who deletes has to think of both."""

    def __init__(self, recordings: Recordings) -> None:
        self._recordings = recordings
        self._deleted: set[str] = set()

    def of(self, recording: Recording) -> Transcription | None:
        """Return the transcription of a recording, also if it was deleted, or None if there has not been one."""
        if recording.completed is None:
            return None
        sid = recording.transcription_sid
        return Transcription(sid, recording, sid in self._deleted)

    def all(self) -> list[Transcription]:
        """Return all, in the order in which their recordings were completed, also those that were deleted."""
        found = [one for one in map(self.of, self._recordings.all()) if one]
        return sorted(found, key=lambda one: one.recording.completed or 0)

    def get(self, sid: str) -> Transcription:
        """Return a transcription that is not deleted. Raises NotFound."""
        recording = self._recordings.of_transcription(sid)
        found = recording and self.of(recording)
        if not found or found.deleted:
            raise NotFound
        return found

    def delete(self, sid: str) -> None:
        """Delete a transcription. Raises NotFound."""
        self._deleted.add(self.get(sid).sid)
