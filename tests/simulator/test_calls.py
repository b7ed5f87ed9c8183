# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls: the list, the single call, and the active calls of a connection."""

from __future__ import annotations

import datetime
import email.utils
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from simulator.app import Simulator
from simulator.calls import CONNECTION
from support.clock import PATIENCE
from support.simulator_api import HEADERS, SETTINGS, later, own, refusal, running

HOME = "/v2/texml/Accounts/account"
CALLS = [
    {"sid": "v3:a", "from": "+13122010094", "to": "+13122010055", "caller_name": "Ann {{ 1 }}", "session": "s"},
    {"sid": "v3:b", "from": "+13122010055", "to": "sip:agent@example.com", "direction": "outbound", "session": "s"},
    {"sid": "v3:c", "status": "ringing"},
    {"sid": "v3:d", "status": "ended"},
    {"sid": "v3:e", "connection_id": "22"},
]


@pytest.fixture
def api(tmp_path: Path) -> Iterator[str]:
    with running(tmp_path / "state", calls=CALLS) as base_url:
        yield base_url


def get(api: str, path: str, **query: Any) -> requests.Response:
    """Fetch a path below the host, or below /v2 if it does not begin with a slash."""
    url = api.replace("/v2", path) if path.startswith("/") else f"{api}/{path}"
    return requests.get(url, params=query, headers=HEADERS, timeout=10)


def one(api: str, sid: str) -> dict[str, Any]:
    return dict(get(api, f"{HOME}/Calls/{sid}").json())


def listed(api: str, **query: Any) -> list[str]:
    reply = get(api, f"{HOME}/Calls", **query)
    assert reply.status_code == 200, reply.text
    return [call["sid"] for call in reply.json()["calls"]]


def active(api: str, connection: str = CONNECTION, **page: Any) -> requests.Response:
    return get(api, f"connections/{connection}/active_calls", **{f"page[{name}]": page[name] for name in page})


def sids(reply: requests.Response) -> list[str]:
    return [leg["call_control_id"] for leg in reply.json()["data"]]


def test_life_of_a_call(api: str) -> None:
    call = one(api, "v3:a")
    assert {name: call[name] for name in call if "date" not in name and "time" not in name} == {
        "account_sid": "account",
        "caller_name": "Ann {{ 1 }}",
        "direction": "inbound",
        "from": "+13122010094",
        "from_formatted": "(312) 201-0094",
        "sid": "v3:a",
        "status": "in-progress",
        "to": "+13122010055",
        "to_formatted": "(312) 201-0055",
        "uri": f"{HOME}/Calls/v3:a",
    }
    later(api, 90)
    own(api, "PATCH", "calls/v3:a", status="ended")
    ended = one(api, "v3:a")
    assert ended["status"] == "completed"
    # How long the requests took is up to the machine.
    assert 90 <= int(ended["duration"]) <= 90 + PATIENCE
    start, end = (email.utils.parsedate_to_datetime(ended[name]) for name in ("start_time", "end_time"))
    assert abs((end - start).total_seconds() - int(ended["duration"])) <= 1
    own(api, "PATCH", "calls/v3:c", status="ended")
    canceled = one(api, "v3:c")
    assert (canceled["status"], canceled["duration"]) == ("canceled", "0")
    assert one(api, "v3:b")["to_formatted"] == "sip:agent@example.com"
    assert get(api, f"{HOME}/Calls/v3:none").status_code == 404


def test_all_calls_for_a_count(api: str) -> None:
    own(api, "PATCH", "calls/v3:c", status="ended")
    calls = {call["sid"]: call for call in own(api, "GET", "calls").json()["calls"]}
    assert list(calls) == ["v3:a", "v3:b", "v3:c", "v3:d", "v3:e"]
    assert calls["v3:b"] == {
        "sid": "v3:b",
        "session": "s",
        "direction": "outbound",
        "from": "+13122010055",
        "to": "sip:agent@example.com",
        "connection_id": CONNECTION,
        "status": "in-progress",
        "result": None,
        "created": calls["v3:b"]["created"],
        "answered": calls["v3:b"]["created"],
        "ended": None,
    }
    assert (calls["v3:c"]["answered"], calls["v3:c"]["status"]) == (None, "ended")
    assert calls["v3:c"]["ended"] > calls["v3:c"]["created"]
    assert calls["v3:d"]["session"] != calls["v3:e"]["session"]


