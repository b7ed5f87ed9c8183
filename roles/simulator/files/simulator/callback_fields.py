# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What callbacks say."""

from __future__ import annotations

import datetime
import uuid

from .call import Call, Moment
from .call_models import talk
from .conferences import Conference
from .recording import Recording


class CallbackFields:
    """The fields of the callbacks of one account, in the order in which they are sent."""

    def __init__(self, account_sid: str) -> None:
        # The vendor's pages call it a user ID, or that of a connection. So it is not the SID of the account.
        self._account = str(uuid.uuid5(uuid.NAMESPACE_URL, account_sid))

    def call(self, call: Call, status: str, number: int, when: Moment) -> dict[str, str]:
        """Return the fields of a call that got a status, `number` callbacks after its first one."""
        fields = {
            **self._common(call.sid, call.connection_id),
            "CallInitiatedAt": _date(call.created),
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "From": call.from_,
            "SequenceNumber": str(number),
            "Timestamp": _date(when),
            "To": call.to,
        }
        if call.parent_sid:
            fields.update(ParentCallSid=call.parent_sid, ParentCallSidLegacy=call.parent_sid)
        if call.caller_name:
            fields["CallerId"] = call.caller_name
        if call.ended is when:
            fields.update(CallLegId=call.leg_id, CallSessionId=call.session, EndTime=_date(when))
            fields["CallDuration"] = str(talk(call, when.seconds))
            if call.answered:
                fields["AnsweredTime"] = _date(call.answered)
        return fields

    def recording(self, recording: Recording, connection_id: str, status: str, url: str | None) -> dict[str, str]:
        """Return the fields of a recording that got a status; `url` is the link to its audio, if that is sent."""
        fields = {
            **self._common(recording.call_sid, connection_id),
            "RecordingChannels": str(recording.channels),
            "RecordingSid": recording.sid,
            "RecordingSource": recording.source,
            "RecordingStatus": status,
        }
        if recording.duration is not None:
            fields["RecordingDuration"] = str(recording.duration)
        return {**fields, "RecordingUrl": url} if url else fields

    def conference(self, conference: Conference, call: Call, event: str, number: int, when: Moment) -> dict[str, str]:
        """Return the fields of what a participant did to a conference, `number` callbacks after its first one."""
        fields = {
            **self._common(call.sid, call.connection_id),
            "ConferenceSid": conference.sid,
            "FriendlyName": conference.friendly_name,
            "From": call.from_,
            "SequenceNumber": str(number),
            "StatusCallbackEvent": event,
            "Timestamp": _date(when),
            "To": call.to,
        }
        label = conference.labels.get(call.sid)
        return {**fields, "ParticipantLabel": label} if label else fields

    def _common(self, call_sid: str, connection_id: str) -> dict[str, str]:
        return {
            "AccountSid": self._account,
            "CallSid": call_sid,
            "CallSidLegacy": call_sid,
            "ConnectionId": connection_id,
        }


def _date(moment: Moment) -> str:
    utc = moment.date.astimezone(datetime.timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
