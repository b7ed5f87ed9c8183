# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier runs, and runs at the same time, have started."""

from __future__ import annotations

import multiprocessing
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import InvalidArguments, NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import messages
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal import Journal
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal_file import JournalFile
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.start import Start
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.states import Event, State
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Scripted, reply

KEY = "https://e/v2/texml/Accounts/a/Calls/v3:a/Recordings.json"
EMPTY = {"recordings": []}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "journal")


def entries(path: str) -> list[tuple[str, str]]:
    """Return the call and the event of each entry, as a person would with sqlite3."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT key, event FROM entries ORDER BY number").fetchall()
    connection.close()
    return [(key.split("/")[8], event) for key, event in rows]


def killed(request: Request) -> Reply:
    raise KeyboardInterrupt


def interrupted(path: str, **options: Any) -> None:
    """Run a task that is interrupted after its start request has left."""
    with pytest.raises(KeyboardInterrupt):
        tasks.run(killed, journal=path, **options)


def lost(request: Request) -> Reply:
    """Answer no start request, and list nothing."""
    if request.method == "POST":
        raise NoReply("reset", sent=True)
    return reply(EMPTY)


def summary(result: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    return [(one["outcome"], one["changed"], one["reconciled"]) for one in result["outcomes"]]


def test_what_was_started_is_not_started_again(path: str) -> None:
    first = tasks.run(lambda request: reply({"sid": "r", "channels": 2}), journal=path)
    transport = Scripted(killed)
    second = tasks.run(transport, journal=path)
    assert transport.sent == []
    assert second["recordings"] == first["recordings"]
    assert summary(second) == [("started", False, False)]
    assert second["outcomes"][0]["msg"] == messages.EARLIER_STARTED


def test_what_was_refused_is_sent_again(path: str) -> None:
    assert summary(tasks.run(lambda request: reply({}, 422), journal=path)) == [("rejected", False, False)]
    assert summary(tasks.run(lambda request: reply({"sid": "r"}), journal=path)) == [("started", True, False)]


def test_no_secrets(path: str) -> None:
    def answer(request: Request) -> Reply:
        return reply({"sid": "r", "a": tasks.KEY, "b": "https://me:pa55@e/"})

    tasks.run(answer, journal=path, recording_status_callback="https://me:pa55@e/")
    tasks.run(lambda request: reply({"errors": [{"detail": tasks.KEY}]}, 500), journal=path, call_sid=["v3:b"])
    data = Path(path).read_bytes()
    assert tasks.KEY.encode() not in data
    assert b"pa55" not in data


def test_key_that_is_part_of_the_url_does_not_matter(path: str) -> None:
    def run() -> dict[str, Any]:
        return tasks.run(lambda request: reply({"sid": "r"}), journal=path, api_key="v3")

    assert run()["changed"]
    assert not run()["changed"]


@pytest.mark.parametrize(
    ("event", "details"),
    [("what", {}), ("accepted", {}), ("intended", {}), ("accepted", {"recording": {}}), ("no answer", {"msg": "x"})],
)
def test_entry_that_this_module_did_not_write(path: str, event: str, details: dict[str, Any]) -> None:
    file = JournalFile(path)
    file.append(KEY, event, details, 0)
    file.close()
    transport = Scripted(killed)
    with pytest.raises(InvalidArguments, match="a journal that only this module has written"):
        tasks.run(transport, journal=path)
    assert transport.sent == []


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


def test_intent_is_there_before_the_request_is_sent(path: str) -> None:
    seen: list[list[tuple[str, str]]] = []

    def answer(request: Request) -> Reply:
        seen.append(entries(path))
        return reply({"sid": "r"})

    tasks.run(answer, journal=path, call_sid=["v3:a", "v3:b"], max_concurrency=1)
    first = [("v3:a", "intended")]
    assert seen == [first, [*first, ("v3:a", "accepted"), ("v3:b", "intended")]]


def test_nothing_is_sent_without_its_intent(path: str) -> None:
    def answer(request: Request) -> Reply:
        Path(path).unlink()
        return reply({"sid": "r"})

    transport = Scripted(answer)
    result = tasks.run(transport, journal=path, call_sid=["v3:a", "v3:b"], max_concurrency=1)
    assert len(transport.sent) == 1
    assert [one["outcome"] for one in result["outcomes"]] == ["started", "not_sent"]
    assert "The journal could not be written (the file was removed or replaced)" in result["outcomes"][1]["msg"]
    assert "Fix that" in result["outcomes"][1]["msg"]
    (warning,) = result["warnings"]
    assert "was removed or replaced while the task ran" in warning
    assert "would start again what was started" in warning


def test_journal_that_is_removed_after_the_last_request(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        Path(path).unlink(missing_ok=True)
        return reply(EMPTY)

    result = tasks.run(answer, journal=path, reconcile_timeout=0.05)
    assert "was removed or replaced while the task ran" in str(result["warnings"])


def test_options_of_the_first_run_tell_its_recording(path: str) -> None:
    interrupted(path, recording_channels="single")
    created = tasks.now()
    listed = {"recordings": [{"sid": "ours", "channels": 1, "date_created": created}]}
    result = tasks.run(lambda request: reply(listed), journal=path, reconcile_timeout=0.2)
    assert summary(result) == [("started", False, True)]


def test_recording_of_an_earlier_run_is_no_change_although_a_second_request_was_refused(path: str) -> None:
    interrupted(path)
    created = tasks.now()
    refused = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            refused.append(request)
            return reply({}, 422)
        return reply({"recordings": [{"sid": "first", "date_created": created}] if refused else []})

    result = tasks.run(answer, journal=path, reconcile_timeout=0.2, retry_unknown=True)
    assert summary(result) == [("started", False, True)]
    assert result["outcomes"][0]["retried"]


def test_check_mode_writes_nothing_and_keeps_the_order(path: str) -> None:
    interrupted(path)
    before = Path(path).read_bytes()
    result = tasks.run(
        lambda request: reply(EMPTY),
        check_mode=True,
        journal=path,
        call_sid=["v3:a", "v3:b"],
        retry_unknown=True,
        reconcile_timeout=0.2,
    )
    assert [one["url"].split("/")[8] for one in result["requests"]] == ["v3:a", "v3:b"]
    assert Path(path).read_bytes() == before


def test_check_mode_creates_nothing(path: str, tmp_path: Path) -> None:
    tasks.run(killed, check_mode=True, journal=path)
    assert list(tmp_path.iterdir()) == []


def test_uncertain_outcome_is_looked_up_by_each_run_and_its_message_does_not_grow(path: str) -> None:
    first = tasks.run(lost, journal=path)["outcomes"][0]["msg"]
    transport = Scripted(lost)
    for _run in range(4):
        result = tasks.run(transport, journal=path, reconcile_timeout=0.05)
        msg = f"The start request was sent before. {first} No matching recording appeared in the call's list within 0.05 seconds."
        assert result["outcomes"][0]["msg"] == msg
        assert result["outcomes"][0]["outcome"] == "unknown"
    assert transport.starts == []


def test_interrupted_pause_leaves_nothing_uncertain(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    transport = Scripted(lambda request: reply({}, 429, Retry_After="30"))
    prepared = tasks.params(journal=path, rate_limit_timeout=60)

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        call_recording.run(prepared, tasks.client(transport, prepared), Task())
    monkeypatch.undo()
    assert summary(tasks.run(lambda request: reply({"sid": "r"}), journal=path)) == [("started", True, False)]


def test_second_request_that_could_not_be_sent_is_none(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        Path(path).unlink(missing_ok=True)
        return reply(EMPTY)

    transport = Scripted(answer)
    result = tasks.run(transport, journal=path, reconcile_timeout=0.2, retry_unknown=True)
    assert len(transport.starts) == 1
    assert not result["outcomes"][0]["retried"]
    assert "A second start request could not be sent" in result["msg"]


def test_whatever_goes_wrong_with_one_outcome_is_not_the_end_of_the_others(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Journal.settle

    def settle(self: Journal, start: Any, event: Any, details: Any) -> None:
        whole(self, start, event, details)
        if start.call_sid == "v3:a":
            raise MemoryError

    monkeypatch.setattr(Journal, "settle", settle)
    result = tasks.run(lambda request: reply({"sid": "r"}), journal=path, call_sid=["v3:a", "v3:b"])
    assert len(result["recordings"]) == 2
    assert "could not be written after the start of v3:a. " in result["warnings"][0]


def test_intent_of_each_attempt(path: str) -> None:
    replies = [reply({}, 429, Retry_After="0"), reply({"sid": "r"})]
    tasks.run(lambda request: replies.pop(0), journal=path, rate_limit_timeout=5)
    assert [event for _call, event in entries(path)] == ["intended", "no effect", "intended", "accepted"]


def start_slowly(path: str, ready: Any, go: Any, results: Any) -> None:
    """Run a task whose first start request waits for its answer until it may go on."""

    def answer(request: Request) -> Reply:
        ready.set()
        assert go.wait(30)
        return reply({"sid": f"r-{request.names['call_sid']}"})

    results.put(tasks.run(answer, journal=path, call_sid=["v3:a"]))


def test_start_request_of_a_run_that_is_still_running_is_waited_for(path: str) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go, results = context.Event(), context.Event(), context.Queue()
    other = context.Process(target=start_slowly, args=(path, ready, go, results))
    other.start()
    assert ready.wait(60)
    transport = Scripted(lambda request: reply({"sid": "r-mine"}))
    mine: list[dict[str, Any]] = []
    run = threading.Thread(
        target=lambda: mine.append(tasks.run(transport, journal=path, call_sid=["v3:b", "v3:a"])), daemon=True
    )
    run.start()
    while [event for call, event in entries(path) if call == "v3:b"] != ["intended", "accepted"]:
        time.sleep(0.05)
    assert run.is_alive()
    go.set()
    run.join(60)
    assert [one["recording"] for one in mine[0]["outcomes"]] == ["r-mine", "r-v3:a"]
    assert [one["changed"] for one in mine[0]["outcomes"]] == [True, False]
    assert len(transport.starts) == 1
    assert results.get(timeout=60)["changed"]
    other.join()


def test_start_request_of_a_run_that_was_killed_is_taken_over(path: str) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go, results = context.Event(), context.Event(), context.Queue()
    other = context.Process(target=start_slowly, args=(path, ready, go, results))
    other.start()
    assert ready.wait(60)
    other.kill()
    other.join()
    transport = Scripted(lambda request: reply(EMPTY))
    result = tasks.run(transport, journal=path, reconcile_timeout=0.05)
    assert transport.starts == []
    assert "An earlier run ended before it knew the outcome" in result["msg"]
    assert [event for _call, event in entries(path)] == ["intended", "abandoned", "not listed"]


def start_all(path: str, calls: list[str], results: Any) -> None:
    sent: list[str] = []

    def answer(request: Request) -> Reply:
        call = str(request.names["call_sid"])
        sent.append(call)
        time.sleep(0.002)
        return reply({"sid": f"r-{call}"})

    result = tasks.run(answer, journal=path, call_sid=calls, max_concurrency=8)
    results.put((sent, [one["recording"] for one in result["outcomes"]]))


def test_each_call_is_started_by_one_of_several_runs(path: str) -> None:
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    calls = [f"v3:{number}" for number in range(100)]
    runs = [context.Process(target=start_all, args=(path, calls[::step], results)) for step in (1, -1, 1)]
    for run in runs:
        run.start()
    found = [results.get(timeout=120) for _run in runs]
    for run in runs:
        run.join()
    assert sorted(call for sent, _recordings in found for call in sent) == sorted(calls)
    for _sent, recordings in found:
        assert sorted(recordings) == sorted(f"r-{call}" for call in calls)


def test_disk_that_is_full_for_a_while_leaves_a_journal_that_can_be_read(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = JournalFile.append
    full = False

    def append(self: JournalFile, key: str, event: str, details: dict[str, Any], after: int) -> int | None:
        if full and event == "no answer":
            raise OSError(28, "No space left on device")
        return whole(self, key, event, details, after)

    def answer(request: Request) -> Reply:
        nonlocal full
        if request.method == "POST":
            full = True
            raise NoReply("reset", sent=True)
        full = False
        return reply(EMPTY)

    monkeypatch.setattr(JournalFile, "append", append)
    first = tasks.run(answer, journal=path, reconcile_timeout=0.05, retry_unknown=True)
    assert summary(first) == [("unknown", False, False)]
    assert "could not be written after the start of v3:a. " in first["warnings"][0]
    transport = Scripted(lambda request: reply(EMPTY))
    assert summary(tasks.run(transport, journal=path, reconcile_timeout=0.05)) == [("unknown", False, False)]
    assert transport.starts == []


def test_no_effect_that_could_not_be_recorded_is_not_sent(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = JournalFile.append

    def append(self: JournalFile, key: str, event: str, details: dict[str, Any], after: int) -> int | None:
        if event == "no effect":
            raise OSError(28, "No space left on device")
        return whole(self, key, event, details, after)

    monkeypatch.setattr(JournalFile, "append", append)
    transport = Scripted(lambda request: reply({}, 429, Retry_After="0"))
    result = tasks.run(transport, journal=path, rate_limit_timeout=5)
    assert len(transport.starts) == 1
    assert summary(result) == [("not_sent", False, False)]
    assert "No space left on device" in result["msg"]


def test_journal_that_cannot_be_read_any_more_ends_the_waiting(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go, results = context.Event(), context.Event(), context.Queue()
    other = context.Process(target=start_slowly, args=(path, ready, go, results))
    other.start()
    assert ready.wait(60)
    history = JournalFile.history
    reads: list[str] = []

    def unreadable(self: JournalFile, key: str) -> Any:
        reads.append(key)
        if len(reads) > 1:
            raise OSError("locked")
        return history(self, key)

    monkeypatch.setattr(JournalFile, "history", unreadable)
    transport = Scripted(lambda request: reply(EMPTY))
    result = tasks.run(transport, journal=path, reconcile_timeout=0.05)
    go.set()
    assert transport.starts == []
    assert summary(result) == [("unknown", False, False)]
    results.get(timeout=60)
    other.join()


def test_run_that_sends_nothing_leaves_a_journal_that_can_be_read(path: str) -> None:
    tasks.run(lambda request: reply({}, 404), journal=path)
    # Closed to this task at once, so that nothing is even attempted.
    transport = Scripted(lambda request: reply({}, 429, Retry_After="3600"))
    result = tasks.run(transport, journal=path, call_sid=["v3:b", "v3:a"], max_concurrency=1, rate_limit_timeout=5)
    assert [one["outcome"] for one in result["outcomes"]] == ["not_sent", "not_sent"]
    assert summary(tasks.run(lambda request: reply({"sid": "r"}), journal=path)) == [("started", True, False)]


def test_journal_by_another_name_is_the_same(path: str, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, go, results = context.Event(), context.Event(), context.Queue()
    other = context.Process(target=start_slowly, args=(path, ready, go, results))
    other.start()
    assert ready.wait(60)
    (tmp_path / "link").symlink_to(path)
    with Journal(str(tmp_path / "link"), "", read_only=False) as journal:
        start = Start("v3:a", KEY, Request("POST", KEY, None, {}))
        journal.load(start)
        assert journal.is_elsewhere(start)
    go.set()
    results.get(timeout=60)
    other.join()


def test_runs_that_wait_for_each_other_do_not_wait_for_ever(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither can write its outcomes, so each sees a request of the other without an answer."""
    context = multiprocessing.get_context("spawn")
    met, results = context.Barrier(2), context.Queue()
    runs = [context.Process(target=start_without_outcomes, args=(path, calls, met, results)) for calls in ("ab", "ba")]
    for run in runs:
        run.start()
    found = [results.get(timeout=60) for _run in runs]
    for run in runs:
        run.join()
    assert [sorted(outcomes) for outcomes in found] == [["started", "unknown"]] * 2


