# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import datetime
import email.utils
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import yaml
from simulator.misbehaviour import KINDS
from support import raw_server, runs
from support.simulator_api import HEADERS, SETTINGS, command, later, own, role, running


@pytest.fixture(autouse=True)
def _no_server_stays(tmp_path: Path) -> Iterator[None]:
    yield
    shutil.rmtree(tmp_path / "state", ignore_errors=True)


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("simulator") / "state") as shared:
        yield shared


def post(base_url: str, call: str = "v3:live", body: str = "", **changes: Any) -> requests.Response:
    headers = {**HEADERS, **changes.pop("headers", {})}
    headers = {name: value for name, value in headers.items() if value is not None}
    account = changes.pop("account", "account")
    url = f"{base_url}/texml/Accounts/{account}/Calls/{call}/Recordings.json"
    return requests.request("POST", url, data=body, headers=headers, timeout=10)


def ledger(base_url: str) -> list[dict[str, Any]]:
    return list(requests.get(base_url.replace("/v2", "/simulator/ledger"), timeout=10).json()["requests"])


def test_start_and_list(base_url: str) -> None:
    started = post(base_url, body="PlayBeep=true&RecordingChannels=single&RecordingTrack=inbound")
    assert started.status_code == 200
    recording = started.json()
    assert (recording["channels"], recording["track"], recording["call_sid"]) == (1, "inbound", "v3:live")
    assert "status" not in recording
    listed = requests.get(started.request.url or "", headers=HEADERS, timeout=10).json()
    (found,) = (one for one in listed["recordings"] if one["sid"] == recording["sid"])
    assert found["status"] == "in-progress"
    assert not {"track", "price", "price_unit"} & set(found)


@pytest.mark.parametrize("call", ["v3:live", "v3%3Alive"])
def test_both_spellings_of_a_call(base_url: str, call: str) -> None:
    assert post(base_url, call).status_code == 200


@pytest.mark.parametrize(
    ("call", "status", "errors"),
    [
        ("v3:ended", 404, [{"detail": "Resource not found"}]),
        ("v3:unknown", 404, [{"detail": "Resource not found"}]),
        ("a%2Fb", 404, [{"detail": "Resource not found"}]),
        ("v3:live%2F..%2Fv3:live", 404, [{"detail": "Resource not found"}]),
    ],
)
def test_call_that_is_not_there(base_url: str, call: str, status: int, errors: list[dict[str, str]]) -> None:
    reply = post(base_url, call)
    assert (reply.status_code, reply.json()) == (status, {"errors": errors})


def test_ringing_call(base_url: str) -> None:
    reply = post(base_url, "v3:ringing")
    assert reply.status_code == 422
    (error,) = reply.json()["errors"]
    assert error["code"] == "90034"
    assert set(error) == {"code", "title", "detail", "source", "meta"}


def test_credentials(base_url: str) -> None:
    assert post(base_url, headers={"Authorization": None}).json() == {"errors": [{"detail": "Resource not found"}]}
    assert post(base_url, headers={"Authorization": None}).status_code == 404
    wrong = post(base_url, headers={"Authorization": "Bearer KEY-2"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (401, "10009")
    assert post(base_url, account="other").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ("PlayBeep=True", [("10026", "/PlayBeep")]),
        ("PlayBeep=1", [("10026", "/PlayBeep")]),
        ("SendRecordingUrl=False", [("10026", "/SendRecordingUrl")]),
        (
            "RecordingChannels=stereo&RecordingTrack=all",
            [("10032", "/RecordingChannels"), ("10032", "/RecordingTrack")],
        ),
        ("RecordingStatusCallbackMethod=PUT", [("10032", "/RecordingStatusCallbackMethod")]),
        ("RecordingStatusCallbackEvent=done", [("10015", "/RecordingStatusCallbackEvent")]),
        (
            "RecordingStatusCallback=nowhere",
            [("10003", "/RecordingStatusCallback"), ("10015", "/RecordingStatusCallback")],
        ),
        ("RecordingStatusCallback=https://a%20b/", [("10003", "/RecordingStatusCallback")]),
        ("RecordingStatusCallback=https://a/%C3%A9", [("10003", "/RecordingStatusCallback")]),
    ],
)
def test_form_that_is_not_as_described(base_url: str, body: str, pointers: list[tuple[str, str]]) -> None:
    reply = post(base_url, body=body)
    assert reply.status_code == 422
    assert [(one["code"], one["source"]["pointer"]) for one in reply.json()["errors"]] == pointers


def test_json_is_not_as_described(base_url: str) -> None:
    assert post(base_url, body="{}", headers={"Content-Type": "application/json"}).status_code == 422


