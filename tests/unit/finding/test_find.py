# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls found with a service that is a function, which may say anything."""

from __future__ import annotations

import datetime
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.call import FIELDS
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import CONNECTION, Answer, Scripted, reply

ACCOUNT = "/v2/texml/Accounts/a"
ACTIVE = "/v2/connections/17/active_calls"
STRANGE = [None, 7, -1, True, "", "x", [], {}, ["v3:a"], {"a": 1}, 1e308, "{{ 1 + 1 }}", "\u202ea"]


def prepared(**options: Any) -> dict[str, Any]:
    return _task.prepare(call_info.BEHAVIOUR, {**CONNECTION, **options}, {})[0]


def run(answer: Answer, **options: Any) -> tuple[dict[str, Any], list[str]]:
    """Return the result of a task, and the paths that were asked for."""
    transport = Scripted(answer)
    task = _task.Task(check_mode=True)
    result = call_info.run(prepared(**options), tasks.client(transport, check_mode=True), task)  # type: ignore[arg-type]
    return result, [request.url.removeprefix("https://e") for request in transport.sent]


def refused(**options: Any) -> list[str]:
    with pytest.raises(_task.CannotRun) as caught:
        prepared(**options)
    return [fault["message"] for fault in caught.value.result["argument_errors"]]


def leg(sid: str, session: str = "s", **more: Any) -> dict[str, Any]:
    named = {"call_control_id": sid, "call_session_id": session, "call_leg_id": f"leg of {sid}"}
    return {**named, "client_state": "", "call_duration": 5, "record_type": "call", **more}


def call(sid: str, **more: Any) -> dict[str, Any]:
    told = {"sid": sid, "status": "in-progress", "direction": "inbound", "from": "+1", "to": "+2"}
    return {**told, "start_time": "Thu, 15 Jun 2023 09:56:45 +0000", **more}


class Service:
    """Live legs of a connection, and calls by their SID; any other is not found."""

    def __init__(self, legs: list[Any], *calls: dict[str, Any], on_page: int = 250) -> None:
        self.legs = legs
        self.calls = {one["sid"]: one for one in calls}
        self.on_page = on_page

    def __call__(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        if parts.path == ACTIVE:
            start = int(parse_qs(parts.query).get("page[after]", ["0"])[0])
            end = start + self.on_page
            following = f"{ACTIVE}?page[after]={end}" if end < len(self.legs) else None
            return reply({"data": self.legs[start:end], "meta": {"next": following}})
        sid = parts.path.rpartition("/")[2]
        return (
            reply(self.calls[sid]) if sid in self.calls else reply({"errors": [{"detail": "Resource not found"}]}, 404)
        )


def test_live_legs_of_a_connection_with_their_details() -> None:
    answer = Service([leg("v3:a", "s-1"), leg("v3:b", "s-2")], call("v3:a"), call("v3:b", to="+3"))
    result, asked = run(answer, connection_id="17")
    assert asked[0] == f"{ACTIVE}?page%5Blimit%5D=250"
    assert sorted(asked[1:]) == [f"{ACCOUNT}/Calls/v3:a", f"{ACCOUNT}/Calls/v3:b"]
    first = result["calls"][0]
    assert set(first) == set(FIELDS)
    assert (first["sid"], first["live"], first["session"], first["leg"]) == ("v3:a", True, "s-1", "leg of v3:a")
    assert (first["from"], first["to"], first["duration"]) == ("+1", "+2", 5)
    assert first["start_time"] == "2023-06-15T09:56:45Z"
    assert {name: result[name] for name in ("changed", "call_sids", "gone", "truncated")} == {
        "changed": False,
        "call_sids": ["v3:a", "v3:b"],
        "gone": 0,
        "truncated": False,
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"call_sid": ["v3:a"], "connection_id": "17"},
            "connection_id is '17'; it must be left out where call_sid is given",
        ),
        (
            {"conference": "x", "conference_sid": "c"},
            "conference is 'x'; it must be left out where conference_sid is given",
        ),
        ({"conference": ""}, "conference is ''; it must be text in UTF-8 that is not empty"),
        ({"one_leg_per_session": True}, "one_leg_per_session is True; it must be left out without connection_id"),
        ({"connection_id": "17", "live": False}, "live is False; it must be true where connection_id is given"),
        ({"conference": "x", "details": False, "to": "+1"}, "details is False; it must be true where to is given"),
        ({"status": ["done"]}, "status[0] is 'done'; it must be one of ringing, in-progress"),
        ({"started": "yesterday"}, "started is 'yesterday'; it must be a date or a date-time"),
        ({"direction": "up"}, "direction is 'up'; it must be one of inbound, outbound"),
        ({"connection_id": ".."}, "connection_id is '..'; it must be a SID"),
        ({"started": "2026-02-30"}, "started is '2026-02-30'; it must be a date that the calendar has"),
        (
            {"ended": ">=9999-12-31T23:59:59-12:00"},
            "ended is '>=9999-12-31T23:59:59-12:00'; it must be a date that the",
        ),
        ({"limit": 0}, "limit is 0; it must be a number, at least 1"),
        ({"from": "\ud800"}, "from is "),
    ],
)
def test_arguments_that_are_refused(options: dict[str, Any], expected: str) -> None:
    (message,) = refused(**options)
    assert message.startswith(expected)


