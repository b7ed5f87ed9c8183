# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Starts recordings: the behaviour of the module call_recording."""

from __future__ import annotations

import typing as t
from urllib.parse import unquote

from ansible_collections.voiceops.telnyx.plugins.module_utils import _outcome, _result
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import (
    CONNECTION_SPEC,
    ArgumentSpec,
    split_words,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import START_TEXML_CALL_RECORDING
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request, build, form_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._parallel import each
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply, Reply

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._transport import Transport

OPERATION = START_TEXML_CALL_RECORDING

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
}


def normalize(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments with the events as a list, also where they came in the API's own spelling."""
    events = "recording_status_callback_event"
    return {**arguments, events: split_words(arguments[events])} if arguments.get(events) is not None else arguments


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: a call that is named twice, in either spelling of its colon."""
    seen: dict[str, int] = {}
    faults = []
    for index, sid in enumerate(params.get("call_sid", [])):
        first = seen.setdefault(unquote(sid), index)
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


def run(
    params: dict[str, t.Any], transport: Transport | None, diff: bool, progress: t.Callable[[str], None] | None
) -> dict[str, t.Any]:
    """Start a recording on each call, several at the same time, and return the result of the task.

    A call that fails does not stop the rest. Without a transport, as in check mode, nothing is sent. In diff mode the
    result has the forms. `progress` is told every few seconds how far it is.
    """
    calls: list[str] = params["call_sid"]
    form = form_of(OPERATION, params)

    def request(call_sid: str) -> Request:
        return build(OPERATION, params["base_url"], {"account_sid": params["account_sid"], "call_sid": call_sid}, form)

    if transport is None:
        result = _result.of_check_mode([request(sid) for sid in calls])
    else:
        send = transport.send
        tick = _teller(progress, len(calls)) if progress else None
        outcomes = each(lambda sid: _start(send, sid, request(sid)), calls, params["max_concurrency"], tick)
        result = _result.of_outcomes(outcomes)
    if diff:
        result["diff"] = _result.diff([request(sid) for sid in calls])
    return result


def _start(send: t.Callable[[Request], Reply], call_sid: str, request: Request) -> _outcome.Outcome:
    try:
        return _outcome.from_reply(call_sid, send(request))
    except NoReply as failure:
        return _outcome.from_no_reply(call_sid, failure)
    except Exception as error:  # What is not foreseen must not take the other calls' results with it.
        return _outcome.from_no_reply(call_sid, NoReply(f"This collection failed ({error!r})", sent=True))


def _teller(progress: t.Callable[[str], None], asked: int) -> t.Callable[[list[_outcome.Outcome], float], None]:
    def tell(outcomes: list[_outcome.Outcome], seconds: float) -> None:
        started = sum(one.outcome == _outcome.STARTED for one in outcomes)
        failed = len(outcomes) - started
        rate = len(outcomes) / seconds
        progress(f"{started} started, {failed} failed, {asked - len(outcomes)} left, {rate:.0f} calls per second")

    return tell
