# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transcripts of recordings. The API can only list those of the whole account."""

from __future__ import annotations

import typing as t

from .._telnyx.recording import PENDING

if t.TYPE_CHECKING:
    from .log import Kept


SUFFIX = ".txt"


class Transcript(t.NamedTuple):
    """What was said in a recording: the text of its transcriptions, in the order in which they were made."""

    text: str
    sids: list[str]


class Transcripts:
    """Those of the recordings that lack one, from all transcriptions of the account."""

    def __init__(self, transcriptions: t.Iterable[dict[str, t.Any]], kept: t.Mapping[str, Kept]) -> None:
        self._found: dict[str, list[dict[str, t.Any]]] = {}
        self.pending: set[str] = set()
        """The recordings with a transcription that is not complete yet."""
        for one in transcriptions:
            sid = one.get("recording_sid")
            if not isinstance(sid, str) or (sid in kept and kept[sid].transcript):
                continue
            if one.get("status") in PENDING:
                self.pending.add(sid)
            elif one.get("status") == "completed" and isinstance(one.get("transcription_text"), str):
                self._found.setdefault(sid, []).append(one)

    def of(self, recording_sid: str) -> Transcript | None:
        """Return the transcript of a recording, None if there is none, or not yet all of it."""
        if recording_sid in self.pending:
            return None
        found = sorted(self._found.get(recording_sid, []), key=lambda one: str(one.get("date_created")))
        if not found:
            return None
        texts = [one["transcription_text"].rstrip("\n") + "\n" for one in found]
        return Transcript("\n".join(texts), [str(one.get("sid")) for one in found])