def test_no_calls_named_is_nothing_to_do() -> None:
    result, asked = run(Service([]), call_sid=[])
    assert (result["calls"], asked) == ([], [])


def test_leg_that_ends_between_two_requests_is_gone() -> None:
    result, _asked = run(Service([leg("v3:a", "s-1"), leg("v3:b", "s-2")], call("v3:b")), connection_id="17")
    assert (result["call_sids"], result["gone"], result.get("failed")) == (["v3:b"], 1, None)


def test_call_that_seems_to_have_ended_is_kept_without_a_status() -> None:
    ended = call("v3:a", status="completed", end_time="Thu, 15 Jun 2023 09:57:45 +0000", duration="60")
    result, _asked = run(Service([leg("v3:a")], ended), connection_id="17")
    (found,) = result["calls"]
    assert (found["live"], found["status"], found["end_time"], found["duration"]) == (True, None, None, 5)
    assert found["from"] == "+1"


@pytest.mark.parametrize(
    ("directions", "starts", "chosen"),
    [
        (("outbound", "inbound"), (45, 46), "v3:b"),
        (("outbound", "outbound"), (46, 45), "v3:b"),
        (("inbound", "inbound"), (46, 45), "v3:b"),
        ((None, None), (45, 46), "v3:a"),
    ],
)
def test_one_leg_of_each_session(directions: Any, starts: Any, chosen: str) -> None:
    dates = [second and f"Thu, 15 Jun 2023 09:56:{second} +0000" for second in starts]
    calls = [call(sid, direction=one, start_time=date) for sid, one, date in zip(("v3:a", "v3:b"), directions, dates)]
    answer = Service([leg("v3:a"), leg("v3:b"), leg("v3:c", "t")], *calls, call("v3:c"))
    assert run(answer, connection_id="17")[0]["call_sids"] == [chosen, "v3:c"]
    every = run(answer, connection_id="17", one_leg_per_session=False)[0]
    assert every["call_sids"] == ["v3:a", "v3:b", "v3:c"]


def test_oldest_leg_without_details_is_the_longest() -> None:
    answer = Service([leg("v3:a", call_duration=5), leg("v3:b", call_duration=50)])
    result, asked = run(answer, connection_id="17", details=False)
    assert (result["call_sids"], len(asked)) == (["v3:b"], 1)


def test_legs_without_a_session_are_not_one_conversation() -> None:
    answer = Service([leg("v3:a", None), leg("v3:b", None)])  # type: ignore[arg-type]
    assert run(answer, connection_id="17", details=False)[0]["call_sids"] == ["v3:a", "v3:b"]


def test_call_on_two_pages_is_one_call() -> None:
    moving = [leg("v3:a", "1"), leg("v3:b", "2"), leg("v3:b", "2"), leg("v3%3Aa", "1"), leg("v3:c", "3")]
    result, _asked = run(Service(moving, on_page=2), connection_id="17", details=False)
    assert result["call_sids"] == ["v3:a", "v3:b", "v3:c"]


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize(
    "field", ["call_control_id", "call_session_id", "call_leg_id", "client_state", "call_duration"]
)
def test_any_field_of_a_leg_may_be_anything(field: str, strange: Any) -> None:
    odd = leg("v3:a", **{field: strange})
    answer = Service([odd, leg("v3:z", "z")], call("v3:a"), call("v3:z"))
    result, _asked = run(answer, connection_id="17")
    assert "v3:z" in result["call_sids"]
    if field != "call_control_id":
        assert "v3:a" in result["call_sids"]
    elif not isinstance(strange, str) or not strange:
        assert result["warnings"] == ["Skipped 1 entries of the API's list that have no call SID."]
    json.dumps(result)


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("field", sorted(set(FIELDS) - {"live", "session", "leg", "client_state", "conference_sid"}))
def test_any_field_of_a_call_may_be_anything(field: str, strange: Any) -> None:
    result, _asked = run(
        Service([leg("v3:a")], {**call("v3:a"), field: strange} if field != "sid" else call("v3:a")), connection_id="17"
    )
    (found,) = result["calls"]
    assert set(found) == set(FIELDS)
    for name, value in found.items():
        kind = {"live": "bool", "duration": "int"}.get(name, "str")
        assert value is None or type(value).__name__ == kind, name
    assert found["live"] is True


