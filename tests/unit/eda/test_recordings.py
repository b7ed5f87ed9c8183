# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The source that polls: each status of each recording once, and on after any error."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import email.utils
import gzip
import json
import stat
import time
import traceback
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from support.events import drained, load
from support.runs import ACCOUNT, KEY
from support.simulator import Simulator

# About no version of Ansible.
pytestmark = pytest.mark.once
recordings = load("recordings")
Queue = asyncio.Queue[Any]
NEXT = f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json?PageToken=2"
Reply = Callable[[web.Request], web.StreamResponse]


def recording(sid: str, status: str = "completed", ago: float = 60, **fields: Any) -> dict[str, Any]:
    created = datetime.datetime.fromtimestamp(time.time() - ago, datetime.timezone.utc).isoformat()
    return {"sid": sid, "call_sid": f"v3:{sid}", "status": status, "date_created": created, **fields}


def page(*items: Any, following: str | None = None) -> Reply:
    return lambda _request: web.json_response({"recordings": list(items), "next_page_uri": following})


def refusal(status: int, **headers: str) -> Reply:
    body = {"errors": [{"code": "10011", "title": "Not now", "detail": f"Because of {KEY}"}]}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request: web.json_response(body, status=status, headers=named)


def raw(text: str, status: int = 200) -> Reply:
    return lambda _request: web.Response(text=text, status=status)


