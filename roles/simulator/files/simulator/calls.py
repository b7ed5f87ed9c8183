# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of the account, and their recordings."""

from __future__ import annotations

import datetime
import time
import uuid
from collections.abc import Callable
from typing import Any

STATES = ("ringing", "in-progress", "ended")
RECORDING_STATES = ("in-progress", "completed", "paused", "stopped")
SOURCES = (
    "StartCallRecordingAPI",
    "StartConferenceRecordingAPI",
    "OutboundAPI",
    "DialVerb",
    "Conference",
    "RecordVerb",
    "Trunking",
)


class NoSuchCall(Exception):
    """The call is unknown, or has ended."""


class NotAnswered(Exception):
    """The call is still ringing."""


class NoSuchRecording(Exception):
    """No call has a recording of this SID."""


class Account:
    """An account, with calls in a state each. A recording is kept as its full model; replies show a part of it.

    `now` is the service's clock.
    """

    def __init__(self, sid: str, calls: list[dict[str, str]], now: Callable[[], datetime.datetime]) -> None:
        self.sid = sid
        self._states = {call["sid"]: call.get("status", "in-progress") for call in calls}
        self._now = now
        self._recordings: dict[str, list[dict[str, Any]]] = {}
        # When each recording was made, by a clock that nobody sets.
        self._made: dict[str, float] = {}

    def start(
        self, call_sid: str, form: dict[str, Any], source: str = "StartCallRecordingAPI", status: str = "in-progress"
    ) -> dict[str, Any]:
        """Start a recording as the form says. Raises NoSuchCall, NotAnswered or ValueError."""
        _check("source", source, SOURCES)
        _check("status", status, RECORDING_STATES)
        state = self._states.get(call_sid, "ended")
        if state == "ended":
            raise NoSuchCall
        if state == "ringing":
            raise NotAnswered
        now = self._date()
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
            "source": source,
            "error_code": None,
            "track": form.get("RecordingTrack", "both"),
            "status": status,
            "uri": f"/v2/texml/Accounts/{self.sid}/Calls/{call_sid}/Recordings/{sid}.json",
        }
        self._recordings.setdefault(call_sid, []).append(recording)
        self._made[sid] = time.monotonic()
        return _without(recording, "status")

    def move(self, sid: str, status: str) -> dict[str, Any]:
        """Move a recording to another state. Raises NoSuchRecording or ValueError."""
        _check("status", status, RECORDING_STATES)
        for recordings in self._recordings.values():
            for recording in recordings:
                if recording["sid"] == sid:
                    recording.update(status=status, date_updated=self._date())
                    return _listed(recording)
        raise NoSuchRecording

    def recordings(self, call_sid: str, lag: float) -> list[dict[str, Any]]:
        """Return the recordings of a call that are older than `lag`, the oldest first; an ended call has them still.

        Raises NoSuchCall.
        """
        if call_sid not in self._states:
            raise NoSuchCall
        latest = time.monotonic() - lag
        recordings = self._recordings.get(call_sid, [])
        return [_listed(recording) for recording in recordings if self._made[recording["sid"]] <= latest]

    def _date(self) -> str:
        return self._now().strftime("%Y-%m-%dT%H:%M:%SZ")


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")


def _listed(recording: dict[str, Any]) -> dict[str, Any]:
    return _without(recording, "track", "price", "price_unit")


def _without(recording: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in recording.items() if name not in names}
