# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's own SDKs as clients of the simulator: both go through every operation of the description.

Each request is held against the description, by what the simulator's ledger says of it, and each reply against what the
SDK made of it. Neither SDK has a way to the second page of a call's recordings, or of a conference's.
"""

from __future__ import annotations

import datetime
import email.utils
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import yaml
from simulator.calls import CONNECTION
from support import runs
from support.simulator import FILES
from support.simulator_api import own
from support.simulator_api import running as running_simulator

pytestmark = pytest.mark.once

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
CONFERENCE = "cd5a70f4-759b-4d5e-9c06-88c00f16f3c1"
NOBODY = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"
# What the simulator has from the start, by the same name as the recording and the transcription of the vendor's own tests.
SEEDED = "b08f0fa1-a32c-4218-b3b5-9cf78941ccac"
HOME = "/v2/texml/Accounts/account"
FROM = "+13122010094"
NOT_FOUND = ("NotFoundError", {"detail": "Resource not found"})
# Method and path of every operation.
DESCRIBED = {
    operation["operationId"]: (method.upper(), f"/v2{path}")
    for path, item in yaml.safe_load((FILES / "texml.yml").read_text(encoding="utf-8"))["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
}
# Those that find calls.
FINDING = {name for name in DESCRIBED if name.startswith("GetTexml") and not name.endswith("Recordings")} | {
    "ListConnectionActiveCalls"
}


class Language(NamedTuple):
    """What is special to an SDK: how to run the client, and what it sends."""

    command: list[str]
    content_types: dict[str, str | None]
    read_body: Callable[[str], dict[str, Any]]

    @property
    def sends_json(self) -> bool:
        return self.content_types["POST"] == JSON


def read_form(body: str) -> dict[str, Any]:
    return {name: {"true": True, "false": False}.get(value, value) for name, value in parse_qsl(body)}


BIN = Path(sys.executable).parent
LANGUAGES = {
    "python": Language([sys.executable, "client.py"], {"POST": JSON, "GET": None, "DELETE": JSON}, json.loads),
    "node": Language([str(BIN / "node"), "client.mjs"], {"POST": FORM, "GET": None, "DELETE": None}, read_form),
}


class Is:
    """Equals what a check is true of."""

    def __init__(self, name: str, check: Callable[[Any], bool], of: type = str) -> None:
        self._name, self._check, self._of = name, check, of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self._of) and self._check(other)

    def __repr__(self) -> str:
        return self._name


def is_now(date: datetime.datetime) -> bool:
    return abs(datetime.datetime.now(datetime.timezone.utc) - date) < datetime.timedelta(minutes=10)


def is_audio(url: str) -> bool:
    with requests.get(url, timeout=10) as reply:
        return reply.headers["Content-Type"] == "audio/wav"


NOW = Is("a date-time of now", lambda text: is_now(datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))))
MAIL_NOW = Is("a date of mail of now", lambda text: is_now(email.utils.parsedate_to_datetime(text)))
AUDIO = Is("a link to audio", is_audio)
SECONDS = Is("a number of seconds", str.isdecimal)
UUID = Is("a UUID", lambda text: str(uuid.UUID(text)) == text)


class Sdk:
    """An SDK, in a process of its own, and the simulator that it talks to."""

    def __init__(self, language: Language, base_url: str, client: subprocess.Popen[str]) -> None:
        self.base_url = base_url
        self.answered: set[str] = set()
        self._language = language
        self._client = client

    def returned(self, operation: str, **arguments: Any) -> Any:
        """Return what a method returned, after a look at what it sent."""
        reply, entry = self._ask(operation, "KEY-1", arguments)
        assert set(reply) == {"returned"}, reply
        assert entry["status"] == (204 if entry["method"] == "DELETE" else 200)
        self.answered.add(operation)
        return reply["returned"]

    def raised(self, operation: str, api_key: str = "KEY-1", **arguments: Any) -> tuple[str, Any]:
        """Return the class of what a method raised, and the first error in it, after a look at what it sent."""
        reply, entry = self._ask(operation, api_key, arguments)
        assert set(reply) == {"raised", "status", "body"}, reply
        assert entry["status"] == reply["status"]
        return reply["raised"], reply["body"]["errors"][0]

    def ledger(self) -> list[dict[str, Any]]:
        return list(own(self.base_url, "GET", "ledger").json()["requests"])

    def _ask(self, operation: str, api_key: str, arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what the client answers, and the entry in the ledger of the one request that it sent."""
        assert self._client.stdin
        assert self._client.stdout
        before = len(self.ledger())
        if "{account_sid}" in DESCRIBED[operation][1]:
            arguments = {"account_sid": "account", **arguments}
        wanted = {"operation": operation, "arguments": arguments, "api_key": api_key}
        self._client.stdin.write(json.dumps(wanted) + "\n")
        self._client.stdin.flush()
        line = self._client.stdout.readline()
        assert line, "the client has ended; why is in its standard error"
        (entry,) = self.ledger()[before:]
        self._check(entry, operation, arguments)
        return dict(json.loads(line)), entry

    def _check(self, entry: dict[str, Any], operation: str, arguments: dict[str, Any]) -> None:
        """Check that a request is that of an operation, with these arguments."""
        method, path = DESCRIBED[operation]
        rest = {name: value for name, value in arguments.items() if f"{{{name}}}" not in path}
        url, headers = urlsplit(entry["target"]), dict(entry["headers"])
        assert (entry["method"], url.path) == (method, path.format(**arguments))
        assert headers.get("content-type") == self._language.content_types[method]
        if method == "POST":
            # The ledger has a character for each byte.
            body = entry["body"].encode("latin-1").decode()
            assert (url.query, self._language.read_body(body)) == ("", rest)
        else:
            assert dict(parse_qsl(url.query)) == {name: str(value) for name, value in rest.items()}
            assert entry["body"] == ""