def test_reply_about_another_call_is_not_taken_for_it() -> None:
    result, _asked = run(
        lambda request: Service([leg("v3:a")])(request) if "active" in request.url else reply(call("v3:b")),
        connection_id="17",
    )
    (found,) = result["calls"]
    assert (found["sid"], found["from"]) == ("v3:a", None)
    assert result["warnings"][0].startswith("The details of 1 calls could not be fetched")


def test_failed_request_for_details_is_sent_again_and_costs_no_call() -> None:
    tries: list[str] = []

    def answer(request: Request) -> Reply:
        if "active" in request.url:
            return reply({"data": [leg("v3:a", "1"), leg("v3:b", "2")]})
        tries.append(request.url)
        if request.url.endswith("b"):
            raise NoReply("reset", sent=True)
        return reply({}, 503) if len([one for one in tries if one.endswith("a")]) < 3 else reply(call("v3:a"))

    result, _asked = run(answer, connection_id="17", max_concurrency=1)
    assert [one["from"] for one in result["calls"]] == ["+1", None]
    assert len(tries) == 6
    assert result["warnings"] == [
        "The details of 1 calls could not be fetched. They are null, and no filter on them matches. reset."
    ]


def test_key_that_is_refused_fails_the_task() -> None:
    result, _asked = run(
        lambda request: reply({"data": [leg("v3:a")]}) if "active" in request.url else reply({}, 401),
        connection_id="17",
    )
    assert (result["failed"], result["http_status"], result["calls"]) == (True, 401, [])


def test_call_that_does_not_exist_fails_the_task_by_its_name() -> None:
    result, _asked = run(Service([], call("v3:a")), call_sid=["v3:a", "v3:b"])
    assert result["failed"]
    assert result["msg"].startswith(
        "Call v3:b: The API answered 404: Resource not found. Either there is no such thing"
    )
    assert result["call_sids"] == ["v3:a"]


def test_connection_of_another_kind() -> None:
    refusal = {"errors": [{"code": "10015", "title": "Bad request", "detail": "Not the ID of a connection"}]}
    result, _asked = run(lambda request: reply(refusal, 422), connection_id="a")
    assert (result["http_status"], result["errors"]) == (422, refusal["errors"])
    assert "Not the ID of a connection" in result["msg"]


def conferences(*found: dict[str, Any]) -> Answer:
    def answer(request: Request) -> Reply:
        path = urlsplit(request.url).path
        if path.endswith("/Conferences"):
            return reply({"conferences": list(found)})
        people = [
            {"call_sid": "v3:a", "conference_sid": "c-1", "status": "connected"},
            {"call_sid": "v3:b", "status": "completed"},
        ]
        return reply({"participants": people} if path.endswith("/c-1/Participants") else call(path.rpartition("/")[2]))

    return answer


INCIDENT = {"sid": "c-1", "friendly_name": "INC-4711", "status": "in-progress"}


def test_conference_by_its_name() -> None:
    others = [{**INCIDENT, "sid": "c-2", "status": "completed"}, {**INCIDENT, "sid": "c-3", "friendly_name": "INC-47"}]
    result, asked = run(conferences(*others, INCIDENT), conference="INC-4711")
    assert asked == [
        f"{ACCOUNT}/Conferences?FriendlyName=INC-4711&Status=in-progress",
        f"{ACCOUNT}/Conferences/c-1/Participants",
        f"{ACCOUNT}/Calls/v3:a",
    ]
    assert [(one["sid"], one["conference_sid"], one["from"]) for one in result["calls"]] == [("v3:a", "c-1", "+1")]


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ([], "No conference named 'INC-4711' is in progress. No conference is in progress."),
        (
            [{**INCIDENT, "friendly_name": "{{ x }}\n\u202e"}],
            "No conference named 'INC-4711' is in progress. In progress: '{{ x }}\\n\\u202e'.",
        ),
        (
            [INCIDENT, {**INCIDENT, "sid": "c-2"}],
            "2 conferences named 'INC-4711' are in progress: c-1, c-2. Use conference_sid.",
        ),
        ([{**INCIDENT, "sid": None}], "No conference named 'INC-4711' is in progress. No conference is in progress."),
    ],
)
def test_name_of_no_conference_or_of_two(found: list[dict[str, Any]], message: str) -> None:
    result, _asked = run(conferences(*found), conference="INC-4711")
    assert (result["failed"], result["msg"], result["http_status"]) == (True, message, None)


