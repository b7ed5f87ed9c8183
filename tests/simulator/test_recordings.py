# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of a recording on the simulator: states, lists, deletion, conferences, transcriptions."""

from __future__ import annotations

import datetime
import email.utils
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
import yaml
from simulator.misbehaviour import KINDS
from support import runs
from support.simulator import FILES
from support.simulator_api import HEADERS, command, later, own, refusal, role, running

CONFERENCE = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"
NOBODY = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
NOT_FOUND = {"errors": [{"detail": "Resource not found"}]}
# Seconds that processing takes in these tests. Only the clock that they move gets that far.
PROCESSING = 7200


CONFERENCES = [{"sid": CONFERENCE, "recordings": 3}, {"sid": NOBODY, "recordings": 0}]


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    """Run a simulator for one test, and return its base URL."""
    with running(tmp_path / "fresh", conferences=CONFERENCES, processing_seconds=PROCESSING) as base_url:
        yield base_url


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("simulator") / "state"
    with running(directory, conferences=CONFERENCES, processing_seconds=PROCESSING) as base_url:
        yield base_url


@pytest.fixture
def api(shared: str) -> Iterator[str]:
    """Return the base URL of a simulator that the tests share, which behaves again after each."""
    yield shared
    assert own(shared, "PUT", "misbehaviour", calls={}).status_code == 200


def ask(api: str, method: str, path: str, body: str = "", **query: Any) -> requests.Response:
    """Ask the API for a path below the account."""
    url = f"{api}/texml/Accounts/account/{path}"
    return requests.request(method, url, data=body, params=query, headers=HEADERS, timeout=10, allow_redirects=False)


def start(api: str, call: str = "v3:live", body: str = "") -> str:
    return str(ask(api, "POST", f"Calls/{call}/Recordings.json", body).json()["sid"])


def update(api: str, sid: str, status: str, call: str = "v3:live") -> requests.Response:
    return ask(api, "POST", f"Calls/{call}/Recordings/{sid}.json", f"Status={status}")


def look(api: str, sid: str) -> dict[str, Any]:
    reply = ask(api, "GET", f"Recordings/{sid}.json")
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def completed(api: str, call: str = "v3:live", body: str = "") -> dict[str, Any]:
    """Return a recording that is complete."""
    sid = start(api, call, body)
    assert own(api, "PATCH", f"recordings/{sid}", status="completed").status_code == 200
    return look(api, sid)


def pages(api: str, path: str, name: str, **query: Any) -> list[list[dict[str, Any]]]:
    """Return what is on each page, by the links."""
    page = ask(api, "GET", path, **query).json()
    found = [page[name]]
    while "next_page_uri" in page:
        assert page["next_page_uri"].startswith("/v2/texml/Accounts/account/")
        page = requests.get(api.replace("/v2", page["next_page_uri"]), headers=HEADERS, timeout=10).json()
        found.append(page[name])
    return found


def sids(listed: list[dict[str, Any]]) -> list[str]:
    return [one["sid"] for one in listed]


def now_is(api: str, offset: float, **more: Any) -> None:
    """Set the clock of the service."""
    assert own(api, "PUT", "misbehaviour", clock_offset=offset, **more).status_code == 200


def test_pause_resume_stop(api: str) -> None:
    sid = start(api)
    for status in ("paused", "paused", "in-progress", "in-progress", "paused", "stopped", "stopped"):
        reply = update(api, sid, status)
        assert reply.status_code == 200
        assert (reply.json()["sid"], reply.json()["track"]) == (sid, "both")
        assert not {"status", "media_url"} & set(reply.json())
        assert look(api, sid)["status"] == status


@pytest.mark.parametrize("state", ["stopped", "completed"])
def test_stopped_is_final(api: str, state: str) -> None:
    sid = start(api)
    own(api, "PATCH", f"recordings/{sid}", status=state)
    for status in {"in-progress", "paused", "stopped"} - {state}:
        reply = update(api, sid, status)
        assert reply.status_code == 422
        (error,) = reply.json()["errors"]
        assert error["detail"] == f"The recording is {state}, which is final; it cannot become {status}."
        assert (error["code"], error["source"]) == ("10015", {"pointer": "/Status"})
        assert set(error) == {"code", "title", "detail", "source", "meta"}
        assert look(api, sid)["status"] == state


def test_update_of_what_is_not_there(api: str) -> None:
    sid = start(api)
    for reply in (
        update(api, NOBODY, "paused"),
        update(api, sid, "paused", "v3:other"),
        update(api, sid, "paused", "v3:unknown"),
        update(api, sid, "paused", "v3:ended"),
    ):
        assert (reply.status_code, reply.json()) == (404, NOT_FOUND)
    assert look(api, sid)["status"] == "in-progress"