def broken(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


class FakeApi:
    """An API that gives one reply after the other, and the last one from then on."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.requests: list[web.Request] = []
        self.base_url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return (self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])(request)


@contextlib.asynccontextmanager
async def polling(api: FakeApi, queue: Queue, **args: Any) -> AsyncIterator[asyncio.Task[None]]:
    app = web.Application()
    app.router.add_get("/{any:.*}", api.answer)
    async with TestServer(app) as server:
        api.base_url = str(server.make_url("/v2"))
        given = {"api_key": KEY, "account_sid": ACCOUNT, "base_url": api.base_url, "interval": 1, **args}
        task = asyncio.create_task(recordings.main(queue, given))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no pause take time, and return how long each would be."""
    asked: list[float] = []
    sleep = asyncio.sleep

    async def passed(seconds: float) -> None:
        asked.append(seconds)
        await sleep(0)

    monkeypatch.setattr(recordings.asyncio, "sleep", passed)
    return asked


def emitted(api: FakeApi, count: int, **args: Any) -> list[dict[str, Any]]:
    """Return so many events of an API."""

    async def whole() -> list[dict[str, Any]]:
        queue: Queue = asyncio.Queue()
        async with polling(api, queue, **args):
            return await drained(queue, count)

    return asyncio.run(whole())


def sids(events: list[dict[str, Any]]) -> list[str]:
    return [event["recording"]["sid"] for event in events]


def polled(api: FakeApi, polls: int, **args: Any) -> list[dict[str, Any]]:
    """Return the events of so many requests."""

    async def whole() -> list[dict[str, Any]]:
        queue: Queue = asyncio.Queue()
        async with polling(api, queue, **args):
            while len(api.requests) <= polls:
                await asyncio.sleep(0.001)
        return [queue.get_nowait() for _number in range(queue.qsize())]

    return asyncio.run(whole())


@pytest.mark.usefixtures("pauses")
def test_each_sid_and_status_once() -> None:
    api = FakeApi(
        page(recording("RE1", "in-progress"), recording("RE2")),
        page(recording("RE1"), recording("RE2")),
        page(recording("RE1"), recording("RE2"), recording("RE3", "absent")),
    )
    events = polled(api, 6)
    assert [(one["recording"]["sid"], one["type"]) for one in events] == [
        ("RE2", "recording.completed"),
        ("RE1", "recording.completed"),
        ("RE3", "recording.absent"),
    ]


@pytest.mark.usefixtures("pauses")
def test_statuses() -> None:
    api = FakeApi(page(*(recording(f"RE-{status}", status) for status in (*recordings.STATUSES, "processing"))))
    assert sids(polled(api, 2, status=["in-progress", "paused"])) == ["RE-in-progress", "RE-paused"]
    assert sids(polled(FakeApi(*api.replies), 2, status="stopped")) == ["RE-stopped"]


@pytest.mark.usefixtures("pauses")
def test_links_are_followed() -> None:
    """They are relative to the host, and stay as the API has encoded them."""
    following = f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json?PageToken=a%2Fb%3D&DateCreated=%3E%3D2026"
    without = following.replace(".json", "")
    api = FakeApi(
        page(recording("RE1"), following=following), page(recording("RE2"), following=without), page(recording("RE3"))
    )
    assert sids(emitted(api, 3)) == ["RE1", "RE2", "RE3"]
    assert [request.raw_path for request in api.requests[1:3]] == [following, without]
    first = api.requests[0]
    assert first.path == f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json"
    assert first.headers["Authorization"] == f"Bearer {KEY}"
    assert first.query["DateCreated"].startswith(">=")


@pytest.mark.parametrize(
    ("following", "reason"),
    [
        ("https://elsewhere.invalid/v2/Recordings.json", "leads to another host or path"),
        (f"//elsewhere.invalid{NEXT}", "leads to another host or path"),
        (f"//user:password@127.0.0.1{NEXT}", "leads to another host or path"),
        ("http://[", "leads to another host or path"),
        ("/v2/next", "leads to another host or path"),
        ("/v2/texml/Accounts/other/Recordings.json?PageToken=2", "leads to another host or path"),
        (f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json/../Calls.json", "leads to another host or path"),
        (f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json.json", "leads to another host or path"),
        (17, "leads to another host or path"),
        (NEXT, "leads back to a page"),
    ],
)
@pytest.mark.usefixtures("pauses")
def test_links_that_lead_astray(caplog: pytest.LogCaptureFixture, following: Any, reason: str) -> None:
    """The key goes to no other host or path, and nothing goes round in circles; what was listed is emitted."""
    api = FakeApi(page(recording("RE1"), following=following))
    assert sids(polled(api, 3)) == ["RE1"]
    assert reason in caplog.text
    assert {request.path for request in api.requests} == {f"/v2/texml/Accounts/{ACCOUNT}/Recordings.json"}


@pytest.mark.usefixtures("pauses")
def test_list_without_an_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Each page has a link to another one. What was listed is emitted, and the list begins again."""
    monkeypatch.setattr(recordings, "MOST_PAGES", 3)

    def endless(_request: web.Request) -> web.StreamResponse:
        number = len(api.requests)
        return page(recording(f"RE{number}"), following=NEXT.replace("=2", f"={number}"))(_request)

    api = FakeApi(endless)
    polled(api, 3)
    assert "the list has more than 3 pages" in caplog.text
    assert ["PageToken" in request.query for request in api.requests[:4]] == [False, True, True, False]


def coded(body: bytes, coding: str) -> Reply:
    return lambda _request: web.Response(body=body, headers={"Content-Encoding": coding})


LISTED = json.dumps({"recordings": [recording("RE1")]}).encode()


@pytest.mark.parametrize(
    ("body", "coding"),
    [(gzip.compress(LISTED), "gzip"), (zlib.compress(LISTED), "Deflate"), (LISTED, "identity")],
)
@pytest.mark.usefixtures("pauses")
def test_codings(body: bytes, coding: str) -> None:
    """None is asked for. Some that come all the same are known."""
    api = FakeApi(coded(body, coding))
    assert sids(emitted(api, 1)) == ["RE1"]
    assert api.requests[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (LISTED.ljust(2001), "identity", "the reply is larger than 2000 bytes"),
        (gzip.compress(LISTED.ljust(1_000_000)), "gzip", "the reply is larger than 2000 bytes"),
        (gzip.compress(LISTED)[:-9], "gzip", "the reply breaks off"),
        (LISTED, "gzip", "the reply cannot be decompressed"),
        (LISTED, "br", "the reply has the coding 'br', which was not asked for"),
    ],
)
@pytest.mark.usefixtures("pauses")
def test_replies_that_are_not_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, body: bytes, coding: str, reason: str
) -> None:
    monkeypatch.setattr(recordings, "LARGEST", 2000)
    assert sids(emitted(FakeApi(coded(body, coding), page(recording("RE2"))), 1)) == ["RE2"]
    assert reason in caplog.text


@pytest.mark.usefixtures("pauses")
def test_reply_without_an_end(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """No more of it is read than is allowed."""
    monkeypatch.setattr(recordings, "LARGEST", 100_000)

    async def whole() -> None:
        async def endless(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b" " * 4096)

        app = web.Application()
        app.router.add_get("/{any:.*}", endless)
        async with TestServer(app) as server:
            args = {"api_key": KEY, "account_sid": ACCOUNT, "base_url": str(server.make_url("/v2")), "interval": 1}
            task = asyncio.create_task(recordings.main(asyncio.Queue(), args))
            while "the reply is larger than 100000 bytes" not in caplog.text:
                await asyncio.sleep(0)
            task.cancel()

    asyncio.run(whole())


def test_rate_limit(pauses: list[float]) -> None:
    """Each page waits for as long as the API wants."""
    when = email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=100))
    api = FakeApi(
        refusal(429, Retry_After="7"),
        refusal(429, Retry_After=when),
        refusal(429, x_ratelimit_reset="3"),
        refusal(429),
        refusal(429, Retry_After="999999"),
        refusal(429, Retry_After="Tue, 24 Nov 2026 10:00:00 +99999999999999"),
        refusal(429, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"),
        page(recording("RE1"), following=NEXT),
        refusal(429, Retry_After="0"),
        page(recording("RE2")),
    )
    assert sids(emitted(api, 2, interval=60)) == ["RE1", "RE2"]
    assert pauses[0] == 7
    assert 95 < pauses[1] < 101
    assert pauses[2:5] == [3, recordings.PAUSE, recordings.LONGEST_PAUSE]
    assert pauses[5:8] == [recordings.PAUSE, recordings.LONGEST_PAUSE, 1]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (refusal(500), "HTTP 500: 'Because of ***'"),
        (refusal(401), "HTTP 401: 'Because of ***'; check api_key"),
        (refusal(404), "check account_sid"),
        (refusal(302, Location="/v2/elsewhere"), "HTTP 302"),
        (refusal(429, Retry_After="1"), "rate limited 20 times"),
        (raw("<html>"), "is not a JSON object"),
        (raw("[]"), "is not a JSON object"),
        (raw("[" * 100_000), "is not a JSON object"),
        (raw('{"recordings": {}}'), "no list of recordings"),
        (broken, "the request failed"),
        (page("RE1", {"sid": None}, {}, None), "no recording"),
    ],
)
def test_goes_on_after_any_error(
    pauses: list[float], caplog: pytest.LogCaptureFixture, reply: Reply, reason: str
) -> None:
    replies = [reply] * (recordings.MOST_PAUSES if reason.startswith("rate") else 2)
    assert sids(emitted(FakeApi(*replies, page(recording("RE1"))), 1, interval=17)) == ["RE1"]
    assert reason in caplog.text
    assert KEY not in caplog.text
    assert 17 in pauses


@pytest.mark.usefixtures("pauses")
def test_odd_recording_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    original = recordings.recording_event

    def event(one: dict[str, Any]) -> Any:
        if one["sid"] == "RE2":
            raise OverflowError(KEY)
        return original(one)

    monkeypatch.setattr(recordings, "recording_event", event)
    strange = "Tue, 24 Nov 2026 10:00:00 +99999999999999"
    listed = [recording("RE1", date_created=strange), recording("RE2"), recording("RE3")]
    api = FakeApi(page(*listed, following=NEXT), page(recording("RE4")))
    assert sids(polled(api, 2)) == ["RE1", "RE3", "RE4"]
    assert "A recording of the list is left out: OverflowError." in caplog.text
    assert KEY not in caplog.text


@pytest.mark.usefixtures("pauses")
def test_goes_on_after_a_defect(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    original, failures = recordings.poll, [RuntimeError(KEY)]

    async def poll(*args: Any) -> Any:
        if failures:
            raise failures.pop()
        return await original(*args)

    monkeypatch.setattr(recordings, "poll", poll)
    assert sids(emitted(FakeApi(page(recording("RE1"))), 1)) == ["RE1"]
    assert "Listing the recordings failed: RuntimeError" in caplog.text
    assert KEY not in caplog.text


@pytest.mark.usefixtures("pauses")
def test_no_connection(caplog: pytest.LogCaptureFixture) -> None:
    async def whole() -> None:
        queue: Queue = asyncio.Queue()
        args = {"api_key": KEY, "account_sid": ACCOUNT, "base_url": "http://127.0.0.1:9/v2", "interval": 1}
        task = asyncio.create_task(recordings.main(queue, args))
        while caplog.text.count("no connection") < 2:
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(whole())


@pytest.mark.usefixtures("pauses")
def test_no_reply(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(recordings, "TIMEOUT", 0.1)

    async def whole() -> None:
        never = asyncio.Event()

        async def silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
            await never.wait()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2"
        args = {"api_key": KEY, "account_sid": ACCOUNT, "base_url": base_url, "interval": 1}
        task = asyncio.create_task(recordings.main(asyncio.Queue(), args))
        while caplog.text.count("no reply within") < 2:
            await asyncio.sleep(0)
        task.cancel()
        never.set()
        server.close()

    asyncio.run(whole())


@pytest.mark.usefixtures("pauses")
def test_state_is_kept(tmp_path: Path) -> None:
    state = str(tmp_path / "new" / "state")
    listed = [recording("RE1"), recording("RE2")]
    assert sids(emitted(FakeApi(page(*listed)), 2, state=state)) == ["RE1", "RE2"]
    assert sids(polled(FakeApi(page(*listed, recording("RE3"))), 3, state=state)) == ["RE3"]
    # Without a state, everything is emitted at start.
    assert sids(polled(FakeApi(page(*listed)), 3)) == ["RE1", "RE2"]


@pytest.mark.usefixtures("pauses")
def test_what_the_engine_did_not_take_is_emitted_again(tmp_path: Path) -> None:
    state = str(tmp_path / "state")

    async def whole() -> None:
        queue: Queue = asyncio.Queue(1)
        api = FakeApi(page(recording("RE1"), recording("RE2")))
        async with polling(api, queue, state=state):
            while not queue.full():
                await asyncio.sleep(0)
        assert sids([queue.get_nowait()]) == ["RE1"]

    asyncio.run(whole())
    assert sids(emitted(FakeApi(page(recording("RE1"), recording("RE2"))), 1, state=state)) == ["RE2"]


@pytest.mark.usefixtures("pauses")
def test_state_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Within a run, each event comes once; a restart has what could be written."""
    path = tmp_path / "state"
    opened: list[Any] = []
    state = recordings.State

    def open_state(*args: Any) -> Any:
        opened.append(state(*args))
        opened[-1]._database.execute("PRAGMA query_only = ON")
        return opened[-1]

    def writable(_request: web.Request) -> web.StreamResponse:
        opened[-1]._database.execute("PRAGMA query_only = OFF")
        return page(recording("RE1"), recording("RE4"))(_request)

    monkeypatch.setattr(recordings, "State", open_state)
    first = page(recording("RE1"), recording("RE2"), following=NEXT)
    api = FakeApi(first, page(recording("RE3")), page(recording("RE1")), writable)
    assert sids(polled(api, 5, state=str(path))) == ["RE1", "RE2", "RE3", "RE4"]
    assert "attempt to write a readonly database" in caplog.text
    assert "not listed to the end" not in caplog.text
    monkeypatch.setattr(recordings, "State", state)
    listed = [recording(f"RE{index}") for index in range(1, 6)]
    assert sids(polled(FakeApi(page(*listed)), 2, state=str(path))) == ["RE5"]


@pytest.mark.usefixtures("pauses")
def test_downtime_is_caught_up(tmp_path: Path) -> None:
    """With a state, the list begins before the last time that it was read to its end."""
    state = recordings.State(tmp_path / "state")
    last = time.time() - 5 * 86400
    state.complete(last, last)
    state.close()
    api = FakeApi(page(recording("RE1", ago=4 * 86400)), page())
    assert sids(emitted(api, 1, state=str(tmp_path / "state"), since="1h")) == ["RE1"]
    asked = datetime.datetime.fromisoformat(api.requests[0].query["DateCreated"][2:].replace("Z", "+00:00")).timestamp()
    assert int(last) - 3600 == int(asked)


@pytest.mark.usefixtures("pauses")
def test_filter_that_is_ignored() -> None:
    api = FakeApi(page(recording("RE1", ago=7300), recording("RE2", ago=7100), recording("RE3", date_created=None)))
    assert sids(polled(api, 2, since="2h")) == ["RE2", "RE3"]


def test_state_forgets_what_cannot_be_listed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = recordings.State(tmp_path / "state")
    now = time.time()
    for name, ago in (("old", 4 * 86400), ("recent", 3600)):
        monkeypatch.setattr(recordings.time, "time", lambda ago=ago: now - ago)
        state.add(name)
    state.complete(now, now - 2 * 86400)
    assert [state.has(name) for name in ("old", "recent")] == [False, True]
    state.close()


def test_two_sources_cannot_share_a_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = recordings.State(tmp_path / "state")
    state.add("x")
    connect = recordings.sqlite3.connect
    monkeypatch.setattr(recordings.sqlite3, "connect", lambda *args, **more: connect(*args, **more, timeout=0))
    with pytest.raises(recordings.OptionError, match="database is locked"):
        recordings.State(tmp_path / "state")
    state.close()


def test_two_sources_cannot_share_a_state_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state"
    recordings.State(path).close()
    state = recordings.State(path)
    connect = recordings.sqlite3.connect
    monkeypatch.setattr(recordings.sqlite3, "connect", lambda *args, **more: connect(*args, **more, timeout=0))
    with pytest.raises(recordings.OptionError, match=r"database is locked'\. Another source may be using it\."):
        recordings.State(path)
    state.close()


def test_state_is_private(tmp_path: Path) -> None:
    state = recordings.State(tmp_path / "new" / "state")
    state.add("x")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    for path in (tmp_path / "new").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    state.close()


def test_foreign_state_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a database, but long enough to be taken for one" * 50)
    with pytest.raises(recordings.OptionError, match=r"file is not a database'\.$"):
        recordings.State(tmp_path / "state")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://user:SECRET@api.telnyx.com/v2", "https://***@api.telnyx.com/v2"),
        ("https://SECRET@api.telnyx.com", "https://***@api.telnyx.com"),
        ("http://a:SEC@RET@10.0.0.1/v2", "http://***@10.0.0.1/v2"),
        ("user:SECRET@api.telnyx.com/v2", "***@api.telnyx.com/v2"),
        ("https://api.telnyx.com/v2?token=SECRET", "https://api.telnyx.com/v2?***"),
        ("https://api.telnyx.com/v2#SECRET", "https://api.telnyx.com/v2#***"),
        ("http://api.telnyx.com/v2", "http://api.telnyx.com/v2"),
        ("https://[user:SECRET@::1/v2", "https://***@::1/v2"),
        ("https://api.telnyx.com:99999/v2", "https://api.telnyx.com:99999/v2"),
        ("https://api.telnyx.com:x/v2", "https://api.telnyx.com:x/v2"),
        ("https://[::1", "https://[::1"),
        ("https:///SECRET/user:SECRET@host", "https://***@host"),
    ],
)
def test_credentials_of_a_url_are_not_shown(given: str, shown: str) -> None:
    with pytest.raises(recordings.OptionError) as error:
        recordings.read_options({"api_key": KEY, "account_sid": ACCOUNT, "base_url": given})
    assert f"'{shown}'" in str(error.value)
    assert "base_url must be" in str(error.value)
    assert "SECRET" not in "".join(traceback.format_exception(error.value))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"api_key": None}, "api_key is required: set it, or the environment variable TELNYX_API_KEY."),
        ({"api_key": "a\nb"}, "api_key must be printable ASCII"),
        ({"account_sid": ""}, "account_sid is required"),
        ({"base_url": "http://api.telnyx.com/v2"}, "would send the key in plain text"),
        ({"base_url": "ftp://127.0.0.1"}, "base_url must be an https URL"),
        ({"base_url": "https://user:pw@127.0.0.1"}, "base_url must be an https URL"),
        ({"interval": 0}, "interval must be a whole number from 1 to 86400, not 0"),
        ({"interval": 86401}, "interval must be a whole number from 1 to 86400, not 86401"),
        ({"since": "soon"}, "since must be from 60 seconds to 3650 days, with s, m, h or d behind the number"),
        ({"since": "59"}, "since must be from 60 seconds to 3650 days"),
        ({"since": "3651d"}, "since must be from 60 seconds to 3650 days"),
        ({"since": "999999999d"}, "since must be from 60 seconds to 3650 days"),
        ({"since": True}, "since must be from 60 seconds to 3650 days"),
        ({"status": ["completed", "deleted"]}, "not 'deleted'"),
        ({"state": "/proc/state"}, "state: '/proc/state' cannot be used"),
        ({"intervall": 5}, "'intervall' is not an option"),
    ],
)
def test_options_are_checked(monkeypatch: pytest.MonkeyPatch, args: dict[str, Any], message: str) -> None:
    for name in ("TELNYX_API_KEY", "TELNYX_ACCOUNT_SID", "TELNYX_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(recordings.OptionError) as error:
        asyncio.run(recordings.main(asyncio.Queue(), {"api_key": KEY, "account_sid": ACCOUNT, **args}))
    assert message in str(error.value)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELNYX_API_KEY", KEY)
    monkeypatch.setenv("TELNYX_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TELNYX_BASE_URL", "http://localhost:1/v2/")
    options = recordings.read_options({"since": "7d", "interval": "5"})
    assert options[:5] == (KEY, "http://localhost:1/v2", ACCOUNT, 5, 7 * 86400)


def test_proxies_and_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A proxy of the environment is used, but not for loopback; .netrc does not replace the key."""
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")

    async def proxy_of(base_url: str) -> Any:
        options = recordings.read_options({"api_key": KEY, "account_sid": ACCOUNT, "base_url": base_url})
        async with recordings.Api(options) as api:
            return api._proxy

    assert asyncio.run(proxy_of("https://api.telnyx.com/v2")) == "http://proxy.invalid:3128"
    assert asyncio.run(proxy_of("http://127.0.0.1:1/v2")) is None
    monkeypatch.setenv("NO_PROXY", "api.telnyx.com")
    assert asyncio.run(proxy_of("https://api.telnyx.com/v2")) is None

    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    api = FakeApi(page(recording("RE1")))
    emitted(api, 1)
    assert api.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_simulator(simulator: Simulator) -> None:
    """The list of the simulator, which is checked against the API's description, over more than one page."""
    wanted = simulator.completed(3)

    async def whole() -> list[dict[str, Any]]:
        queue: Queue = asyncio.Queue()
        task = asyncio.create_task(recordings.main(queue, {**simulator.connection, "interval": 1}))
        found: list[dict[str, Any]] = []
        while not set(wanted) <= set(sids(found)):
            found += await drained(queue, 1)
        task.cancel()
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recordings, "PAGE_SIZE", 1)
        events = asyncio.run(whole())
    assert len({event["meta"]["uuid"] for event in events}) == len(events)
    mine = [event for event in events if event["recording"]["sid"] in wanted]
    assert {event["type"] for event in mine} == {"recording.completed"}
    assert all(isinstance(event["recording"]["duration"], int) for event in mine)
    assert "media_url" not in str(events)