def test_call_added_by_a_control_request(api: str) -> None:
    added = own(api, "POST", "calls", sid="v3:new", connection_id="33", to="+13125550199", direction="outbound").json()
    assert (added["connection_id"], added["to"], added["direction"]) == ("33", "+13125550199", "outbound")
    assert sids(active(api, "33")) == ["v3:new"]
    assert listed(api)[0] == "v3:new"
    reply = own(api, "POST", "calls", sid="v3:wrong", direction="up")
    assert reply.json()["errors"][0]["detail"] == "direction is 'up'; it must be one of inbound, outbound."


def test_list_pages_newest_first_and_carries_its_filters(api: str) -> None:
    day = f"{datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1):%Y-%m-%d}"
    reply = get(api, f"{HOME}/Calls", PageSize=2, StartTime_gt=day).json()
    found = [reply["calls"]]
    while "next_page_uri" in reply:
        url = urlsplit(reply["next_page_uri"])
        assert url.path == f"{HOME}/Calls.json"
        query = {
            "PageSize": ["2"],
            "StartTime_gt": [day],
            "PageToken": [found[-1][-1]["sid"]],
            "Page": [str(len(found))],
        }
        assert parse_qs(url.query) == query
        reply = get(api, reply["next_page_uri"]).json()
        found.append(reply["calls"])
    assert [[call["sid"] for call in page] for page in found] == [["v3:e", "v3:d"], ["v3:c", "v3:b"], ["v3:a"]]


def test_filters(api: str) -> None:
    assert listed(api, To="sip:agent@example.com") == ["v3:b"]
    assert listed(api, From="+13122010094") == ["v3:a"]
    assert listed(api, From="+13122010094", To="+1") == []
    assert listed(api, Status="completed") == ["v3:d"]
    for status in ("in-progress", "ringing", "gone"):
        reply = get(api, f"{HOME}/Calls", Status=status)
        assert (reply.status_code, reply.json()["errors"][0]["source"]["pointer"]) == (422, "/Status")


def test_filters_by_day(api: str) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=1)
    later(api, (midnight - now).total_seconds() + 3600)
    own(api, "POST", "calls", sid="v3:next", status="ended")
    today, tomorrow = f"{now:%Y-%m-%d}", f"{midnight:%Y-%m-%d}"
    old = ["v3:e", "v3:d", "v3:c", "v3:b", "v3:a"]
    assert listed(api, StartTime=today) == old
    assert listed(api, StartTime_gt=today) == listed(api, StartTime=tomorrow) == ["v3:next"]
    assert listed(api, StartTime_lt=tomorrow) == old
    assert listed(api, StartTime_lt=today) == listed(api, StartTime_gt=tomorrow) == []
    assert listed(api, EndTime=today) == listed(api, EndTime_lt=tomorrow) == ["v3:d"]
    assert listed(api, EndTime_gt=today) == ["v3:next"]
    assert get(api, f"{HOME}/Calls", EndTime_gt=f">{today}").status_code == 422
    refused = get(api, f"{HOME}/Calls", EndTime_lt="2026-02-30")
    assert (refused.status_code, refused.json()["errors"][0]["source"]["pointer"]) == (422, "/EndTime_lt")


def test_active_calls_are_the_live_legs_of_the_connection(api: str) -> None:
    later(api, 7)
    reply = active(api)
    assert sids(reply) == ["v3:a", "v3:b", "v3:c"]
    legs = reply.json()["data"]
    assert [leg["call_session_id"] for leg in legs[:2]] == ["s", "s"]
    # Of those that were answered seven seconds ago, or a little more, and of one that is ringing.
    first, second, ringing = (leg["call_duration"] for leg in legs)
    assert 7 <= first <= 7 + PATIENCE
    assert first - 1 <= second <= first + 1
    assert ringing <= PATIENCE
    meta = {"cursors": {"after": None, "before": None}, "next": None, "previous": None, "total_items": 3}
    assert reply.json()["meta"] == meta
    own(api, "PATCH", "calls/v3:a", status="ended")
    assert sids(active(api)) == ["v3:b", "v3:c"]
    own(api, "PATCH", "calls/v3:a", status="in-progress")
    assert sids(active(api)) == ["v3:b", "v3:c", "v3:a"]
    assert sids(active(api, "22")) == ["v3:e"]


