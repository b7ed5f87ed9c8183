# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds calls: the behaviour of the module call_info."""

from __future__ import annotations

import re
import typing as t

from .._base.date_filters import day_of
from .._base.errors import RequestFailed
from .._base.faults import Fault, fault
from .._finding import messages
from .._finding.filters import DETAILED, wants_live
from .._finding.find import find
from .._task.options import CONNECTION, LIMIT, MAX_CONCURRENCY, RESULTS_PATH, Option
from .._task.results import of_failure
from .._task.results_file import Filed
from .._task.task import Behaviour, Task
from .._telnyx.call import ENDED, LIVE
from .._telnyx.description.calls import GET_TEXML_CALL, LIST_CONNECTION_ACTIVE_CALLS
from .._telnyx.description.components import DATE_CREATED
from .._telnyx.description.conferences import GET_TEXML_CONFERENCE

if t.TYPE_CHECKING:
    from .._client.client import Client

SELECTIONS = ("call_sid", "connection_id", "conference_sid", "conference")
# Their lists have live legs only.
LIVE_ONLY = SELECTIONS[1:]

_NAME = {
    "type": "string",
    "pattern": r"^[^\ud800-\udfff]+(?![\s\S])",
    "x-expected": "text in UTF-8 that is not empty",
}

OPTIONS = {
    **CONNECTION,
    "call_sid": Option({"type": "list", "elements": "str"}),
    "connection_id": Option({"type": "str"}),
    "conference_sid": Option({"type": "str"}),
    "conference": Option({"type": "str"}, _NAME),
    "status": Option({"type": "list", "elements": "str", "choices": [*LIVE, *ENDED]}),
    "live": Option({"type": "bool"}),
    "from": Option({"type": "str"}, _NAME),
    "to": Option({"type": "str"}, _NAME),
    "direction": Option({"type": "str", "choices": ["inbound", "outbound"]}),
    "started": Option({"type": "str"}, DATE_CREATED),
    "ended": Option({"type": "str"}, DATE_CREATED),
    "one_leg_per_session": Option({"type": "bool"}),
    "details": Option({"type": "bool", "default": True}),
    "recordings": Option({"type": "bool", "default": False}),
    "limit": LIMIT,
    "max_concurrency": MAX_CONCURRENCY,
    **RESULTS_PATH,
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: two selections, and filters that cannot be answered."""
    first, *more = [name for name in SELECTIONS if name in params] or [""]
    faults = [fault(name, params[name], f"left out where {first} is given") for name in more]
    if "one_leg_per_session" in params and "connection_id" not in params:
        only = "left out without connection_id: only the calls of a connection have sessions"
        faults.append(fault("one_leg_per_session", params["one_leg_per_session"], only))
    if first in LIVE_ONLY:
        if params.get("live") is False:
            faults.append(fault("live", False, f"true where {first} is given, whose list has live calls only"))
        needed = [name for name in DETAILED if name in params]
        if needed and not params.get("details", True):
            faults.append(fault("details", False, f"true where {needed[0]} is given, which that list does not report"))
    for name in ("started", "ended"):
        if name in params and re.search(DATE_CREATED["pattern"], params[name]):
            try:
                day_of(params[name])
            except (ValueError, OverflowError, OSError):
                faults.append(fault(name, params[name], "a date that the calendar has"))
    return faults


def warnings(params: dict[str, t.Any]) -> list[str]:
    """Return what is allowed but unwise."""
    return [messages.EVENTUALLY] if wants_live(params) and not set(SELECTIONS) & set(params) else []


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Return the calls. Reads only, so check mode is no different."""
    try:
        found = find(params, client, task.progress)
    except RequestFailed as problem:
        return {**of_failure(problem.failure), "calls": [], "call_sids": [], "gone": 0, "truncated": False}
    result: dict[str, t.Any] = {
        "changed": False,
        "calls": found.calls,
        "call_sids": [call["sid"] for call in found.calls],
        "gone": found.gone,
        "truncated": found.truncated,
    }
    if found.missing:
        result.update(of_failure(found.missing[0]))
        if len(found.missing) > 1:
            result["msg"] += messages.MORE_MISSING.format(len(found.missing) - 1)
    if found.warnings:
        result["warnings"] = found.warnings
    return result


BEHAVIOUR = Behaviour(
    # Of the lists, the users set no parameters; they are made from the filters.
    (GET_TEXML_CALL, LIST_CONNECTION_ACTIVE_CALLS, GET_TEXML_CONFERENCE),
    OPTIONS,
    run,
    check=check,
    warnings=warnings,
    results_file=Filed(("calls", "call_sids")).opened,
)