def account(*calls: dict[str, Any]) -> Answer:
    return lambda request: reply({"calls": list(calls)})


@pytest.mark.parametrize(
    ("options", "query"),
    [
        ({}, ""),
        ({"to": "+1", "from": "sip:a@b"}, "To=%2B1&From=sip%3Aa%40b"),
        ({"status": ["busy"]}, "Status=busy"),
        ({"status": ["busy", "failed"]}, ""),
        ({"started": "2026-11-22"}, "StartTime_gt=2026-11-20&StartTime_lt=2026-11-24"),
        ({"started": ">=2026-11-22T23:30:00-02:00"}, "StartTime_gt=2026-11-21"),
        ({"ended": "<2026-11-22"}, "EndTime_lt=2026-11-24"),
    ],
)
def test_query_of_the_account(options: dict[str, Any], query: str) -> None:
    _result, asked = run(account(), **options)
    assert asked == [f"{ACCOUNT}/Calls?{query}{'&' if query else ''}PageSize=1000"]


def test_live_calls_of_the_account_are_searched_two_days_back() -> None:
    result, (asked,) = run(
        account(call("v3:a"), call("v3:b", status="completed"), call("v3:c", status=None)), live=True
    )
    since = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(3)
    assert parse_qs(urlsplit(asked).query)["StartTime_gt"] == [since.isoformat()]
    assert result["call_sids"] == ["v3:a"]
    (warning,) = _task.prepare(call_info.BEHAVIOUR, {**CONNECTION, "live": True}, {})[1]
    assert "eventually consistent" in warning
    assert _task.prepare(call_info.BEHAVIOUR, {**CONNECTION, "live": True, "connection_id": "1"}, {})[1] == []
    # A search for these statuses is the same.
    assert _task.prepare(call_info.BEHAVIOUR, {**CONNECTION, "status": ["ringing"]}, {})[1] == [warning]
    assert parse_qs(urlsplit(run(account(), status=["ringing"])[1][0]).query)["StartTime_gt"] == [since.isoformat()]


@pytest.mark.parametrize(
    ("options", "other"),
    [
        ({"to": "+2"}, {"to": "+20"}),
        ({"from": "+1"}, {"from": None}),
        ({"direction": "inbound"}, {"direction": "outbound"}),
        ({"status": ["in-progress", "ringing"]}, {"status": "busy"}),
        ({"live": True}, {"status": "failed"}),
        ({"started": "2023-06-15"}, {"start_time": "Fri, 16 Jun 2023 00:00:00 +0000"}),
        ({"started": ">=2023-06-15T09:56:45Z"}, {"start_time": "Thu, 15 Jun 2023 09:56:44 +0000"}),
        ({"ended": ">2023-06-15"}, {"end_time": None}),
    ],
)
def test_filter_that_is_ignored_does_not_widen_the_selection(options: dict[str, Any], other: dict[str, Any]) -> None:
    wanted = call("v3:a", end_time="Fri, 16 Jun 2023 09:56:45 +0000")
    result, _asked = run(account({**wanted, "sid": "v3:b", **other}, wanted), **options)
    assert result["call_sids"] == ["v3:a"]


@pytest.mark.parametrize(("limit", "truncated"), [(1, True), (2, True), (3, False), (4, False)])
def test_limit(limit: int, truncated: bool) -> None:
    legs = [leg(f"v3:{name}", name) for name in "abc"]
    answer = Service(legs, *(call(one["call_control_id"]) for one in legs))
    result, _asked = run(answer, connection_id="17", limit=limit)
    assert (result["call_sids"], result["truncated"]) == (["v3:a", "v3:b", "v3:c"][:limit], truncated)


