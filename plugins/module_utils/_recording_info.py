# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Looks at recordings: the behaviour of the module recording_info."""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils import _outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import MAX_ON_PAGE, Unreadable
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import CONNECTION_SPEC, ArgumentSpec
from ansible_collections.voiceops.telnyx.plugins.module_utils._dates import answers
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import (
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Operation, build
from ansible_collections.voiceops.telnyx.plugins.module_utils._recordings import shaped
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Behaviour, Task

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api

# Which operation is asked, by the option that is set; without any, the list of the account.
_BY_OPTION: dict[str, Operation] = {
    "recording_sid": GET_TEXML_CALL_RECORDING,
    "call_sid": FETCH_TEXML_CALL_RECORDINGS,
    "conference_sid": FETCH_TEXML_CONFERENCE_RECORDINGS,
}
STATUSES = ["in-progress", "paused", "stopped", "processing", "completed", "absent", "deleted"]

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    "recording_sid": {"type": "str"},
    "call_sid": {"type": "str"},
    "conference_sid": {"type": "str"},
    "date_created": {"type": "str"},
    "status": {"type": "list", "elements": "str", "choices": STATUSES},
    "limit": {"type": "int"},
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: more than one thing to look for."""
    first, *more = [name for name in _BY_OPTION if name in params] or [""]
    return [fault(name, params[name], f"left out where {first} is given") for name in more]


def run(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Return the recordings. Reads only, so check mode is no different."""
    try:
        wanted = (one for one in map(shaped, _found(params, api)) if _is_wanted(one, params))
        return {"changed": False, "recordings": list(itertools.islice(wanted, params.get("limit")))}
    except Unreadable as problem:
        return {"failed": True, "changed": False, "recordings": [], **_outcome.failure(problem)}


def _found(params: dict[str, t.Any], api: Api) -> t.Iterable[dict[str, t.Any]]:
    option = next((name for name in _BY_OPTION if name in params), None)
    operation = _BY_OPTION[option] if option else GET_TEXML_CALL_RECORDINGS
    query = {} if option else {"DateCreated": params.get("date_created")}
    values = {name: params[name] for name in operation.parameters["properties"]}
    request = build(operation, params["base_url"], values, {}, query)
    if operation is GET_TEXML_CALL_RECORDING:
        return [api.read(request)]
    # How many have another status is not known.
    size = MAX_ON_PAGE if "status" in params else min(MAX_ON_PAGE, params.get("limit", MAX_ON_PAGE))
    return api.each(request, "recordings", size=size if "PageSize" in operation.query["properties"] else None)


def _is_wanted(recording: dict[str, t.Any], params: dict[str, t.Any]) -> bool:
    # The account's list is asked for the date; the others know no such question.
    date = params.get("date_created")
    return ("status" not in params or recording["status"] in params["status"]) and (
        date is None or answers(date, recording["date_created"])
    )


BEHAVIOUR = Behaviour((GET_TEXML_CALL_RECORDINGS, *_BY_OPTION.values()), ARGUMENT_SPEC, run, check=check)
