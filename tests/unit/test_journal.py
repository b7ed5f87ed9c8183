# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a second run does with the journal of the first."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils import _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import InvalidArguments
from ansible_collections.voiceops.telnyx.plugins.module_utils._journal import Journal
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._outcome import Outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import NoReply, Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Task
from support import tasks
from support.tasks import Scripted, reply

pytestmark = pytest.mark.usefixtures("clock")

URL = "https://e/v2/start"
RECORDING = {"sid": "r"}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "journal")


def journal(path: str, *events: Any) -> None:
    """Write a run's events: the time of an intent, or an outcome."""
    with Journal(path, "KEY-1") as one:
        for event in events:
            if event == "withdrawn":
                one.withdraw(URL)
            elif isinstance(event, str):
                one.settle(URL, Outcome("v3:a", event, recording=RECORDING if event == "started" else None))
            else:
                one.intend(URL, event, {"RecordingChannels": "single", "PlayBeep": "true"})


def sent(path: str) -> tuple[float, float] | None:
    with Journal(path, "KEY-1", read_only=True) as one:
        past = one.past(URL)
    return past.sent if past else None


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([[]], None),
        ([[100.0]], (100.0, 100.0)),
        ([[100.0, "withdrawn"]], None),
        ([[100.0, "withdrawn", 107.5]], (107.5, 107.5)),
        ([[100.0, "withdrawn", 107.5, "withdrawn", 120.25]], (120.25, 120.25)),
        ([[100.0, "unknown"]], (100.0, 100.0)),
        ([[100.0, "unknown", 110.0]], (100.0, 110.0)),
        ([[100.0, "unknown", 110.0, "withdrawn"]], (100.0, 100.0)),
        ([[100.0, "unknown", 110.0, "withdrawn", 117.0]], (100.0, 117.0)),
        ([[100.0], [200.0]], (100.0, 200.0)),
        ([[100.0], [200.0, "withdrawn"]], (100.0, 100.0)),
        ([[100.0], [200.0, "withdrawn", 207.0]], (100.0, 207.0)),
        ([[100.0], ["unknown"], ["unknown", 300.0, "withdrawn", 307.0]], (100.0, 307.0)),
        ([["withdrawn"]], None),
        ([[100.0, "rejected"]], None),
        ([[100.0, "not_sent"]], None),
        ([[100.0, "rejected"], [200.0]], (200.0, 200.0)),
        ([[100.0, "started"]], (100.0, 100.0)),
    ],
)
def test_what_is_open(path: str, runs: list[list[Any]], expected: tuple[float, float] | None) -> None:
    for events in runs:
        journal(path, *events)
    assert sent(path) == expected


def test_started_is_known_with_its_recording(path: str) -> None:
    journal(path, 100.0, "started")
    with Journal(path, "KEY-1") as one:
        past = one.past(URL)
    assert past
    assert past.recording == RECORDING


def test_intent_has_what_a_list_shows_of_the_form(path: str) -> None:
    journal(path, 100.0)
    with Journal(path, "KEY-1") as one:
        past = one.past(URL)
    assert past
    assert past.form == {"RecordingChannels": "single"}


def test_no_secrets(path: str) -> None:
    with Journal(path, "KEY-1") as one:
        one.intend(URL, 1.0, {"RecordingStatusCallback": "https://me:pa55@e/"})
        one.settle(URL, Outcome("v3:a", "started", "KEY-1", recording={"a": "KEY-1", "b": "https://me:pa55@e/"}))
    text = Path(path).read_text()
    assert "KEY-1" not in text
    assert "pa55" not in text


def test_key_that_is_part_of_the_url_does_not_matter(path: str) -> None:
    def run() -> dict[str, Any]:
        return tasks.run(lambda request: reply({"sid": "r"}), journal=path, api_key="v3")

    assert run()["changed"]
    assert not run()["changed"]


@pytest.mark.parametrize("line", [{}, {"entry": "intent"}, {"entry": "outcome", "url": URL, "outcome": "started"}])
def test_line_that_is_none_of_ours(path: str, line: dict[str, Any]) -> None:
    with Journal(path, "KEY-1") as one:
        one._file.append(line)
    with pytest.raises(InvalidArguments, match="line 1 is not as it was written"):
        Journal(path, "KEY-1")


