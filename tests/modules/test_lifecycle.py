# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recording from its start to its end: by every module, by the role, and by the playbooks."""

from __future__ import annotations

import json
import re
import shutil
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import runs
from support.clock import wait_until
from support.runs import play, playbook, task
from support.simulator import Simulator


def variables(simulator: Simulator, **more: str) -> dict[str, str]:
    return {
        "TELNYX_API_KEY": runs.KEY,
        "TELNYX_ACCOUNT_SID": runs.ACCOUNT,
        "TELNYX_BASE_URL": simulator.base_url,
        **more,
    }


def writes(simulator: Simulator, before: int) -> list[str]:
    return [one["method"] for one in simulator.ledger()[before:] if one["method"] != "GET"]


@pytest.mark.parametrize("in_process", [True, pytest.param(False, marks=pytest.mark.long)])
def test_from_start_to_deletion(simulator: Simulator, tmp_path: Path, in_process: bool) -> None:
    shutil.copy(runs.ROOT / "tests/modules/lifecycle.yml", tmp_path)
    given = {"call_sid": simulator.fresh(), "voiceops_telnyx_in_process": in_process}
    before = len(simulator.ledger())
    run = playbook(tmp_path, str(tmp_path / "lifecycle.yml"), "-e", json.dumps(given), **variables(simulator))
    assert run.code == 0, run.output
    # Nothing but the real steps wrote: start, pause, resume, stop, and two deletions that are repeated.
    assert writes(simulator, before) == ["POST"] * 4 + ["DELETE"] * 4
    assert not [one for one in simulator.ask("GET", "media")["requests"] if one["authorization"]]
    assert runs.KEY not in run.output


def test_every_module_that_is_handed_over(simulator: Simulator, tmp_path: Path) -> None:
    (life,) = yaml.safe_load((runs.ROOT / "tests/modules/lifecycle.yml").read_text(encoding="utf-8"))
    steps = ["List the call", "Start", "Stop", "Download", "List the recordings", "List its transcriptions"]
    steps += ["Archive", "Delete its transcription", "Delete the recording"]
    plays = [{**life, "tasks": [one for one in life["tasks"] if one["name"] in steps]}]
    given = {"call_sid": simulator.fresh(), "voiceops_telnyx_in_process": False}
    run = playbook(tmp_path, plays, "-vvv", "-e", json.dumps(given), **variables(simulator))
    assert run.code == 0, run.output
    assert [one["task"] for one in run.tasks if one["result"]["changed"]] == [
        name for name in steps if not name.startswith("List")
    ]
    modules = {path.stem for path in (runs.COLLECTION / "plugins" / "modules").glob("*.py")}
    assert set(re.findall(r"Using module file .+/telnyx/plugins/modules/(\w+)\.py", run.output)) == modules
    assert runs.KEY not in run.output


def role(simulator: Simulator, **options: Any) -> dict[str, Any]:
    given = {f"record_call_{name}": value for name, value in {**simulator.connection, **options}.items()}
    return {"name": "role", "ansible.builtin.include_role": {"name": "voiceops.telnyx.record_call"}, "vars": given}


def test_role_waits_and_downloads(simulator: Simulator, tmp_path: Path) -> None:
    calls = [simulator.fresh(), simulator.fresh()]

    def looked_at(call: str) -> bool:
        sids = simulator.recordings(call)
        return any(f"/Recordings/{sid}.json" in one["target"] for sid in sids for one in simulator.ledger())

    def end() -> None:
        """End the calls once the role waits for it."""
        wait_until(lambda: all(map(looked_at, calls)))
        for call in calls:
            simulator.ask("PATCH", f"calls/{call}", {"status": "ended"})

    started = task({**simulator.connection, "call_sid": calls, "journal": f"{tmp_path}/journal"})
    given = role(
        simulator,
        call_sid=[*calls, runs.ENDED],
        dest=f"{tmp_path}/kept/",
        mode="0600",
        wait_timeout=300,
        journal=f"{tmp_path}/journal",
    )
    rescued = {
        "block": [started, given],
        "rescue": [{"name": "said", "ansible.builtin.debug": {"var": "record_call_media"}}],
    }
    thread = threading.Thread(target=end)
    thread.start()
    run = playbook(tmp_path, play(rescued))
    thread.join()
    assert runs.KEY not in run.output
    files = run.result("said")["record_call_media"]["files"]
    assert len(files) == 2
    kept = sorted((tmp_path / "kept").iterdir())
    assert [str(path) for path in kept] == sorted(one["dest"] for one in files)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}
    assert run.result("Fail if a call is not being recorded")["msg"].startswith("2 of 3 recordings started, 1 failed.")
    said = run.result("Show which calls are not being recorded, before waiting for the others")
    assert said["msg"].startswith("2 of 3")


def test_role_in_check_mode_downloads_nothing(simulator: Simulator, tmp_path: Path) -> None:
    before = len(simulator.ledger())
    given = role(simulator, call_sid=simulator.fresh(), dest=f"{tmp_path}/kept/")
    run = playbook(tmp_path, play(given), "--check")
    assert run.code == 0, run.output
    assert (len(simulator.ledger()), (tmp_path / "kept").exists()) == (before, False)


@pytest.mark.long
@pytest.mark.parametrize("cached", [True, False])
def test_stop_by_the_facts_of_the_start(simulator: Simulator, tmp_path: Path, cached: bool) -> None:
    calls = [simulator.fresh(), simulator.fresh()]
    cache = {"ANSIBLE_CACHE_PLUGIN": "jsonfile", "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(tmp_path / "facts")}
    given = variables(simulator, **(cache if cached else {}))
    started = playbook(tmp_path, "voiceops.telnyx.record_call", "-e", json.dumps({"call_sid": calls}), **given)
    assert started.code == 0, started.output
    stop = "voiceops.telnyx.stop_recording"
    before = len(simulator.ledger())
    checked = playbook(tmp_path, stop, "--check", **given)
    if not cached:
        assert checked.code == 2
        assert "There is nothing to stop. Set call_sid; or start" in checked.output
        return
    assert checked.result("Stop the recordings of the facts")["changed"]
    one = playbook(tmp_path, stop, "-e", "recording_sid=7a09cdc3-8948-47f0-aa62-74ac943d6c58", **given)
    assert (one.code, "recording_sid is set without call_sid" in one.output) == (2, True)
    assert writes(simulator, before) == []
    first = playbook(tmp_path, stop, **given)
    assert [one["recording"]["sid"] for one in first.result("Stop the recordings of the facts")["results"]] == [
        one["sid"] for one in started.result("Start the recordings")["recordings"]
    ]
    again = playbook(tmp_path, stop, **given)
    assert (first.code, again.code) == (0, 0)
    assert (first.result("Stop the recordings of the facts")["changed"]) is True
    assert (again.result("Stop the recordings of the facts")["changed"]) is False
    assert writes(simulator, before) == ["POST", "POST"]


def test_stop_by_call_sid(simulator: Simulator, tmp_path: Path) -> None:
    call = simulator.fresh()
    sid = simulator.ask("POST", "recordings", {"call_sid": call})["sid"]
    run = playbook(tmp_path, "voiceops.telnyx.stop_recording", "-e", f"call_sid={call}", **variables(simulator))
    result = run.result("Stop the recordings of the calls")
    assert (result["changed"], result["recording"]["sid"]) == (True, sid)
    assert result["recording"]["status"] in ("stopped", "completed")
