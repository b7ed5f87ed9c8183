# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Never a second recording, never a lost one: through every entry point, against a service that misbehaves."""

from __future__ import annotations

import contextlib
import datetime
import re
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import messages
from support import raw_server, runs
from support.clock import wait_until
from support.entry_points import RunTask, every_entry_point
from support.simulator import Simulator

# What a service may do to a start, whether a recording is there then, and what is said without a look at the list.
OPEN = [
    ("drop_before", False),
    ("drop_after", True),
    ("error_before", False),
    ("error_after", True),
    ("truncated", True),
    ("html_before", False),
    ("html_after", True),
    ("redirect", False),
]
RATE_LIMITS = ["rate_limited", "rate_limited_retry_after", "rate_limited_date", "rate_limited_reset"]


@pytest.fixture(autouse=True)
def _behaves_again(simulator: Simulator) -> Iterator[None]:
    yield
    simulator.ask("PUT", "misbehaviour", {})


def misbehave(simulator: Simulator, *kinds: str, calls: int = 1, **settings: Any) -> list[str]:
    """Return fresh calls, on each of which these kinds happen to the first requests."""
    fresh = [simulator.fresh() for _number in range(calls)]
    settings = {"calls": {sid: list(kinds) for sid in fresh}, **settings}
    simulator.ask("PUT", "misbehaviour", settings)
    return fresh


def args(simulator: Simulator, calls: list[str], **options: Any) -> dict[str, Any]:
    return {**simulator.connection, "call_sid": calls, "timeout": 60, "reconcile_timeout": 1, **options}


def outcomes(result: dict[str, Any]) -> list[tuple[str, bool, bool]]:
    return [(one["outcome"], one["reconciled"], one["changed"]) for one in result["outcomes"]]


def seconds_between(first: dict[str, Any], second: dict[str, Any]) -> float:
    begun, ended = (datetime.datetime.fromisoformat(one["time"].replace("Z", "+00:00")) for one in (first, second))
    return (ended - begun).total_seconds()


@every_entry_point
def test_open_outcomes_are_settled_by_the_list(run_task: RunTask, simulator: Simulator) -> None:
    fresh = {kind: simulator.fresh() for kind, _acts in OPEN}
    calls = {sid: [kind] for kind, sid in fresh.items()}
    # The last look at the list comes after the lag, since that is shorter than reconcile_timeout.
    simulator.ask("PUT", "misbehaviour", {"list_lag": 0.7, "clock_offset": -5400, "calls": calls})
    result = run_task(args(simulator, list(fresh.values()), max_concurrency=16))
    for (kind, acts), one in zip(OPEN, result["outcomes"]):
        found = (one["outcome"], one["reconciled"], one["changed"])
        assert found == (("started", True, True) if acts else ("unknown", False, False)), kind
        (sent,) = simulator.requests(fresh[kind])
        assert bool(sent["recording"]) == acts
    assert [one["sid"] for one in result["recordings"]] == [
        sid for kind, acts in OPEN if acts for sid in simulator.recordings(fresh[kind])
    ]
    unknown = [one for one in result["outcomes"] if one["outcome"] == "unknown"]
    assert all(one["candidates"] == [] for one in unknown)
    assert all("No matching recording appeared in the call's list within 1 seconds." in one["msg"] for one in unknown)


@pytest.mark.long
def test_start_that_takes_effect_after_the_timeout(run_task: RunTask, simulator: Simulator) -> None:
    calls = {simulator.fresh(): ["slow_before"], simulator.fresh(): ["slow_after"]}
    # All of them many times what the slowest machine takes for a request.
    simulator.ask("PUT", "misbehaviour", {"delay": 10, "calls": calls})
    result = run_task(args(simulator, list(calls), timeout=5, reconcile_timeout=15))
    assert outcomes(result) == [("started", True, True)] * 2
    assert [len(simulator.requests(sid)) for sid in calls] == [1, 1]


def test_rate_limit_is_waited_for(run_task: RunTask, simulator: Simulator) -> None:
    fresh = {kind: simulator.fresh() for kind in (*RATE_LIMITS, "remaining_zero")}
    calls = {sid: [kind] for kind, sid in fresh.items()}
    simulator.ask("PUT", "misbehaviour", {"calls": calls, "clock_offset": 5400, "retry_after": 2})
    result = run_task(args(simulator, list(fresh.values())))
    assert outcomes(result) == [("started", False, True)] * 5
    assert [len(simulator.requests(sid)) for sid in fresh.values()] == [2, 2, 2, 2, 1]
    for kind in RATE_LIMITS:
        first, second = simulator.requests(fresh[kind])
        assert seconds_between(first, second) > 0.5