def test_json_where_it_is_accepted(tmp_path: Path) -> None:
    url = command("start", tmp_path / "state", accept_json=True)["base_url"]
    json_type: dict[str, Any] = {"headers": {"Content-Type": "application/json"}}
    assert (
        post(url, "v3:live", '{"PlayBeep": false, "RecordingChannels": "single"}', **json_type).json()["channels"] == 1
    )
    assert post(url, "v3:live", "", **json_type).status_code == 200
    assert post(url, "v3:live", '{"RecordingTrack": "sideways"}', **json_type).status_code == 422
    nested = '{"RecordingTrack": ' + "[" * 100_000 + "]" * 100_000 + "}"
    for body in ("[]", "{", "7", nested, '{"RecordingTrack": "\\ud800"}', '{"PlayBeep": NaN}'):
        reply = post(url, "v3:live", body, **json_type)
        assert reply.status_code == 422, body[:50]
        assert len(reply.content) < 3000
    assert post(url, "v3:live", "PlayBeep=True").status_code == 422
    for media_type in ("application/json; charset=utf-8", "Application/JSON", "application/json;"):
        assert post(url, "v3:live", '{"PlayBeep": false}', headers={"Content-Type": media_type}).status_code == 200
    assert post(url, "v3:live", "{}", headers={"Content-Type": "application/jsonl"}).status_code == 422
    assert (tmp_path / "state" / "simulator.log").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("media_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded;", "PlayBeep=true", 200),
        ("application/x-www-form-urlencoded; charset=utf-8", "PlayBeep=true", 200),
        ("Application/X-WWW-Form-Urlencoded", "PlayBeep=true", 200),
        ("application/x-www-form-urlencoded;", "PlayBeep=True", 422),
        ("application/x-www-form-urlencoded; charset", "PlayBeep=true", 200),
        ("text/plain", "PlayBeep=true", 422),
        ("/;=", "PlayBeep=true", 422),
        (";", "PlayBeep=true", 422),
        (None, "PlayBeep=true", 422),
        (None, "", 200),
    ],
)
def test_media_type_of_a_form(base_url: str, media_type: str | None, body: str, status: int) -> None:
    # requests names a type of its own for a text, but not for bytes.
    assert post(base_url, body=body.encode(), headers={"Content-Type": media_type}).status_code == status


def test_large_request_is_not_repeated(base_url: str) -> None:
    large = "x" * 5_000_000
    replies = [
        post(base_url, body=f"RecordingTrack={large}"),
        post(base_url, body=f"RecordingStatusCallback={large}"),
        own(base_url, "POST", "calls", sid="v3:large", status=large),
        own(base_url, "POST", "calls", sid=[large]),
        own(base_url, "PUT", "misbehaviour", kinds=[large]),
        own(base_url, "PUT", "misbehaviour", **{large: 1}),
    ]
    for reply in replies:
        assert reply.status_code == 422
        assert len(reply.content) < 5000
    assert (
        "it must be one of ringing, in-progress, ended, busy, no-answer, failed, canceled."
        in replies[2].json()["errors"][0]["detail"]
    )


def test_description_has_only_formats_that_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    from jsonschema import Draft202012Validator
    from simulator import description

    description.operations()
    checkers = Draft202012Validator.FORMAT_CHECKER.checkers
    monkeypatch.delitem(checkers, "uri")
    with pytest.raises(RuntimeError, match="Nothing checks the format uri"):
        description.operations()


def test_ledger_has_every_request_as_received_without_the_key(base_url: str) -> None:
    before = len(ledger(base_url))
    post(base_url, "v3%3Alive?a=b", "PlayBeep=True")
    requests.get(f"{base_url}/nothing", headers=HEADERS, timeout=10)
    first, second = ledger(base_url)[before:]
    assert first["method"] == "POST"
    assert first["target"] == "/v2/texml/Accounts/account/Calls/v3%3Alive?a=b/Recordings.json"
    assert first["body"] == "PlayBeep=True"
    assert ["content-type", "application/x-www-form-urlencoded"] in first["headers"]
    assert ["authorization", "Bearer ********"] in first["headers"]
    assert (second["method"], second["target"], second["status"]) == ("GET", "/v2/nothing", 404)
    assert "KEY-1" not in json.dumps(ledger(base_url))


def test_ledger_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from simulator import ledger as module
    from starlette.requests import Request

    def add(body: bytes) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        scope = {"type": "http", "method": "POST", "raw_path": b"/", "query_string": b"", "headers": [(b"a", b"b")]}
        asyncio.run(one.add(Request(scope, receive)))

    def bodies() -> list[str]:
        return [entry["body"] for entry in one.shown()["requests"]]

    # Each has its body, and three characters more.
    monkeypatch.setattr(module, "REQUESTS", 3)
    monkeypatch.setattr(module, "CHARACTERS", 20)
    one = module.Ledger()
    for body in (b"1", b"2", b"3"):
        add(body)
    assert (bodies(), one.shown()["dropped"]) == (["1", "2", "3"], 0)
    add(b"4")
    assert (bodies(), one.shown()["dropped"]) == (["2", "3", "4"], 1)
    add(b"5" * 13)
    assert (bodies(), one.shown()["dropped"]) == (["4", "5" * 13], 3)
    add(b"6" * 99)
    assert (bodies(), one.shown()["dropped"]) == ([], 6)
    add(b"7")
    assert (bodies(), one.shown()["dropped"]) == (["7"], 6)


