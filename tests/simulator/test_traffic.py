# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Traffic: calls that come and go by themselves. The clock is moved, so the tests need not wait."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from simulator.calls import CONNECTION
from simulator.traffic import ALLOWED, DEFAULTS, draw
from support.clock import wait_until
from support.receiver import receiving
from support.runs import ROOT
from support.simulator_api import HEADERS, later, own, refusal, running


@pytest.fixture
def api(tmp_path: Path) -> Iterator[str]:
    with running(tmp_path / "state", calls=[]) as base_url:
        yield base_url


def carry(api: str, **settings: Any) -> dict[str, Any]:
    reply = requests.put(api.replace("/v2", "/simulator/traffic"), json=settings, timeout=10)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def legs(api: str) -> list[dict[str, Any]]:
    return list(own(api, "GET", "calls").json()["calls"])


def active(api: str) -> list[str]:
    reply = requests.get(
        f"{api}/connections/{CONNECTION}/active_calls", params={"page[limit]": "250"}, headers=HEADERS, timeout=10
    ).json()
    return [one["call_control_id"] for one in reply["data"]]


def seconds(leg: dict[str, Any], since: str, until: str) -> float:
    start, end = (datetime.datetime.fromisoformat(leg[name]) for name in (since, until))
    return (end - start).total_seconds()


def test_call_rings_talks_and_ends(api: str) -> None:
    in_effect = carry(api, calls_per_second=10, seconds=30, ring_seconds=5, to=["+13125550100", "sip:a@example.com"])
    assert in_effect == {
        **DEFAULTS,
        "calls_per_second": 10,
        "seconds": 30,
        "ring_seconds": 5,
        "to": ["+13125550100", "sip:a@example.com"],
        "connection_id": CONNECTION,
    }
    later(api, 60)
    assert carry(api) == {}
    seen = legs(api)
    assert 450 < len(seen) < 750
    assert {leg["status"] for leg in seen} == {"ringing", "in-progress", "ended"}
    assert {leg["to"] for leg in seen} == {"+13125550100", "sip:a@example.com"}
    assert set(active(api)) <= {leg["sid"] for leg in seen if leg["status"] != "ended"}
    later(api, 3600)
    done = legs(api)
    assert [leg["sid"] for leg in done] == [leg["sid"] for leg in seen], "after {} no call comes in"
    assert {leg["status"] for leg in done} == {"ended"}
    assert {round(seconds(leg, "created", "answered"), 3) for leg in done} == {5}
    talks = [seconds(leg, "answered", "ended") for leg in done]
    assert sum(talks) / len(talks) == pytest.approx(30, rel=0.25)
    assert min(talks) == pytest.approx(3, abs=0.01)
    assert active(api) == []


def test_second_leg_ends_with_the_first(api: str) -> None:
    carry(api, calls_per_second=5, seconds=20, ring_seconds=2, two_legged=0.5)
    later(api, 100)
    carry(api)
    later(api, 3600)
    sessions = defaultdict(list)
    for leg in legs(api):
        sessions[leg["session"]].append(leg)
    two = [found for found in sessions.values() if len(found) == 2]
    assert {len(found) for found in sessions.values()} == {1, 2}
    assert 0.35 < len(two) / len(sessions) < 0.65
    for first, second in two:
        assert (first["direction"], second["direction"]) == ("inbound", "outbound")
        assert (second["created"], second["ended"]) == (first["answered"], first["ended"])
        assert second["from"] == first["to"]


def test_end_stops_recordings_at_that_moment(api: str) -> None:
    carry(api, calls_per_second=100, seconds=30, ring_seconds=0)
    later(api, 1)
    carry(api)
    sid = active(api)[-1]
    recording = own(api, "POST", "recordings", call_sid=sid).json()["sid"]
    later(api, 3600)
    (leg,) = (leg for leg in legs(api) if leg["sid"] == sid)
    got = requests.get(f"{api}/texml/Accounts/account/Recordings/{recording}.json", headers=HEADERS, timeout=10).json()
    assert got["status"] == "completed"
    assert int(got["duration"]) <= seconds(leg, "answered", "ended") + 1