def test_announced_limit_is_waited_for(run_task: RunTask, simulator: Simulator) -> None:
    (first,) = misbehave(simulator, "remaining_zero")
    second = simulator.fresh()
    result = run_task(args(simulator, [first, second], max_concurrency=1))
    assert outcomes(result) == [("started", False, True)] * 2
    assert seconds_between(simulator.requests(first)[0], simulator.requests(second)[0]) > 0.9


def test_rate_limit_that_outlasts_the_wait(run_task: RunTask, simulator: Simulator) -> None:
    calls = misbehave(simulator, *["rate_limited_retry_after"] * 3, calls=2, retry_after=9000)
    result = run_task(args(simulator, calls, rate_limit_timeout=3, max_concurrency=1))
    assert outcomes(result) == [("not_sent", False, False)] * 2
    assert "429" in result["outcomes"][0]["msg"]
    # However long ago the API said so.
    assert re.search(r"asked to wait another (9000|8\d{3}) seconds", result["outcomes"][1]["msg"])
    assert [len(simulator.requests(sid)) for sid in calls] == [1, 0]


def test_connection_that_comes_late(run_task: RunTask, simulator: Simulator) -> None:
    port = raw_server.refused_port()
    servers: list[Any] = []

    def appear() -> None:
        time.sleep(2)
        server = raw_server.RawServer([raw_server.reply()], None, port)
        servers.append(server)
        server.serve()

    thread = threading.Thread(target=appear, daemon=True)
    thread.start()
    result = run_task(args(simulator, ["v3:a"], base_url=f"http://127.0.0.1:{port}/v2", rate_limit_timeout=30))
    assert outcomes(result) == [("started", False, True)]
    assert len(servers[0].requests) == 1
    servers[0].close()


def test_one_of_two_cannot_be_told(run_task: RunTask, simulator: Simulator) -> None:
    (call,) = misbehave(simulator, "drop_after")
    start_by_somebody_else(simulator, call)
    result = run_task(args(simulator, [call]))
    assert outcomes(result) == [("unknown", False, False)]
    assert len(result["outcomes"][0]["candidates"]) == 2
    assert simulator.recordings(call)[0] in [one["sid"] for one in result["outcomes"][0]["candidates"]]


def start_by_somebody_else(simulator: Simulator, call: str, seconds: float = 30) -> None:
    """Start a recording as somebody else, dated some seconds from now: with 30, when a start of ours is under way.

    A start may have its effect until its timeouts are over, so it does not matter when exactly it is sent.
    """
    settings = simulator.ask("GET", "misbehaviour")
    simulator.ask("PUT", "misbehaviour", {**settings, "clock_offset": seconds})
    simulator.ask("POST", "recordings", {"call_sid": call})
    simulator.ask("PUT", "misbehaviour", settings)


def test_earlier_recording_is_not_adopted(run_task: RunTask, simulator: Simulator) -> None:
    (call,) = misbehave(simulator, "drop_before")
    start_by_somebody_else(simulator, call, -10)
    result = run_task(args(simulator, [call]))
    assert outcomes(result) == [("unknown", False, False)]
    assert result["outcomes"][0]["candidates"] == []


@every_entry_point
def test_one_more_start(run_task: RunTask, simulator: Simulator) -> None:
    (call,) = misbehave(simulator, "drop_before")
    result = run_task(args(simulator, [call], retry_unknown=True))
    assert outcomes(result) == [("started", False, True)]
    assert result["outcomes"][0]["retried"]
    assert "Started a second time" in str(result["warnings"])
    assert len(simulator.recordings(call)) == 1


