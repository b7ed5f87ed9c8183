# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import runs
from support.clock import Clock
from support.entry_points import ENTRY_POINTS, RunTask
from support.secrets import with_key
from support.simulator import Simulator, running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Replace the clock of this process by one that moves only when somebody sleeps."""
    return Clock(monkeypatch)


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look for the key in all that the runs of this process printed and wrote, when they are done."""
    yield
    assert with_key(tmp_path_factory.getbasetemp()) == []


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Run a simulator that the tests of a process share."""
    # What is stopped is complete at once, so that nothing has to wait for it.
    with running(tmp_path_factory.mktemp("simulator") / "state", processing_seconds=0) as one:
        yield one


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests through every entry point; most of them are long through others than the usual one of their file."""
    if "run_task" in metafunc.fixturenames:
        every = metafunc.definition.get_closest_marker("every_entry_point")
        usual = getattr(metafunc.module, "ENTRY_POINT", ENTRY_POINTS[0])
        points = [one if every or one == usual else pytest.param(one, marks=pytest.mark.long) for one in ENTRY_POINTS]
        metafunc.parametrize("run_task", points, indirect=True)


@pytest.fixture
def run_task(request: pytest.FixtureRequest, tmp_path: Path) -> RunTask:
    """Run one task: in the worker, by the action plugin and then the module, or by the module alone.

    Returns its result without Ansible's own keys.
    """

    def through_action(
        args: dict[str, Any], check: bool = False, diff: bool = False, module: str = runs.MODULE, **variables: str
    ) -> dict[str, Any]:
        task = runs.task(args, module=module, check_mode=check, diff=diff, ignore_errors=True)
        in_process = {"voiceops_telnyx_in_process": request.param == "in-process"}
        run = runs.playbook(tmp_path, runs.play(task), "-vvvv", "-e", json.dumps(in_process), **variables)
        assert args.get("api_key", runs.KEY) not in run.output
        return run.result("record")

    def through_module(
        args: dict[str, Any], check: bool = False, diff: bool = False, module: str = runs.MODULE, **variables: str
    ) -> dict[str, Any]:
        internal = {"_ansible_check_mode": check, "_ansible_diff": diff}
        result = runs.run_module(tmp_path, {**args, **internal}, module, **variables)
        assert args.get("api_key", runs.KEY) not in str(result)
        return result

    through = through_module if request.param == "module" else through_action

    def run(args: dict[str, Any], **options: Any) -> dict[str, Any]:
        result = through(args, **options)
        return {name: value for name, value in result.items() if not name.startswith("_") and name != "invocation"}

    return run