@pytest.fixture(scope="module", params=LANGUAGES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    language, folder = LANGUAGES[request.param], tmp_path_factory.mktemp(request.param)
    conferences = [
        {"sid": CONFERENCE, "recordings": 2},
        {"sid": "conference_sid", "recordings": 0, "friendly_name": "daily", "participants": ["call_sid"]},
    ]
    recordings = [{"call_sid": "call_sid", "sid": SEEDED, "transcription_sid": SEEDED}]
    # What has been stopped is completed at once, and JSON is taken only where it is sent.
    settings = {"processing_seconds": 0, "accept_json": language.sends_json}
    seeds = {
        "calls": [{"sid": "call_sid", "from": FROM, "session": "session"}],
        "conferences": conferences,
        "recordings": recordings,
    }
    with running_simulator(folder / "state", **settings, **seeds) as base_url, subprocess.Popen(
        [*language.command, base_url],
        cwd=Path(__file__).with_name("sdk"),
        env=runs.environment(folder, NODE_PATH=str(BIN.parent / "sdk" / "node_modules")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as client:
        yield Sdk(language, base_url, client)


@pytest.fixture
def sdk(running: Sdk) -> Iterator[Sdk]:
    """Return an SDK, with a simulator that has the right time."""
    running.answered.clear()
    yield running
    own(running.base_url, "PUT", "misbehaviour", clock_offset=0)


@pytest.fixture
def call(sdk: Sdk) -> str:
    """Return a live call on which nothing has happened."""
    return str(own(sdk.base_url, "POST", "calls", sid=f"v3:{uuid.uuid4()}").json()["sid"])


def page(path: str, name: str, things: list[Any], **changes: Any) -> dict[str, Any]:
    """Return a list that has one page."""
    uri = f"{HOME}/{path}"
    return {name: things, "page": 0, "page_size": 20, "start": 0, "end": len(things) - 1, "uri": uri, **changes}


def test_every_operation(sdk: Sdk, call: str) -> None:
    form = {
        "PlayBeep": False,
        "RecordingChannels": "single",
        "RecordingTrack": "inbound",
        "RecordingStatusCallback": "https://runbooks.example.com/a?b=c&d=%C3%A9",
        "RecordingStatusCallbackEvent": "in-progress completed",
        "RecordingStatusCallbackMethod": "GET",
        "SendRecordingUrl": True,
    }
    of_start = sdk.returned("StartTeXMLCallRecording", call_sid=call, **form)
    sid = sdk.ledger()[-1]["recording"]
    both = {
        "account_sid": "account",
        "call_sid": call,
        "conference_sid": None,
        "channels": 1,
        "date_created": NOW,
        "date_updated": NOW,
        "start_time": NOW,
        "duration": None,
        "sid": sid,
        "source": "StartCallRecordingAPI",
        "error_code": None,
    }
    started = {
        **both,
        "price": None,
        "price_unit": None,
        "track": "inbound",
        "uri": f"{HOME}/Calls/{call}/Recordings/{sid}.json",
    }
    assert of_start == started

    update = {"call_sid": call, "recording_sid": sid}
    for status in ("paused", "in-progress"):
        assert sdk.returned("UpdateTeXMLCallRecording", **update, Status=status) == started
        assert sdk.returned("GetTeXMLCallRecording", recording_sid=sid) == {
            **both,
            "status": status,
            "subresources_uris": {"transcriptions": None},
            "uri": f"{HOME}/Recordings/{sid}.json",
        }
    stopped = sdk.returned("UpdateTeXMLCallRecording", **update, Status="stopped")
    assert stopped == {**started, "duration": SECONDS}

    of_look = sdk.returned("GetTeXMLCallRecording", recording_sid=sid)
    transcription_uri = of_look["subresources_uris"]["transcriptions"]
    transcription_sid = Path(transcription_uri).stem
    assert transcription_uri == f"{HOME}/Transcriptions/{transcription_sid}.json"
    recording = {
        **both,
        "duration": stopped["duration"],
        "status": "completed",
        "media_url": AUDIO,
        "subresources_uris": {"transcriptions": transcription_uri},
        "uri": f"{HOME}/Recordings/{sid}.json",
    }
    assert of_look == recording
    assert sdk.returned("FetchTeXMLCallRecordings", call_sid=call) == page(
        f"Calls/{call}/Recordings.json", "recordings", [recording]
    )
    assert sdk.returned("GetTeXMLCallRecordings")["recordings"][-1] == recording

    transcription = {
        "account_sid": "account",
        "api_version": "2010-04-01",
        "call_sid": call,
        "date_created": NOW,
        "date_updated": NOW,
        "duration": stopped["duration"],
        "recording_sid": sid,
        "sid": transcription_sid,
        "status": "completed",
        "transcription_text": Is("a text", lambda text: "recorded by a simulator" in text),
        "uri": transcription_uri,
    }
    of_text = {"recording_transcription_sid": transcription_sid}
    assert sdk.returned("GetTeXMLRecordingTranscription", **of_text) == transcription
    assert sdk.returned("GetTeXMLRecordingTranscriptions")["transcriptions"][-1] == transcription

    of_conference = {
        **recording,
        "call_sid": f"v3:participant-0-of-{CONFERENCE}",
        "conference_sid": CONFERENCE,
        "duration": "5",
        "source": "StartConferenceRecordingAPI",
        "sid": UUID,
        "uri": Is("a path", lambda text: text.startswith(f"{HOME}/Recordings/")),
        "subresources_uris": {"transcriptions": Is("a path", lambda text: text.startswith(f"{HOME}/Transcriptions/"))},
    }
    of_other = {**of_conference, "call_sid": f"v3:participant-1-of-{CONFERENCE}"}
    listed = sdk.returned("FetchTeXMLConferenceRecordings", conference_sid=CONFERENCE)
    assert listed == page(f"Conferences/{CONFERENCE}/Recordings.json", "recordings", [of_conference, of_other])
    of_its_model = [
        {
            **{name: value for name, value in one.items() if name not in ("error_code", "subresources_uris")},
            **dict.fromkeys(("date_created", "date_updated", "start_time"), MAIL_NOW),
            "duration": 5,
            "media_url": AUDIO,
            "subresource_uris": one["subresources_uris"],
        }
        for one in listed["recordings"]
    ]
    assert sdk.returned("GetTexmlConferenceRecordings", conference_sid=CONFERENCE) == page(
        f"Conferences/{CONFERENCE}/Recordings", "recordings", of_its_model, participants=[]
    )

    assert sdk.returned("DeleteTeXMLRecordingTranscription", **of_text) is None
    assert sdk.raised("GetTeXMLRecordingTranscription", **of_text) == NOT_FOUND
    assert sdk.returned("DeleteTeXMLCallRecording", recording_sid=sid) is None
    assert sdk.raised("GetTeXMLCallRecording", recording_sid=sid) == NOT_FOUND
    assert sdk.answered | FINDING == set(DESCRIBED)


def test_every_operation_that_finds_calls(sdk: Sdk) -> None:
    found = sdk.returned("GetTexmlCall", call_sid="call_sid")
    assert found == {
        "account_sid": "account",
        **dict.fromkeys(("date_created", "date_updated", "start_time"), MAIL_NOW),
        "direction": "inbound",
        "from": FROM,
        "from_formatted": "(312) 201-0094",
        "sid": "call_sid",
        "status": "in-progress",
        "to": "+13125550100",
        "to_formatted": "(312) 555-0100",
        "uri": f"{HOME}/Calls/call_sid",
    }
    assert sdk.returned("GetTexmlCalls", From=FROM) == page("Calls", "calls", [found])
    assert sdk.returned("GetTexmlCalls", From=FROM, Status="busy", StartTime="2023-05-22", PageSize=5)["calls"] == []

    conference = sdk.returned("GetTexmlConference", conference_sid="conference_sid")
    assert (conference["status"], conference["friendly_name"]) == ("in-progress", "daily")
    listed = sdk.returned("GetTexmlConferences", FriendlyName="daily", Status="in-progress", DateCreated=">=2023-05-22")
    assert listed == page("Conferences", "conferences", [conference])
    of = {"conference_sid": "conference_sid"}
    participant = sdk.returned("GetTexmlConferenceParticipant", **of, call_sid_or_participant_label="call_sid")
    assert (participant["call_sid"], participant["status"], participant["muted"]) == ("call_sid", "connected", False)
    assert sdk.returned("GetTexmlConferenceParticipants", **of) == page(
        "Conferences/conference_sid/Participants", "participants", [participant]
    )

    active = sdk.returned("ListConnectionActiveCalls", connection_id=CONNECTION, **{"page[size]": 1})["data"]
    assert active == [
        {
            "call_control_id": "call_sid",
            "call_duration": Is("a number", lambda number: number >= 0, int),
            "call_leg_id": UUID,
            "call_session_id": "session",
            "client_state": "",
            "record_type": "call",
        }
    ]
    assert sdk.answered == FINDING


def test_date_and_pages_of_the_account(sdk: Sdk, call: str) -> None:
    # Days on which no other test records anything.
    now = datetime.datetime.now(datetime.timezone.utc)
    first, second = (f"{now - datetime.timedelta(days=ago):%Y-%m-%d}" for ago in (9, 8))
    made: dict[str, list[str]] = {first: [], second: []}
    for day in (first, second, second, second):
        offset = (datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00") - now).total_seconds()
        assert own(sdk.base_url, "PUT", "misbehaviour", clock_offset=offset).status_code == 200
        made[day].append(sdk.returned("StartTeXMLCallRecording", call_sid=call)["sid"])

    def listed(**query: Any) -> tuple[list[str], dict[str, Any]]:
        """Return the SIDs of a page, and the query of the next."""
        found = sdk.returned("GetTeXMLCallRecordings", **query)
        following = urlsplit(found.get("next_page_uri", ""))
        assert following.path in ("", found["uri"])
        return [one["sid"] for one in found["recordings"]], dict(parse_qsl(following.query))

    for query, sids in (
        (first, made[first]),
        (f"<={first}", made[first]),
        (f"<{second}T12:00:00Z", made[first]),
        (f"<={second}", made[first] + made[second]),
        (f">={second}", made[second]),
        (f">{second}T12:10:00Z", []),
    ):
        found = listed(DateCreated=query)[0]
        assert [sid for sid in found if sid in made[first] + made[second]] == sids, query
    sids, following = listed(DateCreated=second, PageSize=2)
    assert sids == made[second][:2]
    assert following == {"Page": "1", "PageToken": sids[-1], "PageSize": "2", "DateCreated": second}
    assert listed(**following) == (made[second][2:], {})


def test_pages_of_the_transcriptions(sdk: Sdk) -> None:
    # The oldest are those of the conference, and no test deletes them.
    of_first, of_second = (
        Path(one["subresources_uris"]["transcriptions"]).stem
        for one in sdk.returned("FetchTeXMLConferenceRecordings", conference_sid=CONFERENCE)["recordings"]
    )
    found = sdk.returned("GetTeXMLRecordingTranscriptions", PageSize=1)
    assert [one["sid"] for one in found["transcriptions"]] == [of_first]
    assert found["next_page_uri"] == f"{HOME}/Transcriptions.json?PageToken={of_first}&PageSize=1"
    found = sdk.returned("GetTeXMLRecordingTranscriptions", PageToken=of_first, PageSize=1)
    assert [one["sid"] for one in found["transcriptions"]] == [of_second]


def test_as_the_vendors_own_tests_ask(sdk: Sdk) -> None:
    """They name things that are there, leave out what is optional, and page as the description allows."""
    recording = sdk.returned("GetTeXMLCallRecording", recording_sid=SEEDED)
    assert (recording["sid"], recording["call_sid"], recording["status"]) == (SEEDED, "call_sid", "completed")
    unchanged = sdk.returned("UpdateTeXMLCallRecording", call_sid="call_sid", recording_sid=SEEDED)
    assert unchanged["sid"] == SEEDED
    assert sdk.returned("GetTeXMLCallRecording", recording_sid=SEEDED)["status"] == "completed"
    assert SEEDED in [one["sid"] for one in sdk.returned("FetchTeXMLCallRecordings", call_sid="call_sid")["recordings"]]
    for operation in ("FetchTeXMLConferenceRecordings", "GetTexmlConferenceRecordings"):
        assert sdk.returned(operation, conference_sid="conference_sid")["recordings"] == []
    transcription = sdk.returned("GetTeXMLRecordingTranscription", recording_transcription_sid=SEEDED)
    assert (transcription["sid"], transcription["recording_sid"]) == (SEEDED, SEEDED)
    dated = sdk.returned("GetTeXMLCallRecordings", DateCreated="2023-05-22T00:00:00+00:00", Page=0, PageSize=0)
    assert (dated["recordings"], dated["page"], dated["page_size"]) == ([], 0, 1)
    assert len(sdk.returned("GetTeXMLCallRecordings", DateCreated=">2023-05-22T00:00:00+00:00")["recordings"]) > 0
    assert sdk.returned("GetTeXMLRecordingTranscriptions", PageToken="PageToken", PageSize=0)["transcriptions"] == []


@pytest.mark.parametrize("operation", DESCRIBED)
def test_errors(sdk: Sdk, operation: str) -> None:
    names = (
        "call_sid",
        "call_sid_or_participant_label",
        "conference_sid",
        "recording_sid",
        "recording_transcription_sid",
    )
    arguments = {name: NOBODY for name in names if f"{{{name}}}" in DESCRIBED[operation][1]}
    if operation == "UpdateTeXMLCallRecording":
        arguments["Status"] = "paused"
    if operation == "ListConnectionActiveCalls":
        arguments["connection_id"] = "23"
    unknown = arguments or {"account_sid": "other"}
    assert sdk.raised(operation, **unknown) == NOT_FOUND
    raised, error = sdk.raised(operation, "KEY-2", **arguments)
    assert (raised, error["code"]) == ("AuthenticationError", "10009")


def test_what_is_not_as_described_is_refused(sdk: Sdk, call: str) -> None:
    raised, error = sdk.raised("StartTeXMLCallRecording", call_sid=call, RecordingTrack="sideways")
    assert (raised, error["source"]) == ("UnprocessableEntityError", {"pointer": "/RecordingTrack"})
