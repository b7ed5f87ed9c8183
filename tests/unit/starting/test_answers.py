# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each answer to a start request means."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks

REFUSED = "started no recording"
MAY_RUN = "A recording may be running"
NOTHING = "No recording was started"
JSON_ERROR = b'{"errors": [{"code": "10009", "title": "Authentication failed", "detail": "Bad key."}]}'


def told(answer: Reply | NoReply) -> Any:
    """Return what a task reports of a call whose start request has this answer, with its recording."""

    def send(request: Request) -> Reply:
        if isinstance(answer, NoReply):
            raise answer
        return answer

    result = tasks.run(send, rate_limit_timeout=0)
    return SimpleNamespace(**{**result["outcomes"][0], "recording": result.get("recording")})


@pytest.mark.parametrize(
    ("status", "outcome", "running", "advice"),
    [
        (301, "rejected", REFUSED, "base_url"),
        (302, "unknown", MAY_RUN, "base_url"),
        (303, "unknown", MAY_RUN, "base_url"),
        (307, "rejected", REFUSED, "base_url"),
        (308, "rejected", REFUSED, "base_url"),
        (400, "rejected", REFUSED, "options"),
        (401, "rejected", REFUSED, "TELNYX_API_KEY"),
        (403, "rejected", REFUSED, "permissions"),
        (404, "rejected", REFUSED, "organization ID"),
        (408, "unknown", MAY_RUN, ""),
        (409, "unknown", MAY_RUN, ""),
        (418, "rejected", REFUSED, ""),
        (422, "rejected", REFUSED, "answered"),
        (429, "not_sent", NOTHING, "wait"),
        (500, "unknown", MAY_RUN, ""),
        (502, "unknown", MAY_RUN, ""),
        (503, "unknown", MAY_RUN, ""),
        (100, "unknown", MAY_RUN, ""),
        (600, "unknown", MAY_RUN, ""),
    ],
)
def test_status_says_what_became_of_it(status: int, outcome: str, running: str, advice: str) -> None:
    found = told(Reply(status, {}, JSON_ERROR))
    assert (found.outcome, found.http_status, found.recording) == (outcome, status, None)
    assert found.msg.startswith(f"The API answered {status}: Bad key")
    assert running in found.msg
    assert advice in found.msg
    assert found.errors == [{"code": "10009", "title": "Authentication failed", "detail": "Bad key."}]


def test_404_names_all_its_causes() -> None:
    msg = told(Reply(404, {}, b'{"errors": [{"detail": "Resource not found"}]}')).msg
    for cause in ("the call is unknown or has ended", "account_sid is wrong", "the key did not arrive"):
        assert cause in msg


def test_rate_limit_says_when() -> None:
    msg = told(Reply(429, {"Retry-After": "7"}, b"")).msg
    assert "Retry-After is 7" in msg


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_says_where(status: int) -> None:
    msg = told(Reply(status, {"Location": "https://elsewhere.example/"}, b"")).msg
    assert "a redirect to https://elsewhere.example/, which is not followed" in msg


@pytest.mark.parametrize("status", [200, 201, 202, 299])
@pytest.mark.parametrize("body", [b'{"sid": "r"}', b"{}", b'{"sid": 7, "new": [{}]}'])
def test_every_2xx_with_an_object_is_a_success(status: int, body: bytes) -> None:
    found = told(Reply(status, {}, body))
    assert found.outcome == "started"
    assert found.recording is not None
    assert found.msg == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "an empty body"),
        (b"<html>captive</html>", "not a JSON object (text/html)"),
        (b'{"sid": "r"', "not a JSON object"),
        (b'["r"]', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"sid": "\xff"}', "not a JSON object"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"sid": "r", "a": ' + b"[" * 700 + b"]" * 700 + b"}", "not a JSON object"),
        (b'{"a": ' + b"1" * 5000 + b"}", "not a JSON object"),
        (None, "broke off"),
    ],
)
@pytest.mark.parametrize(("status", "outcome"), [(200, "unknown"), (404, "rejected"), (500, "unknown")])
def test_unreadable_reply(body: bytes | None, said: str, status: int, outcome: str) -> None:
    found = told(Reply(status, {"Content-Type": "text/html"}, body))
    assert found.outcome == outcome
    assert said in found.msg
    assert found.errors == []


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    found = told(Reply(200, {}, b'{"sid": "x\\ud800", "\\udfff": ["\\ud83d\\ude00"]}'))
    assert found.recording == {"sid": "x?", "?": ["\U0001f600"]}


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ('[{"title": "T"}]', "answered 422: T."),
        ('[{"code": "10015", "detail": ""}]', "answered 422: 10015."),
        ('[{"meta": {}}, {"detail": "D"}, {"title": "T"}]', "answered 422: D; T."),
        ("[{}]", "answered 422."),
    ],
)
def test_error_without_a_detail(errors: str, said: str) -> None:
    assert said in told(Reply(422, {}, f'{{"errors": {errors}}}'.encode())).msg


@pytest.mark.parametrize("errors", ["7", '"x"', "[7, null]", "{}", '[{"detail": {"a": 1}}]'])
def test_odd_errors_do_not_matter(errors: str) -> None:
    assert told(Reply(404, {}, f'{{"errors": {errors}}}'.encode())).outcome == "rejected"


def test_long_errors_are_cut_in_the_message_and_whole_beside_it() -> None:
    errors = [{"detail": "No. " * 75_000}, *({"detail": f"D{number}"} for number in range(1000))]
    found = told(Reply(422, {}, json.dumps({"errors": errors}).encode()))
    assert found.msg.startswith("The API answered 422: No. No. ")
    assert "No.… (300000 characters); D0; D1; and 998 more. " in found.msg
    assert len(found.msg) < 1000
    assert found.errors == errors


@pytest.mark.parametrize("name", ["Location", "Content-Type", "Retry-After"])
@pytest.mark.parametrize("status", [307, 404, 429])
def test_long_headers_are_cut(name: str, status: int) -> None:
    assert len(told(Reply(status, {name: "a b" * 20_000}, b"x")).msg) < 1500


@pytest.mark.parametrize("before", range(470, 510))
def test_no_half_of_a_key_is_left_where_a_text_is_cut(before: int) -> None:
    key = "KEY0123456789ABCDEF"
    body = json.dumps({"errors": [{"detail": "x" * (before - 1) + " " + key + " y" * 500}]}).encode()
    msg = told(Reply(422, {"Retry-After": f"{'x' * before} {key}"}, body)).msg
    assert "KEY" not in msg.replace(key, "")


def test_no_reply() -> None:
    unknown = told(NoReply("host did not reply within 3 seconds", sent=True))
    assert (unknown.outcome, unknown.http_status) == ("unknown", None)
    assert unknown.msg.startswith("host did not reply within 3 seconds. A recording may be running")
    not_sent = told(NoReply("No connection", sent=False))
    assert not_sent.outcome == "not_sent"
    assert NOTHING in not_sent.msg
