# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signed callbacks: what is sent, when, how often, and what goes wrong on purpose."""

from __future__ import annotations

import base64
import itertools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from simulator.app import Simulator
from support import runs, simulator
from support.clock import wait_until
from support.receiver import SILENCE, Received, Receiver, receiving
from support.simulator_api import HEADERS, SETTINGS, command, later, own, role, running

FORM = "RecordingStatusCallback"
EVENTS = {"RecordingStatusCallbackEvent": "in-progress completed absent"}


SIDS = (f"v3:new-{number}" for number in itertools.count())
# How many callbacks each simulator had sent when the test began.
BEFORE: dict[str, int] = {}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Receiver]]:
    """A simulator whose calls call back, with all the time that a slow machine may need, and its receiver."""
    conference = {
        "sid": "c",
        "recordings": 0,
        "participants": ["v3:chair", "v3:guest"],
        "labels": {"v3:chair": "chair"},
    }
    with receiving() as receiver, running(
        tmp_path_factory.mktemp("simulator") / "state",
        calls=[{"sid": sid, "status": "ringing"} for sid in ("v3:chair", "v3:guest")] + SETTINGS["calls"],
        conferences=[conference],
        status_callback=receiver.url,
        callback_timeout=60,
        processing_seconds=5,
    ) as api:
        yield api, receiver


@pytest.fixture
def receiver(shared: tuple[str, Receiver]) -> Receiver:
    receiver = shared[1]
    receiver.received.clear()
    receiver.replies.clear()
    return receiver


@pytest.fixture
def api(shared: tuple[str, Receiver], receiver: Receiver) -> str:
    api = shared[0]
    misbehave(api)
    BEFORE[api] = len(own(api, "GET", "callbacks").json()["callbacks"])
    return api


@pytest.fixture
def sid() -> str:
    """Return the SID of a call that is yet to come."""
    return next(SIDS)


def ledger(api: str, **having: Any) -> list[dict[str, Any]]:
    """Return the callbacks of the test that have these values in the ledger."""
    found = own(api, "GET", "callbacks").json()
    assert found["dropped"] == 0
    return [one for one in found["callbacks"][BEFORE.get(api, 0) :] if having.items() <= one.items()]


def all_done(api: str, count: int) -> list[dict[str, Any]]:
    """Wait until so many callbacks have a result, and return them."""
    wait_until(lambda: sum(one["result"] != "pending" for one in ledger(api)) == count)
    return ledger(api)


def start(api: str, call: str = "v3:live", **form: str) -> str:
    """Start a recording, and return its SID."""
    url = f"{api}/texml/Accounts/account/Calls/{call}/Recordings.json"
    reply = requests.post(url, data=form, headers=HEADERS, timeout=60)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["sid"])


def stop(api: str, recording: str, call: str = "v3:live") -> None:
    url = f"{api}/texml/Accounts/account/Calls/{call}/Recordings/{recording}.json"
    assert requests.post(url, data={"Status": "stopped"}, headers=HEADERS, timeout=60).status_code == 200


def misbehave(api: str, **settings: Any) -> None:
    assert requests.put(api.replace("/v2", "/simulator/misbehaviour"), json=settings, timeout=60).status_code == 200


