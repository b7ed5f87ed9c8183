# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which recordings a task is about: the options that recording_info and recording_archive share."""

from __future__ import annotations

import itertools
import typing as t

from .._base.date_filters import matches
from .._base.faults import Fault, fault
from .._client.client import MAX_ON_PAGE
from .._task.options import LIMIT, Option
from .._telnyx.recording import normalized

if t.TYPE_CHECKING:
    from .._client.client import Client

SELECTIONS = ("recording_sid", "call_sid", "conference_sid")
STATUSES = ["in-progress", "paused", "stopped", "processing", "completed", "absent", "deleted"]

SELECTION = {
    "recording_sid": Option({"type": "str"}),
    "call_sid": Option({"type": "str"}),
    "conference_sid": Option({"type": "str"}),
    "date_created": Option({"type": "str"}),
    "status": Option({"type": "list", "elements": "str", "choices": STATUSES}),
    "limit": LIMIT,
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: more than one selection."""
    first, *more = [name for name in SELECTIONS if name in params] or [""]
    return [fault(name, params[name], f"left out where {first} is given") for name in more]


def selected(params: dict[str, t.Any], client: Client) -> t.Iterator[dict[str, t.Any]]:
    """Give the recordings of a selection, normalized. Raises RequestFailed."""
    found: t.Iterator[dict[str, t.Any]] = map(normalized, _found(params, client))
    if "status" in params or "date_created" in params:
        found = filter(lambda one: _is_wanted(one, params), found)
    return itertools.islice(found, params.get("limit"))


def _found(params: dict[str, t.Any], client: Client) -> t.Iterable[dict[str, t.Any]]:
    if "recording_sid" in params:
        return [client.recordings.get(params["recording_sid"])]
    if "call_sid" in params:
        return client.recordings.of_call(params["call_sid"])
    if "conference_sid" in params:
        return client.recordings.of_conference(params["conference_sid"])
    # How many have another status is not known.
    size = MAX_ON_PAGE if "status" in params else min(MAX_ON_PAGE, params.get("limit", MAX_ON_PAGE))
    return client.recordings.of_account(params.get("date_created"), size)


def _is_wanted(recording: dict[str, t.Any], params: dict[str, t.Any]) -> bool:
    # The account's list is filtered by date; the others have no such parameter.
    date = params.get("date_created")
    return ("status" not in params or recording["status"] in params["status"]) and (
        date is None or matches(date, recording["date_created"])
    )
