# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Slow, large and many clients."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import resource
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.events import Endpoint, completed, drained, load, receiver

# About no version of Ansible.
pytestmark = pytest.mark.once
callback = load("callback")
Queue = asyncio.Queue[Any]


async def connected(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", int(url.rsplit(":", 1)[1]))


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"POST /callbacks HT",
        b"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Type: a",
        b"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nAccountSid=",
        # Answered, and kept alive by aiohttp.
        b"GET /other HTTP/1.1\r\nHost: a\r\n\r\n",
        # More than is read of it.
        b"POST /callbacks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n80000\r\n" + b"x" * 0x7FFFF,
    ],
)
def test_slow_clients_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beginning: bytes) -> None:
    monkeypatch.setattr(callback, "SLOW", 0.05)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            reader, writer = await connected(endpoint.url)
            writer.write(beginning)
            # Returns when the receiver closes the connection.
            await reader.read()
            writer.close()
            assert (await endpoint.health())["pending"] == 0

    asyncio.run(scenario())


def test_clients_that_trickle_are_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much a client sends, its time is bounded."""
    monkeypatch.setattr(callback, "SLOW", 0.05)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            reader, writer = await connected(endpoint.url)
            writer.write(b"POST /callbacks HTTP/1.1\r\nHost: a\r\n")
            with contextlib.suppress(ConnectionError):
                while not reader.at_eof():
                    writer.write(b"X-More: a\r\n")
                    await writer.drain()
                    await asyncio.sleep(0.005)
            writer.close()

    asyncio.run(scenario())


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    """Return the options that make a receiver serve HTTPS."""
    trustme = pytest.importorskip("trustme")
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "chain.pem")
    return {"certfile": str(tmp_path / "chain.pem")}


def test_slow_handshakes_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: dict[str, str]
) -> None:
    monkeypatch.setattr(callback, "SLOW", 0.05)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path / "spool", **certificate) as endpoint:
            reader, writer = await connected(endpoint.url)
            # The first bytes of a handshake.
            writer.write(b"\x16\x03\x01")
            await reader.read()
            writer.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("tls", [False, True])
def test_connections_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: dict[str, str], tls: bool
) -> None:
    """A new client gets in, and the oldest connection is closed for it."""
    monkeypatch.setattr(callback, "MOST", 5)
    monkeypatch.setattr(callback, "LOOKS", 0)

    async def scenario() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path / "spool", **certificate if tls else {}) as endpoint:
            idle = [await connected(endpoint.url) for _number in range(30)]
            # Closed at once, and not when its time is over.
            await asyncio.gather(*(reader.read() for reader, _writer in idle[:-5]))
            assert not any(reader.at_eof() for reader, _writer in idle[-5:])
            url = endpoint.url.replace("http:", "https:") if tls else endpoint.url
            async with endpoint.session.get(f"{url}/healthz", ssl=False) as response:
                assert response.status == 200
            for _reader, writer in idle:
                writer.close()

    asyncio.run(scenario())


def test_callbacks_that_are_being_stored_are_not_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither for others nor because the disk is slow. At the limit, a new client waits for them, and gets its reply."""
    monkeypatch.setattr(callback, "MOST", 3)
    monkeypatch.setattr(callback, "LOOKS", 0)
    monkeypatch.setattr(callback, "SLOW", 0.05)

    async def scenario() -> None:
        began, gate, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
        store = callback.Spool.store

        def slow(self: Any, events: list[dict[str, Any]]) -> list[str]:
            loop.call_soon_threadsafe(began.set)
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
            return list(store(self, events))

        monkeypatch.setattr(callback.Spool, "store", slow)
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            posts = [asyncio.create_task(endpoint.post(completed("RE0")))]
            await began.wait()
            # All the others are younger, and are closed for each other.
            idle = [await connected(endpoint.url) for _number in range(20)]
            # The last ones, since they are slow.
            await asyncio.gather(*(reader.read() for reader, _writer in idle))
            monkeypatch.setattr(callback, "LOOKS", 1_000_000)
            monkeypatch.setattr(callback, "SLOW", 3600)
            for _reader, writer in idle:
                writer.close()
            posts += [asyncio.create_task(endpoint.post(completed(f"RE{index}"))) for index in range(1, 9)]
            done = [one.done() for one in posts]
            # In any case: the receiver waits for it when it stops.
            gate.set()
            assert done == [False] * 9
            assert await asyncio.gather(*posts) == [(200, {"outcome": "stored"})] * 9

    asyncio.run(scenario())


