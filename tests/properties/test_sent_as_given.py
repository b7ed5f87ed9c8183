# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is thrown at a task: refused with a clear error, or sent exactly as given."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ansible_collections.voiceops.telnyx.plugins.module_utils import _call_recording, _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import START_TEXML_CALL_RECORDING as START
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request, build, form_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._urls import is_uri
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from requests import Request as HTTPRequest
from requests import Session

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
arguments = st.fixed_dictionaries(
    {"call_sid": anything | st.text(min_size=1) | st.lists(st.text(min_size=1), min_size=1, max_size=3)},
    optional={name: strategy | anything for name, strategy in plausible.items()},
)


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
    given_options = {"api_key": "KEY-1", "account_sid": "a", **options}
    try:
        params, _warnings = _task.prepare(_call_recording, given_options, {})
    except _task.CannotRun as error:
        assert error.result["errors"]
        assert "KEY-1" not in str(error.result)
        return [], None
    api = Api(wire, 0, read_only=False)  # type: ignore[arg-type]
    _call_recording.run({**params, "max_concurrency": 1}, api, check_mode=False, diff=False, progress=None)
    return wire.sent, params


@settings(max_examples=400, deadline=None)
@given(arguments)
@example({"call_sid": "../../x"})
@example({"call_sid": "%2e%2e"})
@example({"call_sid": "v3:a\r\nX-Injected: 1"})
@example({"call_sid": "a?b#c"})
@example({"call_sid": "x" * 10_000})
@example({"call_sid": "{call_sid}{0.__class__}"})
def test_refused_or_sent_as_given(options: dict[str, Any]) -> None:
    sent, params = run(options)
    if params is None:
        return
    assert len(sent) == len(params["call_sid"])
    for sid, (url, form) in zip(params["call_sid"], sent):
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "api.telnyx.com", "", "")
        assert parts.path.startswith("/v2/texml/Accounts/a/Calls/")
        assert parts.path.endswith("/Recordings.json")
        segments = parts.path.split("/")
        assert len(segments) == 8
        assert unquote(segments[6]) == sid
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


@settings(max_examples=300, deadline=None)
@given(arguments)
def test_what_jsonschema_refuses_is_never_sent(options: dict[str, Any]) -> None:
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
