# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the API replies: each call has one clear outcome, in bounded time and memory."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc
import zlib
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.connection import connection_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.transport import MAX_BODY_BYTES, Transport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import raw_server, tasks
from support.clock import PATIENCE, Clock

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
fields = [
    "sid",
    "status",
    "source",
    "channels",
    "date_created",
    "errors",
    "recordings",
    "next_page_uri",
    "detail",
    "code",
]
objects = st.dictionaries(
    st.sampled_from(fields) | st.text(), values | st.dictionaries(st.sampled_from(fields), values)
)
lists = st.fixed_dictionaries(
    {"recordings": st.lists(objects, max_size=3)},
    optional={"next_page_uri": st.sampled_from(["/v2/x?1", "/v2/x?2", "//evil", "\ud800", ""]) | values},
)
bodies = st.binary() | (values | objects | lists).map(lambda value: json.dumps(value).encode()) | st.none()
headers = st.dictionaries(
    st.sampled_from(["Date", "Retry-After", "Location", "Content-Type", "x-ratelimit-remaining", "x-ratelimit-reset"]),
    st.sampled_from(["0", "-1", "nan", "9" * 400, "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 9999 08:49:37 -9999"])
    | st.text(max_size=20),
)
statuses = st.sampled_from([200, 201, 204, 302, 404, 409, 422, 429, 500]) | st.integers(100, 999)
replies = st.builds(Reply, statuses, headers, bodies) | st.booleans().map(
    lambda sent: NoReply("no", sent, lasting=True)
)
OUTCOMES = {"started", "rejected", "not_sent", "unknown"}


def check(answers: list[Reply | NoReply], look_first: bool, again: bool) -> None:
    """Start a recording where the API answers so, and check that there is one outcome."""
    left = list(answers)
    starts: list[Request] = []

    def answer(request: Request) -> Reply:
        if request.method == "POST":
            starts.append(request)
        one = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(one, NoReply):
            raise one
        return one

    options = {"unless_recording": look_first, "retry_unknown": again, "rate_limit_timeout": 0}
    with pytest.MonkeyPatch.context() as patch:
        Clock(patch)
        result = tasks.run(answer, reconcile_timeout=10, **options)
    (one,) = result["outcomes"]
    assert one["outcome"] in OUTCOMES
    assert len(starts) <= 1 + again
    assert bool(result["recordings"]) == (one["outcome"] == "started") == (not result.get("failed"))
    # Ansible has to write it as JSON in UTF-8.
    json.dumps(result).encode()
    str(result).encode()
    _task.review(_call_recording.BEHAVIOUR, result)


any_replies = given(st.lists(replies, min_size=1, max_size=4), st.booleans(), st.booleans())


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@any_replies
def test_any_reply_has_one_outcome(answers: list[Reply | NoReply], look_first: bool, again: bool) -> None:
    check(answers, look_first, again)


@pytest.mark.long
@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@any_replies
def test_any_reply_has_one_outcome_at_length(answers: list[Reply | NoReply], look_first: bool, again: bool) -> None:
    check(answers, look_first, again)


class Sends:
    """Sends the first part, and then the others again and again, as long as somebody reads, but no longer than PATIENCE."""

    def __init__(self, *parts: bytes, times: int = 1, pause: float = 0) -> None:
        self._first, *self._others = parts
        self._times = times
        self._pause = pause
        self.read_to_the_end = False

    def __call__(self, request: bytes, connection: socket.socket) -> None:
        connection.sendall(self._first)
        end = time.monotonic() + PATIENCE
        for _time in range(self._times):
            for part in self._others:
                connection.sendall(part)
                time.sleep(self._pause)
            if time.monotonic() > end:
                self.read_to_the_end = True
                break
        connection.shutdown(socket.SHUT_WR)


OK = b"HTTP/1.1 200 OK\r\n"
FOR_EVER = 10**9
BOMB = gzip.compress(b"\0" * 200_000_000, 9)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Sends(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 65536, times=FOR_EVER), id="huge"),
        pytest.param(Sends(OK + b"\r\n", b"[" * 65536, times=FOR_EVER), id="endless"),
        pytest.param(
            Sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5000, times=FOR_EVER), id="endless chunks"
        ),
        pytest.param(
            Sends(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Trailer: y\r\n" * 5000, times=FOR_EVER),
            id="endless trailers",
        ),
        pytest.param(
            Sends(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1" * 65536, times=FOR_EVER), id="endless chunk size"
        ),
        pytest.param(Sends(OK, b"X-Header: y\r\n" * 5000, times=FOR_EVER), id="header flood"),
        pytest.param(Sends(OK + b"X-Header: ", b"y" * 65536, times=FOR_EVER), id="endless header"),
        pytest.param(Sends(b"HTTP/1.1 200 ", b"O" * 65536, times=FOR_EVER), id="endless status"),
        pytest.param(Sends(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500, times=FOR_EVER), id="endless 100"),
        pytest.param(Sends(OK + b"X-Header: ", b"y", times=FOR_EVER, pause=0.3), id="dripping header"),
        pytest.param(Sends(OK + b"Content-Length: 9999\r\n\r\n", b"x", times=FOR_EVER, pause=0.3), id="dripping body"),
        pytest.param(raw_server.reply("200 OK", BOMB, "Content-Encoding: gzip"), id="gzip bomb"),
        pytest.param(
            raw_server.reply("200 OK", gzip.compress(BOMB), "Content-Encoding: gzip, gzip"), id="gzip bomb in a bomb"
        ),
        pytest.param(raw_server.reply("200 OK", b"no gzip", "Content-Encoding: gzip"), id="no gzip"),
        pytest.param(raw_server.reply("200 OK", b"{}", "Content-Encoding: br"), id="unknown coding"),
        pytest.param(raw_server.reply("200 OK", b'{"a": ' + b"[" * 500_000), id="deep"),
        pytest.param(raw_server.reply("200 OK", b'{"sid": "\xff\xfe"}'), id="invalid UTF-8"),
        pytest.param(raw_server.reply("200 OK", b'{"a": ' + b"9" * 900_000 + b"}"), id="long number"),
        pytest.param(Sends(b"\0" * 70000), id="zeros"),
        pytest.param(Sends(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another protocol"),
    ],
)
def test_hostile_reply_is_bounded(answer: raw_server.Answer) -> None:
    with raw_server.serving(answer) as server:
        transport = Transport(connection_of(tasks.params(base_url=server.base_url, timeout=1)))
        tracemalloc.start()
        result = tasks.run(transport.send, base_url=server.base_url)  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    (failure,) = result["outcomes"]
    assert failure["outcome"] == "unknown"
    assert "A recording may be running" in failure["msg"]
    assert len(failure["msg"]) < 1000
    assert not getattr(answer, "read_to_the_end", False)
    assert peak < 16 * MAX_BODY_BYTES


@pytest.mark.parametrize(("coding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_coding_that_nobody_asked_for_is_undone(coding: str, compress: Any) -> None:
    answer = raw_server.reply("200 OK", compress(raw_server.RECORDING), f"Content-Encoding: {coding}")
    with raw_server.serving(answer) as server:
        reply = Transport(connection_of(tasks.params(base_url=server.base_url))).send(
            Request("GET", server.base_url, None, {})
        )
    assert reply.body == raw_server.RECORDING