@pytest.mark.parametrize(
    ("options", "same"),
    [
        ({"call_sid": ["v3%3Aa"]}, True),
        ({"base_url": "https://E:443/v2/"}, True),
        ({"base_url": "https://e/v2/../v%32/."}, True),
        ({"play_beep": False, "api_key": "KEY-2"}, True),
        ({"call_sid": ["v3:b"]}, False),
        ({"account_sid": "b"}, False),
        ({"base_url": "https://e/v3"}, False),
    ],
)
def test_what_a_start_is_known_by(path: str, options: dict[str, Any], same: bool) -> None:
    def answer(request: Request) -> Reply:
        return reply({"sid": "r"})

    assert tasks.run(answer, journal=path)["changed"]
    assert tasks.run(answer, journal=path, **options)["changed"] != same


def test_escapes_that_are_no_text_are_different_calls(path: str) -> None:
    for sid in ("v3:%ff", "v3:%fe"):
        assert tasks.run(lambda request: reply({"sid": "r"}), journal=path, call_sid=[sid])["changed"]


def test_intent_is_there_before_the_start_is_sent(path: str) -> None:
    seen: list[list[str]] = []

    def answer(request: Request) -> Reply:
        seen.append([json.loads(line)["entry"] for line in Path(path).read_text().splitlines()])
        return reply({"sid": "r"})

    tasks.run(answer, journal=path, call_sid=["v3:a", "v3:b"], max_concurrency=1)
    assert seen == [["intent"], ["intent", "outcome", "intent"]]


def test_start_is_not_sent_without_its_intent(path: str) -> None:
    def answer(request: Request) -> Reply:
        Path(path).unlink()
        return reply({"sid": "r"})

    transport = Scripted(answer)
    result = tasks.run(transport, journal=path, call_sid=["v3:a", "v3:b"], max_concurrency=1)
    assert len(transport.sent) == 1
    assert [one["outcome"] for one in result["outcomes"]] == ["started", "not_sent"]
    assert "The journal could not be written (the file was removed or replaced)" in result["failures"][0]["msg"]
    assert "Mend that" in result["failures"][0]["msg"]
    (warning,) = result["warnings"]
    assert "was removed or replaced while the task ran" in warning
    assert "would start it again" in warning


