# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebooks, run by ansible-rulebook itself, with the simulator as the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from support.clock import wait_until
from support.events import Signer, completed, form, free_port
from support.rulebook import running, with_recorder
from support.simulator import Simulator
from support.simulator import running as simulators

pytestmark = [pytest.mark.long, pytest.mark.once]
NUMBER, CONNECTION = "+13125550100", "1494404757140276705"


def environment(simulator: Simulator) -> dict[str, str]:
    return {f"TELNYX_{name.upper()}": value for name, value in simulator.connection.items()}


def answered(sid: str, **fields: str) -> bytes:
    call = {
        "CallSid": sid,
        "CallStatus": "in-progress",
        "From": "+13125550199",
        "To": "+13125550101",
        "ConnectionId": "1",
    }
    return form(**{**call, **fields})


def test_answered_calls_are_recorded(simulator: Simulator, tmp_path: Path) -> None:
    """Those to a number or on a connection, but not the second leg; and once, however often the event comes."""
    signer = Signer()
    by_number, by_connection, other, leg, ringing, late = (simulator.fresh() for _number in range(6))
    variables: dict[str, Any] = {
        "record_numbers": [NUMBER],
        "record_connections": [CONNECTION],
        "record_journal": str(tmp_path / "journal.sqlite"),
    }
    bodies = [
        answered(other),
        answered(leg, To=NUMBER, ParentCallSid=by_number),
        answered(ringing, To=NUMBER, CallStatus="ringing"),
        answered(by_number, To=NUMBER),
        answered(by_connection, ConnectionId=CONNECTION),
    ]
    rulebook = "voiceops.telnyx.record_answered_calls"
    with running(tmp_path, rulebook, signer, variables, **environment(simulator)) as one:
        assert [one.post(body) for body in bodies] == [200] * 5
        wait_until(lambda: simulator.recordings(by_number) and simulator.recordings(by_connection))
    # The spool is lost, and the vendor repeats the events: the journal has the calls.
    again = tmp_path / "again"
    again.mkdir()
    with running(again, rulebook, signer, variables, **environment(simulator)) as one:
        assert [one.post(body) for body in [*bodies, answered(late, To=NUMBER)]] == [200] * 6
        wait_until(lambda: simulator.recordings(late))
        wait_until(lambda: one.output().count("PLAY RECAP") == 3)
    assert [len(simulator.recordings(sid)) for sid in (by_number, by_connection, late)] == [1, 1, 1]
    assert [len(simulator.requests(sid)) for sid in (other, leg, ringing)] == [0, 0, 0]


def test_both_sources_archive_a_recording_once(simulator: Simulator, tmp_path: Path) -> None:
    """Callbacks that come while the receiver is down are lost; the list has what they told of."""
    signer = Signer()
    seen = simulator.completed(3)
    variables = {
        "archive_dest": str(tmp_path / "archive"),
        "recordings_interval": 1,
        "recordings_since": "1h",
        "recordings_state": str(tmp_path / "state.sqlite"),
    }
    rulebook = with_recorder(tmp_path, "archive_recordings")
    with running(tmp_path, rulebook, signer, variables, **environment(simulator)) as one:
        for sid in (*seen, *seen):
            assert one.post(completed(sid)) == 200
        wait_until(lambda: set(seen) <= set(one.recorded()))
    # Nobody receives these.
    lost = simulator.completed(2)
    with running(tmp_path, rulebook, signer, variables, **environment(simulator)) as one:
        late = simulator.completed(1)
        assert one.post(completed(late[0])) == 200
        wait_until(lambda: {*lost, *late} <= set(one.recorded()))
        recorded = one.recorded()
    wanted = {*seen, *lost, *late}
    assert sorted(sid for sid in recorded if sid in wanted) == sorted(wanted)