@pytest.mark.parametrize(
    "status", ["in-progress", *(pytest.param(one, marks=pytest.mark.long) for one in ("paused", "stopped"))]
)
def test_call_that_is_being_recorded_is_left_alone(run_task: RunTask, simulator: Simulator, status: str) -> None:
    calls = [simulator.fresh(), simulator.fresh()]
    theirs = simulator.ask("POST", "recordings", {"call_sid": calls[0], "status": status})["sid"]
    before = args(simulator, calls, unless_recording=True)
    checked = run_task(before, check=True)
    assert [len(simulator.requests(sid)) for sid in calls] == [0, 0]
    result = run_task(before)
    if status == "stopped":
        assert outcomes(result) == [("started", False, True)] * 2
        assert len(checked["requests"]) == 2
        return
    assert outcomes(result) == [("started", False, False), ("started", False, True)]
    assert [len(simulator.requests(sid)) for sid in calls] == [0, 1]
    assert result["recordings"][0]["sid"] == checked["recordings"][0]["sid"] == theirs
    assert result["recordings"][0]["status"] == status
    assert [one["url"].split("/")[8] for one in checked["requests"]] == [calls[1]]
    assert ("its recording is paused" in str(result.get("warnings"))) == (status == "paused")
    again = run_task(before)
    assert not again["changed"]
    assert outcomes(again) == [("started", False, False)] * 2


@pytest.mark.parametrize(
    ("kind", "outcome"), [("drop_before", "not_sent"), pytest.param("error_before", "not_sent", marks=pytest.mark.long)]
)
def test_call_that_cannot_be_looked_at_is_not_started(
    run_task: RunTask, simulator: Simulator, kind: str, outcome: str
) -> None:
    (call,) = misbehave(simulator, kind)
    result = run_task(args(simulator, [call], unless_recording=True))
    assert outcomes(result) == [(outcome, False, False)]
    assert messages.NOT_KNOWN_WHETHER_RUNNING in result["msg"]
    assert simulator.requests(call) == []


def test_unknown_call_is_rejected_with_unless_recording_too(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task(args(simulator, ["v3:no-such-call"], unless_recording=True))
    assert outcomes(result) == [("rejected", False, False)]
    wrong_key = run_task({**args(simulator, [simulator.fresh()], unless_recording=True), "api_key": "KEYwrong"})
    assert outcomes(wrong_key) == [("rejected", False, False)]


def test_journal_makes_it_idempotent(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    fresh = {kind: simulator.fresh() for kind in ("none", "drop_after", "drop_before", "rate_limited")}
    calls = {sid: [kind] for kind, sid in fresh.items()}
    simulator.ask("PUT", "misbehaviour", {"calls": calls})
    task = args(simulator, [*fresh.values(), runs.RINGING], journal=str(journal), rate_limit_timeout=0)
    checked = run_task(task, check=True)
    assert len(checked["requests"]) == 5
    assert not journal.exists()
    first = run_task(task)
    assert outcomes(first) == [
        ("started", False, True),
        ("started", True, True),
        ("unknown", False, False),
        ("not_sent", False, False),
        ("rejected", False, False),
    ]
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert runs.KEY.encode() not in journal.read_bytes()
    # Now the rate limit is over; the open one shows nothing still, and is not started.
    before = journal.read_bytes()
    checked = run_task(task, check=True)
    assert [one["url"].split("/")[8] for one in checked["requests"]] == [fresh["rate_limited"], runs.RINGING]
    assert journal.read_bytes() == before
    second = run_task(task)
    assert outcomes(second) == [
        ("started", False, False),
        ("started", False, False),
        ("unknown", False, False),
        ("started", False, True),
        ("rejected", False, False),
    ]
    assert second["recordings"][:2] == first["recordings"]
    assert [len(simulator.recordings(sid)) for sid in fresh.values()] == [1, 1, 0, 1]
    third = run_task({**task, "call_sid": [fresh["none"], fresh["rate_limited"]], "play_beep": False})
    assert not third["changed"]
    assert not third.get("failed")
    assert third["ansible_facts"]["telnyx_call_recordings"] == {
        fresh["none"]: first["recordings"][0],
        fresh["rate_limited"]: second["recordings"][2],
    }
    # The other spelling of the same call.
    fourth = run_task({**task, "call_sid": fresh["none"].replace(":", "%3A")})
    assert not fourth["changed"]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda written: written.replace(b"accepted", b"rejected"), "entry 2 is not as it was written"),
        pytest.param(lambda written: written[:-100], "it does not have the size of its ", marks=pytest.mark.long),
        pytest.param(
            lambda _written: b'{"journal": 1}\n',
            "it has the JSON lines that were written before version 1.0.0",
            marks=pytest.mark.long,
        ),
    ],
    ids=["changed", "cut off", "of an earlier version"],
)
def test_journal_that_is_damaged(
    run_task: RunTask, simulator: Simulator, tmp_path: Path, damage: Callable[[bytes], bytes], said: str
) -> None:
    journal = tmp_path / "journal"
    call = simulator.fresh()
    task = args(simulator, [call], journal=str(journal))
    run_task(task)
    journal.write_bytes(damage(journal.read_bytes()))
    result = run_task(task)
    assert result["failed"]
    assert result["msg"].startswith("Nothing was sent. journal is ")
    assert said in result["msg"]
    assert result["argument_errors"][0]["argument"] == "journal"
    assert len(simulator.requests(call)) == 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("relative/journal", "it must be an absolute path of a file"),
        pytest.param("/", "it must be an absolute path of a file", marks=pytest.mark.long),
        pytest.param("/no/such/folder/journal", "in a folder that exists", marks=pytest.mark.long),
        pytest.param("/dev/null", "not a regular file", marks=pytest.mark.long),
        pytest.param("/tmp", "not a regular file", marks=pytest.mark.long),
    ],
)
def test_journal_that_cannot_be_one(run_task: RunTask, simulator: Simulator, path: str, said: str) -> None:
    call = simulator.fresh()
    for check in (True, False):
        result = run_task(args(simulator, [call], journal=path), check=check)
        assert result["failed"]
        assert said in result["msg"]
        assert path in result["msg"]
    assert simulator.requests(call) == []