def test_flood_from_one_address_closes_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callback, "MOST", 5)
    monkeypatch.setattr(callback, "LOOKS", 0)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            body = completed("RE1")
            head = "".join(f"{name}: {value}\r\n" for name, value in endpoint.signer.headers(body).items())
            reader, writer = await connected(endpoint.url)
            port = int(endpoint.url.rsplit(":", 1)[1])
            flood = [
                await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)) for _number in range(30)
            ]
            await asyncio.gather(*(one.read() for one, _writer in flood[:-5]))
            writer.write(f"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode())
            writer.write(body)
            assert b" 200 " in await reader.readline()
            for one in [writer, *(other for _reader, other in flood)]:
                one.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
    ],
)
def test_network_of_a_client(address: str, network: str) -> None:
    assert callback._network(address) == network


def test_clients_have_time_for_their_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the limit, a new client waits until one has left, if none has been idle for long."""
    monkeypatch.setattr(callback, "MOST", 2)
    monkeypatch.setattr(callback, "LOOKS", 1_000_000)
    monkeypatch.setattr(callback, "SLOW", 3600)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            first, second = [await connected(endpoint.url) for _number in range(2)]
            # It is accepted by the system, and not by the receiver.
            waiting = asyncio.create_task(endpoint.post(completed("RE1")))
            body = completed("RE2")
            head = "".join(f"{name}: {value}\r\n" for name, value in endpoint.signer.headers(body).items())
            second[1].write(
                f"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode()
            )
            second[1].write(body)
            assert b" 200 " in await second[0].readline()
            assert (await waiting)[0] == 200
            assert not first[0].at_eof()
            for _reader, writer in (first, second):
                writer.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(("files", "connections"), [(64, 32), (1024, 512), (1_000_000, 1000), (-1, 1000), (0, 1)])
def test_connections_leave_file_descriptors(monkeypatch: pytest.MonkeyPatch, files: int, connections: int) -> None:
    """Half of them, for the playbooks; -1 is no limit."""
    monkeypatch.setattr(callback.resource, "getrlimit", lambda _name: (files, 1_000_000))
    assert callback.most_connections() == connections


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process have a client's end and the receiver's end of thousands of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard < 8192:
        pytest.skip("this process may not open 8,192 files")
    if 0 <= soft < 8192:
        resource.setrlimit(resource.RLIMIT_NOFILE, (8192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_files")
def test_idle_clients_keep_no_callback_out(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            idle = await asyncio.gather(*(connected(endpoint.url) for _number in range(3000)))
            assert (await endpoint.post(completed("RE1")))[0] == 200
            for _reader, writer in idle:
                writer.close()

    asyncio.run(scenario())


@pytest.mark.usefixtures("many_files")
@pytest.mark.parametrize(("count", "most"), [(1000, 1000), (200, 20)])
def test_a_thousand_callbacks_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, most: int) -> None:
    """Each has its own connection. All are acknowledged, however few connections may be open."""
    monkeypatch.setattr(callback, "MOST", most)
    # However loaded this machine is.
    monkeypatch.setattr(callback, "LOOKS", 1_000_000)
    monkeypatch.setattr(callback, "SLOW", 3600)

    async def scenario() -> None:
        queue: Queue = asyncio.Queue(1)
        async with receiver(callback, queue, tmp_path) as endpoint, unlimited(endpoint) as many:
            replies = await asyncio.gather(*(many.post(completed(f"RE{index}")) for index in range(count)))
            assert replies == [(200, {"outcome": "stored"})] * count
            events = await drained(queue, count)
            assert sorted(event["recording"]["sid"] for event in events) == sorted(
                f"RE{index}" for index in range(count)
            )

    asyncio.run(scenario())


@contextlib.asynccontextmanager
async def unlimited(endpoint: Endpoint) -> AsyncIterator[Endpoint]:
    """Give an endpoint whose client opens as many connections as there are requests."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        yield Endpoint(endpoint.url, session, endpoint.signer)