@pytest.mark.parametrize("body", ["Status=completed", "Status=Paused", "Status="])
def test_update_that_is_not_as_described(api: str, body: str) -> None:
    reply = ask(api, "POST", f"Calls/v3:live/Recordings/{start(api)}.json", body)
    (error,) = reply.json()["errors"]
    assert (reply.status_code, error["code"], error["source"]["pointer"]) == (422, "10032", "/Status")


def test_update_that_says_nothing_changes_nothing(api: str) -> None:
    sid = start(api)
    update(api, sid, "paused")
    before = look(api, sid)
    reply = ask(api, "POST", f"Calls/v3:live/Recordings/{sid}.json", "")
    assert (reply.status_code, reply.json()["sid"]) == (200, sid)
    assert look(api, sid) == before


def test_stopped_becomes_completed_by_itself(fresh: str) -> None:
    sid = start(fresh)
    later(fresh, 5000)
    update(fresh, sid, "paused")
    later(fresh, 50_000)
    assert update(fresh, sid, "stopped").json()["duration"] is None
    later(fresh, PROCESSING / 2)
    # To ask once more does not make it last longer.
    update(fresh, sid, "stopped")
    stopped = look(fresh, sid)
    assert (stopped["status"], stopped["duration"]) == ("stopped", None)
    assert "media_url" not in stopped
    assert stopped["subresources_uris"] == {"transcriptions": None}
    later(fresh, PROCESSING / 2)
    found = look(fresh, sid)
    # Pauses are not in it.
    assert found["status"] == "completed"
    assert 5000 <= int(found["duration"]) < 10_000
    assert found["media_url"].startswith("http://127.0.0.1:")
    assert not {"track", "price", "price_unit"} & set(found)
    assert found["uri"] == f"/v2/texml/Accounts/account/Recordings/{sid}.json"
    (listed,) = ask(fresh, "GET", "Calls/v3:live/Recordings.json").json()["recordings"]
    assert {**listed, "media_url": ""} == {**found, "media_url": ""}


def test_recording_that_is_moved_on_by_request_is_completed_by_itself(api: str) -> None:
    sid = own(api, "POST", "recordings", call_sid="v3:live", status="stopped").json()["sid"]
    assert look(api, sid)["status"] == "stopped"
    later(api, PROCESSING)
    assert look(api, sid)["status"] == "completed"
    assert "media_url" not in own(api, "PATCH", f"recordings/{sid}", status="paused").json()


def test_call_that_ends_completes_its_recordings(api: str) -> None:
    added = own(api, "POST", "calls", sid="v3:new").json()
    assert (added["sid"], added["status"]) == ("v3:new", "in-progress")
    ours, paused, before, other = start(api, "v3:new"), start(api, "v3:new"), start(api, "v3:new"), start(api)
    update(api, paused, "paused", "v3:new")
    own(api, "PATCH", f"recordings/{before}", status="completed")
    before_was = look(api, before)
    assert own(api, "PATCH", "calls/v3:new", status="ended").json() == {"sid": "v3:new", "status": "ended"}
    assert [look(api, sid)["status"] for sid in (ours, paused, before, other)] == [
        "stopped",
        "stopped",
        "completed",
        "in-progress",
    ]
    assert ask(api, "POST", "Calls/v3:new/Recordings.json").status_code == 404
    assert update(api, ours, "stopped", "v3:new").status_code == 404
    later(api, PROCESSING)
    listed = ask(api, "GET", "Calls/v3:new/Recordings.json").json()["recordings"]
    assert [(one["sid"], one["status"]) for one in listed] == [(sid, "completed") for sid in (ours, paused, before)]
    assert look(api, before)["date_updated"] == before_was["date_updated"]


def test_call_that_is_answered(api: str) -> None:
    assert own(api, "POST", "calls", sid="v3:rings", status="ringing").status_code == 200
    assert ask(api, "POST", "Calls/v3:rings/Recordings.json").status_code == 422
    own(api, "PATCH", "calls/v3:rings", status="in-progress")
    assert ask(api, "POST", "Calls/v3:rings/Recordings.json").status_code == 200


