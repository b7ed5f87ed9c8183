# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pauses, resumes and stops recordings: the behaviour of the module call_recording_status."""

from __future__ import annotations

import time
import typing as t

from .._base.errors import Failure, RequestFailed, Unusable
from .._base.faults import Fault, fault
from .._base.parallel import each
from .._base.schedule import Schedule
from .._task.options import CONNECTION, MAX_CONCURRENCY, RESULTS_PATH, Option, form_options
from .._task.results import of_outcomes, outcome
from .._task.results_file import Filed
from .._task.task import Behaviour, Task
from .._telnyx.description.recordings import FETCH_TEXML_CALL_RECORDINGS, UPDATE_TEXML_CALL_RECORDING
from .._telnyx.operation import form_of
from .._telnyx.recording import normalized
from . import messages
from .sids import named_twice

if t.TYPE_CHECKING:
    from .._client.client import Client

OPTIONS = {
    **CONNECTION,
    "call_sid": Option({"type": "list", "elements": "str", "required": True}),
    "recording_sid": Option({"type": "str"}),
    **form_options(UPDATE_TEXML_CALL_RECORDING, "status", required=True),
    "max_concurrency": MAX_CONCURRENCY,
    **RESULTS_PATH,
}

_ACTIVE = ("in-progress", "paused")
# How often the list is read to confirm an update; the API takes it before it shows it.
CONFIRMATIONS = 5
CONFIRM = Schedule(0.25, longest=2.0)

Recording = t.Dict[str, t.Any]


class Change(t.NamedTuple):
    """What became of a call. `recording` is None if it has none that is active, and none is wanted."""

    call_sid: str
    changed: bool = False
    before: str | None = None
    recording: Recording | None = None
    failure: Failure | None = None
    candidates: tuple[Recording, ...] = ()


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: a call that is named twice, and one recording for several calls."""
    faults = named_twice(params, "call_sid")
    if "recording_sid" in params and len(params.get("call_sid", [])) > 1:
        faults.append(fault("recording_sid", params["recording_sid"], "left out where call_sid has several calls"))
    return faults


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Bring the recording of each call into the state, and return the result of the task.

    A call that fails does not keep the others. In check mode, find out what would change.
    """

    def work(call_sid: str) -> Change:
        try:
            return _Call(call_sid, params, client).change(task.check_mode)
        except Unusable as problem:
            return Change(call_sid, failure=Failure(str(problem)), candidates=tuple(problem.recordings))
        except RequestFailed as problem:
            return Change(call_sid, failure=problem.failure)

    changes = each(work, params["call_sid"], params["max_concurrency"])
    result = of_outcomes("call_sid", [_outcome(one) for one in changes])
    result["recordings"] = [one.recording for one in changes if one.recording]
    if len(changes) == 1 and result["recordings"]:
        (result["recording"],) = result["recordings"]
    if task.diff:
        result["diff"] = [
            {"before": f"{one.call_sid} {one.before}\n", "after": f"{one.call_sid} {params['status']}\n"}
            for one in changes
            if one.changed
        ]
    return result


def _outcome(one: Change) -> dict[str, t.Any]:
    return outcome(
        "call_sid",
        one.call_sid,
        "changed" if one.changed else "unchanged",
        one.changed,
        one.failure,
        recording=one.recording["sid"] if one.recording else None,
        candidates=list(one.candidates),
    )


class _Call:
    """A call, and the state that its recording is to have."""

    def __init__(self, call_sid: str, params: dict[str, t.Any], client: Client) -> None:
        self._call_sid = call_sid
        self._recording_sid: str | None = params.get("recording_sid")
        self._wanted: str = params["status"]
        self._form = form_of(UPDATE_TEXML_CALL_RECORDING, params)
        self._client = client

    def change(self, check_mode: bool) -> Change:
        """Find the recording, change what differs, and confirm it. Raises Unusable or RequestFailed."""
        found = self._choose(self._list())
        if found is None or self._is_there(found):
            return Change(self._call_sid, recording=found)
        before = str(found["status"])
        if before not in _ACTIVE:
            raise Unusable(messages.FINAL.format(found["sid"], before, self._wanted), [found])
        after = {**found, "status": self._wanted} if check_mode else self._update(found)
        return Change(self._call_sid, True, before, after)

    def _list(self) -> list[Recording]:
        return [normalized(one) for one in self._client.recordings.of_call(self._call_sid)]

    def _choose(self, recordings: list[Recording]) -> Recording | None:
        if self._recording_sid is not None:
            named = next((one for one in recordings if one["sid"] == self._recording_sid), None)
            if named is None:
                raise Unusable(messages.NO_SUCH_RECORDING.format(self._recording_sid), recordings)
            return named
        active = [one for one in recordings if one["status"] in _ACTIVE]
        if len(active) > 1:
            shown = ", ".join(f"{one['sid']} ({one['status']})" for one in active)
            raise Unusable(messages.SEVERAL_ACTIVE.format(len(active), shown), active)
        if active:
            return active[0]
        if self._wanted == "stopped":
            return recordings[-1] if recordings else None
        raise Unusable(messages.NONE_ACTIVE.format(self._wanted), recordings)

    def _is_there(self, recording: Recording) -> bool:
        states = ("stopped", "completed") if self._wanted == "stopped" else (self._wanted,)
        return recording["status"] in states

    def _update(self, recording: Recording) -> Recording:
        """Send the update, and return the recording as the list then shows it. Raises Unusable or RequestFailed."""
        found, uncertain = recording, None
        request = self._client.recordings.update(self._call_sid, recording["sid"], self._form)
        for problem in self._client.repeat(request):
            found, uncertain = self._confirm(recording), problem
            if self._is_there(found):
                return found
        if uncertain:
            raise uncertain
        raise Unusable(messages.NOT_UPDATED.format(found["status"]), [found])

    def _confirm(self, recording: Recording) -> Recording:
        found = recording
        for number in range(CONFIRMATIONS):
            if number:
                time.sleep(CONFIRM.pause(number - 1))
            found = next((one for one in self._list() if one["sid"] == recording["sid"]), found)
            if self._is_there(found):
                break
        return found


BEHAVIOUR = Behaviour(
    (FETCH_TEXML_CALL_RECORDINGS, UPDATE_TEXML_CALL_RECORDING),
    OPTIONS,
    run,
    check=check,
    results_file=Filed(("outcomes", "recordings"), ("changed", "unchanged", "failed")).opened,
)
