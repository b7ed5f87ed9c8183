# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook record_inventory: variables of groups decide how calls are recorded, one task for each set of options."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.inventories import export, script, variables, write
from support.runs import Run, playbook
from support.simulator import Simulator, running

CONNECTION_ID = "1684641123236054244"
PLAYBOOK = "voiceops.telnyx.record_inventory"
START = "Start the recordings, one task for each set of options"
LEGS = [
    *({"sid": f"v3:sales-{number}", "to": "+13122010055"} for number in (1, 2, 3)),
    {"sid": "v3:support", "to": "+13122010056"},
    {"sid": "v3:ringing", "status": "ringing", "to": "+13122010056"},
]
SALES = [one["sid"] for one in LEGS if "sales" in one["sid"]]
SUMMARY = re.compile(
    r"(\d+) calls: (\d+) (?:started|would be started), (\d+) already recorded, (\d+) not answered yet,"
    r" (\d+) ended meanwhile, (\d+) failed\."
)


@pytest.fixture
def telephony(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path / "state", calls=LEGS, processing_seconds=0) as one:
        yield one


def group_vars(folder: Path, name: str, **options: Any) -> None:
    """Write the variables of a group."""
    (folder / "group_vars").mkdir(exist_ok=True)
    given = {f"record_call_{option}": value for option, value in options.items()}
    (folder / "group_vars" / f"{name}.yml").write_text(json.dumps(given), encoding="utf-8")


def record(folder: Path, simulator: Simulator, *options: str, source: Path | None = None) -> Run:
    source = source or write(folder, connection_id=CONNECTION_ID)
    return playbook(folder, PLAYBOOK, "-i", str(source), *options, TMPDIR=str(folder), **variables(simulator))


def summary(run: Run) -> tuple[int, ...]:
    """Return calls, started, already recorded, not answered yet, ended meanwhile, failed."""
    found = SUMMARY.fullmatch(run.result("Show the summary")["msg"])
    assert found, run.output
    return tuple(map(int, found.groups()))


def failures(run: Run) -> list[str]:
    return [one["result"]["msg"] for one in run.tasks if one["state"] == "failed"]


def started(simulator: Simulator) -> dict[str, list[str]]:
    """Return the forms of the start requests of each call that had an effect."""
    calls = [one["sid"] for one in LEGS]
    return {
        call: [one["body"] for one in simulator.requests(call) if one["recording"]]
        for call in calls
        if simulator.recordings(call)
    }


def test_groups_decide_how_calls_are_recorded(telephony: Simulator, tmp_path: Path) -> None:
    group_vars(tmp_path, "telnyx_calls", recording_channels="dual")
    group_vars(tmp_path, "telnyx_to_13122010055", recording_channels="{{ 'single' }}", play_beep=False)
    run = record(tmp_path, telephony)
    assert run.code == 0, run.output
    assert summary(run) == (5, 4, 0, 1, 0, 0)
    # One task for each of the two sets of options.
    assert len(run.result(START)["results"]) == 2
    sales, support = ["PlayBeep=false&RecordingChannels=single"], ["RecordingChannels=dual"]
    assert started(telephony) == {**dict.fromkeys(SALES, sales), "v3:support": support}
    again = record(tmp_path, telephony)
    assert summary(again) == (5, 0, 4, 1, 0, 0)
    assert len(started(telephony)) == 4


def test_queue_with_invalid_options_does_not_stop_the_others(telephony: Simulator, tmp_path: Path) -> None:
    group_vars(tmp_path, "telnyx_to_13122010055", recording_track="sideways")
    run = record(tmp_path, telephony)
    assert run.code == 2
    assert summary(run) == (5, 1, 0, 1, 0, 3)
    assert sorted(failures(run)) == [
        f"{call}: Nothing was sent. recording_track is 'sideways'; it must be one of inbound, outbound, both."
        for call in SALES
    ]
    assert list(started(telephony)) == ["v3:support"]


def test_call_that_has_ended_since_the_sync_is_no_failure(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id=CONNECTION_ID)
    stored = script(tmp_path / "awx", export(tmp_path, source, **variables(telephony)))
    telephony.ask("PATCH", "calls/v3:support", {"status": "ended"})
    run = record(tmp_path, telephony, source=stored)
    assert run.code == 0, run.output
    assert summary(run) == (5, 3, 0, 1, 1, 0)


