# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module, through its entry points: what is sent, and what is reported."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.version import VERSION
from support import raw_server, runs
from support.entry_points import RunTask, every_entry_point
from support.simulator import Simulator

OPTIONS: dict[str, Any] = {
    "play_beep": False,
    "recording_channels": "single",
    "recording_track": "inbound",
    "recording_status_callback": "https://runbooks.example.com/cb?a=b&c=d e".replace(" ", "%20"),
    "recording_status_callback_method": "POST",
    "recording_status_callback_event": "in-progress  completed",
    "send_recording_url": True,
}


def connection(base_url: str) -> dict[str, Any]:
    return {"api_key": runs.KEY, "account_sid": "my account", "base_url": base_url}


# What is sent once, and never looked for.
ONCE = {"rate_limit_timeout": 0, "reconcile_timeout": 0}


def started(call_sid: str, recording: str) -> dict[str, Any]:
    return {
        "call_sid": call_sid,
        "outcome": "started",
        "changed": True,
        "msg": "",
        "http_status": 200,
        "errors": [],
        "candidates": [],
        "reconciled": False,
        "retried": False,
        "recording": recording,
    }


@every_entry_point
def test_request_on_the_wire(run_task: RunTask) -> None:
    with raw_server.serving() as server:
        result = run_task({**connection(server.base_url), "call_sid": "v3:a/b?c#d%e f", **OPTIONS})
    assert result["changed"]
    (request,) = server.requests
    head, _separator, body = request.partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == "POST /v2/texml/Accounts/my%20account/Calls/v3:a%2Fb%3Fc%23d%25e%20f/Recordings.json HTTP/1.1"
    assert sorted(headers) == [
        "Accept-Encoding: identity",
        "Accept: application/json",
        f"Authorization: Bearer {runs.KEY}",
        "Connection: keep-alive",
        f"Content-Length: {len(body)}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Host: 127.0.0.1:{server.port}",
        f"User-Agent: voiceops.telnyx/{VERSION}",
    ]
    assert sorted(body.split(b"&")) == [
        b"PlayBeep=false",
        b"RecordingChannels=single",
        b"RecordingStatusCallback=https%3A%2F%2Frunbooks.example.com%2Fcb%3Fa%3Db%26c%3Dd%2520e",
        b"RecordingStatusCallbackEvent=in-progress+completed",
        b"RecordingStatusCallbackMethod=POST",
        b"RecordingTrack=inbound",
        b"SendRecordingUrl=true",
    ]


def test_nothing_is_sent_that_was_not_set(run_task: RunTask) -> None:
    with raw_server.serving() as server:
        run_task({**connection(server.base_url), "call_sid": "v3:a"})
    (request,) = server.requests
    assert request.endswith(b"\r\n\r\n")
    assert b"\r\nContent-Length: 0\r\n" in request