def test_run_that_ended_before_it_recorded_an_outcome(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    call = simulator.fresh()
    task = args(simulator, [call], journal=str(journal))
    run_task(task)
    with contextlib.closing(sqlite3.connect(journal, isolation_level=None)) as entries:
        entries.execute("DELETE FROM entries WHERE event = 'accepted'")
    result = run_task(task)
    assert outcomes(result) == [("started", True, False)]
    assert not result["changed"]
    assert len(simulator.requests(call)) == 1


@pytest.mark.parametrize("in_process", [True, pytest.param(False, marks=pytest.mark.long)])
def test_kill_in_the_middle(simulator: Simulator, tmp_path: Path, in_process: bool) -> None:
    journal = tmp_path / "journal"
    # Replies that nobody gets.
    calls = misbehave(simulator, "slow_after", calls=3, delay=3600) + [simulator.fresh() for _number in range(3)]
    task = runs.task(args(simulator, calls, journal=str(journal), max_concurrency=3, timeout=3600))
    variables = {
        "voiceops_telnyx_in_process": in_process,
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    plays = runs.play(task, vars=variables)
    ansible = runs.begin(tmp_path, plays)
    wait_until(lambda: sum(len(simulator.recordings(sid)) for sid in calls) == 3)
    runs.kill(ansible.pid)
    ansible.wait()
    run = runs.playbook(tmp_path, plays)
    assert run.code == 0, run.output
    assert outcomes(run.result("record")) == [("started", True, False)] * 3 + [("started", False, True)] * 3
    assert [len(simulator.recordings(sid)) for sid in calls] == [1] * 6


def test_tasks_at_once_on_one_journal(tmp_path: Path) -> None:
    said = "being started by another run, waiting for it"

    def reply(request: bytes, connection: socket.socket) -> None:
        # However long the others take to come.
        wait_until(lambda: runs.printed(tmp_path).count(said) == 2)
        raw_server.reply()(request, connection)

    with raw_server.serving(reply) as server:
        given = {"api_key": runs.KEY, "account_sid": "a", "base_url": server.base_url, "timeout": 3600}
        task = runs.task({**given, "call_sid": "v3:a", "journal": str(tmp_path / "journal")})
        run = runs.ended(
            tmp_path, runs.begin(tmp_path, runs.play(task, hosts="all"), "-i", "one,two,three,", "-f", "3")
        )
    assert run.code == 0, run.output
    assert len(server.requests) == 1
    results = [one["result"] for one in run.tasks]
    assert sorted(one["changed"] for one in results) == [False, False, True]
    assert len({one["recording"]["sid"] for one in results}) == 1


@pytest.mark.parametrize("with_journal", [False, True])
def test_until_and_retries(simulator: Simulator, tmp_path: Path, with_journal: bool) -> None:
    call = simulator.fresh()
    options = {"journal": str(tmp_path / "journal")} if with_journal else {}
    retried = {"register": "recorded", "until": "recorded is success", "retries": 2, "delay": 0}
    done = runs.playbook(tmp_path, runs.play(runs.task(args(simulator, [call, runs.ENDED], **options), **retried)))
    result = done.result("record")
    assert result["attempts"] == 2
    assert len(simulator.recordings(call)) == (1 if with_journal else 1 + 2)
    assert ("Retrying the task as it is records 1 of its calls again" in result["msg"]) is not with_journal
