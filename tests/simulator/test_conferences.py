# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conferences and who is in them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from simulator.app import Simulator
from support.simulator_api import HEADERS, SETTINGS, later, own, refusal, running

HOME = "/v2/texml/Accounts/account"
NONE: dict[str, Any] = {"recordings": 0}
UUID = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"
CONFERENCES = [
    {
        **NONE,
        "sid": "live",
        "friendly_name": "daily",
        "participants": ["v3:live", "v3:other", "v3:ringing", "v3:ended"],
    },
    {**NONE, "sid": "over", "friendly_name": "daily"},
    {**NONE, "sid": "fixed", "status": "completed", "participants": ["v3:live"]},
    {"recordings": "2", "sid": UUID, "status": "init"},
]


@pytest.fixture
def api(tmp_path: Path) -> Iterator[str]:
    with running(tmp_path / "state", conferences=CONFERENCES) as base_url:
        yield base_url


def get(api: str, path: str, **query: Any) -> requests.Response:
    url = api.replace("/v2", path if path.startswith("/v2") else f"{HOME}/{path}")
    return requests.get(url, params=query, headers=HEADERS, timeout=10)


def listed(api: str, **query: Any) -> list[str]:
    reply = get(api, "Conferences", **query)
    assert reply.status_code == 200, reply.text
    return [one["sid"] for one in reply.json()["conferences"]]


def participants(api: str, sid: str) -> list[tuple[str, str]]:
    return [
        (one["call_sid"], one["status"]) for one in get(api, f"Conferences/{sid}/Participants").json()["participants"]
    ]


def test_filters(api: str) -> None:
    assert listed(api) == ["live", "over", "fixed", UUID]
    assert listed(api, FriendlyName="daily") == ["live", "over"]
    assert listed(api, FriendlyName="over") == []
    assert listed(api, Status="in-progress") == ["live"]
    assert listed(api, Status="completed", FriendlyName="daily") == ["over"]
    assert listed(api, Status="init") == [UUID]
    assert get(api, "Conferences", Status="ended").status_code == 422
    own(api, "PUT", "misbehaviour", ignore_filters=True)
    assert len(listed(api, FriendlyName="none", Status="init")) == 4


def test_number_of_recordings_as_a_string(api: str) -> None:
    assert len(get(api, f"Conferences/{UUID}/Recordings.json").json()["recordings"]) == 2


def test_filters_by_date(api: str) -> None:
    today = f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}"
    later(api, 3 * 86400)
    for sid in ("v3:live", "v3:other", "v3:ringing"):
        own(api, "PATCH", f"calls/{sid}", status="ended")
    others = ["over", "fixed", UUID]
    assert listed(api, DateCreated=f"<={today}") == ["live", *others]
    assert listed(api, DateCreated=f">{today}") == []
    assert listed(api, DateUpdated=f">{today}") == ["live"]
    assert listed(api, DateUpdated=today) == others
    refused = get(api, "Conferences", DateUpdated="2026-02-30")
    assert (refused.status_code, refused.json()["errors"][0]["source"]["pointer"]) == (422, "/DateUpdated")


@pytest.mark.parametrize(
    ("path", "name", "query"),
    [("Conferences", "conferences", {"FriendlyName": "daily"}), ("Conferences/live/Participants", "participants", {})],
)
def test_pages(api: str, path: str, name: str, query: dict[str, str]) -> None:
    wanted = get(api, path, **query).json()[name]
    reply, found = get(api, path, PageSize=1, **query).json(), []
    while "next_page_uri" in reply:
        found += reply[name]
        assert reply["next_page_uri"].startswith(f"{HOME}/{path}.json?")
        reply = get(api, reply["next_page_uri"]).json()
    assert [one["uri"] for one in found + reply[name]] == [one["uri"] for one in wanted]
    assert len(wanted) > 1


def test_only_live_legs_take_part(api: str) -> None:
    assert participants(api, "live") == [
        ("v3:live", "connected"),
        ("v3:other", "connected"),
        ("v3:ringing", "connecting"),
    ]
    assert participants(api, "fixed") == participants(api, "over") == []
    participant = get(api, "Conferences/live/Participants/v3:live").json()
    assert (participant["call_sid"], participant["conference_sid"]) == ("v3:live", "live")
    own(api, "PATCH", "calls/v3:live", status="ended")
    assert [sid for sid, _status in participants(api, "live")] == ["v3:other", "v3:ringing"]
    for path in ("live/Participants/v3:live", "live/Participants/v3:none", "fixed/Participants/v3:live", "none"):
        assert get(api, f"Conferences/{path}").status_code == 404
    assert get(api, "Conferences/none/Participants").status_code == 404


def test_conference_ends_when_the_last_leaves(api: str) -> None:
    live = get(api, "Conferences/live").json()
    assert (live["status"], live["friendly_name"], live["reason_conference_ended"]) == ("in-progress", "daily", None)
    for sid in ("v3:live", "v3:ringing", "v3:other"):
        own(api, "PATCH", f"calls/{sid}", status="ended")
    over = get(api, "Conferences/live").json()
    assert (over["status"], over["reason_conference_ended"]) == ("completed", "last-participant-left")
    assert over["call_sid_ending_conference"] == "v3:other"


@pytest.mark.parametrize(
    ("conference", "message"),
    [
        (
            {"sid": "a", "participants": ["v3:none"]},
            "conferences.participants is ['v3:none']; it must be a list of the ",
        ),
        (
            {"sid": "a", "participants": "v3:live"},
            "conferences.participants is 'v3:live'; it must be a list of the SIDs",
        ),
        (
            {"sid": "a", "status": "live"},
            "conferences.status is 'live'; it must be one of init, in-progress, completed.",
        ),
        ({"sid": "a", "friendly_name": ""}, "conferences.friendly_name is ''; it must be a string that is not empty."),
        ({"sid": "a", "recordings": -1}, "conferences.recordings is -1; it must be a whole number from 0 to 1000."),
        ({"sid": "a", "name": "b"}, "conferences has the unknown key 'name'; it may have sid, recordings, "),
    ],
)
def test_wrong_setting_is_refused(conference: dict[str, Any], message: str) -> None:
    assert message in refusal(conferences=[{**NONE, **conference}])


def test_participant_by_its_label(tmp_path: Path) -> None:
    conference = {"sid": "c", "recordings": 0, "participants": ["v3:live"], "labels": {"v3:live": "the chair"}}
    with running(tmp_path / "state", conferences=[conference]) as base_url:
        url = f"{base_url}/texml/Accounts/account/Conferences/c/Participants"
        by_label, by_sid, other = (
            requests.get(f"{url}/{one}", headers=HEADERS, timeout=60) for one in ("the%20chair", "v3:live", "chair")
        )
        assert by_label.json()["call_sid"] == "v3:live"
        assert (by_sid.json(), other.status_code) == (by_label.json(), 404)


@pytest.mark.parametrize("labels", [{"v3:ringing": "a"}, {"v3:live": ""}, ["a"], {"v3:live": "a", "v3:other": "a"}])
def test_wrong_labels(labels: Any) -> None:
    conference = {"sid": "c", "recordings": 0, "participants": ["v3:live", "v3:other"], "labels": labels}
    with pytest.raises(ValueError, match=r"conferences\.labels is"):
        Simulator({**SETTINGS, "conferences": [conference]})