@pytest.mark.parametrize(
    ("method", "page", "body", "status", "detail"),
    [
        ("POST", "calls", {"sid": "v3:live"}, 422, "sid is 'v3:live'; it must be the SID of a new call."),
        ("POST", "calls", {"status": "ended"}, 422, "sid is ''; it must be the SID of a new call."),
        ("POST", "calls", {"sid": "."}, 422, "sid is '.'; it must be a SID that is not blank, not a dot segment, and "),
        ("POST", "calls", {"sid": ".."}, 422, "sid is '..'; it must be a SID that is not blank, not a dot segment, "),
        ("POST", "calls", {"sid": " "}, 422, "sid is ' '; it must be a SID that is not blank, not a dot segment, and "),
        ("POST", "calls", {"sid": "a\0b"}, 422, "sid is 'a\\x00b'; it must be a SID that is not blank, not a dot "),
        (
            "POST",
            "calls",
            {"sid": "v3:x", "status": "gone"},
            422,
            "it must be one of ringing, in-progress, ended, busy, no-answer, failed, canceled.",
        ),
        ("POST", "calls", {"call_sid": "v3:x"}, 422, "it must be a dict of strings with any of sid, status, from, "),
        ("PATCH", "calls/v3:none", {"status": "ended"}, 404, "Resource not found"),
        (
            "PATCH",
            "calls/v3:live",
            {"status": "gone"},
            422,
            "it must be one of ringing, in-progress, ended, busy, no-answer, failed, canceled.",
        ),
        ("PUT", "misbehaviour", {"media": ["late"]}, 422, "it must be a list of none, media_truncated, media_wrong, "),
        ("PUT", "misbehaviour", {"media": ["truncated"]}, 422, "misbehaviour.media is ['truncated']; it must be"),
    ],
)
def test_wrong_requests_are_answered_with_what_is_allowed(
    api: str, method: str, page: str, body: dict[str, Any], status: int, detail: str
) -> None:
    reply = own(api, method, page, **body)
    assert reply.status_code == status
    assert detail in reply.json()["errors"][0]["detail"]


def test_recording_that_is_deleted_is_gone(api: str) -> None:
    kept, gone = start(api), start(api)
    reply = ask(api, "DELETE", f"Recordings/{gone}.json")
    assert (reply.status_code, reply.content) == (204, b"")
    for again in (
        ask(api, "DELETE", f"Recordings/{gone}.json"),
        ask(api, "GET", f"Recordings/{gone}.json"),
        update(api, gone, "stopped"),
    ):
        assert (again.status_code, again.json()) == (404, NOT_FOUND)
    assert own(api, "PATCH", f"recordings/{gone}", status="paused").status_code == 404
    for path in ("Calls/v3:live/Recordings.json", "Recordings.json"):
        listed = sids(ask(api, "GET", path).json()["recordings"])
        assert kept in listed
        assert gone not in listed


@pytest.mark.parametrize("thing", ["Recordings", "Transcriptions"])
def test_unknown_sid_and_one_that_is_none(api: str, thing: str) -> None:
    for method in ("GET", "DELETE"):
        reply = ask(api, method, f"{thing}/{NOBODY}.json")
        assert (reply.status_code, reply.json()) == (404, NOT_FOUND)
        reply = ask(api, method, f"{thing}/REC1.json")
        assert reply.status_code == 422
        name = {"Recordings": "recording_sid", "Transcriptions": "recording_transcription_sid"}[thing]
        assert reply.json()["errors"][0]["source"] == {"pointer": f"/{name}"}


def test_list_of_the_account_has_pages(fresh: str) -> None:
    made = sids(pages(fresh, "Recordings.json", "recordings")[0]) + [start(fresh) for _number in range(22)]
    assert len(made) == 25
    assert [sids(page) for page in pages(fresh, "Recordings.json", "recordings")] == [made[:20], made[20:]]
    assert [sids(page) for page in pages(fresh, "Recordings.json", "recordings", PageSize=10)] == [
        made[:10],
        made[10:20],
        made[20:],
    ]
    assert [len(page) for page in pages(fresh, "Recordings.json", "recordings", PageSize=25)] == [25]
    first = ask(fresh, "GET", "Recordings.json", PageSize=10).json()
    assert [first[name] for name in ("page", "page_size", "start", "end", "uri")] == [
        0,
        10,
        0,
        9,
        "/v2/texml/Accounts/account/Recordings.json",
    ]
    assert first["next_page_uri"] == (
        f"/v2/texml/Accounts/account/Recordings.json?Page=1&PageToken={made[9]}&PageSize=10"
    )


