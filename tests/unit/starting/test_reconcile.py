# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the list of a call says about a start with an open outcome."""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.start import Start
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.states import Event
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.clock import Clock
from support.tasks import Scripted, reply

pytestmark = pytest.mark.usefixtures("clock")

LOOKING = {"reconcile_timeout": 0.4, "timeout": 3, "connect_timeout": 1}


def recording(sid: str, age: float = 0, ahead: float = 0, **more: Any) -> dict[str, Any]:
    """Return a listed recording that was created some seconds ago, by a clock that is ahead."""
    created = datetime.datetime.fromtimestamp(time.time() - age + ahead, datetime.timezone.utc)
    return {
        "sid": sid,
        "call_sid": "v3:a",
        "date_created": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "source": "StartCallRecordingAPI",
        "channels": 2,
        "status": "in-progress",
        **more,
    }


class Service:
    """Answers starts with a failure, and lists what it was told to, by a clock that is ahead."""

    def __init__(self, *listed: dict[str, Any], ahead: float = 0, failure: Reply | NoReply | None = None) -> None:
        self.listed = list(listed)
        self.ahead = ahead
        self.failure = failure or NoReply("The connection broke", sent=True)
        self.acts: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Reply:
        if request.method == "GET":
            return reply({"recordings": self.listed}, ahead=self.ahead)
        if self.acts:
            self.listed.append(self.acts.pop(0))
        if isinstance(self.failure, NoReply):
            raise self.failure
        return self.failure


def undated(body: Any) -> Reply:
    """Return a reply of a server without a clock."""
    return Reply(200, {}, reply(body).body)


def run(service: Any, **options: Any) -> tuple[dict[str, Any], Scripted]:
    transport = Scripted(service)
    return tasks.run(transport, **{**LOOKING, **options}), transport


def outcome(result: dict[str, Any]) -> tuple[str, bool, bool]:
    (one,) = result["outcomes"]
    return one["outcome"], one["reconciled"], one["changed"]


@pytest.mark.parametrize(
    "failure",
    [
        NoReply("reset", sent=True),
        Reply(500, {}, b"{}"),
        Reply(409, {}, b"{}"),
        Reply(200, {}, None),
        Reply(200, {}, b"<html>"),
    ],
)
def test_only_recording_since_the_start_is_adopted(failure: Reply | NoReply) -> None:
    service = Service(failure=failure)
    service.acts = [recording("ours")]
    result, transport = run(service)
    assert outcome(result) == ("started", True, True)
    assert result["recording"]["sid"] == "ours"
    assert not result.get("failed")
    assert len(transport.starts) == 1
    assert len(transport.sent) - 1 >= 3
    assert result["ansible_facts"]["telnyx_call_recording"]["sid"] == "ours"


@pytest.mark.parametrize("ahead", [-86400, -3.3, 0, 0.7, 3.3, 86400])
def test_earlier_recording_is_not_adopted_whatever_the_clocks_say(ahead: float) -> None:
    service = Service(recording("earlier", 5, ahead), ahead=ahead)
    result, _transport = run(service)
    assert outcome(result) == ("unknown", False, False)
    assert result["outcomes"][0]["candidates"] == []
    assert "No matching recording appeared in the call's list within" in result["msg"]
    service.acts = [recording("ours", 0, ahead)]
    result, _transport = run(service)
    assert outcome(result) == ("started", True, True)
    assert result["recording"]["sid"] == "ours"


def test_recording_that_may_be_earlier_is_not_adopted() -> None:
    # The clocks of the API's own machines may differ by two seconds.
    created = datetime.datetime.fromtimestamp(time.time() - 1.5, datetime.timezone.utc).isoformat(
        timespec="microseconds"
    )
    result, _transport = run(Service(recording("near", date_created=created)))
    assert outcome(result) == ("unknown", False, False)
    assert [one["sid"] for one in result["outcomes"][0]["candidates"]] == ["near"]
    assert "it is not known whether it is" in result["msg"]


