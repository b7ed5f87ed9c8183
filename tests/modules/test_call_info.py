# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module call_info, through every entry point, against the simulator."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.entry_points import RunTask
from support.simulator import Simulator, running

MODULE = "voiceops.telnyx.call_info"
CONNECTION_ID = "1684641123236054244"
CONFERENCE = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"
# What strangers may call themselves.
NAMES = [
    "{{ 7 * 7 }}",
    "{% raw %}",
    "a\"'\n",
    "\u202ereversed",
    "<script>",
    "../../x",
    "日本",
    "🙂",
    "!unsafe",
    "$(id)",
]
LEGS = [
    {
        "sid": "v3:out",
        "direction": "outbound",
        "session": "s-1",
        "from": "+13122010055",
        "to": "sip:agent-1@example.com",
    },
    {"sid": "v3:in", "session": "s-1", "from": "+13122010094", "to": "+13122010055"},
    {"sid": "v3:ringing", "status": "ringing", "from": "+13122010094", "to": "+13122010055"},
    {"sid": "v3:ended", "status": "ended"},
    *({"sid": f"v3:name-{number}", "caller_name": name, "connection_id": "2"} for number, name in enumerate(NAMES)),
]


@pytest.fixture(scope="module")
def telephony(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Run a simulator with a connection, a conference and strangers."""
    bridge = {"sid": CONFERENCE, "friendly_name": "INC-4711 <b>", "recordings": 0, "participants": ["v3:in", "v3:out"]}
    state = tmp_path_factory.mktemp("simulator") / "state"
    with running(state, calls=LEGS, conferences=[bridge], processing_seconds=0) as one:
        yield one


def find(run_task: RunTask, simulator: Simulator, check: bool = False, **options: Any) -> dict[str, Any]:
    before = len(simulator.ledger())
    result = run_task({**simulator.connection, **options}, check=check, module=MODULE)
    assert {one["method"] for one in simulator.ledger()[before:]} <= {"GET"}
    assert not result.get("changed")
    return result


@pytest.mark.parametrize("check", [False, True])
def test_live_calls_of_a_connection(run_task: RunTask, telephony: Simulator, check: bool) -> None:
    result = find(run_task, telephony, check, connection_id=CONNECTION_ID)
    assert result["call_sids"] == ["v3:in", "v3:ringing"]
    first = result["calls"][0]
    assert (first["live"], first["status"], first["direction"]) == (True, "in-progress", "inbound")
    assert (first["from"], first["to"], first["session"]) == ("+13122010094", "+13122010055", "s-1")
    assert (result["gone"], result["truncated"]) == (0, False)


def test_conference_by_its_name(run_task: RunTask, telephony: Simulator) -> None:
    result = find(run_task, telephony, conference="INC-4711 <b>")
    assert sorted(result["call_sids"]) == ["v3:in", "v3:out"]
    assert {one["conference_sid"] for one in result["calls"]} == {CONFERENCE}
    none = find(run_task, telephony, conference="INC-47")
    assert none["failed"]
    assert none["msg"] == "No conference named 'INC-47' is in progress. In progress: 'INC-4711 <b>'."


def test_names_of_strangers_are_data(run_task: RunTask, telephony: Simulator) -> None:
    result = find(run_task, telephony, connection_id="2")
    assert [one["caller_name"] for one in result["calls"]] == NAMES


def test_calls_of_the_account(run_task: RunTask, telephony: Simulator) -> None:
    assert find(run_task, telephony, status=["completed"])["call_sids"] == ["v3:ended"]
    assert set(find(run_task, telephony, live=True, to="+13122010055", direction="inbound")["call_sids"]) >= {"v3:in"}
    assert find(run_task, telephony, started="<2020-01-01")["calls"] == []


def test_calls_by_their_sids_with_their_recordings(run_task: RunTask, telephony: Simulator) -> None:
    sid = telephony.ask("POST", "recordings", {"call_sid": "v3:in"})["sid"]
    result = find(run_task, telephony, call_sid=["v3:in", "v3:ended"], recordings=True)
    assert [one["live"] for one in result["calls"]] == [True, False]
    assert sid in [one["sid"] for one in result["calls"][0]["recordings"]]
    assert result["calls"][1]["recordings"] == []


def test_errors(run_task: RunTask, telephony: Simulator) -> None:
    other = find(run_task, telephony, connection_id="my-app")
    assert (other["http_status"], other["errors"][0]["code"]) == (422, "10015")
    unknown = find(run_task, telephony, call_sid=["v3:nobody"])
    assert unknown["msg"].startswith("Call v3:nobody: The API answered 404")
    both = find(run_task, telephony, call_sid=["v3:in"], connection_id="1")
    assert both["argument_errors"][0]["argument"] == "connection_id"


def test_service_that_ignores_filters(run_task: RunTask, telephony: Simulator) -> None:
    telephony.ask("PUT", "misbehaviour", {"ignore_filters": True})
    try:
        assert find(run_task, telephony, to="sip:agent-1@example.com")["call_sids"] == ["v3:out"]
        assert find(run_task, telephony, conference="INC-47")["failed"]
    finally:
        telephony.ask("PUT", "misbehaviour", {})


def test_calls_that_the_api_shows_late(run_task: RunTask, telephony: Simulator, tmp_path: Path) -> None:
    # Each entry point has the same simulator.
    connection = str(uuid.uuid4().int)
    telephony.ask("POST", "calls", {"sid": f"v3:{connection}", "connection_id": connection})
    telephony.ask("PUT", "misbehaviour", {"call_lag": 3600})
    try:
        result = find(run_task, telephony, connection_id=connection)
        assert (result["calls"], result["gone"]) == ([], 1)
    finally:
        telephony.ask("PUT", "misbehaviour", {})
