# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook record_live_calls: what is live is recorded once, while calls come and go."""

from __future__ import annotations

import datetime
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import runs
from support.clock import wait_until
from support.runs import KEY, Run, playbook
from support.simulator import Simulator, running

CONNECTION_ID = "1684641123236054244"
CONFERENCE = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"
PLAYBOOK = "voiceops.telnyx.record_live_calls"
START = "Start the recordings of those that have been answered"
LEGS = [
    {"sid": "v3:out", "direction": "outbound", "session": "s-1"},
    {"sid": "v3:in", "session": "s-1"},
    {"sid": "v3:alone"},
    {"sid": "v3:ringing", "status": "ringing"},
]
BRIDGE = {"sid": CONFERENCE, "friendly_name": "INC-4711", "recordings": 0, "participants": ["v3:in", "v3:alone"]}
SUMMARY = re.compile(
    r"(\d+) found: (\d+) (?:started|would be started), (\d+) already recorded, (\d+) not answered yet,"
    r" (\d+) ended meanwhile, (\d+) failed\."
)


@pytest.fixture
def telephony(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path / "state", calls=LEGS, conferences=[BRIDGE], processing_seconds=0) as one:
        yield one


def record(folder: Path, simulator: Simulator, *options: str) -> Run:
    given = {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}
    given["TMPDIR"] = str(folder)
    return playbook(folder, PLAYBOOK, *(part for option in options for part in ("-e", option)), **given)


def summary(run: Run) -> tuple[int, ...]:
    """Return found, started, already recorded, not answered yet, ended meanwhile, failed."""
    found = SUMMARY.fullmatch(run.result("Show the summary")["msg"])
    assert found, run.output
    return tuple(map(int, found.groups()))


def started(simulator: Simulator) -> Counter[str]:
    """Return how many recordings were started on each call."""
    return Counter(
        one["target"].split("/")[-2] for one in simulator.ledger() if one["method"] == "POST" and one["recording"]
    )


def test_what_is_live_on_a_connection_is_recorded_once(telephony: Simulator, tmp_path: Path) -> None:
    first = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", "recording_channels=single")
    assert first.code == 0, first.output
    assert summary(first) == (3, 2, 0, 1, 0, 0)
    assert started(telephony) == {"v3:in": 1, "v3:alone": 1}
    again = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}")
    assert summary(again) == (3, 0, 2, 1, 0, 0)
    assert not again.result(START)["changed"]
    assert started(telephony) == {"v3:in": 1, "v3:alone": 1}


def test_check_mode_shows_what_would_be_recorded(telephony: Simulator, tmp_path: Path) -> None:
    given = {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": telephony.base_url}
    run = playbook(tmp_path, PLAYBOOK, "--check", "-e", "conference=INC-4711", **given)
    assert run.code == 0, run.output
    assert summary(run) == (2, 2, 0, 0, 0, 0)
    assert len(run.result(START)["requests"]) == 2
    assert started(telephony) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "Nothing was sent. Set connection_id"),
        pytest.param(["conference=INC-4711", "expect=two"], "expect must be a number", marks=pytest.mark.long),
        (["conference=INC-4711", "expect=3"], "Nothing was started. 2 calls were found, and 3 expected."),
        pytest.param(
            ["conference=INC-47"],
            "No conference named 'INC-47' is in progress. In progress: 'INC-4711'.",
            marks=pytest.mark.long,
        ),
        pytest.param(["connection_id=my-app"], "answered 422", marks=pytest.mark.long),
        pytest.param(
            ["conference=INC-4711", "recording_track=sideways"], "recording_track is 'sideways'", marks=pytest.mark.long
        ),
    ],
)
def test_nothing_is_started(telephony: Simulator, tmp_path: Path, options: list[str], message: str) -> None:
    run = record(tmp_path, telephony, *options)
    assert run.code == 2
    assert message in run.output
    assert started(telephony) == {}


@pytest.mark.parametrize(
    "selection",
    [
        f"connection_id={CONNECTION_ID}",
        *(pytest.param(one, marks=pytest.mark.long) for one in ("conference=INC-4711", "live=true")),
    ],
)
def test_call_that_ends_before_its_start_is_no_failure(telephony: Simulator, tmp_path: Path, selection: str) -> None:
    telephony.ask("PUT", "misbehaviour", {"calls": {"v3:alone": ["slow_before"] * 3}, "delay": 1})
    ends = threading.Thread(target=_end_before_its_start, args=(telephony, "v3:alone"))
    ends.start()
    run = record(tmp_path, telephony, selection)
    ends.join()
    assert run.code == 0, run.output
    found, begun, _recorded, _ringing, ended, failed = summary(run)
    assert (ended, failed) == (1, 0)
    assert found - begun in (1, 2)