def test_one_of_two_cannot_be_told() -> None:
    service = Service()
    service.acts = [recording("ours")]
    service.listed = [recording("theirs")]
    result, _transport = run(service)
    assert outcome(result) == ("unknown", False, False)
    assert {one["sid"] for one in result["outcomes"][0]["candidates"]} == {"ours", "theirs"}
    assert "2 recordings of the call could be this one" in result["msg"]
    assert "ansible_facts" not in result


def test_second_one_that_shows_late_is_waited_for(clock: Clock) -> None:
    theirs, ours = recording("theirs"), recording("ours")

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        late = clock.passed > 0.35
        return reply({"recordings": [theirs, ours] if late else [theirs]})

    assert outcome(run(answer)[0])[0] == "unknown"


@pytest.mark.parametrize(
    ("options", "theirs"),
    [
        ({}, {"source": "DialVerb"}),
        ({"recording_channels": "single"}, {"channels": 2}),
        ({}, {"channels": 1}),
        ({"recording_channels": "dual", "recording_track": "both"}, {"channels": 1}),
    ],
)
def test_recording_of_another_kind_is_somebody_elses(options: dict[str, Any], theirs: dict[str, Any]) -> None:
    service = Service(recording("theirs", **theirs))
    assert outcome(run(service, **options)[0]) == ("unknown", False, False)
    service.acts = [recording("ours", channels=1 if options.get("recording_channels") == "single" else 2)]
    result, _transport = run(service, **options)
    assert outcome(result) == ("started", True, True)
    assert result["recording"]["sid"] == "ours"


def test_one_track_may_have_one_channel() -> None:
    service = Service()
    service.acts = [recording("ours", channels=1)]
    assert outcome(run(service, recording_channels="dual", recording_track="inbound")[0])[0] == "started"


@pytest.mark.parametrize("odd", [{"date_created": None}, {"date_created": "now"}, {"date_created": 7}])
def test_recording_without_a_date_cannot_be_told(odd: dict[str, Any]) -> None:
    result, _transport = run(Service(recording("odd", **odd)))
    assert outcome(result)[0] == "unknown"
    assert len(result["outcomes"][0]["candidates"]) == 1


def test_server_without_a_clock_cannot_be_told() -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        return undated({"recordings": [recording("r")]})

    result, _transport = run(answer)
    assert outcome(result)[0] == "unknown"
    assert len(result["outcomes"][0]["candidates"]) == 1


def test_recording_long_after_the_start_cannot_be_told() -> None:
    result, _transport = run(Service(recording("later", -30)))
    assert outcome(result)[0] == "unknown"
    assert len(result["outcomes"][0]["candidates"]) == 1


@pytest.mark.parametrize("problem", [reply({}, 404), reply({}, 500), reply({"recordings": 7}), NoReply("x", sent=True)])
def test_list_that_cannot_be_read(problem: Reply | NoReply) -> None:
    def answer(request: Request) -> Reply:
        if request.method == "POST" or isinstance(problem, NoReply):
            raise NoReply("reset", sent=True)
        return problem

    result, transport = run(answer, retry_unknown=True)
    assert outcome(result) == ("unknown", False, False)
    assert "could not be read" in result["msg"]
    assert len(transport.starts) == 1


def test_zero_looks_at_nothing() -> None:
    result, transport = run(Service(), reconcile_timeout=0)
    assert outcome(result) == ("unknown", False, False)
    assert len(transport.sent) == 1


def test_all_are_looked_for_together(clock: Clock) -> None:
    result, _transport = run(Service(), call_sid=[f"v3:{number}" for number in range(50)], max_concurrency=2)
    assert clock.passed == pytest.approx(LOOKING["reconcile_timeout"])
    assert sum(one["outcome"] != "started" for one in result["outcomes"]) == 50


def test_recordings_known_before_are_told_by_their_sid() -> None:
    service = Service(recording("near", 0.1, status="stopped"))
    result, _transport = run(service, unless_recording=True)
    assert outcome(result)[0] == "unknown"
    assert result["outcomes"][0]["candidates"] == []
    service.acts = [recording("ours")]
    result, _transport = run(service, unless_recording=True)
    assert result["recording"]["sid"] == "ours"


