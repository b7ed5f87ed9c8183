# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One shape of event for both sources."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
from typing import Any

import pytest
from support.events import load
from support.runs import ROOT

# About no version of Ansible.
pytestmark = pytest.mark.once
callback, recordings = load("callback"), load("recordings")

POSTED = {
    "AccountSid": "f5586561-8ff0-4291-a51b-c7dfe4139ff9",
    "CallSid": "v3:abc",
    "ConnectionId": "1494404757140276705",
    "RecordingChannels": "2",
    "RecordingDuration": "12",
    "RecordingSid": "35094891-3290-4142-b2c2-b2eda57534cf",
    "RecordingSource": "StartCallRecordingAPI",
    "RecordingStatus": "completed",
    "RecordingUrl": "https://media.invalid/a?X-Signature=b",
}
LISTED = {
    "account_sid": "org",
    "call_sid": "v3%3Aabc",
    "channels": 2,
    "date_created": "Fri, 24 Nov 2026 10:00:00 +0000",
    "duration": "12",
    "media_url": "https://media.invalid/a?X-Signature=c",
    "sid": "35094891-3290-4142-b2c2-b2eda57534cf",
    "source": "StartCallRecordingAPI",
    "start_time": "2026-11-24T11:00:00.5+01:00",
    "status": "completed",
}


def posted(**changed: Any) -> dict[str, Any]:
    return dict(callback.callback_event({**POSTED, **changed}, include_url=False))


def called(status: str, **fields: Any) -> dict[str, Any]:
    payload = {"CallSid": "v3:abc", "CallStatus": status, "From": "+1", "To": "+2", "SequenceNumber": "2", **fields}
    return dict(callback.callback_event(payload, include_url=False))


def conference(event: str, **fields: Any) -> dict[str, Any]:
    payload = {
        "ConferenceSid": "conf",
        "StatusCallbackEvent": event,
        "FriendlyName": "Bridge",
        "CallSid": "v3:abc",
        **fields,
    }
    return dict(callback.callback_event(payload, include_url=False))


def test_recording_of_both_sources() -> None:
    ours, theirs = posted(), recordings.recording_event(LISTED)
    assert ours["meta"]["uuid"] == theirs["meta"]["uuid"]
    assert set(ours) == set(theirs) == {"type", "call", "recording", "conference", "payload", "meta"}
    for name in ("call", "recording"):
        assert set(ours[name]) == set(theirs[name])
    assert ours["type"] == theirs["type"] == "recording.completed"
    common = {
        "sid": POSTED["RecordingSid"],
        "call_sid": "v3:abc",
        "conference_sid": None,
        "status": "completed",
        "source": "StartCallRecordingAPI",
        "channels": 2,
        "duration": 12,
    }
    assert ours["recording"] == {**common, "date_created": None, "start_time": None}
    assert theirs["recording"] == {
        **common,
        "date_created": "2026-11-24T10:00:00Z",
        "start_time": "2026-11-24T10:00:00Z",
    }
    assert ours["call"]["sid"] == theirs["call"]["sid"] == "v3:abc"
    assert ours["call"]["connection_id"] == "1494404757140276705"


def test_payload_is_as_posted_without_the_link() -> None:
    assert posted()["payload"] == {name: value for name, value in POSTED.items() if name != "RecordingUrl"}
    assert recordings.recording_event(LISTED)["payload"] == {
        name: value for name, value in LISTED.items() if name != "media_url"
    }
    nested = callback.callback_event({"a": [{"recording_urls": {"mp3": "https://x"}, "b": 1}]}, include_url=False)
    assert nested["payload"] == {"a": [{"b": 1}]}


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("initiated", "call.initiated"),
        ("ringing", "call.ringing"),
        ("in-progress", "call.answered"),
        ("completed", "call.completed"),
        ("no-answer", "call.no-answer"),
        ("Rm -rf /", "call.unknown"),
    ],
)
def test_calls(status: str, wanted: str) -> None:
    event = called(status)
    assert event["type"] == wanted
    assert event["call"] == {
        "sid": "v3:abc",
        "parent_sid": None,
        "connection_id": None,
        "status": status,
        "from": "+1",
        "to": "+2",
        "duration": None,
        "sequence_number": 2,
    }
    assert event["recording"] is event["conference"] is None


@pytest.mark.parametrize(
    ("status", "wanted"),
    [("in-progress", "recording.started"), ("absent", "recording.absent"), ("completed", "recording.completed")],
)
def test_recordings(status: str, wanted: str) -> None:
    assert posted(RecordingStatus=status)["type"] == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("conference-start", "conference.started"),
        ("conference-end", "conference.ended"),
        ("participant-join", "conference.joined"),
        ("participant-leave", "conference.left"),
        ("participant-speech-start", "conference.speech-start"),
        ("speaker", "conference.speaker"),
    ],
)
def test_conferences(name: str, wanted: str) -> None:
    event = conference(name, SequenceNumber="3")
    assert event["type"] == wanted
    assert event["conference"] == {"sid": "conf", "friendly_name": "Bridge", "status": name, "sequence_number": 3}
    assert event["call"]["sid"] == "v3:abc"


def test_recording_of_a_conference_is_a_recording() -> None:
    event = posted(ConferenceSid="conf", StatusCallbackEvent="participant-join")
    assert event["type"] == "recording.completed"
    assert event["recording"]["conference_sid"] == "conf"