def test_account_that_has_none_of_the_calls_is_a_failure(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id=CONNECTION_ID)
    stored = script(tmp_path / "awx", export(tmp_path, source, **variables(telephony)))
    run = record(tmp_path, telephony, "-e", "record_call_account_sid=another", source=stored)
    assert run.code == 2
    assert summary(run) == (5, 0, 0, 0, 0, 5)
    said = [message for message in failures(run) if message.startswith("v3:")]
    assert len(said) == 5
    assert all("It is not known which of the refused calls have ended: The API answered 404" in one for one in said)


def test_call_that_is_not_recorded_fails_alone(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("PUT", "misbehaviour", {"calls": {"v3:support": ["none", "none", "error_before"]}})
    run = record(tmp_path, telephony, "-e", "record_call_reconcile_timeout=1")
    assert run.code == 2
    assert summary(run) == (5, 3, 0, 1, 0, 1)
    assert len(failures(run)) == 1
    assert failures(run)[0].startswith("v3:support: ")
    assert re.search(r"^v3-support .* failed=1 ", run.output, re.MULTILINE)


def test_check_mode_limit_and_hosts_that_are_no_calls(telephony: Simulator, tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("[servers]\nweb-1.example.com\n", encoding="utf-8")
    others = ("-i", str(tmp_path / "hosts"))
    checked = record(tmp_path, telephony, "--check", *others)
    assert checked.code == 0, checked.output
    assert summary(checked)[:2] == (5, 5)
    assert started(telephony) == {}
    limited = record(tmp_path, telephony, "--limit", "telnyx_to_13122010055:web-*:!v3-sales-1", *others)
    assert summary(limited) == (2, 2, 0, 0, 0, 0)
    assert list(started(telephony)) == ["v3:sales-2", "v3:sales-3"]


def test_start_at_task(telephony: Simulator, tmp_path: Path) -> None:
    late = record(tmp_path, telephony, "--start-at-task", "Show the summary")
    assert late.code == 2
    assert failures(late)[0].endswith("No start request was sent.")
    assert started(telephony) == {}
    run = record(tmp_path, telephony, "--start-at-task", START)
    assert summary(run) == (5, 4, 0, 1, 0, 0)


@pytest.mark.long
def test_strategy_of_the_configuration_does_not_record_twice(telephony: Simulator, tmp_path: Path) -> None:
    telephony.ask("PUT", "misbehaviour", {"list_lag": 60})
    source = write(tmp_path, connection_id=CONNECTION_ID)
    run = playbook(tmp_path, PLAYBOOK, "-i", str(source), ANSIBLE_STRATEGY="free", **variables(telephony))
    assert run.code == 0, run.output
    assert {call: len(forms) for call, forms in started(telephony).items()} == dict.fromkeys([*SALES, "v3:support"], 1)


def test_accounts_differ_by_group_and_no_key_is_shown(telephony: Simulator, tmp_path: Path) -> None:
    group_vars(tmp_path, "telnyx_to_13122010056", api_key="KEY-of-another-account-0123456789")
    run = record(tmp_path, telephony, "-vvv")
    assert run.code == 2
    assert sorted(started(telephony)) == SALES
    assert "KEY-of-another-account-0123456789" not in run.output


def test_call_under_two_host_names_is_recorded_once(tmp_path: Path) -> None:
    # SIDs are told apart by case.
    calls = ["v3:one", "v3:ONE"]
    with running(tmp_path / "state", calls=[{"sid": sid} for sid in calls], processing_seconds=0) as simulator:
        other = write(tmp_path, "digest", connection_id=CONNECTION_ID, hostname="digest", group="second")
        group_vars(tmp_path, "second", recording_channels="single")
        run = record(tmp_path, simulator, "-i", str(other))
        assert run.code == 0, run.output
        assert summary(run) == (2, 2, 0, 0, 0, 0)
        assert [len(simulator.recordings(call)) for call in calls] == [1, 1]


# The playbook switches by itself above 500 calls; these are few, for a test that is quick.
LARGE = ("-e", "start_most=1")
FOLDER = "Make a folder for the results of many calls"


@pytest.mark.long
def test_large_batch_has_the_same_summary(telephony: Simulator, tmp_path: Path) -> None:
    group_vars(tmp_path, "telnyx_to_13122010056", recording_channels="single")
    telephony.ask("PATCH", "calls/v3:ringing", {"status": "ended"})
    run = record(tmp_path, telephony, *LARGE)
    assert run.code == 0, run.output
    assert summary(run) == (4, 4, 0, 0, 0, 0)
    results = run.result(START)["results"]
    assert [one["summary"]["started"] for one in results] == [3, 1]
    assert not any({"outcomes", "recordings"} & set(one) for one in results)
    assert not Path(run.result(FOLDER)["path"]).exists()
    again = record(tmp_path, telephony, *LARGE)
    assert summary(again) == (4, 0, 4, 0, 0, 0)
    assert not Path(again.result(FOLDER)["path"]).exists()


def test_large_batch_in_which_a_call_fails(telephony: Simulator, tmp_path: Path) -> None:
    source = write(tmp_path, connection_id=CONNECTION_ID)
    stored = script(tmp_path / "awx", export(tmp_path, source, **variables(telephony)))
    telephony.ask("PATCH", "calls/v3:support", {"status": "ended"})
    telephony.ask("PUT", "misbehaviour", {"calls": {"v3:sales-1": ["none", "error_before"]}})
    run = record(tmp_path, telephony, "-e", "record_call_reconcile_timeout=1", *LARGE, source=stored)
    assert run.code == 2
    assert summary(run) == (5, 2, 0, 1, 1, 1)
    (kept,) = Path(run.result(FOLDER)["path"]).iterdir()
    (message,) = failures(run)
    assert message.startswith("v3:sales-1: ")
    assert message.endswith(f" All results are in {kept}.")
    assert len(json.loads(kept.read_text())["outcomes"]) == 5


@pytest.mark.long
def test_large_batch_with_invalid_options_and_check_mode(telephony: Simulator, tmp_path: Path) -> None:
    checked = record(tmp_path, telephony, "--check", *LARGE)
    assert summary(checked) == (5, 5, 0, 0, 0, 0)
    group_vars(tmp_path, "telnyx_to_13122010055", recording_track="sideways")
    run = record(tmp_path, telephony, *LARGE)
    assert run.code == 2
    assert summary(run) == (5, 1, 0, 1, 0, 3)
    assert len(failures(run)) == 3


@pytest.mark.long
def test_large_batch_from_a_later_task_on_is_reported_whole(telephony: Simulator, tmp_path: Path) -> None:
    run = record(tmp_path, telephony, "--start-at-task", START, *LARGE)
    assert summary(run) == (5, 4, 0, 1, 0, 0)


@pytest.mark.long
def test_run_of_small_batches_becomes_large_by_itself(tmp_path: Path) -> None:
    legs = [{"sid": f"v3:{number}", "to": f"+1312201{number % 3}"} for number in range(900)]
    for number in range(2):
        group_vars(tmp_path, f"telnyx_to_1312201{number}", recording_channels=("single", "dual")[number])
    with running(tmp_path / "state", calls=legs, conferences=[], processing_seconds=0) as simulator:
        run = record(tmp_path, simulator)
    assert run.code == 0, run.output
    assert summary(run) == (900, 900, 0, 0, 0, 0)
    results = run.result(START)["results"]
    assert [one["summary"]["started"] for one in results] == [300] * 3
    assert all(len(json.dumps(one["result"])) < 50_000 for one in run.tasks)


@pytest.mark.long
def test_batch_becomes_large_by_itself(tmp_path: Path) -> None:
    legs = [{"sid": f"v3:{number}"} for number in range(501)]
    with running(tmp_path / "state", calls=legs, conferences=[], processing_seconds=0) as simulator:
        odd = {f"v3:{number}": ["none", "error_before"] for number in range(1, 60, 2)}
        simulator.ask("PUT", "misbehaviour", {"calls": odd})
        run = record(tmp_path, simulator, "-e", "record_call_reconcile_timeout=1")
        again = record(tmp_path, simulator)
    assert run.code == 2
    assert summary(run) == (501, 471, 0, 0, 0, 30)
    assert len(failures(run)) == 30
    (result,) = run.result(START)["results"]
    assert result["summary"]["failed"] == 30
    assert Path(result["results_path"]).exists()
    assert again.code == 0, again.output
    assert summary(again) == (501, 30, 471, 0, 0, 0)
