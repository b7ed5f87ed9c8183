# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results in a file: the same as in the result, whichever way a task runs."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from support import raw_server, runs
from support.entry_points import RunTask, background
from support.runs import KEY, play, playbook, task
from support.simulator import Simulator

# Beyond that, AWX removes a result.
MAX_EVENT_RES_DATA = 700_000
NUMBERS = {"started": 0, "rejected": 0, "not_sent": 0, "unknown": 0, "changed": 0, "failed": 0}


def test_file_has_what_the_result_has_without_it(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    calls = [simulator.fresh(), simulator.fresh(), runs.ENDED]
    args: dict[str, Any] = {**simulator.connection, "call_sid": calls, "unless_recording": True}
    path = tmp_path / "results.json"
    first = run_task({**args, "results_path": str(path)})
    assert first["changed"]
    assert first["summary"] == {
        **NUMBERS, "started": 2, "rejected": 1, "changed": 2, "failed": 1, "outcomes": 3, "recordings": 2
    }  # fmt: skip
    assert [one["call_sid"] for one in first["failures"]] == [runs.ENDED]
    # Nothing is started any more, so that two runs have the same result.
    whole = run_task(args)
    result = run_task({**args, "results_path": str(path)})
    assert whole.pop("ansible_facts")
    for one in (whole, result):
        # Newer releases of ansible-core add it to what failed.
        one.pop("exception", None)
    written = json.loads(path.read_text())
    assert {name: value for name, value in written.items() if name != "warnings"} == whole
    assert set(result) == {"changed", "failed", "msg", "results_path", "summary", "failures"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_path_that_cannot_be_written(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    call = simulator.fresh()
    path = str(tmp_path / "missing" / "results.json")
    result = run_task({**simulator.connection, "call_sid": call, "results_path": path})
    assert result["failed"]
    assert result["msg"].startswith(f"Nothing was sent. results_path is '{path}'; it must be a file, in a folder that ")
    assert simulator.requests(call) == []


def test_check_mode(run_task: RunTask, simulator: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    args = {**simulator.connection, "call_sid": [simulator.fresh(), simulator.fresh()], "results_path": str(path)}
    result = run_task(args, check=True, diff=True)
    assert result == {
        "changed": True, "failures": [], "summary": {**NUMBERS, "outcomes": 0, "recordings": 0, "requests": 2}
    }  # fmt: skip
    assert not path.exists()


def of_a_call(simulator: Simulator) -> dict[str, Any]:
    call = simulator.fresh()
    simulator.ask("POST", "recordings", {"call_sid": call})
    return {"call_sid": call}


@pytest.mark.parametrize(
    ("module", "more", "numbers"),
    [
        ("call_info", {}, {"calls": 1, "call_sids": 1}),
        pytest.param("recording_info", {}, {"recordings": 1}, marks=pytest.mark.long),
        pytest.param(
            "call_recording_status",
            {"status": "paused"},
            {"changed": 0, "unchanged": 1, "failed": 0, "outcomes": 1, "recordings": 1},
            marks=pytest.mark.long,
        ),
    ],
)
def test_other_modules(
    run_task: RunTask, simulator: Simulator, tmp_path: Path, module: str, more: dict[str, str], numbers: dict[str, int]
) -> None:
    args = {**simulator.connection, **of_a_call(simulator), **more}
    name = f"voiceops.telnyx.{module}"
    # The first pauses it.
    run_task(args, module=name)
    whole = run_task(args, module=name)
    result = run_task({**args, "results_path": str(tmp_path / "results.json")}, module=name)
    assert result["summary"] == numbers
    assert json.loads((tmp_path / "results.json").read_text()) == whole


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"results_path": "results.json"}, "results_path is 'results.json'; it must be an absolute path of a file"),
        ({"results_path": "/tmp/j", "journal": "/tmp/j"}, "it must be another file than the journal"),
    ],
)
def test_path_that_is_not_allowed(simulator: Simulator, tmp_path: Path, given: dict[str, str], message: str) -> None:
    result = runs.run_module(tmp_path, {**simulator.connection, "call_sid": runs.LIVE, **given})
    assert message in result["msg"]


def of_1000_calls(base_url: str, **more: Any) -> dict[str, Any]:
    calls = [f"v3:{number:055}" for number in range(1000)]
    return {"api_key": KEY, "account_sid": "a", "base_url": base_url, "call_sid": calls, **more}


@pytest.mark.parametrize(
    "keywords",
    [
        {},
        pytest.param({"vars": {"voiceops_telnyx_in_process": False}}, marks=pytest.mark.long),
        pytest.param({"async": 600, "poll": 1}, marks=[pytest.mark.long, background]),
    ],
)
def test_awx_keeps_the_result(tmp_path: Path, keywords: dict[str, Any]) -> None:
    body = json.dumps({"sid": "r" * 36, "uri": "u" * 300, "channels": "two", "track": "both"}).encode()
    with raw_server.serving(raw_server.reply(body=body)) as server:
        args = of_1000_calls(server.base_url)
        run = playbook(
            tmp_path,
            play(
                task(args, name="whole", **keywords),
                task({**args, "results_path": str(tmp_path / "results.json")}, name="large", **keywords),
            ),
        )
    assert run.code == 0, run.output
    whole, large = (run.result(name) for name in ("whole", "large"))
    assert len(json.dumps(whole)) > MAX_EVENT_RES_DATA
    assert len(json.dumps(large)) < 20_000
    assert large["summary"]["started"] == 1000
    assert large["warnings"] == whole["warnings"]


@pytest.mark.long
def test_home_of_the_file_is_that_of_its_host(simulator: Simulator, tmp_path: Path) -> None:
    # Ansible's local connection stands for a host with another home.
    (tmp_path / "another").mkdir()
    args = {**simulator.connection, "call_sid": simulator.fresh(), "results_path": "~/results.json"}
    run = playbook(tmp_path, play(task(args, environment={"HOME": str(tmp_path / "another")})))
    assert run.code == 0, run.output
    assert (tmp_path / "another" / "results.json").exists()
