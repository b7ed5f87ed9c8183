# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is thrown at a task: refused with a clear error, or sent exactly as given."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.urls import is_uri
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.description.recordings import (
    START_TEXML_CALL_RECORDING as START,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request, build, form_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from requests import Request as HTTPRequest
from requests import Session
from support import tasks

CHECKER = FormatChecker(formats=())
CHECKER.checks("uri")(is_uri)
REQUEST = Draft202012Validator(START.request, format_checker=CHECKER)
PARAMETERS = Draft202012Validator(START.parameters)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
plausible = {
    "play_beep": st.booleans(),
    "recording_channels": st.sampled_from(["single", "dual", "Dual"]),
    "recording_track": st.sampled_from(["inbound", "outbound", "both", ""]),
    "recording_status_callback": st.sampled_from(
        ["https://e.example/cb?a=b&c=d", "http://u:p@e.example", "//e.example"]
    ),
    "recording_status_callback_method": st.sampled_from(["GET", "POST", "get"]),
    "recording_status_callback_event": st.lists(
        st.sampled_from(["in-progress", "completed", "absent", "done"]), max_size=3
    ),
    "send_recording_url": st.booleans(),
}
KEY = "KEY-1_of-these-tests"
# What people throw at a program to get into its paths, headers, logs and shells.
hostile = st.sampled_from(
    [
        "../../x",
        "..%2f..%2fx",
        "....//x",
        "%2e%2e",
        ".",
        "/",
        "\\\\host\\share",
        "v3:a\r\nX-Injected: 1",
        "v3:a\nfatal: [host]: FAILED!",
        "v3:a\x1b[2Jgone",
        "v3:a\x00b",
        "v3:a\u2028b",
        "\u202ev3:a",
        "v3:a?b=c#d",
        "v3:a;rm -rf /",
        "$(id)",
        "{{ 7 * 7 }}",
        "{call_sid.__class__}",
        "%s%n",
        "\ud800",
        "\U0001f4de",
        "e\u0301",
        "x" * 10_000,
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://me:hunter2@evil.example/",
        "https://evil.example@api.telnyx.com/v2",
        "https://api.telnyx.com/v2?x=",
        "http://127.0.0.1:1/v2",
        "http://localhost.evil.example/v2",
        f"{KEY}\r\nHost: evil.example",
        "'; DROP TABLE calls; --",
        "-o ProxyCommand=id",
        "true",
        "1e999999999",
    ]
)
sids = hostile | st.text(min_size=1)
right = st.fixed_dictionaries(
    {"call_sid": st.lists(sids, min_size=1, max_size=3, unique=True), "account_sid": sids},
    optional={
        "play_beep": st.booleans(),
        "recording_track": st.sampled_from(["inbound", "outbound", "both"]),
        "recording_status_callback": st.sampled_from(["https://e.example/cb?a=b&c=%0d%0a", "http://u:p@e.example/{x}"]),
        "recording_status_callback_event": st.lists(st.sampled_from(["in-progress", "completed"]), min_size=1),
        "base_url": st.sampled_from(["https://e.example:8443/a/v2/", "http://127.0.0.1:8080", "https://[::1]/v2"]),
    },
)
wild = st.fixed_dictionaries(
    {"call_sid": anything | hostile | st.lists(hostile | st.text(min_size=1), min_size=1, max_size=3)},
    optional={
        **{name: strategy | hostile | anything for name, strategy in plausible.items()},
        **dict.fromkeys(
            ("account_sid", "base_url", "timeout", "max_concurrency", "reconcile_timeout", "unless_recording"),
            hostile | anything,
        ),
        # Without a head of its own, it would be hidden in a word of the message.
        "api_key": (hostile | st.text(min_size=5).map("KEY{}".format)).filter(lambda key: len(key) > 7),
        "no_such_option": hostile,
    },
)
arguments = right | wild


class Wire:
    """Stands for the transport: keeps what would leave, through requests' own preparation of it."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, str]]] = []

    def send(self, request: Request) -> Any:
        prepared = Session().prepare_request(HTTPRequest(request.method, request.url, data=request.form))
        body = prepared.body.decode() if isinstance(prepared.body, bytes) else prepared.body or ""
        self.sent.append((prepared.url or "", dict(parse_qsl(body, keep_blank_values=True))))
        return Reply(200, {}, b"{}")


def run(options: dict[str, Any]) -> tuple[list[tuple[str, dict[str, str]]], dict[str, Any] | None]:
    """Return what would be sent, and the parameters, or nothing and None if the task was refused."""
    wire = Wire()
    given_options = {"api_key": KEY, "account_sid": "a", **options}
    try:
        params, _warnings = _task.prepare(_call_recording.BEHAVIOUR, given_options, {})
    except _task.CannotRun as error:
        check_error(error.result, given_options)
        return [], None
    params["unless_recording"] = False
    api = tasks.client(wire, params)
    _call_recording.run({**params, "max_concurrency": 1}, api, _task.Task())
    return wire.sent, params


def check_error(result: dict[str, Any], options: dict[str, Any]) -> None:
    """Every fault names an option, what is allowed, and what was given; none has a secret or breaks a line of a log."""
    assert result["argument_errors"]
    assert result["msg"].startswith("Nothing was sent. ")
    for fault in result["argument_errors"]:
        assert fault["path"].startswith(fault["argument"])
        assert fault["argument"] in fault["message"]
        assert fault["expected"] in fault["message"]
        if fault["argument"] in _call_recording.BEHAVIOUR.argument_spec:
            assert fault["found"] is None or fault["argument"] in options
    assert len(result["msg"]) < 1000 * len(result["argument_errors"])
    # What is unprintable in a name of an option is a key of the user's own YAML.
    if all(fault["argument"] in _call_recording.BEHAVIOUR.argument_spec for fault in result["argument_errors"]):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e\ud800-\udfff]", result["msg"])
    for secret in (options["api_key"], "hunter2"):
        assert secret not in str(result)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments)
@example({"call_sid": "../../x"})
@example({"call_sid": "%2e%2e"})
@example({"call_sid": "v3:a\r\nX-Injected: 1"})
@example({"call_sid": "a?b#c"})
@example({"call_sid": "x" * 10_000})
@example({"call_sid": "{call_sid}{0.__class__}"})
def test_refused_or_sent_as_given(options: dict[str, Any]) -> None:
    check_sent_as_given(options)


@pytest.mark.long
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments)
def test_refused_or_sent_as_given_at_length(options: dict[str, Any]) -> None:
    check_sent_as_given(options)


def check_sent_as_given(options: dict[str, Any]) -> None:
    sent, params = run(options)
    if params is None:
        return
    assert len(sent) == len(params["call_sid"])
    for sid, (url, form) in zip(params["call_sid"], sent):
        parts = urlsplit(url)
        base = urlsplit(params["base_url"])
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == (base.scheme, base.netloc, "", "")
        assert base.scheme == "https" or base.hostname == "127.0.0.1"
        assert parts.path.startswith(base.path.rstrip("/") + "/texml/Accounts/")
        *_base, accounts, account, calls, call, end = parts.path.split("/")
        assert (accounts, calls, end) == ("Accounts", "Calls", "Recordings.json")
        assert (unquote(account), unquote(call)) == (params["account_sid"], sid)
        assert parts.path.count("/") == base.path.rstrip("/").count("/") + 6
        assert form == expected_form(params)


def expected_form(params: dict[str, Any]) -> dict[str, str]:
    """The form, written a second time."""
    form = {}
    for name in START.request["properties"]:  # type: ignore[index]
        option = "".join("_" + one.lower() if one.isupper() else one for one in name).lstrip("_")
        if option in params:
            value = params[option]
            text = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
            form[name] = text or (" ".join(value) if isinstance(value, list) else value)
    return form


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments)
def test_what_jsonschema_refuses_is_never_sent(options: dict[str, Any]) -> None:
    check_by_jsonschema(options)


@pytest.mark.long
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arguments)
def test_what_jsonschema_refuses_is_never_sent_at_length(options: dict[str, Any]) -> None:
    check_by_jsonschema(options)


def check_by_jsonschema(options: dict[str, Any]) -> None:
    sent, params = run(options)
    if params is None:
        assert sent == []
        return
    form = form_of(START, params)
    for name, value in form.items():
        if isinstance(value, list):
            form[name] = " ".join(value)
    REQUEST.validate(form)
    for sid in params["call_sid"]:
        PARAMETERS.validate({"account_sid": params["account_sid"], "call_sid": sid})


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_any_accepted_sid_is_one_segment(sid: str) -> None:
    if not PARAMETERS.is_valid({"account_sid": "a", "call_sid": sid}):
        return
    url = build(START, "https://e", {"account_sid": "a", "call_sid": sid}, {}).url
    prepared = HTTPRequest("POST", url).prepare().url or ""
    assert prepared == url
    assert unquote(prepared.split("/")[7]) == sid