def test_journal_that_cannot_be_written_after_a_start(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            monkeypatch.setattr("os.fsync", full)
        return reply({"sid": "r"})

    (warning,) = tasks.run(answer, journal=path)["warnings"]
    assert "could not be written after the start of v3:a. " in warning
    assert "removed" not in warning
    monkeypatch.undo()
    lists = Scripted(lambda request: reply({"recordings": []}))
    assert tasks.run(lists, journal=path, reconcile_timeout=0.01)["outcomes"][0]["outcome"] == "unknown"
    assert {request.method for request in lists.sent} == {"GET"}


def test_journal_that_is_removed_after_the_last_start(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        Path(path).unlink(missing_ok=True)
        return reply({"recordings": []})

    result = tasks.run(answer, journal=path, reconcile_timeout=0.05)
    assert "was removed or replaced while the task ran" in str(result["warnings"])


def test_options_of_the_first_run_tell_its_recording(path: str) -> None:
    def killed(request: Request) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tasks.run(killed, journal=path, recording_channels="single")
    created = json.loads(Path(path).read_text())["time"]

    def answer(request: Request) -> Reply:
        return reply({"recordings": [{"sid": "ours", "channels": 1, "date_created": created}]})

    result = tasks.run(answer, journal=path, reconcile_timeout=0.2)
    assert [(one["outcome"], one["reconciled"], one["changed"]) for one in result["outcomes"]] == [
        ("started", True, False)
    ]


def test_recording_of_an_earlier_run_is_no_change_although_a_second_start_was_refused(path: str) -> None:
    def killed(request: Request) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tasks.run(killed, journal=path)
    created = json.loads(Path(path).read_text())["time"]
    refused = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            refused.append(request)
            return reply({}, 422)
        return reply({"recordings": [{"sid": "first", "date_created": created}] if refused else []})

    result = tasks.run(answer, journal=path, reconcile_timeout=0.2, retry_unknown=True)
    (one,) = result["outcomes"]
    assert (one["outcome"], one["retried"], one["changed"]) == ("started", True, False)


def test_check_mode_writes_nothing_and_keeps_the_order(path: str) -> None:
    def killed(request: Request) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tasks.run(killed, journal=path, call_sid=["v3:a"])
    before = Path(path).read_bytes()
    Path(path).write_bytes(before + b'{"torn')
    result = tasks.run(
        lambda request: reply({"recordings": []}),
        check_mode=True,
        journal=path,
        call_sid=["v3:a", "v3:b"],
        retry_unknown=True,
        reconcile_timeout=0.2,
    )
    assert [one["url"].split("/")[8] for one in result["requests"]] == ["v3:a", "v3:b"]
    assert "does not count" in result["warnings"][0]
    assert Path(path).read_bytes() == before + b'{"torn'


def test_open_outcome_of_an_interrupted_task_is_found_by_the_next(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        return reply({"recordings": []})

    first = tasks.run(answer, journal=path)
    transport = Scripted(answer)
    for _run in range(2):
        result = tasks.run(transport, journal=path, reconcile_timeout=0.2)
        assert transport.starts == []
        assert result["outcomes"][0]["outcome"] == "unknown"
        msg = result["failures"][0]["msg"]
        assert msg.startswith(f"The start was sent before. {first['failures'][0]['msg']}")
        assert msg.count("The start was sent before.") == 1


def test_message_of_an_open_start_does_not_grow_with_the_runs(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        return reply({"recordings": []})

    lengths = [len(tasks.run(answer, journal=path, reconcile_timeout=0.2)["failures"][0]["msg"]) for _run in range(5)]
    assert lengths[1:] == [lengths[1]] * 4


def test_interrupted_pause_leaves_nothing_open(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Scripted(lambda request: reply({}, 429, Retry_After="30"))
    prepared = tasks.params(journal=path)
    api = Api(transport, 60, read_only=False)  # type: ignore[arg-type]

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        _call_recording.run(prepared, api, Task())
    monkeypatch.undo()
    result = tasks.run(lambda request: reply({"sid": "r"}), journal=path)
    assert [(one["outcome"], one["changed"]) for one in result["outcomes"]] == [("started", True)]


def test_second_start_that_could_not_be_sent_is_none(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        Path(path).unlink(missing_ok=True)
        return reply({"recordings": []})

    transport = Scripted(answer)
    result = tasks.run(transport, journal=path, reconcile_timeout=0.2, retry_unknown=True)
    assert len(transport.starts) == 1
    assert not result["outcomes"][0]["retried"]
    assert "A second start could not be sent" in result["msg"]


def test_whatever_goes_wrong_with_one_outcome_is_not_the_end_of_the_others(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Journal.settle

    def settle(self: Journal, url: str, outcome: Outcome) -> None:
        if outcome.call_sid == "v3:a":
            raise MemoryError
        whole(self, url, outcome)

    monkeypatch.setattr(Journal, "settle", settle)
    result = tasks.run(lambda request: reply({"sid": "r"}), journal=path, call_sid=["v3:a", "v3:b"])
    assert len(result["recordings"]) == 2
    assert "could not be written after the start of v3:a. " in result["warnings"][0]


def test_intent_has_the_time_at_which_it_is_sent_again(path: str) -> None:
    replies = [reply({}, 429, Retry_After="0"), reply({"sid": "r"})]
    tasks.run(lambda request: replies.pop(0), journal=path, rate_limit_timeout=5)
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    assert [line["entry"] for line in lines] == ["intent", "withdrawal", "intent", "outcome"]
    first, second = (datetime.datetime.fromisoformat(line["time"]) for line in lines if line["entry"] == "intent")
    assert (second - first).total_seconds() > 0.2
