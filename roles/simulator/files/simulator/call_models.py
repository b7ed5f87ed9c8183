# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The models in which the API shows calls."""

from __future__ import annotations

import re
from typing import Any

from .call import Call, Seen
from .models import mail_date, root, segment

# A number of the North American Numbering Plan.
_NUMBER = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")


class CallModels:
    """Shows the calls of one account."""

    def __init__(self, account_sid: str) -> None:
        self._account_sid = account_sid

    def call(self, seen: Seen) -> dict[str, Any]:
        """Return the model of a call that is fetched or listed."""
        call, ended = seen.call, seen.ended
        model = {
            "account_sid": self._account_sid,
            "caller_name": call.caller_name,
            "date_created": mail_date(call.created.date),
            "date_updated": mail_date(seen.updated.date),
            "direction": call.direction,
            "from": call.from_,
            "from_formatted": _formatted(call.from_),
            "sid": call.sid,
            "start_time": mail_date(call.created.date),
            "status": seen.status,
            "to": call.to,
            "to_formatted": _formatted(call.to),
            "uri": f"{root(self._account_sid)}/Calls/{segment(call.sid)}",
        }
        if ended:
            model["end_time"] = mail_date(ended.date)
            model["duration"] = str(talk(call, ended.seconds))
        # Nothing is null here.
        return {name: value for name, value in model.items() if value is not None}

    def active(self, call: Call, now: float) -> dict[str, Any]:
        """Return the model of a live call in the list of its connection."""
        return {
            "call_control_id": call.sid,
            "call_leg_id": call.leg_id,
            "call_session_id": call.session,
            "client_state": "",
            "call_duration": talk(call, now),
            "record_type": "call",
        }


def talk(call: Call, until: float) -> int:
    """Return for how many whole seconds a call has been answered."""
    return round(until - call.answered.seconds) if call.answered else 0


def _formatted(number: str) -> str:
    found = _NUMBER.fullmatch(number)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else number