def test_others_are_passed_on() -> None:
    """What a call costs has the call's status beside it, and is no change of it."""
    for payload in (
        {"TranscriptionSid": "TR1"},
        {"CallSid": "c", "CallStatus": "completed", "CallbackSource": "call-cost-events"},
    ):
        event = callback.callback_event(payload, include_url=False)
        assert event["type"] == "other"
        assert event["payload"] == payload


def test_uuids() -> None:
    """The same for the same thing, however it is spelled, and another one for another thing."""
    same = [
        posted(),
        posted(RecordingUrl="https://other.invalid"),
        posted(RecordingDuration="13"),
        posted(CallSid="v3%3Aabc"),
    ]
    assert len({event["meta"]["uuid"] for event in same}) == 1
    assert called("ringing", CallSid="v3%3Aabc")["meta"] == called("ringing", Timestamp="later")["meta"]
    again = [conference("participant-join", SequenceNumber=number) for number in (2, 4)]
    unnumbered = [conference("participant-join", Timestamp=when) for when in ("a", "b", "b")]
    different = [
        *(posted(), posted(RecordingStatus="absent"), posted(RecordingSid="other")),
        *(called("ringing"), called("in-progress"), called("ringing", CallSid="other")),
        *again,
        *unnumbered[:2],
        conference("participant-leave", SequenceNumber=2),
        *(posted(RecordingSid="", CallSid=sid) for sid in "ab"),
    ]
    assert len({event["meta"]["uuid"] for event in different}) == len(different)
    assert unnumbered[1]["meta"] == unnumbered[2]["meta"]


def test_uuid_stays_the_same_in_later_versions() -> None:
    """Spools, states and archives know events by it."""
    assert posted()["meta"]["uuid"] == "0b8d6d15-0d36-5a61-b8df-ac2ca3ce1d7d"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("12", 12),
        (12, 12),
        ("12.5", 12.5),
        ("", None),
        (None, None),
        ("-1", None),
        ("1e5", None),
        (True, None),
        ("٣", None),
        ([], None),
        ("9" * 16, None),
        ("0", 0),
    ],
)
def test_numbers(given: Any, wanted: Any) -> None:
    assert callback.number(given) == wanted
    assert type(callback.number(given)) is type(wanted)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("2026-11-24T10:00:00.123456789Z", "2026-11-24T10:00:00Z"),
        ("2026-11-24T10:00:00+05:30", "2026-11-24T04:30:00Z"),
        ("Tue, 24 Nov 2026 10:00:00 -0500", "2026-11-24T15:00:00Z"),
        ("2026-11-24 10:00:00", "2026-11-24T10:00:00Z"),
        ("0001-01-01T00:00:00+14:00", None),
        ("Tue, 24 Nov 2026 10:00:00 +99999999999999", None),
        ("Tue, 24 Nov 99999999999999999999 10:00:00 +0000", None),
        ("Tue, 99 Nov 2026 10:00:00 +0000", None),
        ("Sun, 31 Dec 9999 23:59:59 -1200", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        ({}, None),
    ],
)
def test_dates(given: Any, wanted: Any) -> None:
    assert callback.date(given) == wanted


def test_no_text_is_a_template() -> None:
    """A caller chooses a SIP address. ansible-playbook gets it as an extra variable, and would render it."""
    evil = "sip:{{ lookup('pipe', 'id') }}@x {% set a = 1 %} {# b #} {{{ c"
    event = called("in-progress", From=evil, **{"{{ name }}": "x"})
    assert event["call"]["from"] == "sip:{ { lookup('pipe', 'id') }}@x { % set a = 1 %} { # b #} { { { c"
    text = json.dumps(event)
    assert not any(opening in text for opening in ("{{", "{%", "{#"))
    # A lone brace, as JSON in a field has, stays as it is.
    assert called("ringing", Stats='{"mos": 4}')["payload"]["Stats"] == '{"mos": 4}'


def test_shared_part_is_the_same_in_both() -> None:
    check = [sys.executable, str(ROOT / "tools/generate_events.py"), "--check"]
    assert subprocess.run(check, check=False).returncode == 0


def test_strangers_text_in_logs_is_short_and_printable() -> None:
    assert callback.shown("a\nb\u2028\x1b[0m") == r"'a\nb\u2028\x1b[0m'"
    assert len(callback.shown("x" * 1000)) == 80


def test_form_of_any_field_is_an_event() -> None:
    """Whatever was signed is emitted: no combination of fields is an error."""
    values = ["", "completed", "participant-join", "v3:a%", "١", "9" * 40, "{{", "\x00"]
    names = [
        "RecordingSid",
        "RecordingStatus",
        "CallSid",
        "CallStatus",
        "ConferenceSid",
        "StatusCallbackEvent",
        "RecordingDuration",
    ]
    for first in names:
        for second in names:
            for value in values:
                payload = dict(urllib.parse.parse_qsl(urllib.parse.urlencode({first: value, second: value}), True))
                event = callback.callback_event(payload, include_url=True)
                assert event["meta"]["uuid"]
    for odd in ([1], {"a": None}, 3.5, None, True):
        assert callback.callback_event(dict.fromkeys(names, odd), include_url=True)["meta"]["uuid"]
