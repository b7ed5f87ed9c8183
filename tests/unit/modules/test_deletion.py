# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording as _recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription as _transcription
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Scripted, reply

SID = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
OTHER = "7a09cdc3-8948-47f0-aa62-74ac943d6c58"
GONE = Reply(204, {}, b"")
NOT_THERE = reply({"errors": [{"detail": "Resource not found"}]}, 404)
RESET = NoReply("The connection broke", sent=True)
REFUSED = NoReply("No connection", sent=False)


def run(*answers: Any, check: bool = False, sids: Any = SID, diff: bool = False) -> tuple[dict[str, Any], list[str]]:
    given = {"api_key": "KEY-1", "account_sid": "a", "recording_sid": sids, "state": "absent", "max_concurrency": 1}
    params, _warnings = _task.prepare(_recording.BEHAVIOUR, given, {})
    left = list(answers)

    def answer(request: Request) -> Reply:
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, NoReply):
            raise one
        return one  # type: ignore[no-any-return]

    transport = Scripted(answer)
    result = _recording.BEHAVIOUR.run(params, tasks.client(transport, check_mode=check), _task.Task(check, diff))  # type: ignore[arg-type]
    return result, [request.method for request in transport.sent]


@pytest.mark.parametrize(
    ("answers", "changed", "sent"),
    [
        ([GONE], True, 1),
        ([reply({}, 200)], True, 1),
        ([NOT_THERE], False, 1),
        # A deletion may be repeated.
        ([RESET, GONE], True, 2),
        ([RESET, NOT_THERE], True, 2),
        ([reply({}, 500), reply({}, 503), GONE], True, 3),
        ([reply({}, 409), NOT_THERE], True, 2),
    ],
)
def test_what_is_gone(answers: list[Any], changed: bool, sent: int) -> None:
    result, methods = run(*answers)
    (one,) = result["outcomes"]
    assert (result["changed"], one["changed"], one["outcome"]) == (changed, changed, "deleted" if changed else "absent")
    assert methods == ["DELETE"] * sent


@pytest.mark.parametrize(
    ("answers", "status", "said", "sent"),
    [
        ([RESET], None, "The connection broke.", 3),
        ([reply({}, 500)], 500, "The API answered 500.", 3),
        ([reply({}, 401)], 401, "Check api_key", 1),
        ([reply({"errors": [{"detail": "It is running."}]}, 422)], 422, "answered 422: It is running.", 1),
        ([REFUSED], None, "No connection.", 1),
        ([reply({}, 429)], 429, "Too many requests", 1),
    ],
)
def test_what_cannot_be_deleted(answers: list[Any], status: int | None, said: str, sent: int) -> None:
    result, methods = run(*answers)
    assert (result["failed"], result["changed"]) == (True, False)
    (failure,) = result["outcomes"]
    assert (failure["recording_sid"], failure["outcome"], failure["http_status"]) == (SID, "failed", status)
    assert said in failure["msg"]
    assert result["msg"] == f"{SID}: {failure['msg']}"
    assert "recording may be running" not in result["msg"]
    assert methods == ["DELETE"] * sent


@pytest.mark.parametrize(
    ("answer", "changed", "failed"),
    [(reply({"sid": SID}), True, False), (NOT_THERE, False, False), (reply({}, 401), False, True)],
)
def test_check_mode_looks(answer: Reply, changed: bool, failed: bool) -> None:
    result, methods = run(answer, check=True)
    assert (result["changed"], bool(result.get("failed"))) == (changed, failed)
    assert methods == ["GET"]


def test_one_that_fails_does_not_keep_the_others() -> None:
    result, _methods = run(reply({}, 422), GONE, sids=[SID, OTHER], diff=True)
    assert {one["recording_sid"]: one["outcome"] for one in result["outcomes"]} == {SID: "failed", OTHER: "deleted"}
    assert result["failed"]
    assert result["diff"] == {"before": f"{SID}\n{OTHER}\n", "after": f"{SID}\n"}


@pytest.mark.parametrize("behaviour", [_recording.BEHAVIOUR, _transcription.BEHAVIOUR])
def test_wrong_arguments(behaviour: Any) -> None:
    sid = "recording_sid" if behaviour is _recording.BEHAVIOUR else "recording_transcription_sid"
    for wrong in ({sid: []}, {sid: ["x"]}, {sid: SID}, {sid: SID, "state": "present"}):
        with pytest.raises(_task.CannotRun):
            _task.prepare(behaviour, {"api_key": "KEY-1", "account_sid": "a", **wrong}, {})
    _task.prepare(behaviour, {"api_key": "KEY-1", "account_sid": "a", sid: [SID, OTHER], "state": "absent"}, {})