def test_no_file_descriptors_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """The receiver goes on when there are some again."""
    monkeypatch.setattr(callback, "RETRY", 0)
    failures = [OSError(errno.EMFILE, "Too many open files")]
    accept = asyncio.SelectorEventLoop.sock_accept

    async def failing(self: Any, listener: Any) -> Any:
        if failures:
            raise failures.pop()
        return await accept(self, listener)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_accept", failing)

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            assert (await endpoint.post(completed("RE1")))[0] == 200
        assert "Too many open files" in caplog.text

    asyncio.run(scenario())


def test_slow_clients_do_not_delay_others(tmp_path: Path) -> None:
    async def scenario() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path) as endpoint:
            slow = [await connected(endpoint.url) for _number in range(200)]
            for _reader, writer in slow:
                writer.write(b"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nAccountSid=")
            assert (await endpoint.post(completed("RE1")))[0] == 200
            assert len(await drained(queue, 1)) == 1
            for _reader, writer in slow:
                writer.close()

    asyncio.run(scenario())


def test_large_bodies(tmp_path: Path) -> None:
    """With a length, and without: no more of it is read than is allowed."""

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 4096

    async def scenario() -> None:
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            url = f"{endpoint.url}/callbacks"
            async with endpoint.session.post(url, data=b"x" * (callback.LARGEST + 1)) as response:
                assert response.status == 413
            reader, writer = await connected(endpoint.url)
            writer.write(b"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
            assert b" 413 " in await reader.readline()
            writer.close()
            reader, writer = await connected(endpoint.url)
            writer.write(b"POST /callbacks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            writer.writelines([b"1000\r\n" + b"x" * 4096 + b"\r\n"] * 20)
            assert b" 413 " in await reader.readline()
            writer.close()
            assert (await endpoint.health())["refused"] == 3
            # The largest that is allowed gets to the signature.
            assert (await endpoint.post(b"x" * callback.LARGEST, {}))[0] == 401

    asyncio.run(scenario())


def test_client_that_leaves_does_not_matter(tmp_path: Path) -> None:
    async def scenario() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path) as endpoint:
            body = completed("RE1")
            head = "".join(f"{name}: {value}\r\n" for name, value in endpoint.signer.headers(body).items())
            request = (
                f"POST /callbacks HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body
            )
            _reader, writer = await connected(endpoint.url)
            writer.write(request)
            writer.close()
            assert len(await drained(queue, 1)) == 1

    asyncio.run(scenario())


def test_a_thousand_callbacks_while_an_action_sleeps(tmp_path: Path, record_property: Any) -> None:
    """All are acknowledged while the engine takes nothing, and none is lost. How fast is shown, not asserted."""
    count = 1000

    async def scenario() -> None:
        queue: Queue = asyncio.Queue(1)
        async with receiver(callback, queue, tmp_path) as endpoint:
            seconds: list[float] = []

            async def post(index: int) -> int:
                async with limit:
                    began = time.monotonic()
                    status, _reply = await endpoint.post(completed(f"RE{index}"))
                    seconds.append(time.monotonic() - began)
                    return status

            limit = asyncio.Semaphore(50)
            statuses = await asyncio.gather(*(post(index) for index in range(count)))
            assert set(statuses) == {200}
            assert (await endpoint.health())["stored"] == count
            events = await drained(queue, count)
            assert {event["recording"]["sid"] for event in events} == {f"RE{index}" for index in range(count)}
            slowest = sorted(seconds)[int(count * 0.99)]
            record_property("seconds of 99 %", slowest)
            print(f"99 % of {count} callbacks were acknowledged within {slowest:.3f} seconds")

    asyncio.run(scenario())