def start_without_outcomes(path: str, calls: str, met: Any, results: Any) -> None:
    whole = JournalFile.append

    def append(self: JournalFile, key: str, event: str, details: dict[str, Any], after: int) -> int | None:
        if event != "intended":
            raise OSError(28, "No space left on device")
        return whole(self, key, event, details, after)

    JournalFile.append = append  # type: ignore[method-assign]

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return reply(EMPTY)
        met.wait(60)
        return reply({"sid": "r"})

    named = [f"v3:{call}" for call in calls]
    result = tasks.run(answer, journal=path, call_sid=named, max_concurrency=1, reconcile_timeout=0.05)
    results.put([one["outcome"] for one in result["outcomes"]])


def test_whatever_keeps_an_entry_from_being_written_nothing_follows_it(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = JournalFile.append

    def append(self: JournalFile, key: str, event: str, details: dict[str, Any], after: int) -> int | None:
        if event == "no answer":
            raise MemoryError
        return whole(self, key, event, details, after)

    monkeypatch.setattr(JournalFile, "append", append)
    tasks.run(lost, journal=path, reconcile_timeout=0.05)
    assert [event for _call, event in entries(path)] == ["intended"]
    assert summary(tasks.run(lost, journal=path, reconcile_timeout=0.05)) == [("unknown", False, False)]


def test_acceptance_that_comes_late_is_recorded(path: str) -> None:
    first, second = (Start("v3:a", KEY, Request("POST", KEY, None, {})) for _run in range(2))
    with Journal(path, "", read_only=False) as one:
        one.record(first, Event.INTENDED, {"sent": 1.0, "form": {}})
        file = JournalFile(path)
        assert file.append(KEY, "abandoned", {}, first.version)
        file.close()
        one.settle(first, Event.ACCEPTED, {"recording": {"sid": "r"}})
        one.load(second)
    assert (second.state, second.recording) == (State.STARTED, {"sid": "r"})


def test_change_of_this_run_is_reported_although_another_run_was_first_to_list_it(path: str) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            return reply({}, 500)
        file = JournalFile(path)
        last = file.history(KEY)[-1]
        if last.event == "no answer":
            assert file.append(KEY, "listed", {"recording": {"sid": "r"}, "msg": ""}, last.number)
        file.close()
        return reply(EMPTY)

    result = tasks.run(answer, journal=path, reconcile_timeout=0.05)
    assert summary(result) == [("started", True, False)]
    assert result["changed"]


def test_no_link_to_the_audio(path: str) -> None:
    tasks.run(
        lambda request: reply({"sid": "r", "media_url": "https://media.example/one.wav?signature=abc"}), journal=path
    )
    assert b"signature" not in Path(path).read_bytes()


def test_check_mode_counts_what_is_started(path: str) -> None:
    tasks.run(lost, journal=path)
    result = tasks.run(
        lambda request: reply(EMPTY),
        check_mode=True,
        journal=path,
        call_sid=["v3:a", "v3:b", "v3:c"],
        reconcile_timeout=0.05,
    )
    assert result["msg"].startswith("0 of 3 recordings started, 1 failed. 2 would be started. v3:a: ")


def test_interrupted_task_sends_nothing_more_while_its_journal_is_being_closed(path: str) -> None:
    prepared = tasks.params(journal=path)
    client = tasks.client(Scripted(lambda request: reply({"sid": "r"})), prepared)
    (attempt,) = [next(client.attempts(client.recordings.start("v3:a", {})))]
    client.stop()
    with pytest.raises(NoReply, match="task ended"):
        attempt.send()
