# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is special to a task that runs in the worker: when it does, its connections, its calls at the same time."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import parallel as _parallel
from support import raw_server, runs
from support.clock import PATIENCE, wait_until
from support.entry_points import background
from support.runs import KEY, play, playbook, task
from support.simulator import Simulator

# What ansible-playbook prints at -vvv when it starts a module.
MODULE_STARTED = "Using module file"


def connection(base_url: str) -> dict[str, Any]:
    return {"api_key": KEY, "account_sid": "a", "base_url": base_url}


def where_tasks_run(simulator: Simulator, tmp_path: Path, *every: dict[str, Any]) -> list[bool]:
    """Return whether each task, with these keywords, runs in Ansible's own process."""
    args = {**simulator.connection, "call_sid": runs.LIVE}
    tasks = [task(args, f"number {number}", **keywords) for number, keywords in enumerate(every)]
    run = playbook(tmp_path, play(*tasks), "-vvv")
    assert run.code == 0, run.output
    assert all(run.result(one["name"])["changed"] for one in tasks)
    _start, *printed = run.output.split("TASK [")
    assert len(printed) == len(tasks)
    return [MODULE_STARTED not in one for one in printed]


def test_what_runs_in_the_process(simulator: Simulator, tmp_path: Path) -> None:
    given = [{}, {"vars": {"voiceops_telnyx_in_process": True}}, {"delegate_to": "localhost"}]
    assert where_tasks_run(simulator, tmp_path, *given) == [True, True, True]


def test_what_runs_as_a_module(simulator: Simulator, tmp_path: Path) -> None:
    given = [
        {"vars": {"voiceops_telnyx_in_process": False}},
        {"vars": {"voiceops_telnyx_in_process": "{{ 'no' }}"}},
        {"environment": {"A": "b"}},
        {"become": True, "become_user": "root", "become_method": "ansible.builtin.su"},
    ]
    assert where_tasks_run(simulator, tmp_path, *given) == [False, False, False, False]


@background
def test_background_task_runs_as_a_module(simulator: Simulator, tmp_path: Path) -> None:
    assert where_tasks_run(simulator, tmp_path, {"async": 600, "poll": 1}) == [False]


