# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The models in which the API shows conferences and their participants."""

from __future__ import annotations

from typing import Any

from .call import Call
from .conferences import Conference
from .models import mail_date, root, segment

API_VERSION = "v2/texml"


class ConferenceModels:
    """Shows the conferences of one account."""

    def __init__(self, account_sid: str) -> None:
        self._account_sid = account_sid

    def conference(self, conference: Conference) -> dict[str, Any]:
        """Return the model of a conference."""
        uri, last = self._uri(conference), conference.last
        model = {
            "account_sid": self._account_sid,
            "api_version": API_VERSION,
            "date_created": mail_date(conference.created.date),
            "date_updated": mail_date(conference.updated.date),
            "friendly_name": conference.friendly_name,
            "reason_conference_ended": _reason(conference),
            "region": "dc2",
            "sid": conference.sid,
            "status": conference.status,
            "subresource_uris": {"participants": f"{uri}/Participants", "recordings": f"{uri}/Recordings"},
            "uri": uri,
        }
        return {**model, "call_sid_ending_conference": last.sid} if last else model

    def participant(self, conference: Conference, call: Call) -> dict[str, Any]:
        """Return the model of a live participant."""
        joined = call.answered or call.created
        return {
            "account_sid": self._account_sid,
            "api_version": API_VERSION,
            "call_sid": call.sid,
            "call_sid_legacy": call.sid,
            "coaching": False,
            "conference_sid": conference.sid,
            "date_created": mail_date(joined.date),
            "date_updated": mail_date(joined.date),
            "end_conference_on_exit": False,
            "hold": False,
            "muted": False,
            "status": "connected" if call.answered else "connecting",
            "uri": f"{self._uri(conference)}/Participants/{segment(call.sid)}",
        }

    def _uri(self, conference: Conference) -> str:
        return f"{root(self._account_sid)}/Conferences/{segment(conference.sid)}"


def _reason(conference: Conference) -> str | None:
    if conference.status != "completed":
        return None
    return "last-participant-left" if conference.last else "conference-ended-via-api"