def test_call_that_a_control_request_has_ended_stays_so(api: str) -> None:
    carry(api, calls_per_second=50, seconds=100, ring_seconds=1, two_legged=1)
    later(api, 2)
    carry(api)
    ended = {leg["sid"]: leg["status"] for leg in legs(api)}
    assert {"ringing", "in-progress"} == set(ended.values())
    for sid in ended:
        own(api, "PATCH", f"calls/{sid}", status="ended")
    before = [leg for leg in legs(api) if leg["sid"] in ended]
    later(api, 3600)
    assert [leg for leg in legs(api) if leg["sid"] in ended] == before


def test_traffic_runs_without_requests(tmp_path: Path) -> None:
    traffic = {"calls_per_second": 20, "seconds": 0.2, "ring_seconds": 0.1}
    with receiving() as receiver, running(
        tmp_path / "state", calls=[], traffic=traffic, status_callback=receiver.url
    ) as api:
        # A request would move the traffic on.
        wait_until(lambda: receiver.events().count("completed") > 5)
        statuses = [leg["status"] for leg in legs(api)]
        assert len(statuses) > 5
        assert statuses.count("ended") > 5


def test_clock_moved_far_brings_in_the_latest_only(api: str) -> None:
    carry(api, calls_per_second=10, seconds=1, ring_seconds=0)
    later(api, 86400 * 365)
    carry(api)
    assert 5000 < len(legs(api)) < 7000


def test_same_seed_same_draws() -> None:
    settings = {**DEFAULTS, "from": ["a", "b", "c"], "two_legged": 0.5, "seed": 3}
    drawn = [draw(settings, number) for number in range(50)]
    assert [draw(settings, number) for number in reversed(range(50))] == drawn[::-1]
    assert [draw({**settings, "seed": 4}, number) for number in range(50)] != drawn


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"calls": 1}, "traffic has the unknown key 'calls'; it may have calls_per_second, seconds, ring_seconds, "),
        ({"calls_per_second": 101}, "traffic.calls_per_second is 101; it must be a number from 0 to 100."),
        ({"seconds": "long"}, "traffic.seconds is 'long'; it must be a number of seconds from 0 to 86400."),
        ({"ring_seconds": -1}, "traffic.ring_seconds is -1; it must be a number of seconds from 0 to 86400."),
        ({"two_legged": True}, "traffic.two_legged is True; it must be a number from 0 to 1."),
        ({"from": []}, r"traffic.from is []; it must be a list of one or more strings that are not empty, in quotes."),
        ({"to": [13125550100]}, "traffic.to is [13125550100]; it must be a list of one or more strings"),
        ({"connection_id": "main"}, "traffic.connection_id is 'main'; it must be a string of digits, in quotes."),
        ({"seed": 0.5}, "traffic.seed is 0.5; it must be a whole number."),
    ],
)
def test_wrong_setting_is_refused(settings: dict[str, Any], message: str) -> None:
    assert message in refusal(traffic=settings)


def test_wrong_request_changes_nothing(api: str) -> None:
    in_effect = carry(api, calls_per_second=0)
    reply = own(api, "PUT", "traffic", seconds=-1)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "10015")
    assert own(api, "GET", "traffic").json() == in_effect


def test_documented_as_it_is() -> None:
    specs = yaml.safe_load((ROOT / "roles/simulator/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]["simulator_traffic"]["options"]
    assert set(options) == set(ALLOWED)
    assert {name: option["default"] for name, option in options.items() if "default" in option} == DEFAULTS
    readme = (ROOT / "roles/simulator/README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in readme for name in options)


def test_some_calls_are_not_answered(api: str) -> None:
    carry(api, calls_per_second=10, seconds=5, ring_seconds=1, unanswered=0.5, two_legged=0.5)
    later(api, 60)
    carry(api)
    later(api, 3600)
    first = [leg for leg in legs(api) if leg["direction"] == "inbound"]
    results = [leg["result"] for leg in first]
    assert set(results) == {"completed", "busy", "no-answer", "failed", "canceled"}
    assert 0.4 < results.count("completed") / len(results) < 0.6
    for leg in first:
        assert (leg["answered"] is None) == (leg["result"] != "completed")
        assert leg["answered"] or round(seconds(leg, "created", "ended"), 3) == 1


def test_unanswered_calls_leave_the_other_draws_as_they_were() -> None:
    settings = {**DEFAULTS, "two_legged": 0.5}
    for number in range(50):
        drawn = draw({**settings, "unanswered": 0.5}, number)
        assert drawn._replace(unanswered=None) == draw(settings, number)