def test_bounds_of_the_ledger_are_documented(base_url: str) -> None:
    from simulator.ledger import CHARACTERS, REQUESTS

    readme = (runs.ROOT / "roles/simulator/README.md").read_text(encoding="utf-8")
    assert f"the latest {REQUESTS:,} requests" in readme
    assert f"{CHARACTERS // 10**6}\nmillion characters" in readme
    assert own(base_url, "GET", "ledger").json()["dropped"] == own(base_url, "GET", "media").json()["dropped"] == 0


def test_every_reply_says_that_it_is_a_simulator(base_url: str) -> None:
    for reply in (post(base_url), post(base_url, "v3:ended"), requests.get(base_url, timeout=10)):
        assert reply.headers["Server"] == "voiceops.telnyx simulator"
    about = requests.get(base_url.replace("/v2", "/simulator"), timeout=10).json()
    assert "simulator" in about["about"]


@pytest.mark.parametrize(
    "wrong",
    [{"channels": 3}, {"start_time": "yesterday"}, {"conference_sid": "daily"}, {"source": "Me"}, {"uri": None}],
    ids=str,
)
def test_replies_are_checked_against_the_description(wrong: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's own defect is a failure, not a reply."""
    import asyncio

    from simulator.app import Simulator
    from simulator.contract import NotAsDescribed
    from simulator.operations import Operations
    from starlette.requests import Request

    sim = Simulator(SETTINGS)
    monkeypatch.setattr(sim._account, "start", lambda sid, form: {"sid": "1", **wrong})
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "path": "/v2/texml/Accounts/account/Calls/v3:live/Recordings.json",
        "raw_path": b"/v2/texml/Accounts/account/Calls/v3:live/Recordings.json",
        "query_string": b"",
        "headers": [(b"authorization", b"Bearer KEY-1"), (b"host", b"127.0.0.1")],
        "path_params": {"account_sid": "account", "call_sid": "v3:live"},
        "state": {"transport": SimpleNamespace(is_closing=lambda: False)},
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    start = Operations(sim._account, sim._misbehaviour).all()["StartTeXMLCallRecording"]
    (described,) = [one for one in sim._contract.operations if one.operation_id == "StartTeXMLCallRecording"]
    with pytest.raises(NotAsDescribed, match=next(iter(wrong))):
        asyncio.run(sim._endpoint(start, described)(Request(scope, receive)))


def test_replies_of_other_shapes_are_not_as_described() -> None:
    from simulator.contract import Contract, NotAsDescribed
    from starlette.responses import JSONResponse, PlainTextResponse, Response

    contract = Contract()
    deletion, start = (
        next(one for one in contract.operations if one.operation_id == name)
        for name in ("DeleteTeXMLCallRecording", "StartTeXMLCallRecording")
    )
    contract.check_reply(deletion, Response(status_code=204))
    with pytest.raises(NotAsDescribed, match="a body with status 204"):
        contract.check_reply(deletion, Response("gone", 204))
    with pytest.raises(NotAsDescribed, match="Content-Type 'text/plain' with status 200"):
        contract.check_reply(start, PlainTextResponse("started"))
    with pytest.raises(NotAsDescribed, match=r"source\.pointer"):
        contract.check_reply(start, JSONResponse({"errors": [{"source": {"pointer": "Status"}}]}, 422))


def ended(pid: int) -> bool:
    """Wait until a process ends; what only waits to be reaped has ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.01)
    return False


def test_start_twice_and_stop_twice(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    assert first["changed"]
    assert command("start", directory) == {**first, "changed": False}
    assert "KEY-1" not in (directory / "simulator.state").read_text(encoding="utf-8")
    assert directory.stat().st_mode & 0o077 == 0
    assert command("stop", directory) == {"changed": True}
    assert not directory.exists()
    assert ended(first["pid"])
    assert command("stop", directory) == {"changed": False}


def test_other_settings_replace_the_server(tmp_path: Path) -> None:
    first = command("start", tmp_path / "state")
    second = command("start", tmp_path / "state", calls=[{"sid": "v3:other", "status": "in-progress"}])
    assert second["changed"]
    assert ended(first["pid"])
    assert post(second["base_url"], "v3:other").status_code == 200
    command("stop", tmp_path / "state")


@pytest.mark.parametrize("then", ["start", "stop"])
def test_crash_is_cleaned_up(tmp_path: Path, then: str) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    os.kill(first["pid"], signal.SIGKILL)
    assert ended(first["pid"])
    second = command(then, directory)
    assert second["changed"]
    if then == "start":
        assert post(second["base_url"]).status_code == 200
        command("stop", directory)
    assert not directory.exists()


def test_state_that_is_lost_does_not_keep_the_server_running(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    (directory / "simulator.state").unlink()
    command("stop", directory)
    assert ended(first["pid"])
    assert not directory.exists()


@pytest.mark.parametrize("verb", ["start", "stop"])
def test_files_of_others_are_not_removed(tmp_path: Path, verb: str) -> None:
    (tmp_path / "state").mkdir()
    for name in ("mine", "simulator.log"):
        (tmp_path / "state" / name).write_text("precious", encoding="utf-8")
    with pytest.raises(AssertionError, match="holds files that are not the simulator's: mine"):
        command(verb, tmp_path / "state")
    assert (tmp_path / "state" / "mine").exists()
    assert (tmp_path / "state" / "simulator.log").exists()


def test_state_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    (directory / "simulator.state").write_text("{", encoding="utf-8")
    second = command("start", directory)
    assert second["changed"]
    assert ended(first["pid"])
    command("stop", directory)


def test_server_ends_when_its_directory_is_removed(tmp_path: Path) -> None:
    directory = tmp_path / "state"
    first = command("start", directory)
    shutil.rmtree(directory)
    assert ended(first["pid"])


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "TRACE"])
def test_other_methods_are_in_the_ledger_too(base_url: str, method: str) -> None:
    url = f"{base_url}/texml/Accounts/account/Calls/v3:live/Recordings.json"
    before = len(ledger(base_url))
    assert requests.request(method, url, headers=HEADERS, timeout=10).status_code == 404
    (entry,) = ledger(base_url)[before:]
    assert (entry["method"], entry["status"]) == (method, 404)


def test_taken_port_is_said(tmp_path: Path) -> None:
    with raw_server.serving() as server, pytest.raises(
        AssertionError, match=f"port {server.port}: Address already in use"
    ):
        command("start", tmp_path / "state", port=server.port)
    assert not (tmp_path / "state").exists()


def test_chosen_port(tmp_path: Path) -> None:
    port = raw_server.refused_port()
    assert command("start", tmp_path / "state", port=port)["base_url"] == f"http://127.0.0.1:{port}/v2"
    command("stop", tmp_path / "state")


def wait_for(state: Callable[[], Any]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 60
    while not state():
        assert time.monotonic() < deadline
        time.sleep(0.01)


Misbehave = Callable[..., dict[str, Any]]
# Of each kind: whether the service acts, and the status that is sent.
KIND_ACTS_STATUS: list[tuple[str, bool, int | None]] = [
    ("none", True, 200),
    ("drop_before", False, None),
    ("drop_after", True, None),
    ("rate_limited", False, 429),
    ("rate_limited_retry_after", False, 429),
    ("rate_limited_date", False, 429),
    ("rate_limited_reset", False, 429),
    ("error_before", False, 500),
    ("error_after", True, 500),
    ("slow_before", True, 200),
    ("slow_after", True, 200),
    ("truncated", True, 200),
    ("html_before", False, 200),
    ("html_after", True, 200),
    ("redirect", False, 302),
    ("remaining_zero", True, 200),
]


@pytest.fixture
def misbehave(base_url: str) -> Iterator[Misbehave]:
    def put(**settings: Any) -> dict[str, Any]:
        reply = requests.put(base_url.replace("/v2", "/simulator/misbehaviour"), json=settings, timeout=10)
        assert reply.status_code == 200, reply.text
        return dict(reply.json())

    yield put
    put()


def get(base_url: str, call: str = "v3:live", query: str = "") -> requests.Response:
    url = f"{base_url}/texml/Accounts/account/Calls/{call}/Recordings.json{query}"
    return requests.get(url, headers=HEADERS, timeout=10)


def listed(base_url: str, call: str = "v3:live") -> list[dict[str, Any]]:
    """Return all recordings of a call, page by page."""
    page = get(base_url, call).json()
    recordings = list(page["recordings"])
    while page.get("next_page_uri"):
        page = requests.get(base_url.replace("/v2", page["next_page_uri"]), headers=HEADERS, timeout=10).json()
        recordings += page["recordings"]
    return recordings


def cause(error: BaseException) -> BaseException:
    """Return what the operating system or http.client said, which requests wraps in exceptions of its own."""
    inner = [one for one in error.args if isinstance(one, BaseException)]
    return cause(inner[0]) if inner else error


def seconds(date: str) -> float:
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", date)
    return email.utils.parsedate_to_datetime(date).timestamp()


def test_all_kinds_are_tested() -> None:
    assert [kind for kind, _acts, _status in KIND_ACTS_STATUS] == ["none", *KINDS]


@pytest.mark.parametrize(("kind", "acts", "status"), KIND_ACTS_STATUS)
def test_kind_acts_as_it_says(base_url: str, misbehave: Misbehave, kind: str, acts: bool, status: int | None) -> None:
    before = {one["sid"] for one in listed(base_url)}
    misbehave(calls={"v3:live": [kind]}, delay=0.05)
    url = f"{base_url}/texml/Accounts/account/Calls/v3:live/Recordings.json"
    with requests.Session() as session:
        try:
            reply = session.post(url, headers=HEADERS, timeout=10, allow_redirects=False)
            assert reply.status_code == status
            assert reply.headers["Server"] == "voiceops.telnyx simulator"
        except requests.RequestException:
            assert kind in ("drop_before", "drop_after", "truncated")
        # The next request is answered as if nothing had been.
        assert session.post(url, headers=HEADERS, timeout=10).json()["call_sid"] == "v3:live"
    entry, following = ledger(base_url)[-2:]
    assert (entry["misbehaviour"], entry["status"]) == (None if kind == "none" else kind, status)
    new = [one["sid"] for one in listed(base_url) if one["sid"] not in before]
    assert new == [*([entry["recording"]] if acts else []), following["recording"]]
    assert (entry["recording"] is not None) == acts


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_drop_resets_the_connection(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(calls={"v3:live": [kind]})
    with pytest.raises(requests.ConnectionError) as caught:
        post(base_url)
    # http.client's RemoteDisconnected, for an orderly end, is a subclass.
    assert cause(caught.value).__class__ is ConnectionResetError


def test_rate_limits(base_url: str, misbehave: Misbehave) -> None:
    misbehave(calls={"v3:live": [kind for kind in KINDS if kind.startswith("rate_limited")]}, retry_after=7)
    started = time.monotonic()
    plain, after, date, reset = (post(base_url) for _number in range(4))
    took = time.monotonic() - started
    for reply in (plain, after, date, reset):
        (error,) = reply.json()["errors"]
        assert (reply.status_code, error["code"]) == (429, "10011")
    known = ("retry-after", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    found = [{name: one.headers[name] for name in known if name in one.headers} for one in (plain, after, date, reset)]
    assert found[0] == {}
    assert found[1] == {"retry-after": "7"}
    assert list(found[2]) == ["retry-after"]
    # Both are of whole seconds, and the one is made after the other.
    assert 6 - took <= seconds(date.headers["Retry-After"]) - seconds(date.headers["Date"]) <= 7
    assert found[3].pop("x-ratelimit-limit").isdigit()
    assert found[3] == {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "7"}


def test_remaining_zero(base_url: str, misbehave: Misbehave) -> None:
    misbehave(calls={"v3:live": ["remaining_zero"]}, retry_after=3)
    reply = post(base_url)
    assert reply.json()["call_sid"] == "v3:live"
    assert (reply.headers["X-RateLimit-Remaining"], reply.headers["X-RateLimit-Reset"]) == ("0", "3")


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_error_is_in_the_shape_of_the_vendor(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(calls={"v3:live": [kind]})
    (error,) = post(base_url).json()["errors"]
    assert error["code"] == "10007"
    assert set(error) == {"code", "title", "detail", "source", "meta"}


@pytest.mark.parametrize("kind", ["html_before", "html_after"])
def test_html(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(calls={"v3:live": [kind]})
    reply = post(base_url)
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "<html>" in reply.text


def test_redirect_goes_to_the_same_path(base_url: str, misbehave: Misbehave) -> None:
    misbehave(calls={"v3:live": ["redirect"]})
    reply = get(base_url, "v3%3Alive")
    assert [one.headers["Location"] for one in reply.history] == [
        "/v2/texml/Accounts/account/Calls/v3%3Alive/Recordings.json"
    ]
    assert "recordings" in reply.json()


def test_truncated_has_the_whole_length_and_half_of_the_body(base_url: str, misbehave: Misbehave) -> None:
    whole = post(base_url)
    misbehave(calls={"v3:live": ["truncated"]})
    url = f"{base_url}/texml/Accounts/account/Calls/v3:live/Recordings.json"
    with requests.post(url, headers=HEADERS, timeout=10, stream=True) as reply:
        assert reply.headers["Content-Length"] == whole.headers["Content-Length"]
        assert reply.headers["Content-Type"] == "application/json"
        pieces = reply.iter_content(1)
        body = b"".join(next(pieces) for _byte in range(len(whole.content) // 2))
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            next(pieces)
    assert body.startswith(b'{"account_sid":"account"')


@pytest.mark.parametrize("kind", ["slow_before", "slow_after"])
def test_slow(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(calls={"v3:live": [kind]}, delay=0.3)
    started = time.monotonic()
    assert post(base_url).json()["call_sid"] == "v3:live"
    assert time.monotonic() - started >= 0.3


@pytest.mark.parametrize("kind", ["slow_before", "slow_after"])
def test_slow_acts_also_when_the_client_has_gone(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(calls={"v3:live": [kind]}, delay=3600)
    url = f"{base_url}/texml/Accounts/account/Calls/v3:live/Recordings.json"
    with pytest.raises(requests.ReadTimeout):
        requests.post(url, headers=HEADERS, timeout=0.2)
    wait_for(lambda: ledger(base_url)[-1]["misbehaviour"] == kind)
    # Before or after the wait: that is what tells the two apart.
    assert (ledger(base_url)[-1]["recording"] is None) == (kind == "slow_before")
    later(base_url, 3600)
    wait_for(lambda: ledger(base_url)[-1]["recording"])
    entry = ledger(base_url)[-1]
    assert entry["recording"] in [one["sid"] for one in listed(base_url)]
    assert entry["status"] is None


def test_requests_are_counted_for_each_call_and_from_each_put(base_url: str, misbehave: Misbehave) -> None:
    kinds = {"v3:live": ["error_before", "none", "html_before"], "v3:other": ["redirect"]}
    for _time in range(2):
        misbehave(calls=kinds)
        before = len(ledger(base_url))
        post(base_url, headers={"Authorization": "Bearer KEY-2"})
        post(base_url, body="PlayBeep=1")
        for call in ("v3:live", "v3:live", "v3:other", "v3:live", "v3:live", "v3:live"):
            get(base_url, call)
        found = [entry["misbehaviour"] for entry in ledger(base_url)[before:]]
        # What is refused is not counted. The second one of v3:other is where the redirect leads.
        assert found == [None, None, "error_before", None, "redirect", None, "html_before", None, None]


def test_refused_as_ever(base_url: str, misbehave: Misbehave) -> None:
    misbehave(chance=1)
    assert post(base_url, headers={"Authorization": "Bearer KEY-2"}).status_code == 401
    assert post(base_url, account="other").status_code == 404
    assert post(base_url, body="PlayBeep=1").status_code == 422


@pytest.mark.parametrize("kind", ["error_after", "remaining_zero", "slow_after"])
def test_kind_on_a_call_that_cannot_be_recorded(base_url: str, misbehave: Misbehave, kind: str) -> None:
    misbehave(chance=1, kinds=[kind], delay=0)
    assert post(base_url, "v3:ringing").status_code == (500 if kind == "error_after" else 422)
    assert ledger(base_url)[-1]["recording"] is None


def test_chance_is_for_the_calls_without_a_list(base_url: str, misbehave: Misbehave) -> None:
    misbehave(chance=1, kinds=["html_before"], calls={"v3:live": []})
    assert get(base_url, "v3:live").headers["Content-Type"] == "application/json"
    assert get(base_url, "v3:other").headers["Content-Type"].startswith("text/html")


def test_new_recordings_are_listed_late(base_url: str, misbehave: Misbehave) -> None:
    # The offset does not make a recording any older.
    misbehave(list_lag=6000, clock_offset=36000)
    first = post(base_url).json()["sid"]
    later(base_url, 4000)
    second = post(base_url).json()["sid"]
    assert not {first, second} & {one["sid"] for one in listed(base_url)}
    later(base_url, 3000)
    assert {first, second} & {one["sid"] for one in listed(base_url)} == {first}
    later(base_url, 4000)
    assert {first, second} <= {one["sid"] for one in listed(base_url)}


@pytest.mark.parametrize("offset", [0, 5400, -86400])
def test_clock_of_the_service(base_url: str, misbehave: Misbehave, offset: int) -> None:
    misbehave(clock_offset=offset, calls={"v3:live": ["none", "rate_limited_date"]})
    ahead = clock(base_url) - time.time()
    before = int(time.time() + ahead)
    started, limited = post(base_url), post(base_url)
    replies = (started, limited, post(base_url, "v3:ended"), own(base_url, "GET", "ledger"))
    after = time.time() + ahead + 1
    for reply in replies:
        assert before <= seconds(reply.headers["Date"]) <= after
        assert len(reply.raw.headers.getlist("Date")) == len(reply.raw.headers.getlist("Server")) == 1
    assert before + 1 <= seconds(limited.headers["Retry-After"]) <= after + 1
    for name in ("date_created", "date_updated", "start_time"):
        date = datetime.datetime.fromisoformat(started.json()[name].replace("Z", "+00:00"))
        assert before <= date.timestamp() <= after
    misbehave()
    assert clock(base_url) - time.time() == pytest.approx(ahead - offset, abs=60)


def clock(base_url: str) -> float:
    """Return the date of the simulator, as Unix time."""
    return datetime.datetime.fromisoformat(own(base_url, "POST", "clock", seconds=0).json()["now"]).timestamp()


def test_clock_moves_and_is_not_moved_by_what_is_refused(base_url: str) -> None:
    before = clock(base_url)
    later(base_url, 5000.5)
    assert 5000 < clock(base_url) - before < 9000
    for seconds in (-1, "1", None, True, 1e300, [1], {"a": 1}):
        reply = requests.post(base_url.replace("/v2", "/simulator/clock"), json={"seconds": seconds}, timeout=10)
        assert reply.status_code == 422, seconds
    for body in (b"", b"7", b"{}", b'{"seconds": NaN}', b'{"seconds": 1, "hours": 1}'):
        assert requests.post(base_url.replace("/v2", "/simulator/clock"), data=body, timeout=10).status_code == 422
    assert 5000 < clock(base_url) - before < 9000


def test_pages(tmp_path: Path) -> None:
    base_url = command("start", tmp_path / "state")["base_url"]
    sids = []
    for number in (0, 1, 19, 20, 21, 40, 41):
        while len(sids) < number:
            sids.append(post(base_url).json()["sid"])
        assert [one["sid"] for one in listed(base_url)] == sids
        first = get(base_url).json()
        assert len(first["recordings"]) == min(number, 20)
        assert ("next_page_uri" in first) == (number > 20)
    following = first["next_page_uri"]
    assert following.startswith("/v2/texml/Accounts/account/Calls/v3:live/Recordings.json?Page=1&PageToken=")
    second = requests.get(base_url.replace("/v2", following), headers=HEADERS, timeout=10).json()
    assert [second[name] for name in ("page", "page_size", "start", "end")] == [1, 20, 20, 39]
    numbers = {"?Page=1": sids[20:40], "?Page=-1": sids[:20], "?Page=2": sids[40:], "?Page=9": [], "?PageToken=x": []}
    for query, expected in numbers.items():
        assert [one["sid"] for one in get(base_url, query=query).json()["recordings"]] == expected
    assert get(base_url, query="?Page=x").status_code == 422
    command("stop", tmp_path / "state")


def test_recording_by_somebody_else(base_url: str) -> None:
    before = ledger(base_url)
    ours = own(base_url, "POST", "recordings", call_sid="v3:live").json()["sid"]
    sid = own(base_url, "POST", "recordings", call_sid="v3:live", source="DialVerb", status="paused").json()["sid"]
    assert ledger(base_url) == before
    found = {one["sid"]: (one["source"], one["status"]) for one in listed(base_url)}
    assert found[ours] == ("StartCallRecordingAPI", "in-progress")
    assert found[sid] == ("DialVerb", "paused")
    for status in ("in-progress", "stopped", "completed", "paused"):
        assert own(base_url, "PATCH", f"recordings/{sid}", status=status).json()["status"] == status
        assert [one["status"] for one in listed(base_url) if one["sid"] == sid] == [status]


@pytest.mark.parametrize(
    ("method", "page", "body", "status", "detail"),
    [
        ("POST", "recordings", {"call_sid": "v3:ended"}, 404, "Resource not found"),
        ("POST", "recordings", {"source": "DialVerb"}, 404, "Resource not found"),
        ("POST", "recordings", {"call_sid": "v3:ringing"}, 422, "The call has not been answered yet."),
        ("POST", "recordings", {"call_sid": "v3:live", "source": "Me"}, 422, "source is 'Me'; it must be one of Start"),
        ("POST", "recordings", {"call_sid": ["v3:live"]}, 422, "it must be a dict of strings with any of call_sid, "),
        ("POST", "recordings", {"id": "v3:live"}, 422, "it must be a dict of strings with any of call_sid, source, "),
        ("POST", "recordings", {"call_sid": "v3:live", "sid": "REC1"}, 422, "sid is 'REC1'; it must be a UUID."),
        ("POST", "calls", {"sid": "v3:\ud800"}, 422, "The body has a lone surrogate, which is not a character."),
        ("PUT", "misbehaviour", {"calls": {"v3:\ud800": []}}, 422, "The body has a lone surrogate"),
        ("PATCH", "recordings/none", {"status": "paused"}, 404, "Resource not found"),
        ("PATCH", "recordings/none", {"status": "gone"}, 422, "status is 'gone'; it must be one of in-progress, "),
        ("PUT", "misbehaviour", {"chances": 1}, 422, "unknown key 'chances'; it may have calls, chance, seed, kinds, "),
        ("PUT", "misbehaviour", {"chance": 2}, 422, "misbehaviour.chance is 2; it must be a number from 0 to 1."),
    ],
)
def test_wrong_requests_are_answered_with_what_is_allowed(
    base_url: str, method: str, page: str, body: dict[str, Any], status: int, detail: str
) -> None:
    reply = own(base_url, method, page, **body)
    assert reply.status_code == status
    assert detail in reply.json()["errors"][0]["detail"]


def test_refused_control_requests_change_nothing(base_url: str, misbehave: Misbehave) -> None:
    wanted = misbehave(seed=5)
    body = {"calls": {"v3:\ud800": ["redirect"]}, "seed": 6}
    assert own(base_url, "PUT", "misbehaviour", **body).status_code == 422
    assert own(base_url, "GET", "misbehaviour").json() == wanted
    assert own(base_url, "POST", "calls", sid="v3:\ud800").status_code == 422
    # Not even by the name that its bytes make.
    assert own(base_url, "PATCH", "calls/v3:%ED%A0%80", status="ended").status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "\xff", "[" * 100_000, "[" * 900 + "]" * 900])
def test_settings_that_are_no_object(base_url: str, body: str) -> None:
    url = base_url.replace("/v2", "/simulator/misbehaviour")
    reply = requests.put(url, data=body.encode("latin-1"), timeout=10)
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["code"] == "10015"


def test_wrong_settings_change_nothing(base_url: str, misbehave: Misbehave) -> None:
    wanted = misbehave(calls={"v3:live": ["html_before", "html_before"]}, seed=3)
    assert own(base_url, "GET", "misbehaviour").json() == wanted
    assert (wanted["seed"], wanted["delay"], wanted["kinds"]) == (3, 2, KINDS)
    get(base_url)
    assert own(base_url, "PUT", "misbehaviour", delay="long").status_code == 422
    assert own(base_url, "GET", "misbehaviour").json() == wanted
    assert [get(base_url).text.startswith("<!DOCTYPE html>") for _time in range(2)] == [True, False]


def test_put_keeps_recordings_and_ledger(base_url: str, misbehave: Misbehave) -> None:
    sid = post(base_url).json()["sid"]
    before = ledger(base_url)
    misbehave(delay=1)
    assert ledger(base_url) == before
    assert sid in [one["sid"] for one in listed(base_url)]


def test_start_with_misbehaviour(tmp_path: Path) -> None:
    started = command("start", tmp_path / "state", misbehaviour={"calls": {"v3:live": ["html_before"]}})
    assert post(started["base_url"]).headers["Content-Type"].startswith("text/html")
    command("stop", tmp_path / "state")


def test_start_with_wrong_misbehaviour(tmp_path: Path) -> None:
    expected = "did not start: misbehaviour.kinds is \\['late'\\]; it must be a list of one or more of drop_before, "
    with pytest.raises(AssertionError, match=expected):
        command("start", tmp_path / "state", misbehaviour={"kinds": ["late"]})
    assert not (tmp_path / "state").exists()


@pytest.mark.long
def test_role_variable_as_in_the_readme(tmp_path: Path) -> None:
    readme = (runs.ROOT / "roles/simulator/README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(simulator_misbehaviour:\n.*?)^```", readme, re.MULTILINE | re.DOTALL)
    variables = yaml.safe_load(example)
    run = runs.playbook(tmp_path, role(**variables))
    assert run.code == 0, run.output
    base_url = run.result("Keep the address of the simulator")["ansible_facts"]["simulator_base_url"]
    in_effect = own(base_url, "GET", "misbehaviour").json()
    assert runs.playbook(tmp_path, role("stopped")).code == 0
    assert in_effect == {**in_effect, **variables["simulator_misbehaviour"]}


def test_role_says_which_misbehaviour_it_does_not_know(tmp_path: Path) -> None:
    run = runs.playbook(tmp_path, role(simulator_misbehaviour={"calls": {"v3:live": ["late"]}}))
    assert run.code == 2
    assert (
        "misbehaviour.calls is {'v3:live': ['late']}; it must be a dict of call SIDs, each with a list of none, drop_"
        in run.output
    )


def test_playbook_prints_what_a_shell_reads_as_it_is(tmp_path: Path) -> None:
    key, account = "a key; with $(touch 'it') \"", "an account & more"
    variables = {"simulator_api_key": key, "simulator_account_sid": account}
    run = runs.playbook(tmp_path, "voiceops.telnyx.simulator", "-e", json.dumps(variables))
    stopped = runs.playbook(tmp_path, "voiceops.telnyx.simulator", "-e", "simulator_state=stopped")
    assert (run.code, stopped.code) == (0, 0), run.output
    script = "\n".join([*run.result("Show how to reach it")["msg"], "env"])
    printed = subprocess.run(
        ["sh", "-c", script], env={}, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert {f"TELNYX_API_KEY={key}", f"TELNYX_ACCOUNT_SID={account}"} <= set(printed)
    assert any(line.startswith("TELNYX_BASE_URL=http://127.0.0.1:") for line in printed)
    public_key = run.result("Keep the address of the simulator")["ansible_facts"]["simulator_public_key"]
    assert f"TELNYX_PUBLIC_KEY={public_key}" in printed
    assert len(base64.b64decode(public_key, validate=True)) == 32