def test_netrc_and_environment_do_not_change_the_key(run_task: RunTask, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login me password other\n", encoding="utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    with raw_server.serving() as server:
        run_task({**connection(server.base_url), "call_sid": "v3:a"})
    assert f"\r\nAuthorization: Bearer {runs.KEY}\r\n".encode() in server.requests[0]


@every_entry_point
def test_one_call(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task({**simulator.connection, "call_sid": runs.LIVE, "recording_channels": "single"})
    recording = result["recording"]
    assert (recording["call_sid"], recording["channels"]) == (runs.LIVE, 1)
    assert result == {
        "changed": True,
        "recording": recording,
        "recordings": [recording],
        "outcomes": [started(runs.LIVE, recording["sid"])],
        "ansible_facts": {"telnyx_call_recording": recording, "telnyx_call_recordings": {runs.LIVE: recording}},
    }


def test_several_calls_of_which_some_fail(run_task: RunTask, simulator: Simulator) -> None:
    calls = [runs.LIVE_TOO, runs.ENDED, runs.RINGING, runs.LIVE]
    before = len(simulator.ledger())
    result = run_task({**simulator.connection, "call_sid": calls})
    assert result["failed"]
    assert result["changed"]
    assert [one["call_sid"] for one in result["recordings"]] == [runs.LIVE_TOO, runs.LIVE]
    assert list(result["ansible_facts"]["telnyx_call_recordings"]) == [runs.LIVE_TOO, runs.LIVE]
    assert "telnyx_call_recording" not in result["ansible_facts"]
    assert "recording" not in result
    assert [(one["call_sid"], one["outcome"], one["http_status"]) for one in result["outcomes"]] == [
        (runs.LIVE_TOO, "started", 200),
        (runs.ENDED, "rejected", 404),
        (runs.RINGING, "rejected", 422),
        (runs.LIVE, "started", 200),
    ]
    assert result["outcomes"][2]["errors"][0]["code"] == "90034"
    assert result["msg"].startswith("2 of 4 recordings started, 2 failed.")
    sent = simulator.ledger()[before:]
    assert sorted(one["target"].split("/")[6] for one in sent) == sorted(calls)


@every_entry_point
def test_check_mode_sends_nothing(run_task: RunTask, simulator: Simulator) -> None:
    before = simulator.ledger()
    result = run_task({**simulator.connection, "call_sid": [runs.LIVE, runs.ENDED], **OPTIONS}, check=True, diff=True)
    assert simulator.ledger() == before
    url = f"{simulator.base_url}/texml/Accounts/{runs.ACCOUNT}/Calls/{{}}/Recordings.json"
    form = {
        "PlayBeep": "false",
        "RecordingChannels": "single",
        "RecordingTrack": "inbound",
        "RecordingStatusCallback": "https://runbooks.example.com/cb?a=b&c=d%20e",
        "RecordingStatusCallbackMethod": "POST",
        "RecordingStatusCallbackEvent": "in-progress completed",
        "SendRecordingUrl": "true",
    }
    lines = "".join(f"{name}={value}\n" for name, value in form.items())
    assert result == {
        "changed": True,
        "recordings": [],
        "outcomes": [],
        "requests": [{"method": "POST", "url": url.format(sid), "form": form} for sid in (runs.LIVE, runs.ENDED)],
        "diff": [{"before": "", "after": f"POST {url.format(sid)}\n{lines}"} for sid in (runs.LIVE, runs.ENDED)],
    }


def test_check_mode_refuses_the_same(run_task: RunTask) -> None:
    result = run_task(
        {"api_key": runs.KEY, "account_sid": "a", "call_sid": "v3:a", "recording_status_callback": "x"}, check=True
    )
    assert result["failed"]
    assert result["argument_errors"][0]["argument"] == "recording_status_callback"


def test_diff_of_a_start(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task({**simulator.connection, "call_sid": runs.LIVE, "play_beep": True}, diff=True)
    (difference,) = result["diff"]
    assert difference["after"].splitlines()[1:] == ["PlayBeep=true"]


@every_entry_point
def test_faults_are_refused_before_anything_is_sent(run_task: RunTask) -> None:
    with raw_server.serving() as server:
        result = run_task(
            {
                **connection(server.base_url),
                "call_sid": ["v3:a", ".."],
                "recording_status_callback": "ftp://e.example",
                "recording_status_callback_event": ["completed", "done"],
            }
        )
    assert server.connections == 0
    assert result["failed"]
    assert not result.get("changed")
    assert [fault["path"] for fault in result["argument_errors"]] == [
        "call_sid[1]",
        "recording_status_callback",
        "recording_status_callback_event[1]",
    ]
    assert set(result["argument_errors"][0]) == {"argument", "message", "path", "expected", "found"}
    assert all(fault["message"] in result["msg"] for fault in result["argument_errors"])


JSON_ERROR = b'{"errors": [{"code": "10000", "title": "T", "detail": "What the API says."}]}'
HTML = b"<html>a captive portal</html>"


@pytest.mark.parametrize(
    ("answer", "outcome", "status", "said"),
    [
        (raw_server.reply("401 Unauthorized", JSON_ERROR), "rejected", 401, "Check api_key (or TELNYX_API_KEY)"),
        pytest.param(
            raw_server.reply("403 Forbidden", JSON_ERROR), "rejected", 403, "may not do this", marks=pytest.mark.long
        ),
        pytest.param(
            raw_server.reply("404 Not Found", JSON_ERROR),
            "rejected",
            404,
            "the key did not arrive",
            marks=pytest.mark.long,
        ),
        pytest.param(
            raw_server.reply("422 Unprocessable", JSON_ERROR),
            "rejected",
            422,
            "What the API says.",
            marks=pytest.mark.long,
        ),
        (raw_server.reply("429 Too Many", JSON_ERROR, "Retry-After: 9"), "not_sent", 429, "Retry-After is 9"),
        (raw_server.reply("500 Oops", JSON_ERROR), "unknown", 500, "A recording may be running"),
        pytest.param(
            raw_server.reply("503 Oops", HTML, content_type="text/html"),
            "unknown",
            503,
            "not a JSON object (text/html)",
            marks=pytest.mark.long,
        ),
        pytest.param(
            raw_server.reply("307 Moved", b"", "Location: http://127.0.0.1:9/"),
            "rejected",
            307,
            "not followed",
            marks=pytest.mark.long,
        ),
        pytest.param(
            raw_server.reply("200 OK", HTML, content_type="text/html"),
            "unknown",
            200,
            "perhaps from a proxy",
            marks=pytest.mark.long,
        ),
        pytest.param(raw_server.reply("200 OK", b""), "unknown", 200, "an empty body", marks=pytest.mark.long),
        pytest.param(raw_server.reply("204 No Content", b""), "unknown", 204, "an empty body", marks=pytest.mark.long),
        pytest.param(
            raw_server.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            "unknown",
            200,
            "broke off",
            marks=pytest.mark.long,
        ),
        (raw_server.reset, "unknown", None, "broke before a reply came"),
    ],
)
def test_error_is_reported_truly(
    run_task: RunTask, answer: raw_server.Answer, outcome: str, status: int | None, said: str
) -> None:
    with raw_server.serving(answer) as server:
        result = run_task({**connection(server.base_url), "call_sid": "v3:a", **ONCE})
    assert len(server.requests) == 1
    (one,) = result["outcomes"]
    assert (one["call_sid"], one["outcome"], one["http_status"]) == ("v3:a", outcome, status)
    assert said in one["msg"]
    assert result["msg"] == one["msg"]
    assert (result["failed"], result["changed"], result["recordings"]) == (True, False, [])
    assert "ansible_facts" not in result
    if "What the API says." in one["msg"]:
        assert one["errors"] == [{"code": "10000", "title": "T", "detail": "What the API says."}]


def test_silence_is_reported_truly(run_task: RunTask) -> None:
    with raw_server.serving(raw_server.silence()) as server:
        result = run_task({**connection(server.base_url), "call_sid": "v3:a", "timeout": 1, **ONCE})
    assert len(server.requests) == 1
    (one,) = result["outcomes"]
    assert (one["outcome"], one["http_status"], one["changed"]) == ("unknown", None, False)
    assert "did not reply within 1 seconds" in one["msg"]


def test_no_connection_is_reported_truly(run_task: RunTask) -> None:
    result = run_task({**connection(f"http://127.0.0.1:{raw_server.refused_port()}/v2"), "call_sid": "v3:a", **ONCE})
    assert result["outcomes"][0]["outcome"] == "not_sent"
    assert "refused" in result["msg"]
    result = run_task({**connection("https://no-such-host.invalid/v2"), "call_sid": "v3:a", **ONCE})
    assert result["outcomes"][0]["outcome"] == "not_sent"
    assert "could not be resolved" in result["msg"]


def test_untrusted_certificate_is_reported_truly(run_task: RunTask, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with raw_server.serving(context=context) as server:
        result = run_task({**connection(server.base_url), "call_sid": "v3:a"})
        assert result["outcomes"][0]["outcome"] == "not_sent"
        assert "CERTIFICATE_VERIFY_FAILED" in result["msg"]
        trusted = run_task({**connection(server.base_url), "call_sid": "v3:a", "ca_path": str(tmp_path / "ca.pem")})
        assert trusted["changed"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        (b'{"sid": "r", "channels": "2"}', ["channels is '2', and the API's description allows one of 1, 2"]),
        *(
            pytest.param(body, [warning], marks=pytest.mark.long)
            for body, warning in (
                (b'{"track": "both"}', "the reply does not name it: sid is missing"),
                (b'{"sid": "r", "source": "Robot"}', "source is 'Robot'"),
                (
                    b'{"sid": "r", "price": 0.1, "extra": {}}',
                    "price is 0.1, and the API's description allows string or null",
                ),
            )
        ),
    ],
)
def test_odd_reply_is_a_success_with_a_warning(run_task: RunTask, body: bytes, warnings: list[str]) -> None:
    with raw_server.serving(raw_server.reply("200 OK", body)) as server:
        result = run_task({**connection(server.base_url), "call_sid": ["v3:a", "v3:b"]})
    assert result["changed"]
    assert not result.get("failed")
    assert len(result["recordings"]) == 2
    assert len(result["warnings"]) == len(warnings)
    for found, expected in zip(result["warnings"], warnings):
        assert "The recording is running" in found
        assert expected in found


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"sid": "x\\ud800"}', marks=pytest.mark.long),
        b'{"sid": "x", "a": ' + b"[" * 700 + b"]" * 700 + b"}",
    ],
)
def test_odd_reply_does_not_lose_the_other_recordings(run_task: RunTask, body: bytes) -> None:
    with raw_server.serving(raw_server.reply(), raw_server.reply("200 OK", body)) as server:
        args = {"call_sid": ["v3:a", "v3:b"], "max_concurrency": 1, "reconcile_timeout": 1}
        result = run_task({**connection(server.base_url), **args})
    assert result["changed"]
    assert result["recordings"][0]["sid"] == "e9cea0be-7dbd-4b98-98b1-c0089d9d43b0"
    assert [one["outcome"] for one in result["outcomes"]] in (["started"] * 2, ["started", "unknown"])


def test_get_callback_has_a_warning(run_task: RunTask, simulator: Simulator) -> None:
    result = run_task({**simulator.connection, "call_sid": runs.LIVE, "recording_status_callback_method": "GET"})
    assert result["changed"]
    (warning,) = result["warnings"]
    assert "a GET callback carries no signature" in warning


def test_password_in_the_callback_is_not_shown(run_task: RunTask, simulator: Simulator) -> None:
    url = "https://me:hunter2@runbooks.example.com/"
    before = len(simulator.ledger())
    args = {**simulator.connection, "call_sid": runs.LIVE, "recording_status_callback": url}
    assert "hunter2" not in str([run_task(args, diff=True), run_task(args, check=True, diff=True)])
    (sent,) = simulator.ledger()[before:]
    assert "hunter2" in sent["body"]


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_missing_library(run_task: RunTask, tmp_path: Path, library: str) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / f"{library}.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    result = run_task({**connection("https://api.invalid/v2"), "call_sid": "v3:a"}, PYTHONPATH=str(broken))
    assert result["failed"]
    assert result["msg"].startswith(f"Failed to import the required Python library ({library}) on ")
