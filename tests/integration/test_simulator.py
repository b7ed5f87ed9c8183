# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from support import raw_server
from support.runs import COLLECTION

FILES = COLLECTION / "roles" / "simulator" / "files"
SETTINGS: dict[str, Any] = {
    "api_key": "KEY-1",
    "account_sid": "account",
    "port": 0,
    "calls": [
        {"sid": "v3:live", "status": "in-progress"},
        {"sid": "v3:ringing", "status": "ringing"},
        {"sid": "v3:ended", "status": "ended"},
    ],
}
HEADERS = {"Authorization": "Bearer KEY-1", "Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(autouse=True)
def _no_server_stays(tmp_path: Path) -> Iterator[None]:
    yield
    shutil.rmtree(tmp_path / "state", ignore_errors=True)


def command(verb: str, directory: Path, **settings: Any) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", verb, str(directory)],
        input=json.dumps({**SETTINGS, **settings}),
        cwd=FILES,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("simulator") / "state"
    yield command("start", directory)["base_url"]
    command("stop", directory)


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
        ("RecordingStatusCallback=nowhere", [("10015", "/RecordingStatusCallback")]),
    ],
)
def test_form_that_is_not_as_described(base_url: str, body: str, pointers: list[tuple[str, str]]) -> None:
    reply = post(base_url, body=body)
    assert reply.status_code == 422
    assert [(one["code"], one["source"]["pointer"]) for one in reply.json()["errors"]] == pointers


def test_json_is_not_as_described(base_url: str) -> None:
    assert post(base_url, body="{}", headers={"Content-Type": "application/json"}).status_code == 422


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


def test_every_reply_says_that_it_is_a_simulator(base_url: str) -> None:
    for reply in (post(base_url), post(base_url, "v3:ended"), requests.get(base_url, timeout=10)):
        assert reply.headers["Server"] == "voiceops.telnyx simulator"
    about = requests.get(base_url.replace("/v2", "/simulator"), timeout=10).json()
    assert "simulator" in about["about"]


def test_replies_are_checked_against_the_description(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's own defect is a failure, not a reply."""
    import asyncio

    from openapi_core.exceptions import OpenAPIError
    from simulator.app import Simulator
    from starlette.requests import Request

    sim = Simulator(SETTINGS)
    monkeypatch.setattr(sim._account, "start", lambda sid, form: {"channels": 3})
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
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    with pytest.raises(OpenAPIError):
        asyncio.run(sim._endpoint(sim._start)(Request(scope, receive)))


def ended(pid: int) -> bool:
    """Tell whether a process ends within a few seconds; what only waits to be reaped has ended."""
    deadline = time.monotonic() + 5
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
