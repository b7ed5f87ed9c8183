# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at recordings: the behaviour of the module recording_info."""

from __future__ import annotations

import itertools
import typing as t

from .._base.dates import matches
from .._base.errors import RequestFailed
from .._base.faults import Fault, fault
from .._client.client import MAX_ON_PAGE
from .._task.options import CONNECTION, LIMIT, RESULTS_PATH, Option
from .._task.results import of_failure
from .._task.results_file import Filed
from .._task.task import Behaviour, Task
from .._telnyx.description.recordings import (
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
)
from .._telnyx.recording import normalized

if t.TYPE_CHECKING:
    from .._client.client import Client

SELECTIONS = ("recording_sid", "call_sid", "conference_sid")
STATUSES = ["in-progress", "paused", "stopped", "processing", "completed", "absent", "deleted"]

OPTIONS = {
    **CONNECTION,
    "recording_sid": Option({"type": "str"}),
    "call_sid": Option({"type": "str"}),
    "conference_sid": Option({"type": "str"}),
    "date_created": Option({"type": "str"}),
    "status": Option({"type": "list", "elements": "str", "choices": STATUSES}),
    "limit": LIMIT,
    **RESULTS_PATH,
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: more than one selection."""
    first, *more = [name for name in SELECTIONS if name in params] or [""]
    return [fault(name, params[name], f"left out where {first} is given") for name in more]


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Return the recordings. Reads only, so check mode is no different."""
    try:
        wanted = (one for one in map(normalized, _found(params, client)) if _is_wanted(one, params))
        return {"changed": False, "recordings": list(itertools.islice(wanted, params.get("limit")))}
    except RequestFailed as problem:
        return {**of_failure(problem.failure), "recordings": []}


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


BEHAVIOUR = Behaviour(
    (
        GET_TEXML_CALL_RECORDINGS,
        GET_TEXML_CALL_RECORDING,
        FETCH_TEXML_CALL_RECORDINGS,
        FETCH_TEXML_CONFERENCE_RECORDINGS,
    ),
    OPTIONS,
    run,
    check=check,
    results_file=Filed(("recordings",)).opened,
)
