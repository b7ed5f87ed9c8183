# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info as _recording_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.recording import FIELDS, normalized
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Answer, Scripted, reply

CONNECTION = {"api_key": "KEY-1", "account_sid": "a", "base_url": "https://e/v2"}


def run(answer: Answer, **options: Any) -> tuple[dict[str, Any], list[str]]:
    params, _warnings = _task.prepare(_recording_info.BEHAVIOUR, {**CONNECTION, **options}, {})
    transport = Scripted(answer)
    result = _recording_info.run(params, tasks.client(transport, check_mode=True), _task.Task(True))  # type: ignore[arg-type]
    return result, [request.url.replace("https://e/v2/texml/Accounts/a", "") for request in transport.sent]


def refused(**options: Any) -> list[str]:
    with pytest.raises(_task.CannotRun) as caught:
        _task.prepare(_recording_info.BEHAVIOUR, {**CONNECTION, **options}, {})
    return [fault["message"] for fault in caught.value.result["argument_errors"]]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        (
            {"recording_sid": "6a09cdc3-8948-47f0-aa62-74ac943d6c58"},
            "/Recordings/6a09cdc3-8948-47f0-aa62-74ac943d6c58.json",
        ),
        ({"call_sid": "v3:a"}, "/Calls/v3:a/Recordings.json"),
        ({"conference_sid": "c"}, "/Conferences/c/Recordings.json"),
        ({}, "/Recordings.json?PageSize=1000"),
        ({"limit": 7}, "/Recordings.json?PageSize=7"),
        ({"limit": 5000}, "/Recordings.json?PageSize=1000"),
        ({"limit": 7, "status": "completed"}, "/Recordings.json?PageSize=1000"),
        ({"limit": 7, "call_sid": "v3:a"}, "/Calls/v3:a/Recordings.json"),
        ({"date_created": ">=2026-11-22"}, "/Recordings.json?DateCreated=%3E%3D2026-11-22&PageSize=1000"),
        (
            {"date_created": "<2026-11-22T12:00:00+02:00"},
            "/Recordings.json?DateCreated=%3C2026-11-22T12%3A00%3A00%2B02%3A00&PageSize=1000",
        ),
    ],
)
def test_what_is_asked(options: dict[str, Any], path: str) -> None:
    sid = options.get("recording_sid", "r")
    result, asked = run(lambda request: reply({"sid": sid, "recordings": [{"sid": sid}]}), **options)
    assert asked == [path]
    assert result["changed"] is False
    hidden = {"date_created", "status"} & options.keys()
    assert [one["sid"] for one in result["recordings"]] == ([] if hidden else [sid])


def pages(request: Request) -> Reply:
    number = int(request.url.rpartition("Page=")[2]) if "Page=" in request.url else 0
    states = ["in-progress", "paused", "completed"]
    found = [
        {"sid": f"{number}-{state}", "status": state, "date_created": f"2026-11-2{number}T10:00:00Z"}
        for state in states
    ]
    more = f"{urlsplit(request.url).path}?Page={number + 1}" if number < 3 else None
    return reply({"recordings": found, "next_page_uri": more})


@pytest.mark.parametrize(
    ("options", "found", "asked"),
    [
        ({}, 12, 4),
        ({"limit": 100}, 12, 4),
        ({"limit": 1}, 1, 1),
        ({"limit": 3}, 3, 1),
        ({"limit": 4}, 4, 2),
        ({"status": ["paused"]}, 4, 4),
        ({"status": "paused", "limit": 2}, 2, 2),
        ({"status": ["paused", "completed"], "date_created": "2026-11-22"}, 2, 4),
        ({"call_sid": "v3:a", "date_created": ">2026-11-21"}, 6, 4),
    ],
)
def test_pages_and_filters(options: dict[str, Any], found: int, asked: int) -> None:
    result, sent = run(pages, **options)
    assert (len(result["recordings"]), len(sent)) == (found, asked)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"call_sid": "v3:a", "conference_sid": "c"},
            "conference_sid is 'c'; it must be left out where call_sid is given",
        ),
        ({"limit": 0}, "limit is 0; it must be a number, at least 1"),
        ({"status": ["done"]}, "status[0] is 'done'; it must be one of in-progress, paused"),
        ({"date_created": "yesterday"}, "date_created is 'yesterday'; it must be a date or a date-time"),
        ({"date_created": "2026-13-01"}, "date_created is '2026-13-01'; it must be a date or a date-time"),
        (
            {"date_created": ">2026-11-22T10:00:00+24:00"},
            "date_created is '>2026-11-22T10:00:00+24:00'; it must be a date",
        ),
        ({"recording_sid": ".."}, "recording_sid is '..'; it must be a UUID"),
    ],
)
def test_wrong_arguments(options: dict[str, Any], message: str) -> None:
    (found,) = refused(**options)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (reply({"errors": [{"detail": "Resource not found"}]}, 404), 404, "the organization ID is wanted"),
        (reply({}, 401), 401, "Check api_key"),
        (reply({}, 500), 500, "The API answered 500."),
        (reply([]), 200, "not a JSON object"),
        (reply({}, 200), None, "has no recordings"),
    ],
)
def test_failures(answer: Reply, status: int | None, said: str) -> None:
    result, _asked = run(lambda request: answer, call_sid="v3:a")
    assert result["failed"]
    assert result["http_status"] == status
    assert said in result["msg"]
    assert "recording may be running" not in result["msg"]


def test_no_reply() -> None:
    def answer(request: Request) -> Reply:
        raise NoReply("host did not reply within 3 seconds", sent=True)

    result, _asked = run(answer)
    assert (result["failed"], result["http_status"], result["msg"]) == (
        True,
        None,
        "host did not reply within 3 seconds.",
    )


def test_one_shape() -> None:
    usual = {
        "sid": "r",
        "duration": "12",
        "date_created": "2026-11-22T10:11:12Z",
        "subresources_uris": {"transcriptions": "/x"},
    }
    odd = {
        "sid": "r",
        "duration": 12,
        "date_created": "Sun, 22 Nov 2026 10:11:12 +0000",
        "subresource_uris": {"transcriptions": "/x"},
    }
    assert normalized(usual) == normalized(odd)
    assert set(normalized({})) == set(FIELDS)
    assert normalized({"new": [1], "duration": "long", "date_created": 7}) == {
        **dict.fromkeys(FIELDS),
        "new": [1],
        "duration": "long",
        "date_created": 7,
    }
