# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.schedule import Schedule
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import (
    call_recording_status as _call_recording_status,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Scripted, reply

ONE = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
TWO = "7a09cdc3-8948-47f0-aa62-74ac943d6c58"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_call_recording_status, "CONFIRM", Schedule(0.0))


class Service:
    """Holds recordings of one call; `answers` is what it replies to updates, and whether it carries them out."""

    def __init__(self, *recordings: tuple[str, str], answers: list[tuple[Any, bool]] | None = None) -> None:
        self.recordings = dict(recordings)
        self.answers = answers or [(reply({}), True)]

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET":
            return reply({"recordings": [{"sid": sid, "status": status} for sid, status in self.recordings.items()]})
        answer, acts = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if acts:
            self.recordings[request.url.split("/")[-1].replace(".json", "")] = request.form["Status"]
        if isinstance(answer, NoReply):
            raise answer
        return answer  # type: ignore[no-any-return]


def run(service: Any, status: str, check: bool = False, **options: Any) -> tuple[dict[str, Any], list[Request]]:
    given = {
        "api_key": "KEY-1",
        "account_sid": "a",
        "base_url": "https://e/v2",
        "call_sid": "v3:a",
        "status": status,
        **options,
    }
    params, _warnings = _task.prepare(_call_recording_status.BEHAVIOUR, given, {})
    transport = Scripted(service)
    api = tasks.client(transport, check_mode=check)
    return _call_recording_status.run(params, api, _task.Task(check, True)), transport.starts


@pytest.mark.parametrize(
    ("before", "wanted", "changed"),
    [
        ("in-progress", "paused", True),
        ("paused", "in-progress", True),
        ("in-progress", "stopped", True),
        ("paused", "stopped", True),
        ("in-progress", "in-progress", False),
        ("paused", "paused", False),
        ("stopped", "stopped", False),
        ("completed", "stopped", False),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_changes_only_what_differs(before: str, wanted: str, changed: bool, named: bool) -> None:
    options = {"recording_sid": ONE} if named else {}
    checked, updates = run(Service((ONE, before)), wanted, check=True, **options)
    assert updates == []
    result, updates = run(Service((ONE, before)), wanted, **options)
    assert result["changed"] == checked["changed"] == changed
    assert [(one.url.rpartition("/Calls/")[2], one.form) for one in updates] == (
        [(f"v3:a/Recordings/{ONE}.json", {"Status": wanted})] if changed else []
    )
    assert result["recording"]["status"] == (wanted if changed else before)
    assert result["diff"] == ([{"before": f"v3:a {before}\n", "after": f"v3:a {wanted}\n"}] if changed else [])


def test_nothing_to_stop() -> None:
    result, updates = run(Service(), "stopped")
    assert (result["changed"], result["recordings"], result["outcomes"][0]["outcome"], updates) == (
        False,
        [],
        "unchanged",
        [],
    )


@pytest.mark.parametrize(
    ("recordings", "wanted", "options", "said"),
    [
        ([], "paused", {}, "The call has no active recording that could be paused."),
        ([(ONE, "stopped")], "in-progress", {}, "The call has no active recording that could be in-progress."),
        (
            [(ONE, "stopped")],
            "in-progress",
            {"recording_sid": ONE},
            "is stopped, which is final, and cannot be in-progress.",
        ),
        ([(ONE, "completed")], "paused", {"recording_sid": ONE}, "is completed, which is final, and cannot be paused."),
        ([(ONE, "paused")], "paused", {"recording_sid": TWO}, f"The call has no recording {TWO}."),
        (
            [(ONE, "paused"), (TWO, "in-progress")],
            "stopped",
            {},
            f"2 active recordings, so recording_sid must name one: {ONE} (paused), {TWO} (in-progress).",
        ),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_is_said_before_anything_is_sent(
    recordings: list[tuple[str, str]], wanted: str, options: dict[str, Any], said: str, check: bool
) -> None:
    result, updates = run(Service(*recordings), wanted, check=check, **options)
    assert (result["failed"], result["changed"], updates) == (True, False, [])
    assert said in result["outcomes"][0]["msg"]
    assert [one["sid"] for one in result["outcomes"][0]["candidates"]] == [sid for sid, _status in recordings]


@pytest.mark.parametrize(
    ("answers", "updates"),
    [
        ([(NoReply("reset", sent=True), True)], 1),
        ([(NoReply("reset", sent=True), False), (reply({}), True)], 2),
        ([(reply({}, 500), True)], 1),
        ([(reply({}, 503), False), (reply({}, 409), False), (reply({}), True)], 3),
        # What the reply holds does not matter.
        ([(Reply(200, {}, b"<html>"), True)], 1),
    ],
)
def test_look_says_whether_an_update_had_its_effect(answers: list[tuple[Any, bool]], updates: int) -> None:
    result, sent = run(Service((ONE, "in-progress"), answers=answers), "paused")
    assert (result["changed"], result["outcomes"][0]["outcome"]) == (True, "changed")
    assert len(sent) == updates


@pytest.mark.parametrize(
    ("answer", "said", "updates"),
    [
        (reply({}), "The API took the update, but the recording is still in-progress.", 3),
        (reply({}, 500), "The API answered 500.", 3),
        (NoReply("The connection broke", sent=True), "The connection broke.", 3),
        (NoReply("No connection", sent=False), "No connection.", 1),
        (reply({"errors": [{"detail": "No."}]}, 422), "answered 422: No.", 1),
        (reply({}, 401), "Check api_key", 1),
    ],
)
def test_update_that_has_no_effect(answer: Any, said: str, updates: int) -> None:
    result, sent = run(Service((ONE, "in-progress"), answers=[(answer, False)]), "paused")
    assert (result["failed"], result["changed"]) == (True, False)
    assert said in result["msg"]
    assert len(sent) == updates


def test_one_that_fails_does_not_keep_the_others() -> None:
    service = Service((ONE, "in-progress"))

    def answer(request: Request) -> Reply:
        return reply({}, 404) if "v3:b" in request.url else service(request)

    result, _sent = run(answer, "paused", call_sid=["v3:b", "v3:a"], max_concurrency=1)
    assert (result["changed"], result["failed"]) == (True, True)
    assert [one["outcome"] for one in result["outcomes"]] == ["failed", "changed"]
    assert [one["status"] for one in result["recordings"]] == ["paused"]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"call_sid": ["v3:a", "v3:b"], "recording_sid": ONE}, "recording_sid"),
        ({"status": "completed"}, "status"),
        ({"recording_sid": "x"}, "recording_sid"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], path: str) -> None:
    given = {"api_key": "KEY-1", "account_sid": "a", "call_sid": "v3:a", "status": "paused", **options}
    with pytest.raises(_task.CannotRun) as caught:
        _task.prepare(_call_recording_status.BEHAVIOUR, given, {})
    assert [fault["path"] for fault in caught.value.result["argument_errors"]] == [path]
