# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings of calls: by a request for each call, or by the account's list, whichever takes fewer requests."""

from __future__ import annotations

import itertools
import math
import time
import typing as t

from .._base.dates import rfc_3339
from .._base.errors import RequestFailed
from .._base.parallel import each
from .._base.urls import decoded
from .._client.client import MAX_ON_PAGE
from .._telnyx.call import Call
from .._telnyx.failure import KEY_REFUSED
from .._telnyx.recording import normalized

if t.TYPE_CHECKING:
    from .._client.client import Client

Recording = t.Dict[str, t.Any]


def with_recordings(calls: list[Call], client: Client, max_concurrency: int, failures: list[str]) -> list[Call]:
    """Return the calls, each with its `recordings`, or None where these cannot be fetched, for the reason in `failures`.

    Raises RequestFailed if the key is refused.
    """
    since = min((call["start_time"] or "" for call in calls), default="")
    # One call takes one request, and the list of the account at least one.
    listed = _of_account(client, since, len(calls)) if since and len(calls) > 1 else None
    if listed is None:
        found = each(lambda call: _of_call(client, call["sid"], failures), calls, max_concurrency)
    else:
        found = [listed.get(decoded(call["sid"]), []) for call in calls]
    return [
        {**call, "recordings": None if some is None else list(map(normalized, some))}
        for call, some in zip(calls, found)
    ]


def _of_call(client: Client, call_sid: str, failures: list[str]) -> list[Recording] | None:
    try:
        return list(client.recordings.of_call(call_sid))
    except RequestFailed as problem:
        if problem.failure.http_status in KEY_REFUSED:
            raise
        failures.append(problem.failure.msg)
        return None


def _of_account(client: Client, since: str, requests: int) -> dict[bytes, list[Recording]] | None:
    """Return the account's recordings from the day of `since` on, by call, or None if that takes more requests."""
    listed = client.recordings.of_account(f">={since[:10]}", MAX_ON_PAGE)
    found = list(itertools.islice(listed, MAX_ON_PAGE))
    # What the first page spans tells how many there are.
    if len(found) == MAX_ON_PAGE and _pages(found, since) > requests:
        return None
    budget = MAX_ON_PAGE * requests
    found += itertools.islice(listed, budget - len(found))
    if len(found) >= budget:
        return None
    by_call: dict[bytes, list[Recording]] = {}
    for one in found:
        if isinstance(one.get("call_sid"), str):
            by_call.setdefault(decoded(one["call_sid"]), []).append(one)
    return by_call


def _pages(page: list[Recording], since: str) -> float:
    """Return how many pages there are from a time on, if they all span as much as this one. Infinity if it spans nothing."""
    dates = [date[0] for one in page if (date := rfc_3339(normalized(one)["date_created"]))]
    spanned = max(dates) - min(dates) if dates else 0
    begin = rfc_3339(since)
    return math.ceil((time.time() - begin[0]) / spanned) if spanned and begin else math.inf