def test_pages_of_active_calls_hold_when_calls_end(api: str) -> None:
    first = active(api, limit=1).json()["meta"]
    url = urlsplit(first["next"])
    assert url.path == f"/v2/connections/{CONNECTION}/active_calls"
    assert parse_qs(url.query) == {"page[limit]": ["1"], "page[after]": [first["cursors"]["after"]]}
    own(api, "PATCH", "calls/v3:a", status="ended")
    second = get(api, first["next"])
    assert sids(second) == ["v3:b"]
    third = active(api, size=1, after=second.json()["meta"]["cursors"]["after"])
    assert (sids(third), third.json()["meta"]["next"]) == (["v3:c"], None)
    assert sids(get(api, third.json()["meta"]["previous"])) == ["v3:b"]
    assert [sids(active(api, size=1, number=number)) for number in (1, 2, 3)] == [["v3:b"], ["v3:c"], []]
    assert sids(active(api, after="unknown")) == []


def test_page_of_active_calls_that_is_not_as_described(api: str) -> None:
    for name, value in (("limit", "0"), ("limit", "251"), ("size", "251"), ("limit", "x"), ("number", "0")):
        reply = active(api, **{name: value})
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["source"]["pointer"] == f"/page/{name}"


def test_page_that_is_not_an_object(api: str) -> None:
    for query in ({"page": "1"}, {"page": "1", "page[limit]": "1"}, {"page[limit]": "1", "page": "1"}):
        assert get(api, f"connections/{CONNECTION}/active_calls", **query).status_code == 422


def test_connection_that_is_unknown(api: str) -> None:
    reply = active(api, "main")
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "10015")
    assert active(api, "23").status_code == 404
    url = f"{api}/connections/{CONNECTION}/active_calls"
    assert requests.get(url, timeout=10).status_code == 404
    assert requests.get(url, headers={"Authorization": "Bearer KEY-2"}, timeout=10).status_code == 401


def test_active_calls_misbehave_by_the_connection(api: str) -> None:
    own(api, "PUT", "misbehaviour", calls={CONNECTION: ["rate_limited"]})
    assert [active(api, connection).status_code for connection in ("22", CONNECTION, CONNECTION)] == [200, 429, 200]


def test_list_and_call_lag_behind(api: str) -> None:
    own(api, "PUT", "misbehaviour", call_lag=10)
    assert listed(api) == []
    assert get(api, f"{HOME}/Calls/v3:a").status_code == 404
    assert sids(active(api)) == ["v3:a", "v3:b", "v3:c"], "active calls do not lag"
    later(api, 11)
    own(api, "PATCH", "calls/v3:c", status="in-progress")
    own(api, "PATCH", "calls/v3:a", status="ended")
    assert (one(api, "v3:a")["status"], one(api, "v3:c")["status"]) == ("in-progress", "ringing")
    assert "end_time" not in one(api, "v3:a")
    assert listed(api, Status="completed") == ["v3:d"]
    later(api, 11)
    assert (one(api, "v3:a")["status"], one(api, "v3:c")["status"]) == ("completed", "in-progress")
    assert listed(api, Status="completed") == ["v3:d", "v3:a"]


