# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module call_recording_status, through every entry point, against the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from support.entry_points import RunTask
from support.simulator import Simulator

MODULE = "voiceops.telnyx.call_recording_status"
# The cheapest: "make test" has a lifecycle through the action plugins.
ENTRY_POINT = "module"


def updates(simulator: Simulator, call: str) -> list[str]:
    return [one["body"] for one in simulator.requests(call) if not one["target"].endswith("/Recordings.json")]


def test_from_start_to_stop_and_again(run_task: RunTask, simulator: Simulator) -> None:
    call = simulator.fresh()
    sid = run_task({**simulator.connection, "call_sid": call})["recording"]["sid"]

    def change(status: str, **options: Any) -> dict[str, Any]:
        args = {**simulator.connection, "call_sid": call, "status": status}
        checked = run_task(args, check=True, module=MODULE)
        result = run_task(args, module=MODULE)
        assert checked["changed"] == result["changed"]
        assert result["recording"]["sid"] == checked["recording"]["sid"] == sid
        return result

    for status in ("paused", "in-progress", "stopped"):
        first = change(status)
        assert (first["changed"], first["recording"]["status"] in (status, "completed")) == (True, True)
        assert not change(status)["changed"]
    assert updates(simulator, call) == ["Status=paused", "Status=in-progress", "Status=stopped"]
    ended = run_task(
        {**simulator.connection, "call_sid": call, "recording_sid": sid, "status": "paused"}, module=MODULE
    )
    assert ended["failed"]
    assert "which is final" in ended["msg"]
    assert len(updates(simulator, call)) == 3


@pytest.mark.parametrize(
    "kind",
    [
        "drop_before",
        "drop_after",
        *(
            pytest.param(one, marks=pytest.mark.long)
            for one in ("error_after", "rate_limited_retry_after", "truncated")
        ),
    ],
)
def test_update_that_is_disturbed(run_task: RunTask, simulator: Simulator, kind: str) -> None:
    call = simulator.fresh()
    run_task({**simulator.connection, "call_sid": call})
    simulator.ask("PUT", "misbehaviour", {"calls": {call: ["none", kind]}})
    result = run_task({**simulator.connection, "call_sid": call, "status": "paused"}, module=MODULE)
    simulator.ask("PUT", "misbehaviour", {})
    assert (result["changed"], result["recording"]["status"]) == (True, "paused")


def test_several_active_recordings_are_named(run_task: RunTask, simulator: Simulator) -> None:
    call = simulator.fresh()
    sids = [simulator.ask("POST", "recordings", {"call_sid": call})["sid"] for _number in range(2)]
    result = run_task({**simulator.connection, "call_sid": call, "status": "stopped"}, module=MODULE)
    assert result["failed"]
    assert all(sid in result["msg"] for sid in sids)
    named = run_task(
        {**simulator.connection, "call_sid": call, "recording_sid": sids[1], "status": "stopped"}, module=MODULE
    )
    assert named["changed"]
    assert updates(simulator, call) == ["Status=stopped"]
