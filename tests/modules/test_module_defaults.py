# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Role and playbooks set the connection once, in `module_defaults` of the action group, where a value may be omitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support import runs
from support.runs import KEY, Run, play, playbook
from support.simulator import Simulator

AS_A_MODULE = pytest.param(False, id="as a module", marks=pytest.mark.long)
WAYS = pytest.mark.parametrize("in_process", [pytest.param(True, id="in process"), AS_A_MODULE])
MISSING = "api_key is missing; it must be a string, here or in the environment as TELNYX_API_KEY"


def role(simulator: Simulator, tmp_path: Path, given: dict[str, Any], in_process: bool, **environment: str) -> Run:
    task = {
        "name": "role",
        "ansible.builtin.include_role": {"name": "voiceops.telnyx.record_call"},
        "vars": {f"record_call_{name}": value for name, value in given.items()},
    }
    ways = {"voiceops_telnyx_in_process": in_process, "ansible_python_interpreter": runs.TARGET_PYTHON}
    common = {"TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}
    return playbook(tmp_path, play(task, vars=ways), **common, **environment)


def command(simulator: Simulator, tmp_path: Path, given: dict[str, Any], in_process: bool, **environment: str) -> Run:
    # In a file, since Ansible prints its command line.
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps({**given, "voiceops_telnyx_in_process": in_process}), encoding="utf-8")
    common = {"TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}
    try:
        return playbook(tmp_path, "voiceops.telnyx.record_call", "-e", f"@{extra}", **common, **environment)
    finally:
        extra.unlink()


ENTRIES = pytest.mark.parametrize("entry", [role, pytest.param(command, marks=pytest.mark.long)])


@WAYS
@ENTRIES
def test_key_from_the_variable(simulator: Simulator, tmp_path: Path, entry: Any, in_process: bool) -> None:
    call = simulator.fresh()
    run = entry(simulator, tmp_path, {"call_sid": call, "api_key": KEY}, in_process, TELNYX_API_KEY="another")
    assert run.code == 0, run.output
    assert run.result("Start the recordings")["recording"]["call_sid"] == call
    assert KEY not in run.output


@WAYS
@ENTRIES
def test_key_from_the_environment(simulator: Simulator, tmp_path: Path, entry: Any, in_process: bool) -> None:
    call = simulator.fresh()
    run = entry(simulator, tmp_path, {"call_sid": call}, in_process, TELNYX_API_KEY=KEY)
    assert run.code == 0, run.output
    assert run.result("Start the recordings")["recording"]["call_sid"] == call
    assert KEY not in run.output


@WAYS
@ENTRIES
def test_key_that_is_omitted(simulator: Simulator, tmp_path: Path, entry: Any, in_process: bool) -> None:
    call = simulator.fresh()
    run = entry(simulator, tmp_path, {"call_sid": call}, in_process)
    assert run.code == 2
    assert MISSING in run.result("Start the recordings")["msg"]
    assert simulator.requests(call) == []


def test_key_of_the_download(simulator: Simulator, tmp_path: Path) -> None:
    given = {"call_sid": simulator.fresh(), "api_key": KEY, "dest": str(tmp_path / "audio"), "wait_timeout": 1}
    run = role(simulator, tmp_path, given, True, TELNYX_API_KEY="another")
    (outcome,) = run.result("Download the recordings when they are complete")["outcomes"]
    # With another key it would be told nothing of the recording.
    assert "in-progress" in outcome["msg"]
