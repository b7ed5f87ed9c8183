# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Pauses, resumes and stops recordings: the behaviour of the module call_recording_status."""

from __future__ import annotations

import time
import typing as t

from .._base.errors import Fault, fault
from .._base.parallel import each
from .._client.client import Unreadable
from .._starting import outcome as _outcome
from .._task import results as _result
from .._task.arguments import CONNECTION_SPEC, ArgumentSpec
from .._task.task import Behaviour, Task
from .._telnyx.description import (
    FETCH_TEXML_CALL_RECORDINGS,
    UPDATE_TEXML_CALL_RECORDING,
)
from .._telnyx.operation import build, form_of
from .._telnyx.recording import shaped
from .._telnyx.reply import NoReply

if t.TYPE_CHECKING:
    from .._client.client import Api

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    "call_sid": {"type": "list", "elements": "str", "required": True},
    "recording_sid": {"type": "str"},
    "status": {"type": "str", "choices": ["in-progress", "paused", "stopped"], "required": True},
    "max_concurrency": {"type": "int", "default": 8},
}

_ACTIVE = ("in-progress", "paused")
# An update sets a state, so one whose outcome is open may be sent again, if a look shows that it had no effect.
TRIES = 3
# Seconds before each look that is to confirm an update; the API takes it before it shows it.
LOOKS = (0.0, 0.25, 0.5, 1.0, 2.0)


class Problem(Exception):
    """The recording of a call could not be brought into the state. `details` is what there is to say about it."""

    def __init__(self, msg: str, **details: t.Any) -> None:
        super().__init__(msg)
        self.details = {"msg": msg, "status": None, "errors": [], "recordings": [], **details}


class Change(t.NamedTuple):
    """What became of a call. `recording` is None if it has none that is active, and none is wanted."""

    call_sid: str
    changed: bool = False
    before: str | None = None
    recording: dict[str, t.Any] | None = None
    failure: dict[str, t.Any] | None = None


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: one recording for several calls."""
    if "recording_sid" in params and len(params.get("call_sid", [])) > 1:
        return [fault("recording_sid", params["recording_sid"], "left out where call_sid has several calls")]
    return []


def run(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Bring the recording of each call into the state, and return the result of the task.

    A call that fails does not keep the others. In check mode it is looked what would change.
    """

    def work(call_sid: str) -> Change:
        one = _Call(call_sid, params, api)
        try:
            return one.bring(task.check_mode)
        except Problem as problem:
            return Change(call_sid, failure=problem.details)
        except Unreadable as problem:
            return Change(call_sid, failure={**_outcome.failure(problem), "recordings": []})

    changes = each(work, params["call_sid"], params["max_concurrency"])
    failures = [{"call_sid": one.call_sid, **one.failure} for one in changes if one.failure]
    result: dict[str, t.Any] = {
        "changed": any(one.changed for one in changes),
        "recordings": [one.recording for one in changes if one.recording],
        "failures": failures,
        **_result.summary("call_sid", failures),
    }
    if len(changes) == 1 and result["recordings"]:
        (result["recording"],) = result["recordings"]
    if task.diff:
        result["diff"] = [
            {"before": f"{one.call_sid} {one.before}\n", "after": f"{one.call_sid} {params['status']}\n"}
            for one in changes
            if one.changed
        ]
    return result


class _Call:
    """A call, and the state that its recording is to have."""

    def __init__(self, call_sid: str, params: dict[str, t.Any], api: Api) -> None:
        self._params = params
        self._api = api
        self._call_sid = call_sid
        self._wanted: str = params["status"]
        self._sids = {"account_sid": params["account_sid"], "call_sid": call_sid}

    def bring(self, check_mode: bool) -> Change:
        """Look, change what differs, and look again. Raises Problem or Unreadable."""
        found = self._choose(self._look())
        if found is None or self._is_there(found):
            return Change(self._call_sid, recording=found)
        before = str(found["status"])
        if before not in _ACTIVE:
            raise Problem(
                f"Recording {found['sid']} is {before}, which is final, and cannot be {self._wanted}.",
                recordings=[found],
            )
        if check_mode:
            return Change(self._call_sid, True, before, {**found, "status": self._wanted})
        return Change(self._call_sid, True, before, self._change(found))

    def _look(self) -> list[dict[str, t.Any]]:
        request = build(FETCH_TEXML_CALL_RECORDINGS, self._params["base_url"], self._sids, {})
        return [shaped(one) for one in self._api.each(request, "recordings")]

    def _choose(self, recordings: list[dict[str, t.Any]]) -> dict[str, t.Any] | None:
        sid = self._params.get("recording_sid")
        if sid is not None:
            named = next((one for one in recordings if one["sid"] == sid), None)
            if named is None:
                raise Problem(f"The call has no recording {sid}.", recordings=recordings)
            return named
        active = [one for one in recordings if one["status"] in _ACTIVE]
        if len(active) > 1:
            shown = ", ".join(f"{one['sid']} ({one['status']})" for one in active)
            raise Problem(
                f"The call has {len(active)} active recordings, so recording_sid must name one: {shown}.",
                recordings=active,
            )
        if active:
            return active[0]
        if self._wanted == "stopped":
            return recordings[-1] if recordings else None
        raise Problem(f"The call has no active recording that could be {self._wanted}.", recordings=recordings)

    def _is_there(self, recording: dict[str, t.Any]) -> bool:
        states = ("stopped", "completed") if self._wanted == "stopped" else (self._wanted,)
        return recording["status"] in states

    def _change(self, recording: dict[str, t.Any]) -> dict[str, t.Any]:
        """Send the update, and return the recording as a look then shows it. Raises Problem or Unreadable."""
        form = form_of(UPDATE_TEXML_CALL_RECORDING, self._params)
        sids = {**self._sids, "recording_sid": recording["sid"]}
        request = build(UPDATE_TEXML_CALL_RECORDING, self._params["base_url"], sids, form)
        problem = Unreadable("")
        for _try in range(TRIES):
            try:
                reply = self._api.send(request)
            except NoReply as failure:
                problem = Unreadable(str(failure))
                if not failure.sent:
                    raise problem from failure
            else:
                if not 200 <= reply.status < 300:
                    problem = Unreadable(f"The API answered {reply.status}", reply)
                    if not _outcome.is_open(reply.status):
                        raise problem
            found = self._confirm(recording)
            if self._is_there(found):
                return found
        if str(problem):
            raise problem
        raise Problem(f"The API took the update, but the recording is still {found['status']}.", recordings=[found])

    def _confirm(self, recording: dict[str, t.Any]) -> dict[str, t.Any]:
        found = recording
        for pause in LOOKS:
            time.sleep(pause)
            found = next((one for one in self._look() if one["sid"] == recording["sid"]), found)
            if self._is_there(found):
                break
        return found


BEHAVIOUR = Behaviour((FETCH_TEXML_CALL_RECORDINGS, UPDATE_TEXML_CALL_RECORDING), ARGUMENT_SPEC, run, check=check)
