# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal import Journal
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.report import Report
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.start import Start
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.states import Event
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import reply


def start(sid: str, event: Event, **details: object) -> Start:
    one = Start(sid, sid, Request("POST", "https://e/start", None, {}))
    one.apply(Event.INTENDED, {"sent": 0, "form": {}})
    one.apply(event, details)
    return one


def report(starts: list[Start], asked: int, repeats: bool) -> dict[str, Any]:
    one = Report(asked, repeats)
    one.add(starts)
    return one.result()


def refused(sid: str, msg: str) -> Start:
    return start(sid, Event.REFUSED, msg=msg)


def test_summary_of_one_call_is_its_message() -> None:
    assert report([refused("a", "No.")], 1, repeats=True)["msg"] == "No."


def test_summary_groups_calls_by_message() -> None:
    starts = [
        refused("a", "No."),
        start("b", Event.ACCEPTED, recording={"sid": "r"}),
        refused("c", "No."),
        refused("d", "Why?"),
    ]
    expected = "1 of 4 recordings started, 3 failed. a and 1 more: No. d: Why?"
    assert report(starts, 4, repeats=False)["msg"] == expected
    assert report(starts, 4, repeats=True)["msg"] == (
        f"{expected} Retrying the task as it is records 1 of its calls again; with a journal it does not."
    )


def test_summary_shows_three_messages() -> None:
    starts = [refused(sid, f"{sid}!") for sid in "abcde"]
    expected = "0 of 5 recordings started, 5 failed. a: a! b: b! c: c! The rest is in outcomes."
    assert report(starts, 5, repeats=True)["msg"] == expected


def test_outcome_of_each_call() -> None:
    starts = [start("b", Event.ACCEPTED, recording={"sid": "r"}), refused("a", "No.")]
    assert report(starts, 2, repeats=True)["outcomes"] == [
        {
            "call_sid": "b",
            "outcome": "started",
            "changed": True,
            "msg": "",
            "http_status": None,
            "errors": [],
            "candidates": [],
            "reconciled": False,
            "retried": False,
            "recording": "r",
        },
        {
            "call_sid": "a",
            "outcome": "rejected",
            "changed": False,
            "msg": "No.",
            "http_status": None,
            "errors": [],
            "candidates": [],
            "reconciled": False,
            "retried": False,
            "recording": None,
        },
    ]


def test_defect_of_ours_does_not_lose_the_other_calls() -> None:
    def answer(request: Request) -> Reply:
        if "broken" in request.url:
            raise RuntimeError("a defect")
        return reply({"sid": "r"})

    result = tasks.run(answer, call_sid=["a", "broken", "b"])
    assert len(result["recordings"]) == 2
    assert [one["outcome"] for one in result["outcomes"]] == ["started", "unknown", "started"]
    assert "RuntimeError" in result["msg"]


def test_many_warnings_are_ten_and_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [f"v3:{number}" for number in range(200)]

    def answer(request: Request) -> Reply:
        return reply({"recordings": [{"sid": "r", "call_sid": request.url.split("/")[8], "status": "paused"}]})

    monkeypatch.setattr(Journal, "lost", True)
    result = tasks.run(answer, call_sid=calls, unless_recording=True, journal=str(tmp_path / "journal"))
    assert [one["outcome"] for one in result["outcomes"]] == ["started"] * 200
    assert len(result["warnings"]) == 11
    assert "was removed or replaced" in result["warnings"][0]
    assert all("is paused" in one for one in result["warnings"][1:10])
    assert result["warnings"][10] == "191 more warnings."