def test_loop_makes_one_tls_handshake(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with raw_server.serving(context=context) as server:
        args = {**connection(server.base_url), "ca_path": str(tmp_path / "ca.pem"), "call_sid": "v3:{{ item }}"}
        run = playbook(tmp_path, play(task(args, loop="{{ range(50) | list }}")))
    assert run.code == 0, run.output
    assert (len(server.requests), server.connections) == (50, 1)


def test_connection_that_was_closed_while_idle_loses_nothing(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.touch()

    def answer_and_close(request: bytes, connection: socket.socket) -> None:
        raw_server.reply()(request, connection)
        connection.close()
        with closed.open("a") as lines:
            lines.write("closed\n")

    # Each item comes once the connection of the one before is closed.
    once_closed = f"{{{{ lookup('pipe', 'until [ $(wc -l < {closed}) -ge ' ~ item ~ ' ]; do sleep 0.05; done') }}}}"
    with raw_server.serving(answer_and_close) as server:
        args = {**connection(server.base_url), "call_sid": f"v3:{{{{ item }}}}{once_closed}"}
        run = playbook(tmp_path, play(task(args, loop="{{ range(4) | list }}")))
    assert run.code == 0, run.output
    assert (len(server.requests), server.connections) == (4, 4)


class Crowd:
    """Answers after a while, and keeps how many requests it had at the same time; first it waits for so many."""

    def __init__(self, seconds: float, expected: int = 1) -> None:
        self.most = 0
        self._expected = expected
        self._full = threading.Event()
        self._now = 0
        self._seconds = seconds
        self._lock = threading.Lock()

    def __call__(self, request: bytes, connection: socket.socket) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now == self._expected:
                self._full.set()
        # However slow the machine is: they come.
        self._full.wait(PATIENCE)
        sid = request.split(b"/")[6].decode()
        # The first is the last to be ready, and every fifth fails.
        time.sleep(self._seconds * (2 if sid == "v3:0" else 1))
        with self._lock:
            self._now -= 1
        status = "404 Not Found" if sid.endswith(("4", "9")) else "200 OK"
        raw_server.reply(status, json.dumps({"sid": f"r-{sid}", "errors": [{"detail": "no"}]}).encode())(
            request, connection
        )


@pytest.mark.parametrize(
    ("given", "most"),
    [({}, 8), ({"max_concurrency": 1}, 1), pytest.param({"max_concurrency": 20}, 20, marks=pytest.mark.long)],
)
def test_calls_at_the_same_time(tmp_path: Path, given: dict[str, int], most: int) -> None:
    crowd = Crowd(0.05, most)
    calls = [f"v3:{number}" for number in range(30)]
    with raw_server.serving(crowd) as server:
        run = playbook(tmp_path, play(task({**connection(server.base_url), "call_sid": calls, **given})))
    result = run.result("record")
    assert crowd.most == most
    assert server.connections == most
    failed = [sid for sid in calls if sid.endswith(("4", "9"))]
    assert [one["call_sid"] for one in result["outcomes"] if one["outcome"] == "rejected"] == failed
    assert [one["sid"] for one in result["recordings"]] == [f"r-{sid}" for sid in calls if sid not in failed]
    assert list(result["ansible_facts"]["telnyx_call_recordings"]) == [sid for sid in calls if sid not in failed]


def test_progress_of_a_long_task(tmp_path: Path) -> None:
    calls = [f"v3:{number}" for number in range(10)]
    crowd = Crowd(0)

    def answer(request: bytes, connection: socket.socket) -> None:
        if b"/v3:5/" in request:
            # A task that takes longer than the pause between two lines.
            wait_until(lambda: "voiceops.telnyx.call_recording: " in runs.printed(tmp_path))
        crowd(request, connection)

    began = time.monotonic()
    with raw_server.serving(answer) as server:
        record = task({**connection(server.base_url), "call_sid": calls, "max_concurrency": 2, "timeout": 3600})
        run = runs.ended(tmp_path, runs.begin(tmp_path, play(record)))
    lines = re.findall(r"^voiceops\.telnyx\.call_recording: .*$", run.output, re.MULTILINE)
    assert 1 <= len(lines) <= (time.monotonic() - began) / _parallel.TICK
    told = [re.fullmatch(r".*: (\d+) started, (\d+) failed, (\d+) left, \d+ calls per second", line) for line in lines]
    assert all(told)
    for one in told:
        assert one
        assert sum(int(number) for number in one.groups()) == 10


def test_short_task_prints_nothing(simulator: Simulator, tmp_path: Path) -> None:
    record = task({**simulator.connection, "call_sid": [runs.LIVE, runs.LIVE_TOO]})
    run = playbook(tmp_path, play(record))
    assert "voiceops.telnyx.call_recording:" not in run.output


@pytest.mark.parametrize("calls", [["v3:a"], ["v3:a", "v3:b", "v3:c"]])
def test_interrupt_ends_a_task_at_once(tmp_path: Path, calls: list[str]) -> None:
    # Nobody gets these replies.
    with raw_server.serving(raw_server.silence(2 * PATIENCE)) as server:
        plays = play(task({**connection(server.base_url), "call_sid": calls, "timeout": 3600}))
        ansible = runs.begin(tmp_path, plays, start_new_session=True)
        wait_until(lambda: len(server.requests) == len(calls))
        # As a terminal does at Ctrl-C.
        os.killpg(ansible.pid, signal.SIGINT)
        assert ansible.wait(PATIENCE) != 0


def test_task_keyword_timeout(tmp_path: Path) -> None:
    with raw_server.serving(raw_server.silence(2 * PATIENCE)) as server:
        record = task({**connection(server.base_url), "call_sid": ["v3:a", "v3:b"], "timeout": 3600}, timeout=1)
        run = playbook(tmp_path, play(record), timeout=PATIENCE)
    assert run.code == 2
    # ansible-core 2.18 and older, and newer.
    assert re.search("expected time frame|Timed out", run.result("record")["msg"]), run.output


def test_task_that_was_interrupted_starts_nothing_more(tmp_path: Path) -> None:
    def sent(start: str) -> list[str]:
        targets = [request.split(b" ")[1].decode() for request in server.requests]
        return [target for target in targets if f"/v3:{start}-" in target]

    def answer(request: bytes, connection: socket.socket) -> None:
        # A reply to what was interrupted comes when the next task, or item, has sent its first request.
        for interrupted, after in (("first", "second"), ("20", "3")):
            if f"/v3:{interrupted}-".encode() in request:
                wait_until(lambda after=after: sent(after))
        # Time for what must not come.
        time.sleep(0.3)
        raw_server.reply()(request, connection)

    with raw_server.serving(answer) as server:
        args = {**connection(server.base_url), "max_concurrency": 1, "timeout": 3600}
        first = task(
            {**args, "call_sid": [f"v3:first-{number}" for number in range(20)]}, timeout=2, ignore_errors=True
        )
        second = task({**args, "call_sid": [f"v3:second-{number}" for number in range(4)]}, name="second")
        # The items of a loop are run by one process.
        loop = {**first, "name": "loop", "loop": [20, 3], "ignore_errors": True}
        calls = "{{ range(item) | map('regex_replace', '^', 'v3:' ~ item ~ '-') | list }}"
        loop[runs.MODULE] = {**args, "call_sid": calls}
        playbook(tmp_path, play(first, second, loop))
    # None where the time was over before the first was sent.
    assert len(sent("first")) <= 1
    assert len(sent("second")) == 4
    assert len(sent("20")) <= 1


@pytest.mark.parametrize("home", [None, "another"])
def test_home_of_a_journal_is_that_of_its_host(simulator: Simulator, tmp_path: Path, home: str | None) -> None:
    # Ansible's local connection stands for a host with another home.
    (tmp_path / "another").mkdir()
    keywords: dict[str, Any] = {"environment": {"HOME": str(tmp_path / home)}} if home else {}
    record = task({**simulator.connection, "call_sid": simulator.fresh(), "journal": "~/journal"}, **keywords)
    run = playbook(tmp_path, play(record))
    assert run.code == 0, run.output
    assert (tmp_path / (home or ".") / "journal").exists()
    assert not (tmp_path / ("." if home else "another") / "journal").exists()
