# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the service, the network and the process do, in every order: never twice without permission, never unsaid."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import tasks
from support.tasks import reply

CALLS = ["v3:a", "v3:b"]

# What becomes of a start request: whether it starts a recording, and what comes back.
FATES = {
    "reply": (True, "reply"),
    "lost reply": (True, "lost"),
    "lost request": (False, "lost"),
    "error after": (True, "500"),
    "error before": (False, "500"),
    "reply to another call": (True, "other"),
    "refused": (False, "422"),
    "rate limited": (False, "429"),
    "no connection": (False, "unconnected"),
    "crash before": (False, "crash"),
    "crash after": (True, "crash"),
}
LISTS = ["shows", "shows", "lags", "fails", "shows another call"]


class Service:
    """Starts and lists recordings as its script says; the last word of a script is for all that follow."""

    def __init__(self, fates: list[str], lists: list[str]) -> None:
        self._fates = fates
        self._lists = lists
        self.recordings: dict[str, list[dict[str, Any]]] = {call: [] for call in CALLS}

    def answer(self, request: Request) -> Reply:
        call = str(request.names["call_sid"])
        if request.method == "GET":
            return self._list(call)
        effect, answer = FATES[self._next(self._fates)]
        recording = {"sid": f"r-{call}-{len(self.recordings[call])}", "call_sid": call, "channels": 2}
        if effect:
            self.recordings[call].append({**recording, "source": "StartCallRecordingAPI", "date_created": tasks.now()})
        if answer == "crash":
            raise KeyboardInterrupt
        if answer in ("lost", "unconnected"):
            raise NoReply("it broke", sent=answer == "lost")
        if answer.isdigit():
            return reply({}, int(answer))
        return reply({**recording, "call_sid": "v3:other"} if answer == "other" else recording)

    def _list(self, call: str) -> Reply:
        what = self._next(self._lists)
        if what == "fails":
            return reply({}, 500)
        if what == "shows another call":
            return reply({"recordings": [{"sid": "r-other", "call_sid": "v3:other"}]})
        return reply({"recordings": self.recordings[call] if what == "shows" else []})

    def _next(self, script: list[str]) -> str:
        return script.pop(0) if len(script) > 1 else script[0]


class Run:
    """What one run of the task does, and may do."""

    def __init__(self, again: bool, first: bool) -> None:
        self.options = {"retry_unknown": again, "unless_recording": first}

    def __repr__(self) -> str:
        return str(self.options)


runs = st.builds(Run, st.booleans(), st.booleans())


def run(service: Service, journal: str, options: dict[str, Any]) -> dict[str, Any] | None:
    """Run the task; return None if it crashed."""
    try:
        return tasks.run(
            service.answer,
            journal=journal,
            call_sid=CALLS,
            reconcile_timeout=0.001,
            rate_limit_timeout=0,
            max_concurrency=1,
            **options,
        )
    except KeyboardInterrupt:
        return None


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(runs, min_size=1, max_size=4),
    st.lists(st.sampled_from(list(FATES)), min_size=1, max_size=6),
    st.lists(st.sampled_from(LISTS), min_size=1, max_size=8),
)
def test_any_order_of_events(several: list[Run], fates: list[str], lists: list[str]) -> None:
    service = Service(list(fates), list(lists))
    with tempfile.TemporaryDirectory() as folder:
        permitted = 0
        for one in several:
            result = run(service, str(Path(folder) / "journal"), one.options)
            permitted += one.options["retry_unknown"]
            check(service, result, permitted)


def check(service: Service, result: dict[str, Any] | None, permitted: int) -> None:
    for recordings in service.recordings.values():
        assert len(recordings) <= 1 + permitted
    if result is None:
        return
    assert [one["call_sid"] for one in result["outcomes"]] == CALLS
    for one in result["outcomes"]:
        there = [recording["sid"] for recording in service.recordings[one["call_sid"]]]
        assert one["outcome"] in ("started", "rejected", "not_sent", "unknown")
        assert one["msg"] or one["outcome"] == "started"
        if one["outcome"] == "started":
            assert one["recording"] in there
        elif one["outcome"] in ("rejected", "not_sent"):
            assert there == []


@pytest.mark.parametrize("fate", FATES)
def test_one_event_then_a_run_without_any(fate: str, tmp_path: Path) -> None:
    """Once the service answers again, every call is recorded exactly once, however its first start request ended."""
    service = Service([fate, "reply"], ["shows"])
    for _run in range(2):
        result = run(service, str(tmp_path / "journal"), {})
    assert result
    lost = fate in ("lost request", "error before", "crash before")
    outcomes = {one["call_sid"]: one["outcome"] for one in result["outcomes"]}
    assert outcomes == {"v3:a": "unknown" if lost else "started", "v3:b": "started"}
    assert [len(service.recordings[call]) for call in CALLS] == [0 if lost else 1, 1]


def test_error_of_the_system_after_the_request_left_is_not_one_of_the_journal(tmp_path: Path) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise OSError("closed")
        return reply({"recordings": []})

    result = tasks.run(answer, journal=str(tmp_path / "journal"), reconcile_timeout=0.01)
    assert result["outcomes"][0]["outcome"] == "unknown"
    assert "journal" not in result["msg"]