def test_filters_that_are_ignored(api: str) -> None:
    own(api, "PUT", "misbehaviour", ignore_filters=True)
    assert len(listed(api, To="+1", StartTime_lt="2020-01-01")) == len(CALLS)
    assert get(api, f"{HOME}/Calls", Status="gone").status_code == 422
    own(api, "POST", "recordings", call_sid="v3:a")
    query = {"DateCreated": "<2020-01-01"}
    assert len(get(api, f"{HOME}/Recordings.json", **query).json()["recordings"]) == 1
    own(api, "PUT", "misbehaviour", ignore_filters=False)
    assert get(api, f"{HOME}/Recordings.json", **query).json()["recordings"] == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"calls": [{"sid": "v3:a", "state": "ended"}]},
            "calls has the unknown key 'state'; it may have sid, status, ",
        ),
        ({"calls": [{"sid": "v3:a"}, {"sid": "v3:a"}]}, "calls.sid is 'v3:a'; it must be the SID of a new call."),
        ({"calls": [{"sid": "v3:a", "from": 1}]}, "calls.from is 1; it must be a string that is not empty."),
        (
            {"calls": [{"sid": "v3:a", "direction": "up"}]},
            "calls.direction is 'up'; it must be one of inbound, outbound.",
        ),
        ({"calls": [{"sid": "v3:a", "connection_id": 1}]}, "calls.connection_id is 1; it must be a string of digits, "),
        ({"connection_id": "main"}, "connection_id is 'main'; it must be a string of digits, in quotes."),
    ],
)
def test_wrong_setting_is_refused(settings: dict[str, Any], message: str) -> None:
    assert message in refusal(**settings)


def test_ten_thousand_live_legs(tmp_path: Path) -> None:
    many = [{"sid": f"v3:{number}"} for number in range(10_000)]
    with running(tmp_path / "state", calls=many) as api:
        reply, found = active(api, limit=250), []
        while reply.json()["meta"]["next"]:
            found += sids(reply)
            reply = get(api, reply.json()["meta"]["next"])
        assert found + sids(reply) == [call["sid"] for call in many]


def test_call_is_shown_for_some_days_after_its_end(tmp_path: Path) -> None:
    with running(tmp_path / "state", call_days=2) as base_url:

        def shown(sid: str) -> tuple[int, bool]:
            url = f"{base_url}/texml/Accounts/account/Calls"
            listed = requests.get(url, headers=HEADERS, timeout=60).json()["calls"]
            status = requests.get(f"{url}/{sid}", headers=HEADERS, timeout=60).status_code
            return status, sid in [one["sid"] for one in listed]

        later(base_url, 86400)
        own(base_url, "PATCH", "calls/v3:live", status="ended")
        later(base_url, 86400)
        assert (shown("v3:ended"), shown("v3:live"), shown("v3:other")) == ((404, False), (200, True), (200, True))
        later(base_url, 86400)
        assert (shown("v3:live"), shown("v3:other")) == ((404, False), (200, True)), "a call that goes on stays"
        assert "v3:live" in [one["sid"] for one in own(base_url, "GET", "calls").json()["calls"]]


@pytest.mark.parametrize("days", [-1, "30", 5000])
def test_wrong_days(days: Any) -> None:
    with pytest.raises(ValueError, match="call_days is"):
        Simulator({**SETTINGS, "call_days": days})


def test_calls_that_are_not_answered(tmp_path: Path) -> None:
    statuses = ["busy", "no-answer", "failed", "canceled"]
    calls = [{"sid": f"v3:{status}", "status": status} for status in statuses]
    calls += [{"sid": f"v3:ringing-{status}", "status": "ringing"} for status in statuses]
    with running(tmp_path / "state", calls=[*calls, {"sid": "v3:live"}]) as base_url:
        for status in statuses:
            assert own(base_url, "PATCH", f"calls/v3:ringing-{status}", status=status).status_code == 200
            refused = own(base_url, "PATCH", "calls/v3:live", status=status)
            assert refused.status_code == 422
            assert "the call has been answered" in refused.json()["errors"][0]["detail"]
            url = f"{base_url}/texml/Accounts/account/Calls"
            found = requests.get(url, params={"Status": status}, headers=HEADERS, timeout=60).json()["calls"]
            assert {(one["sid"], one["status"], one["duration"]) for one in found} == {
                (f"v3:{status}", status, "0"),
                (f"v3:ringing-{status}", status, "0"),
            }
        shown = {one["sid"]: (one["status"], one["result"]) for one in own(base_url, "GET", "calls").json()["calls"]}
        ended = {f"v3:{prefix}{status}": ("ended", status) for prefix in ("", "ringing-") for status in statuses}
        assert shown == {**ended, "v3:live": ("in-progress", None)}
