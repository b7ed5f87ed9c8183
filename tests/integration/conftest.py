# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from support import runs
from support.secrets import with_key

Door = Callable[..., dict[str, Any]]

SIMULATOR = {"name": "voiceops.telnyx.simulator"}


# For the tests that want a call of their own.
CALLS = [f"v3:call-{number}" for number in range(300)]


class Simulator:
    """A running simulator, as the role started it."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.connection = {"api_key": runs.KEY, "account_sid": runs.ACCOUNT, "base_url": base_url}
        self._fresh = iter(CALLS)

    def ledger(self) -> list[dict[str, Any]]:
        """Return every request that it received."""
        return list(self.ask("GET", "ledger")["requests"])

    def ask(self, method: str, page: str, body: Any = None) -> Any:
        """Ask for one of its own pages."""
        reply = requests.request(method, self.base_url.replace("/v2", f"/simulator/{page}"), json=body, timeout=60)
        reply.raise_for_status()
        return reply.json()

    def fresh(self) -> str:
        """Return a live call on which nothing has happened."""
        return next(self._fresh)

    def completed(self, count: int = 1, **options: Any) -> list[str]:
        """Return recordings of one call that are complete, and have a transcription."""
        call = self.fresh()
        sids = [self.ask("POST", "recordings", {"call_sid": call, **options})["sid"] for _number in range(count)]
        for sid in sids:
            self.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
        return sids

    def requests(self, call_sid: str, method: str = "POST") -> list[dict[str, Any]]:
        """Return the requests about one call."""
        return [one for one in self.ledger() if one["method"] == method and f"/{call_sid}/" in one["target"]]

    def recordings(self, call_sid: str) -> list[str]:
        """Return the SIDs of the recordings that requests have started on a call."""
        return [one["recording"] for one in self.requests(call_sid) if one["recording"]]


def role(state: str, **options: Any) -> dict[str, Any]:
    """Return a task that starts or stops the simulator with the key of the tests, and with other variables of its role."""
    live = [runs.LIVE, runs.LIVE_TOO, *CALLS]
    calls = [{"sid": sid} for sid in live] + [
        {"sid": runs.RINGING, "status": "ringing"},
        {"sid": runs.ENDED, "status": "ended"},
    ]
    variables = {"simulator_state": state, "simulator_api_key": runs.KEY, "simulator_calls": calls, **options}
    return {"name": state, "ansible.builtin.include_role": SIMULATOR, "vars": variables}


background = pytest.mark.skipif(
    " " in sys.executable, reason="Ansible's async tasks do not run with a Python whose path has a space"
)


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look for the key in all that the runs of this process printed and wrote, when they are done."""
    yield
    assert with_key(tmp_path_factory.getbasetemp()) == []


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    folder = tmp_path_factory.mktemp("simulator")
    # What is stopped is complete at once, so that nothing has to wait for it.
    started = runs.playbook(folder, runs.play(role("started", simulator_processing_seconds=0)))
    assert started.code == 0, started.output
    yield Simulator(started.result("Keep the address of the simulator")["ansible_facts"]["simulator_base_url"])
    stopped = runs.playbook(folder, runs.play(role("stopped")))
    assert stopped.code == 0, stopped.output


ENTRY_POINTS = ["in-process", "handed over", "module"]
# For the tests that go through each of them even in "make test".
every_entry_point = pytest.mark.every_entry_point


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests through every entry point; most of them are long through others than the usual one of their file."""
    if "door" in metafunc.fixturenames:
        every = metafunc.definition.get_closest_marker("every_entry_point")
        usual = getattr(metafunc.module, "ENTRY_POINT", ENTRY_POINTS[0])
        points = [one if every or one == usual else pytest.param(one, marks=pytest.mark.long) for one in ENTRY_POINTS]
        metafunc.parametrize("door", points, indirect=True)


@pytest.fixture
def door(request: pytest.FixtureRequest, tmp_path: Path) -> Door:
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