def test_pages_hold_when_something_comes_and_goes(fresh: str) -> None:
    made = sids(pages(fresh, "Recordings.json", "recordings")[0]) + [start(fresh) for _number in range(5)]
    first = ask(fresh, "GET", "Recordings.json", PageSize=4).json()
    # The very one by which the next page is found.
    for sid in (made[0], made[3]):
        ask(fresh, "DELETE", f"Recordings/{sid}.json")
    made.append(start(fresh))
    second = requests.get(fresh.replace("/v2", first["next_page_uri"]), headers=HEADERS, timeout=10).json()
    assert sids(second["recordings"]) == made[4:8]
    third = requests.get(fresh.replace("/v2", second["next_page_uri"]), headers=HEADERS, timeout=10).json()
    assert sids(third["recordings"]) == made[8:]
    assert [third[name] for name in ("page", "start", "end")] == [2, 6, 6]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"Page": "x"}, "/Page"),
        ({"PageSize": "many"}, "/PageSize"),
        ({"DateCreated": "yesterday"}, "/DateCreated"),
        ({"DateCreated": ">=2023-02-30"}, "/DateCreated"),
        ({"DateCreated": "2023-02-03T04:05:06+24:00"}, "/DateCreated"),
        ({"DateCreated": "2023-02-03T04:05:06"}, "/DateCreated"),
        ({"DateCreated": "=2023-02-03"}, "/DateCreated"),
        ({"PageSize": "1.0"}, "/PageSize"),
        ({"PageSize": "+1"}, "/PageSize"),
        ({"PageSize": ""}, "/PageSize"),
    ],
)
def test_query_that_is_not_as_described(api: str, query: dict[str, str], pointer: str) -> None:
    reply = ask(api, "GET", "Recordings.json", **query)
    assert reply.status_code == 422, reply.text
    assert reply.json()["errors"][0]["source"] == {"pointer": pointer}


@pytest.mark.parametrize(
    ("asked", "size"), [("5000", 1000), ("9" * 5000, 1000), ("0", 1), ("-1", 1), ("-" + "9" * 5000, 1), ("007", 7)]
)
def test_page_size_has_limits(api: str, asked: str, size: int) -> None:
    assert ask(api, "GET", "Recordings.json", PageSize=asked).json()["page_size"] == size
    assert ask(api, "GET", "Transcriptions.json", PageSize=asked).json()["page_size"] == size


def test_pages_that_no_page_named(fresh: str) -> None:
    made = sids(pages(fresh, "Recordings.json", "recordings")[0])
    assert len(made) == 3
    for query, first, expected in (
        ({"Page": 0, "PageSize": 2}, 0, made[:2]),
        ({"Page": 1, "PageSize": 2}, 2, made[2:]),
        ({"Page": -1, "PageSize": 2}, 0, made[:2]),
        ({"Page": 2, "PageSize": 2}, 4, []),
        ({"Page": "9" * 5000}, None, []),
        ({"PageToken": "", "PageSize": 2}, 0, made[:2]),
        ({"PageToken": "x"}, 3, []),
        ({"Page": 0, "PageToken": made[0]}, 1, made[1:]),
    ):
        reply = ask(fresh, "GET", "Recordings.json", **query)
        assert reply.status_code == 200, query
        assert sids(reply.json()["recordings"]) == expected, query
        assert first in (None, reply.json()["start"]), query
    texts = ask(fresh, "GET", "Transcriptions.json", PageToken="x", PageSize=0)
    assert (texts.status_code, texts.json()["transcriptions"]) == (200, [])


def test_date_created(api: str) -> None:
    today = datetime.datetime.now(datetime.timezone.utc).replace(hour=12, minute=0, second=0, microsecond=0)
    made = {}
    for days in (-3, -2, -1):
        noon = today + datetime.timedelta(days=days)
        now_is(api, 0)
        ahead = own(api, "POST", "clock", seconds=0).json()["now"]
        now_is(api, (noon - datetime.datetime.fromisoformat(ahead)).total_seconds())
        made[days] = start(api)
    date = datetime.datetime.fromisoformat(look(api, made[-2])["date_created"].replace("Z", "+00:00"))
    before = date - datetime.timedelta(seconds=1)
    day, second = f"{date:%Y-%m-%d}", f"T{date:%H:%M:%S}Z"
    elsewhere = date.astimezone(datetime.timezone(datetime.timedelta(hours=13, minutes=45))).isoformat()
    for query, days in (
        (day, {-2}),
        (f"{day}{second}", {-2}),
        (f">={day}", {-2, -1}),
        (f">{day}", {-1}),
        (f"<={day}", {-3, -2}),
        (f"<{day}", {-3}),
        (f">={day}{second}", {-2, -1}),
        (f">{day}{second}", {-1}),
        (f"<={day}{second}", {-3, -2}),
        (f"<{day}{second}", {-3}),
        (f"{before:%Y-%m-%dT%H:%M:%S}Z", set()),
        (f">{before:%Y-%m-%dT%H:%M:%S}Z", {-2, -1}),
        (elsewhere, {-2}),
        (f">{elsewhere}", {-1}),
        (f"<{elsewhere}", {-3}),
        ("9999-12-31", set()),
        ("<=9999-12-31", {-3, -2, -1}),
        (">0001-01-01T00:00:00+14:00", {-3, -2, -1}),
    ):
        found = set(sids(pages(api, "Recordings.json", "recordings", DateCreated=query, PageSize=1000)[0]))
        assert found & set(made.values()) == {made[one] for one in days}, query
    # The links keep it.
    linked = pages(api, "Recordings.json", "recordings", DateCreated=f"<={day}", PageSize=1)
    assert [sids(page) for page in linked] == [[made[-3]], [made[-2]]]


