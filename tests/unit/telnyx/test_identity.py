# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What names another call, conference or recording than the one asked for is never taken for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import RequestFailed
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.client import TRIES
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import (
    call_recording_status as _call_recording_status,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording as _recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info as _recording_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription_info as _transcription_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal_file import JournalFile
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Behaviour, Task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.calls import GET_TEXML_CALL
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.recordings import (
    FETCH_TEXML_CALL_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.identity import mismatch
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Operation, Request, build
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.clock import Clock
from support.tasks import Scripted, reply

CONNECTION = {"api_key": "KEY-1", "account_sid": "a", "base_url": "https://e/v2", "max_concurrency": 1}
OURS = {"sid": "r-1", "call_sid": "v3:a", "status": "in-progress", "source": "StartCallRecordingAPI", "channels": 2}
OTHER_CALL = {**OURS, "call_sid": "v3:b"}
OTHER_RECORDING = {**OURS, "sid": "r-2"}


@pytest.mark.parametrize(
    ("names", "found", "field"),
    [
        ({"call_sid": "v3:a"}, {"call_sid": "v3:a"}, ""),
        ({"call_sid": "v3:a"}, {"call_sid": "v3%3Aa"}, ""),
        ({"call_sid": b"v3:a"}, {"call_sid": "v3:a"}, ""),
        ({"call_sid": "v3:a"}, {}, ""),
        ({"call_sid": "v3:a"}, {"call_sid": None}, ""),
        ({"call_sid": "v3:a"}, {"call_sid": 7}, ""),
        ({"account_sid": "a"}, {"account_sid": "b", "call_sid": "v3:b"}, ""),
        ({"call_sid": "v3:a"}, {"call_sid": "v3:b"}, "call_sid"),
        ({"call_sid": "v3:a"}, {"call_sid": "\ud800"}, "call_sid"),
        ({"conference_sid": "c"}, {"conference_sid": "d"}, "conference_sid"),
        ({"recording_sid": "r"}, {"sid": "s"}, "sid"),
        ({"recording_transcription_sid": "t"}, {"sid": "u", "recording_sid": "r"}, "sid"),
        ({"call_sid": "v3:a", "recording_sid": "r"}, {"call_sid": "v3:a", "sid": "s"}, "sid"),
        ({"call_sid": "v3:a"}, {"recordings": [{"call_sid": "v3:a"}, {"call_sid": "v3:b"}]}, "call_sid"),
        ({"call_sid": "v3:a"}, {"data": {"sid": "r", "call_sid": "v3:b"}}, "call_sid"),
        ({"call_sid": "v3:a"}, {"recordings": [{"call_sid": "v3:a", "sid": "r"}, 7, None], "data": "x"}, ""),
        ({"account_sid": "a"}, {"recordings": [{"call_sid": "v3:b"}]}, ""),
    ],
)
def test_mismatch(names: dict[str, Any], found: dict[str, Any], field: str) -> None:
    itself = list(names)[-1] if field == "sid" else ""
    assert mismatch(Request("GET", "https://e/", None, {}, names, itself), found) == field


@pytest.mark.parametrize(
    ("operation", "itself"),
    [(GET_TEXML_CALL, "call_sid"), (GET_TEXML_CALL_RECORDING, "recording_sid"), (FETCH_TEXML_CALL_RECORDINGS, "")],
)
def test_request_says_which_sid_is_the_one_of_the_reply(operation: Operation, itself: str) -> None:
    names = {"account_sid": "a", "call_sid": "v3:a", "recording_sid": "r"}
    assert build(operation, "https://e", names, {}).itself == itself


def run(behaviour: Behaviour, transport: Scripted, check_mode: bool = False, **options: Any) -> dict[str, Any]:
    api = tasks.client(transport, check_mode=check_mode)
    return behaviour.run({**CONNECTION, **options}, api, Task(check_mode))


def test_reply_to_a_start_of_another_call() -> None:
    def answer(request: Request) -> Reply:
        return reply(OTHER_CALL) if request.method == "POST" else reply({"recordings": []})

    transport = Scripted(answer)
    result = tasks.run(transport)
    (one,) = result["outcomes"]
    assert one["outcome"] == "unknown"
    assert "call_sid is another one" in one["msg"]
    assert result["recordings"] == []
    assert transport.renewed == 1


@pytest.mark.parametrize("body", [{"recordings": [OTHER_CALL]}, {"data": OTHER_CALL}])
def test_reply_to_a_start_that_holds_another_call(body: dict[str, Any]) -> None:
    transport = Scripted(lambda request: reply(body if request.method == "POST" else {"recordings": []}))
    result = tasks.run(transport, reconcile_timeout=0.01)
    assert result["outcomes"][0]["outcome"] == "unknown"
    assert "v3:b" not in str(result)
    assert transport.renewed == 1


def test_reply_to_another_start_is_reconciled() -> None:
    ours = {**OURS, "date_created": None}
    transport = Scripted(
        lambda request: reply(OTHER_CALL if request.method == "POST" else {"recordings": [ours]}),
    )
    result = tasks.run(transport, reconcile_timeout=0.01)
    assert [one["sid"] for one in result["outcomes"][0]["candidates"]] == ["r-1"]
    assert len(transport.starts) == 1


def test_list_entry_of_another_call_decides_nothing() -> None:
    def answer(request: Request) -> Reply:
        return reply({}, 500) if request.method == "POST" else reply({"recordings": [OTHER_CALL]})

    result = tasks.run(answer, reconcile_timeout=0.01, retry_unknown=True)
    (one,) = result["outcomes"]
    assert (one["outcome"], one["candidates"]) == ("unknown", [])
    assert "call_sid is another one" in one["msg"]


def test_list_entry_of_another_call_is_not_a_running_recording() -> None:
    transport = Scripted(lambda request: reply({"recordings": [OTHER_CALL]}))
    result = tasks.run(transport, unless_recording=True)
    assert result["outcomes"][0]["outcome"] == "not_sent"
    assert transport.starts == []
    assert transport.renewed == 1


@pytest.mark.parametrize(
    "events", [["intended", "accepted"], ["intended", "no answer", "listed"], ["listed"]], ids=lambda events: events[-1]
)
def test_journal_entry_of_another_call(tmp_path: Path, events: list[str]) -> None:
    journal = str(tmp_path / "journal")
    key = "https://e/v2/texml/Accounts/a/Calls/v3:a/Recordings.json"
    file = JournalFile(journal)
    number = 0
    for event in events:
        sent = {"sent": 1.0, "form": {}} if event == "intended" else {}
        # A release that did not check could have recorded the last one.
        details = {"recording": OTHER_CALL} if event == events[-1] else sent
        number = file.append(key, event, details, number) or 0
        assert number
    file.close()
    transport = Scripted(lambda request: reply(OURS if request.method == "POST" else {"recordings": [OURS]}))
    result = tasks.run(transport, journal=journal, reconcile_timeout=0.01)
    # Nothing was sent before a list that was read first.
    assert len(transport.starts) == (events == ["listed"])
    assert "v3:b" not in str(result)
    assert result["outcomes"][0]["outcome"] in ("started", "unknown")


def test_status(clock: Clock) -> None:
    def answer(request: Request) -> Reply:
        return reply(OTHER_RECORDING if request.method == "POST" else {"recordings": [OURS]})

    result = run(_call_recording_status.BEHAVIOUR, Scripted(answer), call_sid=["v3:a"], status="paused")
    assert "sid is another one" in result["outcomes"][0]["msg"]

    listed = Scripted(lambda request: reply({"recordings": [OTHER_CALL]}))
    result = run(_call_recording_status.BEHAVIOUR, listed, call_sid=["v3:a"], status="paused")
    assert "call_sid is another one" in result["outcomes"][0]["msg"]
    assert [request.method for request in listed.sent] == ["GET"]


@pytest.mark.parametrize(
    ("behaviour", "options", "body"),
    [
        (_recording_info.BEHAVIOUR, {"recording_sid": "r-1"}, OTHER_RECORDING),
        (_recording_info.BEHAVIOUR, {"call_sid": "v3:a"}, {"recordings": [OURS, OTHER_CALL]}),
        (_recording_info.BEHAVIOUR, {"conference_sid": "c"}, {"recordings": [{**OURS, "conference_sid": "d"}]}),
        (_transcription_info.BEHAVIOUR, {"recording_transcription_sid": "t-1"}, {"sid": "t-2"}),
    ],
)
def test_info(behaviour: Behaviour, options: dict[str, Any], body: dict[str, Any]) -> None:
    transport = Scripted(lambda request: reply(body))
    result = run(behaviour, transport, **options)
    assert result["failed"]
    assert "is another one" in result["msg"]
    assert transport.renewed == 1


def test_media() -> None:
    api = tasks.client(Scripted(lambda request: reply(OTHER_RECORDING)))
    with pytest.raises(RequestFailed, match="sid is another one"):
        api.recordings.get("r-1")


def test_deletion() -> None:
    transport = Scripted(lambda request: reply(OTHER_RECORDING))
    result = run(_recording.BEHAVIOUR, transport, check_mode=True, recording_sid=["r-1"], state="absent")
    assert result["outcomes"][0]["outcome"] == "failed"
    assert "sid is another one" in result["outcomes"][0]["msg"]

    # A body where there should be none, and about another recording: sent again, as whenever it is uncertain.
    result = run(_recording.BEHAVIOUR, transport, recording_sid=["r-1"], state="absent")
    assert result["outcomes"][0]["outcome"] == "failed"
    assert len(transport.sent) == 1 + TRIES