def is_signed(public_key: str, request: Received) -> bool:
    """Verify a request as a receiver should: by the raw body, with none of the simulator's code."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    signed = request.headers["telnyx-timestamp"].encode() + b"|" + request.body
    try:
        key.verify(base64.b64decode(request.headers["telnyx-signature-ed25519"], validate=True), signed)
    except InvalidSignature:
        return False
    return True


def public_key(api: str) -> str:
    return str(requests.get(api.replace("/v2", "/simulator"), timeout=60).json()["public_key"])


def test_recording_from_in_progress_to_completed(api: str, receiver: Receiver) -> None:
    began = time.monotonic()
    sid = start(api, **{FORM: receiver.url}, RecordingStatusCallbackEvent="in-progress completed")
    (running_,) = all_done(api, 1)
    later(api, 30)
    stop(api, sid)
    longest = 30 + time.monotonic() - began
    later(api, 4)
    assert len(ledger(api)) == 1, "it is not complete yet"
    later(api, 1)
    _running, done = all_done(api, 2)
    for entry, event in ((running_, "in-progress"), (done, "completed")):
        about = {name: entry[name] for name in ("type", "event", "call_sid", "recording_sid", "result", "status")}
        assert about == {
            "type": "recording",
            "event": event,
            "call_sid": "v3:live",
            "recording_sid": sid,
            "result": "delivered",
            "status": 200,
        }
        assert [one["status"] for one in entry["tries"]] == [200]
    first, second = receiver.received
    common = {
        "AccountSid": first.fields["AccountSid"],
        "CallSid": "v3:live",
        "CallSidLegacy": "v3:live",
        "ConnectionId": "1684641123236054244",
        "RecordingChannels": "2",
        "RecordingSid": sid,
        "RecordingSource": "StartCallRecordingAPI",
    }
    assert first.fields == {**common, "RecordingStatus": "in-progress"}
    link, seconds = second.fields["RecordingUrl"], second.fields["RecordingDuration"]
    assert second.fields == {
        **common,
        "RecordingStatus": "completed",
        "RecordingDuration": seconds,
        "RecordingUrl": link,
    }
    assert 30 <= int(seconds) <= round(longest)
    assert len(requests.get(link, timeout=60).content) == 44 + int(seconds) * 8000 * 2 * 2
    for request in (first, second):
        assert (request.method, request.target) == ("POST", "/hook")
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        assert b"CallSid=v3%3Alive" in request.body
        assert is_signed(public_key(api), request)
        assert not is_signed(public_key(api), request._replace(body=request.body + b"&"))


def test_start_request_says_which_callbacks_it_wants(api: str, receiver: Receiver) -> None:
    mono = start(api, **{FORM: receiver.url}, SendRecordingUrl="false", RecordingChannels="single")
    none = start(api, RecordingStatusCallbackEvent="in-progress")
    stop(api, mono)
    stop(api, none)
    later(api, 6)
    (entry,) = all_done(api, 1)
    assert (entry["recording_sid"], entry["event"]) == (mono, "completed")
    (request,) = receiver.received
    assert request.fields["RecordingChannels"] == "1"
    assert "RecordingUrl" not in request.fields
    assert "RecordingDuration" in request.fields


def test_absent_recording(api: str, receiver: Receiver) -> None:
    sid = start(api, **{FORM: receiver.url}, RecordingStatusCallbackEvent="completed absent")
    own(api, "PATCH", f"recordings/{sid}", status="absent")
    all_done(api, 1)
    (request,) = receiver.received
    assert request.event == "absent"
    assert not {"RecordingDuration", "RecordingUrl"} & set(request.fields)


def test_pause_deletion_and_repetition_send_nothing(api: str, receiver: Receiver) -> None:
    sid = start(api, **{FORM: receiver.url}, **EVENTS)
    for status in ("paused", "in-progress", "completed", "completed"):
        own(api, "PATCH", f"recordings/{sid}", status=status)
    deleted = start(api, **{FORM: receiver.url})
    stop(api, deleted)
    requests.delete(f"{api}/texml/Accounts/account/Recordings/{deleted}.json", headers=HEADERS, timeout=60)
    later(api, 60)
    assert [one["event"] for one in all_done(api, 2)] == ["in-progress", "completed"]


def test_get_has_the_fields_in_its_query(api: str, receiver: Receiver) -> None:
    url = f"{receiver.url}?token=a%20b"
    sid = start(api, **{FORM: url}, RecordingStatusCallbackMethod="GET", RecordingStatusCallbackEvent="in-progress")
    (entry,) = all_done(api, 1)
    assert (entry["method"], entry["result"]) == ("GET", "delivered")
    (request,) = receiver.received
    assert (request.method, request.body) == ("GET", b"")
    assert request.fields["token"] == "a b"
    assert (request.fields["RecordingSid"], request.fields["RecordingStatus"]) == (sid, "in-progress")
    assert is_signed(public_key(api), request), "the signature covers the body, which is empty"


def test_call_calls_back(api: str, receiver: Receiver) -> None:
    own(api, "POST", "calls", sid="v3:first", status="ringing", session="s", caller_name="Ann {{ b }}")
    later(api, 3)
    own(api, "PATCH", "calls/v3:first", status="in-progress")
    own(
        api, "POST", "calls", sid="v3:second", status="ringing", session="s", direction="outbound", to="sip:a@b.example"
    )
    later(api, 20)
    own(api, "PATCH", "calls/v3:first", status="ended")
    own(api, "PATCH", "calls/v3:second", status="ended")
    entries = all_done(api, 7)
    assert {(one["type"], one["result"], one["recording_sid"]) for one in entries} == {("call", "delivered", None)}
    assert receiver.events("v3:first") == ["initiated", "ringing", "in-progress", "completed"]
    assert receiver.events("v3:second") == ["initiated", "ringing", "canceled"]
    first = [one.fields for one in receiver.received if one.fields["CallSid"] == "v3:first"]
    second = [one.fields for one in receiver.received if one.fields["CallSid"] == "v3:second"]
    assert [one["SequenceNumber"] for one in first] == ["0", "1", "2", "3"]
    for fields in first:
        assert (fields["From"], fields["To"]) == ("+13125550101", "+13125550100")
        assert (fields["CallbackSource"], fields["CallerId"]) == ("call-progress-events", "Ann {{ b }}")
        assert fields["CallSidLegacy"] == fields["CallSid"]
        assert "ParentCallSid" not in fields
        assert ("CallDuration" in fields) == (fields["CallStatus"] == "completed")
    assert first[-1]["CallDuration"] == "20"
    assert {(one["ParentCallSid"], one["To"]) for one in second} == {("v3:first", "sip:a@b.example")}
    assert all(is_signed(public_key(api), one) for one in receiver.received)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_call_that_is_not_answered(api: str, receiver: Receiver, sid: str, status: str) -> None:
    own(api, "POST", "calls", sid=sid, status="ringing")
    own(api, "PATCH", f"calls/{sid}", status=status)
    all_done(api, 3)
    assert receiver.events() == ["initiated", "ringing", status]
    last = receiver.received[-1].fields
    assert last["CallDuration"] == "0"
    assert "AnsweredTime" not in last


def test_conference_calls_back(api: str, receiver: Receiver) -> None:
    for sid, status in (
        ("v3:chair", "in-progress"),
        ("v3:guest", "in-progress"),
        ("v3:chair", "ended"),
        ("v3:guest", "ended"),
    ):
        own(api, "PATCH", f"calls/{sid}", status=status)
    entries = all_done(api, 10)
    of_conference = [one.fields for one in receiver.received if "ConferenceSid" in one.fields]
    of_conference.sort(key=lambda fields: int(fields["SequenceNumber"]))
    assert [(one["StatusCallbackEvent"], one["CallSid"], one.get("ParticipantLabel")) for one in of_conference] == [
        ("conference-start", "v3:chair", "chair"),
        ("participant-join", "v3:chair", "chair"),
        ("participant-join", "v3:guest", None),
        ("participant-leave", "v3:chair", "chair"),
        ("participant-leave", "v3:guest", None),
        ("conference-end", "v3:guest", None),
    ]
    assert {(one["ConferenceSid"], one["FriendlyName"]) for one in of_conference} == {("c", "c")}
    assert sorted(one["type"] for one in entries) == ["call"] * 4 + ["conference"] * 6
    assert {one["conference_sid"] for one in entries if one["type"] == "conference"} == {"c"}
    assert all(is_signed(public_key(api), one) for one in receiver.received)


def test_account_of_a_callback_is_not_that_of_the_api(api: str, receiver: Receiver, sid: str) -> None:
    own(api, "POST", "calls", sid=sid, status="ringing")
    all_done(api, 2)
    assert {one.fields["AccountSid"] for one in receiver.received} != {"account"}


def test_traffic_calls_back_and_its_recordings_complete(api: str, receiver: Receiver) -> None:
    """Both legs of a conversation, and the recording that ends with it."""
    settings = {"calls_per_second": 1, "seconds": 40, "ring_seconds": 2, "two_legged": 1}
    requests.put(api.replace("/v2", "/simulator/traffic"), json=settings, timeout=60).raise_for_status()
    later(api, 15)
    requests.put(api.replace("/v2", "/simulator/traffic"), json={}, timeout=60).raise_for_status()
    later(api, 2)
    leg = next(
        one
        for one in own(api, "GET", "calls").json()["calls"]
        if (one["sid"], one["status"]) == ("v3:traffic-1", "in-progress")
    )
    recording = start(api, leg["sid"], **{FORM: receiver.url})
    later(api, 3600)
    calls = {one["sid"]: one for one in own(api, "GET", "calls").json()["calls"] if one["sid"].startswith("v3:traffic")}
    assert {one["status"] for one in calls.values()} == {"ended"}
    all_done(api, 4 * len(calls) + 1)
    for sid in calls:
        of_call = [
            one.fields for one in receiver.received if one.fields["CallSid"] == sid and "CallStatus" in one.fields
        ]
        assert [one["CallStatus"] for one in of_call] == ["initiated", "ringing", "in-progress", "completed"]
        parents = {one.get("ParentCallSid") for one in of_call}
        inbound = calls[sid]["direction"] == "inbound"
        assert (
            parents == {None}
            if inbound
            else {calls[parent]["session"] for parent in parents} == {calls[sid]["session"]}
        )
    (done,) = (one for one in receiver.received if one.event == "completed" and "RecordingSid" in one.fields)
    assert done.fields["RecordingSid"] == recording
    url = f"{api}/texml/Accounts/account/Recordings/{recording}.json"
    got = requests.get(url, headers=HEADERS, timeout=60).json()
    assert (got["status"], got["duration"]) == ("completed", done.fields["RecordingDuration"])
    assert len(requests.get(got["media_url"], timeout=60).content) == 44 + int(got["duration"]) * 8000 * 2 * 2


@pytest.mark.parametrize("refused", [500, 302, 404])
def test_tries_again_until_it_is_acknowledged(api: str, receiver: Receiver, refused: int) -> None:
    receiver.replies = [refused, refused]
    start(api, **{FORM: receiver.url}, RecordingStatusCallbackEvent="in-progress")
    wait_until(lambda: len(ledger(api, status=refused)) == 1)
    later(api, 59)
    assert len(receiver.received) == 1
    later(api, 1)
    wait_until(lambda: len(receiver.received) == 2)
    wait_until(lambda: [one["status"] for one in ledger(api)[0]["tries"]] == [refused, refused])
    later(api, 300)
    (entry,) = all_done(api, 1)
    assert (entry["result"], entry["status"]) == ("delivered", 200)
    assert [one["status"] for one in entry["tries"]] == [refused, refused, 200]
    assert len({one.body for one in receiver.received}) == 1
    assert all(is_signed(public_key(api), one) for one in receiver.received)


def test_gives_up(tmp_path: Path, receiver: Receiver) -> None:
    with running(tmp_path / "state", callback_pauses=[0, 0.01], callback_timeout=60) as api:
        receiver.replies = [503, 503, 503, 503]
        start(api, **{FORM: receiver.url}, RecordingStatusCallbackEvent="in-progress")
        (entry,) = all_done(api, 1)
    assert (entry["result"], entry["status"], len(entry["tries"]), len(receiver.received)) == ("failed", 503, 3, 3)


def test_receiver_that_is_silent_or_away(tmp_path: Path) -> None:
    with receiving() as away:
        pass
    with receiving() as receiver, running(tmp_path / "state", callback_pauses=[], callback_timeout=0.05) as api:
        receiver.replies = [SILENCE]
        for url in (receiver.url, away.url):
            start(api, **{FORM: url}, RecordingStatusCallbackEvent="in-progress")
        silent, gone = all_done(api, 2)
    assert (silent["result"], silent["status"]) == (gone["result"], gone["status"]) == ("failed", None)
    assert silent["error"] == "no reply within 0.05 seconds"
    assert "connect" in gone["error"].lower()


def test_default_is_the_vendors_patience() -> None:
    from simulator.callback_sender import PAUSES, TIMEOUT

    assert TIMEOUT == 2
    assert len(PAUSES) == 5
    assert 3000 < sum(PAUSES) < 4200


def test_replies_do_not_wait_for_a_receiver(tmp_path: Path) -> None:
    calls = [f"v3:call-{number}" for number in range(150)]
    with receiving() as receiver, running(
        tmp_path / "state", calls=[{"sid": sid} for sid in calls], callback_timeout=3600
    ) as api:
        receiver.replies = [SILENCE] * len(calls)
        for call in calls:
            start(api, call, **{FORM: receiver.url}, RecordingStatusCallbackEvent="in-progress")
        assert [one["result"] for one in ledger(api)] == ["pending"] * len(calls)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        "http://10.0.0.1/",
        "http://127.0.0.1@example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://[2001:db8::1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_sends_to_loopback_only(api: str, url: str) -> None:
    start(api, **{FORM: url}, RecordingStatusCallbackEvent="in-progress")
    (entry,) = ledger(api)
    assert (entry["result"], entry["status"], entry["tries"]) == ("refused", None, [])
    assert entry["error"] == "not a loopback host; the simulator sends nothing to others"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://127.8.9.1/", "http://[::1]:80/a?b", "https://localhost/"]
)
def test_loopback_is_allowed(url: str) -> None:
    from simulator.callback_sender import refusal

    assert refusal(url) is None


def test_duplicate(api: str, receiver: Receiver, sid: str) -> None:
    misbehave(api, callbacks=["none", "duplicate"])
    own(api, "POST", "calls", sid=sid, status="ringing")
    entries = all_done(api, 2)
    assert [one["misbehaviour"] for one in entries] == [None, "duplicate"]
    assert [len(one["tries"]) for one in entries] == [1, 2]
    assert receiver.events() == ["initiated", "ringing", "ringing"]
    assert receiver.received[1].body == receiver.received[2].body


def test_late(api: str, receiver: Receiver, sid: str) -> None:
    misbehave(api, callbacks=["late"], delay=100)
    own(api, "POST", "calls", sid=sid, status="in-progress")
    all_done(api, 2)
    assert receiver.events() == ["ringing", "in-progress"]
    later(api, 99)
    assert len(receiver.received) == 2
    later(api, 1)
    all_done(api, 3)
    assert receiver.events() == ["ringing", "in-progress", "initiated"]
    assert is_signed(public_key(api), receiver.received[-1])


def test_out_of_order(api: str, receiver: Receiver, sid: str) -> None:
    misbehave(api, callbacks=["none", "out_of_order"], delay=100)
    own(api, "POST", "calls", sid=sid, status="ringing")
    wait_until(lambda: receiver.events() == ["initiated"])
    own(api, "POST", "calls", sid=(other := next(SIDS)), status="ringing")
    wait_until(lambda: len(receiver.events(other)) == 2)
    assert receiver.events(sid) == ["initiated"], "one of another call does not overtake it"
    own(api, "PATCH", f"calls/{sid}", status="in-progress")
    all_done(api, 5)
    assert receiver.events(sid) == ["initiated", "in-progress", "ringing"]


def test_last_callback_out_of_order_is_late(api: str, receiver: Receiver, sid: str) -> None:
    misbehave(api, callbacks=["none", "out_of_order"], delay=100)
    own(api, "POST", "calls", sid=sid, status="ringing")
    later(api, 99)
    all_done(api, 1)
    later(api, 1)
    all_done(api, 2)
    assert receiver.events() == ["initiated", "ringing"]


def test_wrong_signature_is_followed_by_a_right_one(api: str, receiver: Receiver) -> None:
    misbehave(api, callbacks=["wrong_signature"])
    receiver.replies = [401]
    start(api, **{FORM: receiver.url}, RecordingStatusCallbackEvent="in-progress")
    wait_until(lambda: len(ledger(api, status=401)) == 1)
    later(api, 60)
    (entry,) = all_done(api, 1)
    assert (entry["misbehaviour"], entry["result"], len(entry["tries"])) == ("wrong_signature", "delivered", 2)
    assert [is_signed(public_key(api), one) for one in receiver.received] == [False, True]
    assert len(base64.b64decode(receiver.received[0].headers["telnyx-signature-ed25519"], validate=True)) == 64


def test_lost(api: str, receiver: Receiver, sid: str) -> None:
    misbehave(api, callback_chance=1, callback_kinds=["lost"])
    own(api, "POST", "calls", sid=sid, status="in-progress")
    assert [(one["misbehaviour"], one["result"], one["tries"]) for one in ledger(api)] == [("lost", "lost", [])] * 3
    misbehave(api)
    own(api, "PATCH", f"calls/{sid}", status="ended")
    all_done(api, 4)
    assert receiver.events() == ["completed"]


def test_same_seed_disturbs_the_same_callbacks() -> None:
    from simulator.misbehaviour import CALLBACK_KINDS, Misbehaviour

    def kinds(seed: int, sids: list[str]) -> dict[tuple[str, str], str | None]:
        one = Misbehaviour({"callback_chance": 0.5, "seed": seed})
        return {(sid, event): one.callback_kind(sid, event) for sid in sids for event in ("ringing", "completed")}

    sids = [f"v3:traffic-{number}" for number in range(100)]
    found = kinds(1, sids)
    assert kinds(1, sids[::-1]) == found
    assert kinds(2, sids) != found
    assert set(found.values()) == {None, *CALLBACK_KINDS}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"callbacks": ["media_wrong"]}, "misbehaviour.callbacks"),
        ({"callbacks": "late"}, "misbehaviour.callbacks"),
        ({"callback_chance": 2}, "misbehaviour.callback_chance"),
        ({"callback_kinds": []}, "misbehaviour.callback_kinds"),
    ],
)
def test_wrong_misbehaviour(api: str, settings: dict[str, Any], said: str) -> None:
    reply = own(api, "PUT", "misbehaviour", **settings)
    assert reply.status_code == 422
    assert said in reply.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"status_callback": "https://example.com/"}, "status_callback is 'https://example.com/'"),
        ({"status_callback": "http://localhost:99999/"}, "status_callback is"),
        ({"status_callback": 5}, "status_callback is 5"),
        ({"callback_timeout": 0}, "callback_timeout is 0"),
        ({"callback_pauses": [-1]}, r"callback_pauses is \[-1\]"),
        ({"callback_pauses": 60}, "callback_pauses is 60"),
    ],
)
def test_wrong_setting(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Simulator({**SETTINGS, **settings})


def test_timestamp_follows_the_services_clock_but_not_its_moves(api: str, receiver: Receiver, sid: str) -> None:
    own(api, "POST", "calls", sid=sid, status="ringing")
    later(api, 86400)
    misbehave(api, clock_offset=-5000)
    own(api, "PATCH", f"calls/{sid}", status="in-progress")
    all_done(api, 3)
    first, _second, third = (int(one.headers["telnyx-timestamp"]) for one in receiver.received)
    assert -5000 <= third - first < -4000


@pytest.mark.long
def test_role_variables(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whichever comes first.
    accept = receiver.reply
    monkeypatch.setattr(receiver, "reply", lambda one: accept(one) and (503 if one.event == "initiated" else 200))
    run = runs.playbook(
        tmp_path,
        role(
            simulator_api_key="KEY-1",
            simulator_account_sid="account",
            simulator_status_callback=receiver.url,
            simulator_callback_pauses=[0],
            simulator_callback_timeout=60,
            simulator_call_days=0,
            simulator_misbehaviour={"callbacks": ["none", "duplicate"], "callback_kinds": ["lost"]},
        ),
    )
    assert run.code == 0, run.output
    facts = run.result("Keep the address of the simulator")["ansible_facts"]
    api = facts["simulator_base_url"]
    own(api, "POST", "calls", sid="v3:new", status="canceled")
    entries = all_done(api, 3)
    fetched = requests.get(f"{api}/texml/Accounts/account/Calls/v3:new", headers=HEADERS, timeout=60)
    assert runs.playbook(tmp_path, role("stopped")).code == 0
    assert [(one["event"], one["result"], len(one["tries"])) for one in entries] == [
        ("initiated", "failed", 2),
        ("ringing", "delivered", 2),
        ("canceled", "delivered", 1),
    ]
    assert all(is_signed(facts["simulator_public_key"], one) for one in receiver.received)
    assert fetched.status_code == 404


@pytest.mark.long
def test_restart_keeps_the_key(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    assert public_key(first["base_url"]) == first["public_key"]
    assert (directory / "simulator.key").stat().st_mode & 0o077 == 0
    assert command("start", directory)["public_key"] == first["public_key"]
    second = command("start", directory, processing_seconds=3)
    assert (second["changed"], second["public_key"]) == (True, first["public_key"])
    os.kill(second["pid"], signal.SIGKILL)
    third = command("start", directory)
    assert (third["changed"], public_key(third["base_url"])) == (True, first["public_key"])
    assert (directory / "simulator.key").stat().st_mode & 0o077 == 0
    command("stop", directory)
    assert not directory.exists()
    fresh = command("start", directory)
    assert fresh["public_key"] != first["public_key"]
    command("stop", directory)


def test_file_that_is_no_key(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    (directory / "simulator.key").write_text("nonsense", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"simulator\.key is not an Ed25519 key"):
        command("start", directory, processing_seconds=3)
    assert not directory.exists()
    assert first["changed"]


def test_ledger_of_callbacks_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from simulator import callback_ledger

    monkeypatch.setattr(callback_ledger, "CALLBACKS", 2)
    one = callback_ledger.CallbackLedger()
    for event in ("initiated", "ringing", "in-progress"):
        one.add(callback_ledger.Callback("http://localhost/", "POST", "call", event, {"CallSid": "v3:a"}))
    shown = one.shown()
    assert ([entry["event"] for entry in shown["callbacks"]], shown["dropped"]) == (["ringing", "in-progress"], 1)


def test_signature_of_a_published_key() -> None:
    """The test vector of RFC 8032, section 7.1, whose message is what a timestamp and an empty body cannot be."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from simulator.signing_key import SigningKey

    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(secret))
    expected = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert base64.b64decode(key.public) == expected
    body = b"AccountSid=1&RecordingStatus=completed"
    request = Received("POST", "/", key.headers(body, 1700000000), body)
    assert request.headers["telnyx-timestamp"] == "1700000000"
    assert is_signed(key.public, request)
    assert not is_signed(key.public, request._replace(headers=key.headers(body, 1700000000, wrong=True)))


def test_simulator_runs_without_any_callback(tmp_path: Path) -> None:
    with simulator.running(tmp_path / "state") as one:
        assert one.ask("GET", "callbacks") == {"callbacks": [], "dropped": 0}
