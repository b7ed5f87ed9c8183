# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module recording_info, through every entry point, against the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from support import runs
from support.entry_points import RunTask
from support.simulator import Simulator

MODULE = "voiceops.telnyx.recording_info"
# The cheapest: "make test" has a lifecycle through the action plugins.
ENTRY_POINT = "module"


@pytest.mark.parametrize("check", [False, pytest.param(True, marks=pytest.mark.long)])
def test_recordings_of_a_call(run_task: RunTask, simulator: Simulator, check: bool) -> None:
    call = simulator.fresh()
    sids = [simulator.ask("POST", "recordings", {"call_sid": call})["sid"] for _number in range(23)]
    simulator.ask("PATCH", f"recordings/{sids[1]}", {"status": "paused"})

    def look(**options: Any) -> list[str]:
        result = run_task({**simulator.connection, "call_sid": call, **options}, check=check, module=MODULE)
        assert not result.get("failed"), result
        assert not result["changed"]
        return [one["sid"] for one in result["recordings"]]

    assert look() == sids
    assert look(status="paused") == [sids[1]]
    assert look(limit=21, status=["in-progress"]) == [sids[0], *sids[2:22]]
    assert look(date_created="<2020-01-01") == []
    assert {one["method"] for one in simulator.requests(call, "GET")} == {"GET"}
    assert simulator.requests(call) == []


def test_call_that_is_not_there(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task({**simulator.connection, "call_sid": "v3:no-such-call"}, module=MODULE)
    assert (result["failed"], result["http_status"]) == (True, 404)
    assert "account_sid is wrong" in result["msg"]


def test_wrong_arguments_send_nothing(run_task: RunTask, simulator: Simulator) -> None:
    before = len(simulator.ledger())
    result = run_task({**simulator.connection, "call_sid": "v3:a", "conference_sid": "c", "limit": 0}, module=MODULE)
    assert [fault["argument"] for fault in result["argument_errors"]] == ["limit", "conference_sid"]
    assert result["msg"].startswith("Nothing was sent. ")
    assert len(simulator.ledger()) == before


def test_key_is_in_no_output(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task({**simulator.connection, "api_key": "KEYwrong-and-long"}, module=MODULE)
    assert result["http_status"] == 401
    assert runs.KEY not in str(result)