def test_new_recordings_are_late_in_every_list(fresh: str) -> None:
    now_is(fresh, 0, list_lag=60)
    sid = start(fresh)
    assert look(fresh, sid)["status"] == "in-progress"
    for path in ("Recordings.json", "Calls/v3:live/Recordings.json", f"Conferences/{CONFERENCE}/Recordings"):
        assert ask(fresh, "GET", path).json()["recordings"] == []


def test_both_lists_of_a_conference(api: str) -> None:
    listed = ask(api, "GET", f"Conferences/{CONFERENCE}/Recordings.json").json()["recordings"]
    odd = ask(api, "GET", f"Conferences/{CONFERENCE}/Recordings").json()
    assert odd["participants"] == []
    assert len(listed) == 3
    assert sids(odd["recordings"]) == sids(listed)
    for one, other in zip(listed, odd["recordings"]):
        assert one["conference_sid"] == other["conference_sid"] == CONFERENCE
        assert (one["status"], other["status"]) == ("completed", "completed")
        assert (one["duration"], other["duration"]) == ("5", 5)
        assert one["source"] == other["source"] == "StartConferenceRecordingAPI"
        assert email.utils.parsedate_to_datetime(other["date_created"]) == datetime.datetime.fromisoformat(
            one["date_created"].replace("Z", "+00:00")
        )
        assert other["subresource_uris"] == one["subresources_uris"]
        assert not {"subresources_uris", "error_code", "track"} & set(other)
        assert "subresource_uris" not in one
        assert look(api, one["sid"])["conference_sid"] == CONFERENCE


def test_states_of_a_conference_recording(fresh: str) -> None:
    first, second, third = sids(ask(fresh, "GET", f"Conferences/{CONFERENCE}/Recordings").json()["recordings"])
    own(fresh, "PATCH", f"recordings/{first}", status="in-progress")
    own(fresh, "PATCH", f"recordings/{second}", status="absent")
    ask(fresh, "DELETE", f"Recordings/{third}.json")
    odd = ask(fresh, "GET", f"Conferences/{CONFERENCE}/Recordings").json()["recordings"]
    assert [one["status"] for one in odd] == ["processing", "absent", "deleted"]
    assert [one.get("error_code") for one in odd] == [None, "absent", None]
    assert [one.get("duration") for one in odd] == [None, None, 5]
    assert not any("media_url" in one for one in odd)
    listed = ask(fresh, "GET", f"Conferences/{CONFERENCE}/Recordings.json").json()["recordings"]
    assert [(one["sid"], one["status"]) for one in listed] == [(first, "in-progress"), (second, "completed")]
    assert [one["error_code"] for one in listed] == [None, "absent"]
    assert not any("media_url" in one for one in listed)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_other_conferences(api: str, suffix: str) -> None:
    assert ask(api, "GET", f"Conferences/{NOBODY}/Recordings{suffix}").json()["recordings"] == []
    reply = ask(api, "GET", f"Conferences/{uuid.uuid4()}/Recordings{suffix}")
    assert (reply.status_code, reply.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_pages_of_a_conference(api: str, suffix: str) -> None:
    path = f"Conferences/{CONFERENCE}/Recordings{suffix}"
    assert [len(page) for page in pages(api, path, "recordings", PageSize=2)] == [2, 1]


def test_command_says_why_it_did_not_start(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"did not start: conferences\.sid is 'daily'; it must be a UUID"):
        command("start", tmp_path / "state", conferences=[{"sid": "daily", "recordings": 1}])


SEEDED = {
    "recordings": [
        {"call_sid": "v3:live", "sid": NOBODY, "transcription_sid": CONFERENCE},
        {"call_sid": "v3:live", "conference_sid": CONFERENCE, "status": "paused"},
    ],
    "conferences": [{"sid": CONFERENCE, "recordings": 0}, {"sid": "daily", "recordings": 0}],
}


def test_seeded_sids(tmp_path: Path) -> None:
    api = command("start", tmp_path / "state", **SEEDED)["base_url"]
    found = look(api, NOBODY)
    assert (found["call_sid"], found["status"], found["duration"]) == ("v3:live", "completed", "5")
    assert found["subresources_uris"]["transcriptions"].endswith(f"/Transcriptions/{CONFERENCE}.json")
    assert ask(api, "GET", f"Transcriptions/{CONFERENCE}.json").json()["recording_sid"] == NOBODY
    assert sids(ask(api, "GET", "Calls/v3:live/Recordings.json").json()["recordings"])[0] == NOBODY
    (paused,) = ask(api, "GET", f"Conferences/{CONFERENCE}/Recordings.json").json()["recordings"]
    assert (paused["status"], paused["conference_sid"]) == ("paused", CONFERENCE)
    assert ask(api, "GET", "Conferences/daily/Recordings").json()["recordings"] == []
    # Later as well, but each only once.
    sid, text = str(uuid.uuid4()), str(uuid.uuid4())
    started = own(api, "POST", "recordings", call_sid="v3:live", sid=sid, transcription_sid=text)
    assert started.json()["sid"] == sid
    own(api, "PATCH", f"recordings/{sid}", status="completed")
    assert ask(api, "GET", f"Transcriptions/{text}.json").json()["recording_sid"] == sid
    for taken in ({"sid": sid}, {"transcription_sid": text}):
        assert own(api, "POST", "recordings", call_sid="v3:live", **taken).status_code == 422
    assert len(ask(api, "GET", "Calls/v3:live/Recordings.json").json()["recordings"]) == 3
    command("stop", tmp_path / "state")


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        ({"sid": "REC1"}, "sid is 'REC1'; it must be a UUID."),
        ({"transcription_sid": "T1"}, "transcription_sid is 'T1'; it must be a UUID."),
        ({"sid": NOBODY}, f"sid is '{NOBODY}'; it must be the SID of a new recording."),
        ({"conference_sid": "daily"}, "recordings.conference_sid is 'daily'; it must be a UUID."),
        ({"conference_sid": NOBODY}, f"conference_sid is '{NOBODY}'; it must be the SID of a conference."),
        ({"status": "gone"}, "status is 'gone'; it must be one of in-progress, completed, paused, stopped."),
    ],
)
def test_wrong_seeds_are_refused(recording: dict[str, str], message: str) -> None:
    seeded = [{"call_sid": "v3:live", "sid": NOBODY}, {"call_sid": "v3:live", **recording}]
    assert message in refusal(**{**SEEDED, "recordings": seeded})