def test_one_more_start_where_nothing_showed() -> None:
    answers: list[Any] = [NoReply("reset", sent=True), reply({"sid": "second"})]

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return reply({"recordings": []})
        one = answers.pop(0)
        if isinstance(one, NoReply):
            raise one
        return one  # type: ignore[no-any-return]

    result, transport = run(answer, retry_unknown=True)
    assert outcome(result) == ("started", False, True)
    assert result["outcomes"][0]["retried"]
    assert len(transport.starts) == 2
    assert "Started a second time" in result["warnings"][0]


def test_no_more_than_one_more_start() -> None:
    result, transport = run(Service(), retry_unknown=True)
    assert outcome(result)[0] == "unknown"
    assert result["outcomes"][0]["retried"]
    assert len(transport.starts) == 2


@pytest.mark.parametrize("listed", [recording("earlier", 3600), recording("theirs", source="DialVerb")])
def test_no_second_start_where_the_list_was_not_empty(listed: dict[str, Any]) -> None:
    result, transport = run(Service(listed), retry_unknown=True)
    assert outcome(result)[0] == "unknown"
    assert len(transport.starts) == 1


def test_no_second_start_where_the_call_had_a_recording_before() -> None:
    listed = recording("older", 3600, status="completed")
    result, transport = run(Service(listed), retry_unknown=True, unless_recording=True)
    assert outcome(result)[0] == "unknown"
    assert not result["outcomes"][0]["retried"]
    assert len(transport.starts) == 1


def test_no_second_start_unless_told() -> None:
    _result, transport = run(Service())
    assert len(transport.starts) == 1


def test_both_starts_that_show_are_candidates() -> None:
    service = Service()
    seen = 0

    def answer(request: Request) -> Reply:
        nonlocal seen
        seen += request.method == "POST"
        if seen == 2:
            service.listed = [recording("first"), recording("second")]
        return service(request)

    result, transport = run(answer, retry_unknown=True)
    assert outcome(result)[0] == "unknown"
    assert {one["sid"] for one in result["outcomes"][0]["candidates"]} == {"first", "second"}
    assert len(transport.starts) == 2


def test_first_start_stays_open_when_the_second_is_refused() -> None:
    failures: list[Any] = [NoReply("reset", sent=True), reply({}, 404)]

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return reply({"recordings": []})
        one = failures.pop(0)
        if isinstance(one, NoReply):
            raise one
        return one  # type: ignore[no-any-return]

    result, _transport = run(answer, retry_unknown=True)
    assert outcome(result)[0] == "unknown"
    assert "A second start request: The API answered 404" in result["msg"]


def lists(*recordings: dict[str, Any] | None) -> Any:
    """Answer a start with a reset, and each look with one of these, or with an error for None; the last one stays."""
    left = list(recordings)

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        one = left.pop(0) if len(left) > 1 else left[0]
        return reply({}, 500) if one is None else reply({"recordings": [one]})

    return answer


@pytest.mark.parametrize("sid", [{}, [], 7, None])
def test_odd_sid_in_the_list(sid: Any) -> None:
    result, _transport = run(lists({**recording("x"), "sid": sid}))
    assert outcome(result)[0] == "started"


def test_list_that_cannot_be_read_at_the_end_tells_nothing_for_sure() -> None:
    result, _transport = run(lists(recording("theirs"), None))
    assert outcome(result)[0] == "unknown"
    assert len(result["outcomes"][0]["candidates"]) == 1


def test_last_look_comes_after_the_whole_time(clock: Clock) -> None:
    looks: list[float] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        looks.append(clock.passed)
        shown = [recording("ours")] if looks[-1] > 0.3 else []
        time.sleep(0.5)
        return reply({"recordings": shown})

    result, transport = run(answer, retry_unknown=True)
    assert outcome(result) == ("started", True, True)
    assert looks[-1] >= LOOKING["reconcile_timeout"]
    assert len(transport.starts) == 1


