# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The models in which the API shows its things."""

from __future__ import annotations

import datetime
import email.utils
from typing import Any
from urllib.parse import quote

from .media_links import MediaLinks
from .recording import Recording
from .transcriptions import TEXT, Transcription, Transcriptions

# What an absent recording says of itself.
NOTHING_TO_HEAR = "absent"


class Models:
    """Shows the things of one account."""

    def __init__(self, account_sid: str, transcriptions: Transcriptions, links: MediaLinks) -> None:
        self._account_sid = account_sid
        self._root = root(account_sid)
        self._transcriptions = transcriptions
        self._links = links

    def started(self, recording: Recording) -> dict[str, Any]:
        """Return the model of the start and the update, which does not say the status."""
        uri = f"{self._root}/Calls/{segment(recording.call_sid)}/Recordings/{recording.sid}.json"
        return {**self._common(recording), "price": None, "price_unit": None, "track": recording.track, "uri": uri}

    def recording(self, recording: Recording) -> dict[str, Any]:
        """Return the model of a recording that is looked at or listed. Its link is new each time."""
        uri = self._uri_of_transcription(recording)
        model = {
            **self._common(recording),
            "status": recording.status,
            "subresources_uris": {"transcriptions": uri},
            "uri": self._uri(recording),
        }
        return model if recording.completed is None else {**model, "media_url": self._links.link(recording.sid)}

    def of_conference(self, recording: Recording) -> dict[str, Any]:
        """Return the model that only one list of conferences has."""
        model = {
            **self._common(recording),
            "date_created": mail_date(recording.created),
            "date_updated": mail_date(recording.updated),
            "start_time": mail_date(recording.created),
            "status": _odd_status(recording),
            "duration": recording.duration,
            "subresource_uris": {"transcriptions": self._uri_of_transcription(recording)},
            "uri": self._uri(recording),
        }
        if recording.completed is not None and not recording.deleted:
            model["media_url"] = self._links.link(recording.sid)
        # Nothing is null here.
        return {name: value for name, value in model.items() if value is not None}

    def transcription(self, transcription: Transcription) -> dict[str, Any]:
        """Return the model of a transcription. It has a text only when that is completed."""
        recording = transcription.recording
        updated = recording.updated
        if transcription.completed:
            updated += datetime.timedelta(seconds=recording.processing)
        model = {
            "account_sid": self._account_sid,
            "api_version": "2010-04-01",
            "call_sid": recording.call_sid,
            "date_created": _date(recording.updated),
            "date_updated": _date(updated),
            "duration": _text(recording.duration),
            "recording_sid": recording.sid,
            "sid": transcription.sid,
            "status": "completed" if transcription.completed else "in-progress",
            "uri": self._uri_of_transcription(recording),
        }
        return {**model, "transcription_text": TEXT} if transcription.completed else model

    def _common(self, recording: Recording) -> dict[str, Any]:
        return {
            "account_sid": self._account_sid,
            "call_sid": recording.call_sid,
            "conference_sid": recording.conference_sid,
            "channels": recording.channels,
            "date_created": _date(recording.created),
            "date_updated": _date(recording.updated),
            "start_time": _date(recording.created),
            "duration": _text(recording.duration),
            "sid": recording.sid,
            "source": recording.source,
            "error_code": NOTHING_TO_HEAR if recording.absent else None,
        }

    def _uri(self, recording: Recording) -> str:
        return f"{self._root}/Recordings/{recording.sid}.json"

    def _uri_of_transcription(self, recording: Recording) -> str | None:
        transcription = self._transcriptions.of(recording)
        if transcription is None or transcription.deleted:
            return None
        return f"{self._root}/Transcriptions/{transcription.sid}.json"


def root(account_sid: str) -> str:
    """Return the path of an account."""
    return f"/v2/texml/Accounts/{segment(account_sid)}"


def segment(sid: str) -> str:
    """Return a SID as one segment of a path (RFC 3986, section 3.3)."""
    return quote(sid, safe=":@!$&'()*+,;=")


def _odd_status(recording: Recording) -> str:
    if recording.deleted:
        return "deleted"
    if recording.absent:
        return "absent"
    return "completed" if recording.status == "completed" else "processing"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _date(date: datetime.datetime) -> str:
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def mail_date(date: datetime.datetime) -> str:
    """Return a date as in mail (RFC 2822)."""
    return email.utils.format_datetime(date)