def test_call_with_a_slash_is_reached_from_end_to_end(api: str, tmp_path: Path) -> None:
    call, other = "v3:a/b%2Fc d/..", "v3:a"
    for sid in (call, other):
        assert own(api, "POST", "calls", sid=sid).status_code == 200
    options = {"api_key": "KEY-1", "account_sid": "account", "base_url": api, "call_sid": call}
    started = runs.run_module(tmp_path, options)
    sid = started["recording"]["sid"]
    assert started["recording"]["call_sid"] == call
    assert [
        one["call_sid"] for one in runs.run_module(tmp_path, options, "voiceops.telnyx.recording_info")["recordings"]
    ] == [call]
    stop = {**options, "recording_sid": sid, "status": "stopped"}
    assert runs.run_module(tmp_path, stop, "voiceops.telnyx.call_recording_status")["changed"]
    uri = started["recording"]["uri"]
    assert requests.post(api.replace("/v2", uri), headers=HEADERS, timeout=10).json()["sid"] == sid
    assert sids(ask(api, "GET", f"Calls/{other}/Recordings.json").json()["recordings"]) == []
    quoted = quote(call, safe="")
    assert own(api, "PATCH", f"calls/{quoted}", status="ended").json() == {"sid": call, "status": "ended"}
    assert "failed" in runs.run_module(tmp_path, options)


