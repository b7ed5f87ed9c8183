# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One shape for the API's calls, which come as calls, as live legs of a connection, and as participants."""

from __future__ import annotations

import datetime
import typing as t

from .._base.dates import rfc_3339, to_rfc_3339

LIVE = ("ringing", "in-progress")
ENDED = ("canceled", "completed", "failed", "busy", "no-answer")

_TEXTS = (
    *("sid", "account_sid", "status", "direction", "from", "from_formatted", "to", "to_formatted", "caller_name"),
    *("answered_by", "price", "price_unit", "uri"),
)
_DATES = ("date_created", "date_updated", "start_time", "end_time")
# Only the lists of live legs have these.
_OF_LISTS = ("session", "leg", "client_state", "conference_sid")
FIELDS = ("live", *_TEXTS, *_OF_LISTS, "duration", *_DATES)

Call = t.Dict[str, t.Any]


def call_of(body: t.Mapping[str, t.Any]) -> Call:
    """Return a call of the API with all FIELDS: None for what the API does not report, or not in the documented type."""
    call: Call = {"live": None, **{name: _text(body.get(name)) for name in _TEXTS}, **dict.fromkeys(_OF_LISTS)}
    call["duration"] = _seconds(body.get("duration"))
    call.update({name: _date(body.get(name)) for name in _DATES})
    if call["status"] in (*LIVE, *ENDED):
        call["live"] = call["status"] in LIVE
    return call


def of_connection(leg: t.Mapping[str, t.Any]) -> Call:
    """Return a live leg of a connection as a call. It has neither numbers nor a direction."""
    call = call_of({"sid": leg.get("call_control_id"), "duration": leg.get("call_duration")})
    names = {"session": "call_session_id", "leg": "call_leg_id", "client_state": "client_state"}
    return {**call, "live": True, **{name: _text(leg.get(theirs)) for name, theirs in names.items()}}


def of_conference(participant: t.Mapping[str, t.Any], conference_sid: str) -> Call:
    """Return a participant of a conference as a call. It has neither numbers nor a direction."""
    call = call_of({"sid": participant.get("call_sid"), "account_sid": participant.get("account_sid")})
    return {**call, "live": participant.get("status") != "completed", "conference_sid": conference_sid}


def with_details(leg: Call, call: Call) -> Call:
    """Return a leg of a list with the details of its call.

    The list is exact, and the call is eventually consistent. Where they differ, the list is right; a status that says that a
    live leg has ended is left out.
    """
    exact = {name: leg[name] for name in ("sid", "live", "duration") if leg[name] is not None}
    both = {name: leg[name] if call[name] is None else call[name] for name in FIELDS}
    if leg["live"] and call["live"] is False:
        both.update(status=None, end_time=None)
    return {**both, **exact}


def _text(value: t.Any) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(value: t.Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _date(value: t.Any) -> str | None:
    date = rfc_3339(to_rfc_3339(value)) if isinstance(value, str) else None
    return date and datetime.datetime.fromtimestamp(date[0], datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
