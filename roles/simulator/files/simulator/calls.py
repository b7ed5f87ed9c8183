# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the account, and their recordings."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

STATES = ("ringing", "in-progress", "ended")


class NoSuchCall(Exception):
    """The call is unknown, or has ended."""


class NotAnswered(Exception):
    """The call is still ringing."""


class Account:
    """An account, with calls in a state each. A recording is kept as its full model; replies show a part of it."""

    def __init__(self, sid: str, calls: list[dict[str, str]]) -> None:
        self.sid = sid
        self._states = {call["sid"]: call.get("status", "in-progress") for call in calls}
        self._recordings: dict[str, list[dict[str, Any]]] = {}

    def start(self, call_sid: str, form: dict[str, Any]) -> dict[str, Any]:
        """Start a recording as the form says. Raises NoSuchCall or NotAnswered."""
        state = self._states.get(call_sid, "ended")
        if state == "ended":
            raise NoSuchCall
        if state == "ringing":
            raise NotAnswered
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        sid = str(uuid.uuid4())
        recording = {
            "account_sid": self.sid,
            "call_sid": call_sid,
            "conference_sid": None,
            "channels": 1 if form.get("RecordingChannels") == "single" else 2,
            "date_created": now,
            "date_updated": now,
            "start_time": now,
            "price": None,
            "price_unit": None,
            "duration": None,
            "sid": sid,
            "source": "StartCallRecordingAPI",
            "error_code": None,
            "track": form.get("RecordingTrack", "both"),
            "status": "in-progress",
            "uri": f"/v2/texml/Accounts/{self.sid}/Calls/{call_sid}/Recordings/{sid}.json",
        }
        self._recordings.setdefault(call_sid, []).append(recording)
        return _without(recording, "status")

    def recordings(self, call_sid: str) -> list[dict[str, Any]]:
        """Return the recordings of a call, the oldest first; an ended call has them still. Raises NoSuchCall."""
        if call_sid not in self._states:
            raise NoSuchCall
        return [_without(recording, "track", "price", "price_unit") for recording in self._recordings.get(call_sid, [])]


def _without(recording: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in recording.items() if name not in names}