def test_session_with_a_leg_that_is_not_known_is_left_to_the_next_search() -> None:
    legs = [leg("v3:in"), leg("v3:out", call_duration=4), leg("v3:alone", "t")]
    details = [call("v3:in"), call("v3:out", direction="outbound"), call("v3:alone")]
    whole = Service(legs, *details)

    def failing(status: int) -> Answer:
        return lambda request: reply({}, status) if request.url.endswith("v3:in") else whole(request)

    assert run(whole, connection_id="17")[0]["call_sids"] == ["v3:in", "v3:alone"]
    for status in (404, 503):
        result, _asked = run(failing(status), connection_id="17")
        assert result["call_sids"] == ["v3:alone"]
        assert result["warnings"][-1].startswith("Left out 1 conversations")
    # A leg without another is the one to choose, whatever it is.
    alone = Service(legs, *details[:2])
    assert run(alone, connection_id="17")[0]["gone"] == 1


@pytest.mark.parametrize(
    ("first", "second", "chosen"), [(5, 5, []), (6, 5, ["v3:a"]), (5, 6, ["v3:b"]), (None, None, [])]
)
def test_leg_that_is_not_known_to_be_the_oldest_is_not_chosen(first: Any, second: Any, chosen: list[str]) -> None:
    # Whole seconds: of two that are equal now, either can be ahead in the next search.
    answer = Service([leg("v3:b", call_duration=second), leg("v3:a", call_duration=first)])
    result, _asked = run(answer, connection_id="17", details=False)
    assert result["call_sids"] == chosen
    assert ("warnings" in result) == (not chosen)


def test_details_do_not_change_what_the_list_says() -> None:
    odd = call("v3%3Aa", session="other", leg="other", client_state="other", conference_sid="c", duration="99")
    result, _asked = run(Service([leg("v3:a", "s-1")], {**odd, "sid": "v3:a"}), connection_id="17")
    (found,) = result["calls"]
    assert (found["sid"], found["session"], found["leg"]) == ("v3:a", "s-1", "leg of v3:a")
    assert (found["client_state"], found["conference_sid"], found["duration"]) == ("", None, 5)
    respelt, _asked = run(lambda request: reply(odd), call_sid=["v3:a"])
    assert respelt["call_sids"] == ["v3:a"]


@pytest.mark.parametrize("inbound", ["ringing", "completed", "in-progress"])
def test_filters_do_not_change_which_leg_is_chosen(inbound: str) -> None:
    legs = [leg("v3:in"), leg("v3:out", call_duration=4)]
    answer = Service(legs, call("v3:in", status=inbound), call("v3:out", direction="outbound"))
    chosen = run(answer, connection_id="17", status=["in-progress"])[0]["call_sids"]
    assert chosen == (["v3:in"] if inbound == "in-progress" else [])


def test_cursor_without_a_link_is_followed() -> None:
    def answer(request: Request) -> Reply:
        if "after" in request.url:
            return reply({"data": [leg("v3:b", "2")], "meta": {"cursors": {"after": None}}})
        return reply({"data": [leg("v3:a", "1")], "meta": {"cursors": {"after": "x&y"}}})

    result, asked = run(answer, connection_id="17", details=False)
    assert (result["call_sids"], asked[1]) == (["v3:a", "v3:b"], f"{ACTIVE}?page%5Bafter%5D=x%26y")


def test_conference_on_two_pages_is_one() -> None:
    assert run(conferences(INCIDENT, INCIDENT), conference="INC-4711")[0]["call_sids"] == ["v3:a"]


def test_dates_with_an_offset_are_returned_in_utc() -> None:
    result, _asked = run(
        Service([leg("v3:a")], call("v3:a", start_time="2026-11-24T01:00:00+02:00")), connection_id="17"
    )
    assert result["calls"][0]["start_time"] == "2026-11-23T23:00:00Z"


def test_limit_needs_no_more_requests_than_it_takes() -> None:
    legs = [leg(f"v3:{number}", str(number)) for number in range(500)]
    answer = Service(legs, *(call(one["call_control_id"]) for one in legs))
    result, asked = run(answer, connection_id="17", limit=3, one_leg_per_session=False)
    assert len(result["calls"]) == 3
    assert len(asked) == 1 + 8


def test_ten_thousand_live_legs() -> None:
    legs = [leg(f"v3:{number}", f"s-{number // 2}") for number in range(10_000)]
    answer = Service(legs, *(call(one["call_control_id"]) for one in legs))
    result, asked = run(answer, connection_id="17", max_concurrency=16)
    assert len(asked) == 40 + 10_000
    assert result["call_sids"] == [f"v3:{number}" for number in range(0, 10_000, 2)]
