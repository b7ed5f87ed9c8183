# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts recordings: the behaviour of the module call_recording."""

from __future__ import annotations

import typing as t

from .._base.faults import Fault, fault
from .._base.urls import decoded, normal
from .._starting import messages
from .._starting.engine import Engine, Settings
from .._starting.memory import Memory
from .._starting.report import Report
from .._starting.start import Start
from .._starting.states import OUTCOMES
from .._task.arguments import split_words
from .._task.options import CONNECTION, FILE, MAX_CONCURRENCY, RESULTS_PATH, Option, form_options, seconds
from .._task.results import described, diff
from .._task.results_file import Filed, first_warnings
from .._task.task import Behaviour, Task
from .._telnyx.description.recordings import START_TEXML_CALL_RECORDING, START_TEXML_CALL_RECORDING_REPLY
from .._telnyx.operation import build, form_of
from .messages import UNSIGNED
from .sids import named_twice

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._telnyx.operation import Request

OPERATION = START_TEXML_CALL_RECORDING
# So many calls at a time that what is known of all of them needs little memory.
PORTION = 10_000

OPTIONS = {
    **CONNECTION,
    "call_sid": Option({"type": "list", "elements": "str", "required": True}),
    "max_concurrency": MAX_CONCURRENCY,
    **form_options(
        OPERATION,
        "play_beep",
        "recording_channels",
        "recording_track",
        "recording_status_callback",
        "recording_status_callback_method",
    ),
    # In the form, a text with spaces.
    "recording_status_callback_event": Option({"type": "list", "elements": "str"}),
    **form_options(OPERATION, "send_recording_url"),
    "unless_recording": Option({"type": "bool", "default": False}),
    "reconcile_timeout": seconds(10, minimum=0),
    "retry_unknown": Option({"type": "bool", "default": False}),
    "journal": FILE,
    **RESULTS_PATH,
}


def normalize(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments with the events as a list, even where they came in the API's own spelling."""
    events = "recording_status_callback_event"
    return {**arguments, events: split_words(arguments[events])} if arguments.get(events) is not None else arguments


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: a call that is named twice, and a second start request without reading the list."""
    faults = named_twice(params, "call_sid")
    if params.get("retry_unknown") and params.get("reconcile_timeout") == 0:
        faults.append(fault("retry_unknown", True, "false where reconcile_timeout is 0, since no list is read then"))
    if "journal" in params and params.get("results_path") == params["journal"]:
        faults.append(fault("results_path", params["results_path"], "another file than the journal"))
    return faults


def warnings(params: dict[str, t.Any]) -> list[str]:
    """Return what is allowed but unwise."""
    if params.get("recording_status_callback_method") != "GET":
        return []
    return [UNSIGNED]


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Start a recording on each call, several at the same time, and return the result of the task.

    A call that fails does not stop the rest. In check mode no start request is sent. In diff mode the result has the forms.
    Raises InvalidArguments for a journal that cannot be used.
    """
    settings = Settings(
        **{name: params[name] for name in Settings._fields if name in params}, check_mode=task.check_mode
    )
    report = Report(len(params["call_sid"]), "journal" not in params, task.file)
    requests: list[Request] = []
    warned: list[str] = []

    def work(starts: list[Start], later: int) -> None:
        sent = engine.run(starts, later)
        unsent = {one.key for one in sent} if task.check_mode else set()
        report.add([one for one in starts if one.key not in unsent])
        if task.check_mode:
            report.lists.add("requests", described([one.request for one in sent]))
        if task.diff and not task.file:
            requests.extend(one.request for one in sent)
        warned.extend(f"{one.call_sid}: {one.msg}" for one in starts if one.warn)

    with _journal(params, task) as journal:
        engine = Engine(settings, client, journal, task.progress)
        try:
            for starts, later in _portions(params, client):
                work(starts, later)
        except BaseException:
            # Threads outlive a task that was interrupted, and closing the journal may take a while.
            client.stop()
            raise
        # First, since only some of many are shown.
        warnings = _of_journal(engine.not_recorded, journal.lost, params.get("journal", "")) + warned
    result = report.result()
    if task.diff and not task.file:
        result["diff"] = diff(requests)
    if warnings:
        result["warnings"] = warnings if task.file else first_warnings(warnings, messages.MORE_WARNINGS)
    return result


def _portions(params: dict[str, t.Any], client: Client) -> t.Iterator[tuple[list[Start], int]]:
    """Give the starts of the calls in portions, at least one, each with how many calls follow."""
    form = form_of(OPERATION, params)
    normalized = normal(params["base_url"])

    def start(call_sid: str) -> Start:
        request = client.recordings.start(call_sid, form)
        key = build(OPERATION, normalized, {**request.names, "call_sid": decoded(call_sid)}, {}).url
        return Start(call_sid, key, request)

    calls = params["call_sid"]
    for at in range(0, len(calls) or 1, PORTION):
        yield [start(call_sid) for call_sid in calls[at : at + PORTION]], max(0, len(calls) - at - PORTION)


def _journal(params: dict[str, t.Any], task: Task) -> Memory:
    if "journal" not in params:
        return Memory()
    # Most tasks have none, and each import takes its time.
    from .._starting.journal import Journal

    return Journal(params["journal"], params["api_key"], task.check_mode)


def _of_journal(not_recorded: t.Collection[str], lost: bool, journal: str) -> list[str]:
    """Return the warnings about a journal."""
    if lost:
        return [messages.JOURNAL_LOST.format(journal)]
    if not not_recorded:
        return []
    shown = ", ".join(list(not_recorded)[:3]) + (" and others" if len(not_recorded) > 3 else "")
    return [messages.NOT_RECORDED.format(journal, shown)]


BEHAVIOUR = Behaviour(
    operations=(OPERATION,),
    options=OPTIONS,
    run=run,
    replies={"recordings": START_TEXML_CALL_RECORDING_REPLY},
    normalize=normalize,
    check=check,
    warnings=warnings,
    results_file=Filed(("outcomes", "recordings", "requests"), tuple(dict.fromkeys(OUTCOMES.values()))).opened,
)
