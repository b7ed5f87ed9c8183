# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.voiceops.telnyx.plugins.module_utils import _call_recording, _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._outcome import Outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._result import of_outcomes
from support import tasks
from support.tasks import reply


def failed(sid: str, msg: str) -> Outcome:
    return Outcome(sid, "rejected", msg, 404)


def test_summary_of_one_call_is_its_message() -> None:
    assert of_outcomes([failed("a", "No.")], 1)["msg"] == "No."


def test_summary_groups_calls_by_message() -> None:
    outcomes = [
        failed("a", "No."),
        Outcome("b", "started", recording={"sid": "r"}),
        failed("c", "No."),
        failed("d", "Why?"),
    ]
    assert of_outcomes(outcomes, 4)["msg"] == "1 of 4 recordings started, 3 failed. a and 1 more: No. d: Why?"


def test_summary_shows_three_messages() -> None:
    outcomes = [failed(sid, f"{sid}!") for sid in "abcde"]
    expected = "0 of 5 recordings started, 5 failed. a: a! b: b! c: c! The rest is in failures."
    assert of_outcomes(outcomes, 5)["msg"] == expected


def test_call_that_is_named_like_something_of_ansible_does_not_lose_the_result() -> None:
    result = tasks.run(lambda _request: reply({"sid": "r"}), call_sid=["__ansible_type", "_ansible_no_log"])
    assert list(result["ansible_facts"]["telnyx_call_recordings"]) == ["ansible_type", "ansible_no_log"]
    assert [one["call_sid"] for one in result["outcomes"]] == ["__ansible_type", "_ansible_no_log"]


def test_many_differences_are_three_warnings_and_a_number() -> None:
    odd = [{"sid": "r", "price": number} for number in range(1000)]
    warnings = _task.review(_call_recording.BEHAVIOUR, {"recordings": odd})
    assert len(warnings) == 4
    assert warnings[-1] == "997 more differences like these."


def test_the_same_difference_is_warned_of_once() -> None:
    odd = [{"sid": "r", "price": 1}, {"sid": "s", "price": 1}, {"sid": "t", "price": 2}, {}, {}]
    warnings = _task.review(_call_recording.BEHAVIOUR, {"recordings": odd})
    assert [warning.partition("described: ")[2][:10] for warning in warnings] == ["price is 1", "price is 2", ""]


def test_odd_sid_has_one_warning() -> None:
    assert len(_task.review(_call_recording.BEHAVIOUR, {"recordings": [{"sid": 0}]})) == 1


def test_defect_of_ours_does_not_lose_the_other_calls() -> None:
    def answer(request: Request) -> Reply:
        if "broken" in request.url:
            raise RuntimeError("a defect")
        return reply({"sid": "r"})

    result = tasks.run(answer, call_sid=["a", "broken", "b"])
    assert len(result["recordings"]) == 2
    (failure,) = result["failures"]
    assert (failure["call_sid"], failure["outcome"]) == ("broken", "unknown")
    assert "a defect" in failure["msg"]
