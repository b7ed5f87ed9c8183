# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the calls that came back are wanted. Filters are sent as well, but the service may ignore them."""

from __future__ import annotations

import datetime
import typing as t

from .._base.date_filters import day_of, matches
from .._telnyx.call import ENDED, LIVE, Call

# What the list of the account is read from, for live calls. A search without an end would read all that ever were.
LIVE_DAYS = 2
_EQUAL = {"status": "status", "direction": "direction", "from": "from", "to": "to"}
_DATES = {"started": "start_time", "ended": "end_time"}
# What the lists of live legs do not tell.
DETAILED = (*_EQUAL, *_DATES)


def wants_live(params: t.Mapping[str, t.Any]) -> bool:
    """Return whether only live calls are asked for."""
    return params.get("live") is True or bool(params.get("status") and set(params["status"]) <= set(LIVE))


def is_wanted(call: Call, params: t.Mapping[str, t.Any]) -> bool:
    """Return whether a call is what all filters ask for. What is not known is not selected."""
    if params.get("live") not in (None, call["live"]):
        return False
    for option, field in _EQUAL.items():
        allowed = params.get(option, [call[field]])
        if call[field] not in (allowed if isinstance(allowed, list) else [allowed]):
            return False
    return all(matches(params[option], call[field]) for option, field in _DATES.items() if option in params)


def query_of(params: t.Mapping[str, t.Any], today: datetime.date) -> dict[str, t.Any]:
    """Return the query for the list of the account, in the API's names. It asks for more rather than for less.

    Dates have the grain of a day there, in a time zone that is not documented, so they are a day wider. Only the statuses
    of calls that have ended can be asked for, one at a time.
    """
    query = {"To": params.get("to"), "From": params.get("from")}
    status = params.get("status", [])
    if len(status) == 1 and status[0] in ENDED:
        query["Status"] = status[0]
    for option, name in (("started", "StartTime"), ("ended", "EndTime")):
        if option in params:
            sign, day = day_of(params[option])
            if sign in ("", ">", ">="):
                query[f"{name}_gt"] = _days_after(day, -2)
            if sign in ("", "<", "<="):
                query[f"{name}_lt"] = _days_after(day, 2)
    if wants_live(params):
        since = _days_after(today, -LIVE_DAYS - 1)
        query["StartTime_gt"] = max(query.get("StartTime_gt") or since, since)
    return query


def _days_after(day: datetime.date, days: int) -> str:
    try:
        return (day + datetime.timedelta(days)).isoformat()
    except OverflowError:
        return day.isoformat()
