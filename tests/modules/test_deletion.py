# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recordings and transcriptions that are looked at, deleted, and gone: through every entry point, against the simulator."""

from __future__ import annotations

from typing import Any

import pytest
from support.entry_points import RunTask
from support.simulator import Simulator

MISSING = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
# The cheapest: "make test" has a lifecycle through the action plugins.
ENTRY_POINT = "module"


def look(run_task: RunTask, simulator: Simulator, module: str, **options: Any) -> dict[str, Any]:
    return run_task({**simulator.connection, **options}, module=f"voiceops.telnyx.{module}")


def outcomes(result: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in result["outcomes"]]


def test_recordings_from_there_to_gone(run_task: RunTask, simulator: Simulator) -> None:
    sids = simulator.completed(2)
    args = {**simulator.connection, "recording_sid": [*sids, MISSING], "state": "absent"}
    module = "voiceops.telnyx.recording"
    before = len(simulator.ledger())
    checked = run_task(args, check=True, diff=True, module=module)
    assert (checked["changed"], outcomes(checked)) == (True, ["deleted", "deleted", "absent"])
    assert [one["recording_sid"] for one in checked["outcomes"]] == [*sids, MISSING]
    assert checked["diff"] == {"before": "".join(f"{sid}\n" for sid in sids), "after": ""}
    assert {one["method"] for one in simulator.ledger()[before:]} == {"GET"}
    (one,) = look(run_task, simulator, "recording_info", recording_sid=sids[0])["recordings"]
    assert (one["sid"], one["status"]) == (sids[0], "completed")
    assert isinstance(one["duration"], int)
    first = run_task(args, diff=True, module=module)
    assert first == checked
    again = run_task(args, module=module)
    assert (again["changed"], outcomes(again)) == (False, ["absent"] * 3)
    gone = look(run_task, simulator, "recording_info", recording_sid=sids[0])
    assert (gone["failed"], gone["http_status"]) == (True, 404)


def test_account_is_looked_at_page_by_page(run_task: RunTask, simulator: Simulator) -> None:
    simulator.completed(25)
    everything = look(run_task, simulator, "recording_info")["recordings"]
    assert len(everything) >= 25
    assert len({one["sid"] for one in everything}) == len(everything)
    # Each look has a link of its own to the audio.
    some = look(run_task, simulator, "recording_info", limit=22)["recordings"]
    assert [one["sid"] for one in some] == [one["sid"] for one in everything[:22]]
    assert look(run_task, simulator, "recording_info", date_created="<2020-01-01")["recordings"] == []
    today = everything[0]["date_created"][:10]
    assert len(look(run_task, simulator, "recording_info", date_created=f">={today}")["recordings"]) == len(everything)


def test_transcriptions_from_there_to_gone(run_task: RunTask, simulator: Simulator) -> None:
    (recording,) = simulator.completed(1)
    (one,) = look(run_task, simulator, "transcription_info", recording_sid=recording)["transcriptions"]
    assert one["recording_sid"] == recording
    assert look(run_task, simulator, "transcription_info", recording_transcription_sid=one["sid"])[
        "transcriptions"
    ] == [one]
    args = {**simulator.connection, "recording_transcription_sid": one["sid"], "state": "absent"}
    results = [
        run_task(args, check=True, module="voiceops.telnyx.transcription"),
        run_task(args, module="voiceops.telnyx.transcription"),
        run_task(args, module="voiceops.telnyx.transcription"),
    ]
    assert [result["changed"] for result in results] == [True, True, False]
    assert look(run_task, simulator, "transcription_info", recording_sid=recording)["transcriptions"] == []


@pytest.mark.parametrize(("kind", "sent"), [("drop_after", 2), ("error_before", 2), ("rate_limited_retry_after", 2)])
def test_deletion_that_is_disturbed(run_task: RunTask, simulator: Simulator, kind: str, sent: int) -> None:
    (sid,) = simulator.completed(1)
    simulator.ask("PUT", "misbehaviour", {"calls": {sid: [kind]}})
    result = run_task(
        {**simulator.connection, "recording_sid": sid, "state": "absent"}, module="voiceops.telnyx.recording"
    )
    simulator.ask("PUT", "misbehaviour", {})
    assert (result["changed"], outcomes(result)) == (True, ["deleted"])
    assert len([one for one in simulator.ledger() if one["method"] == "DELETE" and sid in one["target"]]) == sent