def test_live_call_that_is_not_recorded_is_a_failure(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("PUT", "misbehaviour", {"calls": {"v3:alone": ["none", "none", "error_before"]}})
    run = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", "reconcile_timeout=1")
    assert run.code == 2
    assert summary(run)[-1] == 1
    assert "1 failed. v3:alone: " in run.output
    assert started(telephony) == {"v3:in": 1}


def test_live_call_that_the_api_does_not_show_yet_is_a_failure(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("PUT", "misbehaviour", {"call_lag": 3600})
    telephony.ask("POST", "calls", {"sid": "v3:new", "connection_id": CONNECTION_ID, "status": "in-progress"})
    run = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}")
    assert run.code == 2
    assert summary(run)[4:] == (0, summary(run)[0] - sum(summary(run)[1:4]))
    assert "listed as live, but not found. Run it again." in run.output


def test_call_that_is_refused_and_live_is_a_failure(telephony: Simulator, tmp_path: Path) -> None:
    # Without details it is not known that one of them is ringing, nor which leg is the oldest.
    each = ("details=false", "one_leg_per_session=false")
    run = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", *each)
    assert run.code == 2
    found, begun, _recorded, _ringing, ended, failed = summary(run)
    assert (found, begun, ended, failed) == (4, 3, 0, 1)
    assert "1 failed. v3:ringing: " in run.output


# The playbook switches by itself above 500 calls; these are few, for a test that is quick.
LARGE = "start_most=0"


def test_large_run_has_the_same_summary(telephony: Simulator, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    first = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", LARGE, f"results_path={kept}")
    assert first.code == 0, first.output
    assert summary(first) == (3, 2, 0, 1, 0, 0)
    assert not {"outcomes", "recordings", "ansible_facts"} & set(first.result(START))
    assert [one["outcome"] for one in json.loads(kept.read_text())["outcomes"]] == ["started"] * 2
    again = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", LARGE)
    assert summary(again) == (3, 0, 2, 1, 0, 0)
    folder = Path(again.result("Make a folder for what is found")["path"])
    assert again.result(START)["results_path"] == str(folder / "started.json")
    assert not folder.exists()
    assert started(telephony) == {"v3:in": 1, "v3:alone": 1}


@pytest.mark.long
def test_large_run_with_a_call_that_ends_and_one_that_is_refused(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("PUT", "misbehaviour", {"calls": {"v3:alone": ["slow_before"] * 3}, "delay": 1})
    ends = threading.Thread(target=_end_before_its_start, args=(telephony, "v3:alone"))
    ends.start()
    # Without details it is not known that one of them is ringing, nor which leg is the oldest.
    each = ("details=false", "one_leg_per_session=false", LARGE)
    run = record(tmp_path, telephony, f"connection_id={CONNECTION_ID}", *each)
    ends.join()
    assert run.code == 2
    found, _begun, _recorded, _ringing, ended, failed = summary(run)
    assert (found, ended, failed) == (4, 1, 1)
    message = run.result("Fail if a live call is not being recorded")["msg"]
    assert message.startswith("1 failed. v3:ringing: ")
    # The file is kept, and nothing beside it.
    (kept,) = Path(run.result("Make a folder for what is found")["path"]).iterdir()
    assert message.endswith(f" All results are in {kept}.")
    outcomes = {one["call_sid"]: one["outcome"] for one in json.loads(kept.read_text())["outcomes"]}
    assert (len(outcomes), outcomes["v3:alone"], outcomes["v3:ringing"]) == (4, "rejected", "rejected")


@pytest.mark.parametrize("size", [[], pytest.param([LARGE], marks=pytest.mark.long)])
def test_summary_is_shown_even_if_it_is_not_known_which_calls_have_ended(
    telephony: Simulator, tmp_path: Path, size: list[str]
) -> None:
    telephony.ask(
        "PUT", "misbehaviour", {"calls": {"v3:alone": [*["slow_before"] * 2, *["html_before"] * 20]}, "delay": 1}
    )
    ends = threading.Thread(target=_end_before_its_start, args=(telephony, "v3:alone"))
    ends.start()
    run = record(tmp_path, telephony, "live=true", *size)
    ends.join()
    assert run.code == 2
    assert summary(run)[-2:] == (0, 1)
    message = run.result("Fail if a live call is not being recorded")["msg"]
    assert message.startswith("1 failed. v3:alone: The API answered 404")
    assert "It is not known which of the refused calls have ended: " in message
    assert ("All results are in " in message) == bool(size)


@pytest.mark.long
def test_check_mode_of_a_large_run(telephony: Simulator, tmp_path: Path) -> None:
    given = {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": telephony.base_url}
    path = tmp_path / "kept.json"
    for options in ((), ("-e", f"results_path={path}")):
        run = playbook(tmp_path, PLAYBOOK, "--check", "-e", "conference=INC-4711", "-e", LARGE, *options, **given)
        assert run.code == 0, run.output
        assert summary(run) == (2, 2, 0, 0, 0, 0)
    assert not path.exists()


@pytest.mark.long
def test_run_becomes_large_by_itself(tmp_path: Path) -> None:
    legs = [{"sid": f"v3:{number}"} for number in range(501)]
    with running(tmp_path / "state", calls=legs, conferences=[], processing_seconds=0) as simulator:
        run = record(tmp_path, simulator, f"connection_id={CONNECTION_ID}")
        again = record(tmp_path, simulator, f"connection_id={CONNECTION_ID}", "limit=500")
        assert set(started(simulator).values()) == {1}
    assert run.code == 0, run.output
    assert summary(run) == (501, 501, 0, 0, 0, 0)
    assert run.result(START)["summary"]["started"] == 501
    assert len(json.dumps(run.tasks)) < 50_000
    assert len(again.result(START)["outcomes"]) == 500


def _end_before_its_start(simulator: Simulator, call: str) -> None:
    """End a call when its start request has arrived, which is slow."""
    wait_until(lambda: bool(simulator.requests(call)))
    simulator.ask("PATCH", f"calls/{call}", {"status": "ended"})


TRAFFIC = {"calls_per_second": 1.5, "seconds": 12, "ring_seconds": 1, "two_legged": 0.5, "seed": 4711}
MINUTE = 60


def rehearsal(folder: Path, simulator: Simulator, *options: str) -> list[Run]:
    """Run the playbook every two seconds for a minute, each run beside the one before, on one journal."""
    journal = f"journal={folder / 'live.journal'}"
    done: list[Run] = []

    def worker(number: int) -> None:
        own = folder / f"runs-{number}"
        own.mkdir()
        time.sleep(number)
        end = time.monotonic() + MINUTE
        while time.monotonic() < end:
            begun = time.monotonic()
            done.append(record(own, simulator, f"connection_id={CONNECTION_ID}", journal, *options))
            time.sleep(max(0, begun + 2 - time.monotonic()))

    workers = [threading.Thread(target=worker, args=(number,)) for number in (0, 1)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    return done


def conversations(simulator: Simulator) -> dict[str, list[dict[str, Any]]]:
    sessions: dict[str, list[dict[str, Any]]] = {}
    for call in simulator.ask("GET", "calls")["calls"]:
        sessions.setdefault(call["session"], []).append(call)
    return sessions


@pytest.mark.long
def test_traffic_for_a_minute(tmp_path: Path) -> None:
    with running(tmp_path / "state", calls=[], conferences=[], traffic=TRAFFIC) as simulator:
        done = rehearsal(tmp_path, simulator)
        simulator.ask("PUT", "traffic", {})
        count, sessions = started(simulator), conversations(simulator)
    assert [one.output for one in done if one.code] == []
    summaries = [summary(one) for one in done]
    assert all(found == sum(rest) for found, *rest in summaries)
    assert sum(one[1] for one in summaries) == count.total()
    per_conversation = {name: sum(count[leg["sid"]] for leg in legs) for name, legs in sessions.items()}
    assert max(per_conversation.values()) == 1
    # Two runs on a busy machine may take that long from one look to the next.
    long_enough = [name for name, legs in sessions.items() if _talked(legs) > 20]
    assert len(long_enough) > 5
    assert {per_conversation[name] for name in long_enough} == {1}


@pytest.mark.long
def test_traffic_with_a_service_that_misbehaves(tmp_path: Path) -> None:
    with running(tmp_path / "state", calls=[], conferences=[], traffic=TRAFFIC) as simulator:
        simulator.ask("PUT", "misbehaviour", {"chance": 0.3, "seed": 1})
        done = rehearsal(tmp_path, simulator, "timeout=2")
        count, sessions = started(simulator), conversations(simulator)
    # How many it is depends on how fast the machine runs a playbook.
    assert count.total() > 3
    assert max(sum(count[leg["sid"]] for leg in legs) for legs in sessions.values()) == 1
    assert all(one.code in (0, 2) for one in done)


def _talked(legs: list[dict[str, Any]]) -> float:
    """Return for how many seconds the first leg was in progress, if it has ended."""
    first = min(legs, key=lambda one: one["created"])
    if not first["answered"] or not first["ended"]:
        return 0
    answered, ended = (datetime.datetime.fromisoformat(first[name]) for name in ("answered", "ended"))
    return (ended - answered).total_seconds()