def test_receiver_that_is_down_while_callbacks_are_posted(tmp_path: Path) -> None:
    """The simulator posts to its port. Each recording is archived once, whether a callback, a later try or the list told of it."""
    port = free_port()

    def record(api: Simulator) -> str:
        """Return a recording that is complete, whose callback goes to the port."""
        call = api.fresh()
        url = f"{api.base_url}/texml/Accounts/{api.connection['account_sid']}/Calls/{call}/Recordings.json"
        wanted = {"RecordingStatusCallback": f"http://127.0.0.1:{port}/callbacks"}
        headers = {"Authorization": f"Bearer {api.connection['api_key']}"}
        reply = requests.post(url, data=wanted, headers=headers, timeout=60)
        assert reply.status_code == 200, reply.text
        sid = str(reply.json()["sid"])
        api.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
        return sid

    def tries(api: Simulator, sid: str) -> list[object]:
        """Return what became of each try to post the callback of a recording: its status, or None if nobody listens."""
        (entry,) = (one for one in api.ask("GET", "callbacks")["callbacks"] if one["recording_sid"] == sid)
        done = [one for one in entry["tries"] if one["status"] or one["error"]]
        assert all(one["status"] or "Cannot connect" in one["error"] for one in done), done
        return [one["status"] for one in done]

    def lists(api: Simulator) -> int:
        return sum(one["method"] == "GET" and "/Recordings.json?" in one["target"] for one in api.ledger())

    with simulators(tmp_path / "simulator", processing_seconds=0, callback_pauses=[60], callback_timeout=60) as api:
        variables = {
            "archive_dest": str(tmp_path / "archive"),
            "callback_port": port,
            "callback_public_key": requests.get(api.base_url.replace("/v2", "/simulator"), timeout=60).json()[
                "public_key"
            ],
            "recordings_interval": 1,
            "recordings_since": "1h",
            "recordings_state": str(tmp_path / "state.sqlite"),
        }
        rulebook = with_recorder(tmp_path, "archive_recordings")
        with running(tmp_path, rulebook, Signer(), variables, **environment(api)) as one:
            before = record(api)
            wait_until(lambda: tries(api, before) == [200] and before in one.recorded())
            # Once it has listed this one, a restart does not emit it again.
            listed = lists(api)
            wait_until(lambda: lists(api) >= listed + 3)
        lost = [record(api) for _number in range(3)]
        wait_until(lambda: all(tries(api, sid) == [None] for sid in lost))
        api.ask("POST", "clock", {"seconds": 60})
        wait_until(lambda: all(tries(api, sid) == [None, None] for sid in lost))
        late = [record(api) for _number in range(3)]
        wait_until(lambda: all(tries(api, sid) == [None] for sid in late))
        with running(tmp_path, rulebook, Signer(), variables, **environment(api)) as one:
            after = record(api)
            api.ask("POST", "clock", {"seconds": 60})
            wait_until(lambda: all(tries(api, sid) == [None, 200] for sid in late) and tries(api, after) == [200])
            everything = [before, *lost, *late, after]
            wait_until(lambda: set(one.recorded()) >= set(everything))
            # What would come twice would come by now: all are listed again, and another one is archived behind them.
            listed = lists(api)
            wait_until(lambda: lists(api) >= listed + 3)
            last = record(api)
            wait_until(lambda: last in one.recorded())
            assert sorted(one.recorded()) == sorted([*everything, last])


def test_recordings_are_archived(simulator: Simulator, tmp_path: Path) -> None:
    """By the playbook of the collection: one that a callback told of, and one that only the list has."""
    signer = Signer()
    told, listed = simulator.completed(1), simulator.completed(1)
    archive = tmp_path / "archive"
    variables = {
        "archive_dest": str(archive),
        "recordings_interval": 1,
        "recordings_since": "1h",
        "recordings_state": str(tmp_path / "state.sqlite"),
    }
    with running(tmp_path, "voiceops.telnyx.archive_recordings", signer, variables, **environment(simulator)) as one:
        assert one.post(completed(told[0])) == 200
        wait_until(lambda: {*told, *listed} <= {path.stem for path in archive.rglob("*.json")})
        health = one.health()
    assert health["stored"] == 1
    for sid in (*told, *listed):
        (sidecar,) = archive.rglob(f"{sid}.json")
        assert len(list(sidecar.parent.glob(f"{sid}.*"))) == 2


def test_playbook_that_fails_is_tried_again(simulator: Simulator, tmp_path: Path) -> None:
    """Four times in total; then the recording is given up, and the next one is archived."""
    signer, tries = Signer(), tmp_path / "tries"
    variables: dict[str, Any] = {"archive_dest": str(tmp_path), "recordings_state": str(tmp_path / "state.sqlite")}
    fails_six_times = f"echo >> {tries} && [ $(wc -l < {tries}) -gt 6 ]"
    rulebook = with_recorder(tmp_path, "archive_recordings", waits=fails_six_times)
    quiet = {**environment(simulator), "TELNYX_BASE_URL": "http://127.0.0.1:9/v2"}
    with running(tmp_path, rulebook, signer, variables, **quiet) as one:
        assert [one.post(completed(sid)) for sid in ("RE-given-up", "RE-next")] == [200] * 2
        wait_until(one.recorded)
        assert one.recorded() == ["RE-next"]
        assert tries.read_text() == "\n" * 7


def test_a_thousand_callbacks_while_an_action_sleeps(simulator: Simulator, tmp_path: Path) -> None:
    """All are acknowledged while a playbook runs, and all reach the engine."""
    signer, gate = Signer(), tmp_path / "gate"
    variables: dict[str, Any] = {"archive_dest": str(tmp_path), "recordings_state": str(tmp_path / "state.sqlite")}
    wait = f"until [ -e {gate} ]; do sleep 0.05; done"
    rulebook = with_recorder(tmp_path, "archive_recordings", waits=wait)
    with running(tmp_path, rulebook, signer, variables, **environment(simulator)) as one:
        assert one.post(completed("RE-first")) == 200
        bodies = [form(RecordingSid=f"RE{index}", RecordingStatus="in-progress") for index in range(1000)]
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(one.post, bodies)) == {200}
        assert "RE-first" not in one.recorded()
        gate.touch()
        wait_until(lambda: one.health()["emitted"] == 1001)
        assert one.health()["pending"] == 0
        wait_until(lambda: "RE-first" in one.recorded())
