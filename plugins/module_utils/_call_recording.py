# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Starts recordings: the behaviour of the module call_recording."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils import _result
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import (
    CONNECTION_SPEC,
    ArgumentSpec,
    split_words,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import (
    FETCH_TEXML_CALL_RECORDINGS,
    START_TEXML_CALL_RECORDING,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Operation, Request, build, form_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._starts import Start, Starts
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Behaviour, Task
from ansible_collections.voiceops.telnyx.plugins.module_utils._urls import meaning, normal

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api
    from ansible_collections.voiceops.telnyx.plugins.module_utils._journal import Journal

OPERATION = START_TEXML_CALL_RECORDING
LISTING = FETCH_TEXML_CALL_RECORDINGS

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    "call_sid": {"type": "list", "elements": "str", "required": True},
    "max_concurrency": {"type": "int", "default": 8},
    "play_beep": {"type": "bool"},
    "recording_channels": {"type": "str", "choices": ["single", "dual"]},
    "recording_track": {"type": "str", "choices": ["inbound", "outbound", "both"]},
    "recording_status_callback": {"type": "str"},
    "recording_status_callback_method": {"type": "str", "choices": ["GET", "POST"]},
    "recording_status_callback_event": {"type": "list", "elements": "str"},
    "send_recording_url": {"type": "bool"},
    "unless_recording": {"type": "bool", "default": False},
    "reconcile_timeout": {"type": "int", "default": 10},
    "retry_unknown": {"type": "bool", "default": False},
    "journal": {"type": "path"},
}


def normalize(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments with the events as a list, also where they came in the API's own spelling."""
    events = "recording_status_callback_event"
    return {**arguments, events: split_words(arguments[events])} if arguments.get(events) is not None else arguments


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express.

    They are a call that is named twice, in either spelling of its colon, and a second start without a look.
    """
    seen: dict[bytes, int] = {}
    faults = []
    if params.get("retry_unknown") and params.get("reconcile_timeout") == 0:
        faults.append(
            fault("retry_unknown", True, "false where reconcile_timeout is 0, since nothing is looked at then")
        )
    for index, sid in enumerate(params.get("call_sid", [])):
        first = seen.setdefault(meaning(sid), index)
        if first != index:
            expected = f"another call than call_sid[{first}], since each call is recorded once"
            faults.append(fault(f"call_sid[{index}]", sid, expected))
    return faults


def warnings(params: dict[str, t.Any]) -> list[str]:
    """Return what is allowed and unwise."""
    if params.get("recording_status_callback_method") != "GET":
        return []
    return [
        "recording_status_callback_method is GET: a GET callback carries no signature, so its receiver cannot tell"
        " whether it comes from Telnyx. POST is signed."
    ]


def run(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Start a recording on each call, several at the same time, and return the result of the task.

    A call that fails does not stop the rest. In check mode no start is sent. In diff mode the result has the forms.
    `task.progress` is told every few seconds how far it is. Raises InvalidArguments for a journal that cannot be used.
    """
    form = form_of(OPERATION, params)

    def request(operation: Operation, call_sid: str | bytes, base_url: str = params["base_url"]) -> Request:
        parameters = {"account_sid": params["account_sid"], "call_sid": call_sid}
        return build(operation, base_url, parameters, form if operation.request else {})

    base_url = normal(params["base_url"])

    def start(call_sid: str) -> Start:
        key = request(OPERATION, meaning(call_sid), base_url).url
        return Start(call_sid, key, request(OPERATION, call_sid), lambda: request(LISTING, call_sid))

    starts = [start(call_sid) for call_sid in params["call_sid"]]
    with _journal(params, task) as journal:
        engine = Starts(params, api, journal, task.progress)
        sent = [one.request for one in engine.run(starts, task.check_mode)]
        warnings = _warnings(starts, engine.not_noted, journal, params)
    outcomes = [one.outcome for one in starts if one.outcome]
    result = _result.of_outcomes(outcomes, len(starts))
    again = sum(one.changed for one in outcomes)
    if "msg" in result and again and "journal" not in params:
        # until and retries run the task as it is.
        result["msg"] += f" Retrying the task as it is records {again} of its calls again; with a journal it does not."
    if task.check_mode:
        result.update(_result.of_requests(sent))
    if task.diff:
        result["diff"] = _result.diff(sent)
    if warnings:
        result["warnings"] = warnings
    return result


def _journal(params: dict[str, t.Any], task: Task) -> t.ContextManager[Journal | None]:
    if "journal" not in params:
        return contextlib.nullcontext()
    # Most tasks have none, and each import takes its time.
    from ansible_collections.voiceops.telnyx.plugins.module_utils._journal import Journal

    def waiting() -> None:
        if task.progress:
            task.progress("waiting for another task to close the journal")

    return Journal(params["journal"], params["api_key"], task.check_mode, waiting)


def _warnings(
    starts: list[Start], not_noted: t.Collection[str], journal: Journal | None, params: dict[str, t.Any]
) -> list[str]:
    found = [f"{one.call_sid}: {one.outcome.msg}" for one in starts if one.outcome and one.outcome.warn]
    if journal and journal.torn:
        found.append(
            f"The last line of the journal {params['journal']} was cut off, for example by a crash, and does not count."
            " If it was a start request, the request was not sent; if it was an outcome, the call's list is asked for it."
        )
    if journal and journal.lost:
        found.append(
            f"The journal {params['journal']} was removed or replaced while the task ran, so another run does not know"
            " what was started, and would start it again. Put the journal back, or set unless_recording for that run."
        )
    elif not_noted:
        found.append(
            f"The journal {params['journal']} could not be written after the start of {', '.join(list(not_noted)[:3])}"
            f"{' and others' if len(not_noted) > 3 else ''}. Another run with it lists the recordings of these calls."
        )
    return found


BEHAVIOUR = Behaviour(
    operations=(OPERATION,),
    argument_spec=ARGUMENT_SPEC,
    run=run,
    replies={"recordings": OPERATION.response or {}},
    normalize=normalize,
    check=check,
    warnings=warnings,
)