def test_recording_of_another_call_is_somebody_elses() -> None:
    result, _transport = run(lists(recording("theirs", call_sid="v3:other")))
    assert outcome(result)[0] == "unknown"
    assert result["outcomes"][0]["candidates"] == []
    assert outcome(run(lists(recording("ours", call_sid="v3%3Aa")))[0])[0] == "started"


def test_api_whose_clocks_disagree_cannot_be_told() -> None:
    ahead = iter([0, -3600] * 100)

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            raise NoReply("reset", sent=True)
        return reply({"recordings": [recording("old", 600)]}, ahead=next(ahead))

    result, _transport = run(answer)
    assert outcome(result)[0] == "unknown"


@pytest.mark.parametrize("step", [-60, 60])
def test_host_whose_clock_is_set_meanwhile(step: float, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    listed: list[dict[str, Any]] = []

    def answer(request: Request) -> Reply:
        if request.method == "GET":
            return reply({"recordings": listed}, ahead=-step)
        listed.extend([recording("ours"), recording("old", 57)])
        monkeypatch.setattr(time, "time", lambda: real() + step)
        raise NoReply("reset", sent=True)

    result, _transport = run(answer)
    assert result["recording"]["sid"] == "ours"


@pytest.mark.parametrize("date", ["2026-11-22", "20261122T101112Z", "2026-11-22T10:11:12", "2026-13-22T10:11:12Z"])
def test_date_that_is_no_date_time_cannot_be_told(date: str) -> None:
    result, _transport = run(lists(recording("odd", date_created=date)))
    assert outcome(result)[0] == "unknown"
    assert len(result["outcomes"][0]["candidates"]) == 1


@pytest.mark.parametrize("form", ["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%d %H:%M:%S.%f+00:00", "%Y-%m-%dt%H:%M:%Sz"])
def test_spellings_of_a_date_time(form: str) -> None:
    date = datetime.datetime.fromtimestamp(time.time() + 0.1, datetime.timezone.utc).strftime(form)
    assert outcome(run(lists(recording("ours", date_created=date)))[0])[0] == "started"


def test_second_start_that_is_found_by_the_list_has_a_warning() -> None:
    seen = 0

    def answer(request: Request) -> Reply:
        nonlocal seen
        if request.method == "POST":
            seen += 1
            raise NoReply("reset", sent=True)
        return reply({"recordings": [recording("second")] if seen == 2 else []})

    result, _transport = run(answer, retry_unknown=True)
    assert outcome(result) == ("started", True, True)
    assert "A second start request was sent" in result["warnings"][0]


@pytest.mark.parametrize("body", [{"errors": [{"detail": "No."}]}, {"errors": "x", "status": "?"}])
def test_success_that_tells_of_errors_is_looked_into(body: dict[str, Any]) -> None:
    service = Service(failure=undated(body))
    service.acts = [recording("ours")]
    assert outcome(run(service)[0]) == ("started", True, True)
    assert outcome(run(Service(failure=undated(body)))[0])[0] == "unknown"


def test_list_that_can_be_read_only_after_the_time_is_looked_at_for_as_long_again() -> None:
    result, transport = run(lists(*[None] * 5, recording("ours")))
    assert outcome(result) == ("started", True, True)
    assert len(transport.sent) >= 7


def test_second_start_keeps_the_time_of_the_first() -> None:
    start = Start("v3:a", "key", Request("POST", "https://e/start", None, {}))
    start.apply(Event.INTENDED, {"sent": 1, "form": {}})
    start.apply(Event.NO_ANSWER, {"msg": "reset"})
    start.apply(Event.NOT_LISTED, {"msg": ""})
    start.apply(Event.INTENDED_AGAIN, {"sent": 2, "form": {}})
    start.apply(Event.NO_ANSWER, {"msg": "reset"})
    assert [one.time for one in start.sent] == [1, 2]