def test_transcription_of_a_recording(api: str) -> None:
    recording = completed(api)
    uri = recording["subresources_uris"]["transcriptions"]
    sid = uri.rpartition("/")[2].removesuffix(".json")
    assert uri == f"/v2/texml/Accounts/account/Transcriptions/{sid}.json"
    early = ask(api, "GET", f"Transcriptions/{sid}.json").json()
    assert early["status"] == "in-progress"
    assert "transcription_text" not in early
    later(api, PROCESSING)
    late = requests.get(api.replace("/v2", uri), headers=HEADERS, timeout=10).json()
    assert {name: late[name] for name in ("sid", "recording_sid", "call_sid", "status", "duration", "uri")} == {
        "sid": sid,
        "recording_sid": recording["sid"],
        "call_sid": "v3:live",
        "status": "completed",
        "duration": "1",
        "uri": uri,
    }
    assert late["transcription_text"]
    assert late["date_created"] <= late["date_updated"]
    reply = ask(api, "DELETE", f"Transcriptions/{sid}.json")
    assert (reply.status_code, reply.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert ask(api, method, f"Transcriptions/{sid}.json").json() == NOT_FOUND
    assert look(api, recording["sid"])["subresources_uris"] == {"transcriptions": None}


def test_recording_that_runs_has_no_transcription(fresh: str) -> None:
    sid = start(fresh)
    of = [one["recording_sid"] for one in ask(fresh, "GET", "Transcriptions.json").json()["transcriptions"]]
    assert len(of) == 3
    assert sid not in of


def test_transcription_outlives_its_recording(api: str) -> None:
    recording = completed(api)
    ask(api, "DELETE", f"Recordings/{recording['sid']}.json")
    uri = recording["subresources_uris"]["transcriptions"]
    assert requests.get(api.replace("/v2", uri), headers=HEADERS, timeout=10).status_code == 200


def test_list_of_transcriptions_has_pages(fresh: str) -> None:
    made = [completed(fresh)["sid"] for _number in range(4)]
    (listed,) = pages(fresh, "Transcriptions.json", "transcriptions")
    assert [one["recording_sid"] for one in listed][3:] == made
    assert [len(page) for page in pages(fresh, "Transcriptions.json", "transcriptions", PageSize=3)] == [3, 3, 1]
    first = ask(fresh, "GET", "Transcriptions.json", PageSize=3).json()
    assert first["next_page_uri"] == (
        f"/v2/texml/Accounts/account/Transcriptions.json?PageToken={listed[2]['sid']}&PageSize=3"
    )
    for one in listed[:3]:
        ask(fresh, "DELETE", f"Transcriptions/{one['sid']}.json")
    second = requests.get(fresh.replace("/v2", first["next_page_uri"]), headers=HEADERS, timeout=10).json()
    assert sids(second["transcriptions"]) == sids(listed)[3:6]
    assert ask(fresh, "GET", "Transcriptions.json", PageSize="x").status_code == 422


def requests_of_all(sid: str) -> list[tuple[str, str, str]]:
    """Return a request of each operation that the simulator had not at first, with what it is counted by."""
    account = "/texml/Accounts/{account_sid}"
    return [
        ("POST", f"Calls/v3:other/Recordings/{sid}.json", "v3:other"),
        ("GET", "Recordings.json", f"{account}/Recordings.json"),
        ("GET", f"Recordings/{sid}.json", sid),
        ("DELETE", f"Recordings/{sid}.json", sid),
        ("GET", f"Conferences/{CONFERENCE}/Recordings.json", CONFERENCE),
        ("GET", f"Conferences/{CONFERENCE}/Recordings", CONFERENCE),
        ("GET", "Calls", f"{account}/Calls"),
        ("GET", f"Calls/{sid}", sid),
        ("GET", "Conferences", f"{account}/Conferences"),
        ("GET", f"Conferences/{CONFERENCE}", CONFERENCE),
        ("GET", f"Conferences/{CONFERENCE}/Participants", CONFERENCE),
        ("GET", f"Conferences/{CONFERENCE}/Participants/{sid}", sid),
        ("GET", "Transcriptions.json", f"{account}/Transcriptions.json"),
        ("GET", f"Transcriptions/{sid}.json", sid),
        ("DELETE", f"Transcriptions/{sid}.json", sid),
    ]


def test_credentials_of_every_operation(api: str) -> None:
    for method, path, _subject in requests_of_all(NOBODY):
        url, body = f"{api}/texml/Accounts/account/{path}", "Status=paused"
        assert requests.request(method, url, data=body, timeout=10).json() == NOT_FOUND
        wrong = {**HEADERS, "Authorization": "Bearer KEY-2"}
        assert requests.request(method, url, data=body, headers=wrong, timeout=10).status_code == 401
        other = url.replace("account/", "other/")
        assert requests.request(method, other, data=body, headers=HEADERS, timeout=10).status_code == 404


def test_every_operation_misbehaves_by_what_it_is_about(api: str) -> None:
    wanted = requests_of_all(NOBODY)
    subjects = {subject for _method, _path, subject in wanted}
    calls = {subject: ["rate_limited", "error_before", "html_before", "redirect"] for subject in subjects}
    own(api, "PUT", "misbehaviour", calls=calls)
    counts = dict.fromkeys(subjects, 0)
    for method, path, subject in wanted * 2:
        disturbed, right = [429, 500, 200, 302], 200 if subject == CONFERENCE else 404
        expected = disturbed[counts[subject]] if counts[subject] < len(disturbed) else right
        assert ask(api, method, path, "Status=paused").status_code == expected, (method, path)
        counts[subject] += 1
    assert {counts[subject] for subject in subjects} == {2, 8, 12}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_on_a_deletion(api: str, kind: str) -> None:
    """A reply without a body is broken in the same ways, and the log stays empty."""
    sid = start(api)
    own(api, "PUT", "misbehaviour", calls={sid: [kind]}, delay=0.05)
    try:
        ask(api, "DELETE", f"Recordings/{sid}.json")
    except requests.RequestException:
        assert kind in ("drop_before", "drop_after")
    acts = kind in (
        "drop_after",
        "error_after",
        "html_after",
        "slow_before",
        "slow_after",
        "truncated",
        "remaining_zero",
    )
    assert ask(api, "GET", f"Recordings/{sid}.json").status_code == (404 if acts else 200)


def test_json_for_an_update_where_it_is_accepted(tmp_path: Path) -> None:
    api = command("start", tmp_path / "state", accept_json=True)["base_url"]
    sid = start(api)
    url = f"{api}/texml/Accounts/account/Calls/v3:live/Recordings/{sid}.json"
    headers = {**HEADERS, "Content-Type": "application/json"}
    assert requests.post(url, json={"Status": "paused"}, headers=headers, timeout=10).status_code == 200
    assert requests.post(url, json={"Status": "gone"}, headers=headers, timeout=10).status_code == 422
    assert look(api, sid)["status"] == "paused"
    for path in (f"Recordings/{sid}.json", "Recordings.json", "Transcriptions.json"):
        assert requests.get(f"{api}/texml/Accounts/account/{path}", headers=headers, timeout=10).status_code == 200
    gone = requests.delete(f"{api}/texml/Accounts/account/Recordings/{sid}.json", headers=headers, timeout=10)
    assert gone.status_code == 204
    command("stop", tmp_path / "state")


def test_every_operation_of_the_description_is_asked_for_here() -> None:
    paths = yaml.safe_load((FILES / "texml.yml").read_text(encoding="utf-8"))["paths"]
    described = {(method.upper(), path) for path, item in paths.items() for method in item if method != "parameters"}
    before = [("POST", "Calls/v3:other/Recordings.json", ""), ("GET", "Calls/v3:other/Recordings.json", "")]
    names = {
        "v3:other": "{call_sid}",
        CONFERENCE: "{conference_sid}",
        f"Calls/{NOBODY}": "Calls/{call_sid}",
        f"Participants/{NOBODY}": "Participants/{call_sid_or_participant_label}",
        f"Recordings/{NOBODY}": "Recordings/{recording_sid}",
        f"Transcriptions/{NOBODY}": "Transcriptions/{recording_transcription_sid}",
    }
    asked = set()
    for method, path, _subject in before + requests_of_all(NOBODY):
        for sid, name in names.items():
            path = path.replace(sid, name)
        asked.add((method, f"/texml/Accounts/{{account_sid}}/{path}"))
    # That one is not below the account; test_calls.py asks for it.
    assert asked == described - {("GET", "/connections/{connection_id}/active_calls")}


@pytest.mark.long
def test_role_variables(tmp_path: Path) -> None:
    readme = (runs.ROOT / "roles/simulator/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(simulator_traffic:\n.*?)^```", readme, re.MULTILINE | re.DOTALL)
    variables = {
        "simulator_account_sid": "account",
        "simulator_api_key": "KEY-1",
        "simulator_conferences": [{"sid": CONFERENCE, "recordings": 1}],
        "simulator_recordings": [{"call_sid": "v3:a", "sid": NOBODY, "transcription_sid": CONFERENCE}],
        "simulator_processing_seconds": 0,
        "simulator_media_seconds": 0.01,
        "simulator_connection_id": "77",
        **yaml.safe_load(example),
    }
    run = runs.playbook(tmp_path, role(**variables))
    assert run.code == 0, run.output
    api = run.result("Keep the address of the simulator")["ansible_facts"]["simulator_base_url"]
    (recording,) = ask(api, "GET", f"Conferences/{CONFERENCE}/Recordings.json").json()["recordings"]
    later(api, 1)
    seeded = ask(api, "GET", f"Transcriptions/{CONFERENCE}.json").json()["recording_sid"]
    expired = requests.get(recording["media_url"], timeout=10).status_code
    transcription, _seeded = ask(api, "GET", "Transcriptions.json").json()["transcriptions"]
    traffic = own(api, "GET", "traffic").json()
    assert runs.playbook(tmp_path, role("stopped")).code == 0
    assert traffic == {**traffic, **yaml.safe_load(example)["simulator_traffic"], "connection_id": "77"}
    assert (expired, transcription["status"]) == (403, "completed"), json.dumps(transcription)
    assert seeded == NOBODY
