# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was acknowledged is emitted once, whatever happens to the process, the disk and the rulebook."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import requests
from support.clock import PATIENCE
from support.events import (
    Endpoint,
    Signer,
    completed,
    drained,
    environment,
    form,
    free_port,
    listening,
    load,
    receiver,
)

# About no version of Ansible.
pytestmark = pytest.mark.once
callback = load("callback")
Queue = asyncio.Queue[Any]


def sids(events: list[dict[str, Any]]) -> list[str]:
    return [event["recording"]["sid"] for event in events]


def busy() -> Queue:
    """Return the queue of an engine that has an event, and takes no other one."""
    queue: Queue = asyncio.Queue(1)
    queue.put_nowait({})
    return queue


def test_acknowledged_while_the_engine_is_busy(tmp_path: Path) -> None:
    """The queue of the engine holds one event. Nobody takes it, and callbacks are acknowledged all the same."""

    async def scenario() -> None:
        queue = busy()
        async with receiver(callback, queue, tmp_path) as endpoint:
            statuses = [(await endpoint.post(completed(f"RE{index}")))[0] for index in range(20)]
            assert set(statuses) == {200}
            report = await endpoint.health()
            assert (report["pending"], report["emitted"], report["status"]) == (20, 0, "ok")
            assert report["oldest_pending_seconds"] >= 0
            assert sids((await drained(queue, 21))[1:]) == [f"RE{index}" for index in range(20)]

    asyncio.run(scenario())


def test_acknowledged_while_the_engine_blocks(tmp_path: Path) -> None:
    """The engine does not even let its event loop run: it computes, or waits for its database."""
    taken, free = threading.Event(), threading.Event()

    class Engine(asyncio.Queue[Any]):
        async def put(self, item: Any) -> None:
            taken.set()
            free.wait()
            await super().put(item)

    def post(port: int, signer: Signer) -> list[int]:
        url, bodies = f"http://127.0.0.1:{port}", [completed(f"RE{index}") for index in range(20)]
        try:
            first = requests.post(f"{url}/callbacks", data=bodies[0], headers=signer.headers(bodies[0]), timeout=60)
            taken.wait()
            posted = [
                requests.post(f"{url}/callbacks", data=body, headers=signer.headers(body), timeout=60)
                for body in bodies[1:]
            ]
            health = requests.get(f"{url}/healthz", timeout=60)
            return [one.status_code for one in (first, *posted, health)]
        finally:
            free.set()

    async def scenario() -> None:
        queue, signer = Engine(), Signer()
        async with receiver(callback, queue, tmp_path, signer) as endpoint:
            port = int(endpoint.url.rsplit(":", 1)[1])
            assert set(await asyncio.to_thread(post, port, signer)) == {200}
            assert sids(await drained(queue, 20)) == [f"RE{index}" for index in range(20)]

    asyncio.run(scenario())


def test_restart_emits_what_was_not_emitted(tmp_path: Path) -> None:
    signer = Signer()

    async def stopped() -> None:
        async with receiver(callback, busy(), tmp_path, signer) as endpoint:
            for index in range(5):
                await endpoint.post(completed(f"RE{index}"))

    async def restarted() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path, signer) as endpoint:
            assert (await endpoint.post(completed("RE3")))[1] == {"outcome": "duplicate"}
            await endpoint.post(completed("RE5"))
            assert sids(await drained(queue, 6)) == [f"RE{index}" for index in range(6)]

    asyncio.run(stopped())
    asyncio.run(restarted())


def test_duplicates_are_known_after_a_restart(tmp_path: Path) -> None:
    signer = Signer()

    async def run(outcome: str, count: int) -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path, signer) as endpoint:
            assert await endpoint.post(completed("RE1")) == (200, {"outcome": outcome})
            assert (await endpoint.post(form(CallSid="c", CallStatus="ringing")))[1] == {"outcome": outcome}
            assert len(await drained(queue, count)) == count
        assert queue.empty()

    asyncio.run(run("stored", 2))
    asyncio.run(run("duplicate", 0))
    asyncio.run(run("duplicate", 0))


def test_identities_are_forgotten_after_the_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = callback.Spool(tmp_path, 10)
    event = callback.callback_event({"RecordingSid": "RE1", "RecordingStatus": "completed"}, include_url=False)
    other = callback.callback_event({"RecordingSid": "RE2", "RecordingStatus": "completed"}, include_url=False)
    assert spool.store([event, event, other]) == ["stored", "duplicate", "stored"]
    now = callback.time.time()
    spool.emitted(1)
    assert spool.store([event]) == ["duplicate"]
    monkeypatch.setattr(callback.time, "time", lambda: now + callback.DUPLICATE_WINDOW + 10)
    spool.emitted(2)
    assert spool.store([event]) == ["stored"]
    # Numbers are not used again: the emitter would take the new one for an old one.
    assert spool.next(2)[0] == 3
    spool.close()


def test_full_spool_is_503(tmp_path: Path) -> None:
    async def scenario() -> None:
        queue = busy()
        async with receiver(callback, queue, tmp_path, max_pending=3) as endpoint:
            outcomes = [await endpoint.post(completed(f"RE{index}")) for index in range(4)]
            assert [status for status, _reply in outcomes] == [200, 200, 200, 503]
            assert "max_pending" in outcomes[-1][1]["error"]
            # A duplicate needs no room.
            assert (await endpoint.post(completed("RE1")))[0] == 200
            report = await endpoint.health()
            assert (report["http"], report["status"], report["unavailable"]) == (503, "full", 1)
            await drained(queue, 4)
            # The vendor tries again.
            assert (await endpoint.post(completed("RE3")))[0] == 200
            assert sids(await drained(queue, 1)) == ["RE3"]

    asyncio.run(scenario())


def test_callbacks_together_do_not_exceed_max_pending(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with receiver(callback, busy(), tmp_path, max_pending=5) as endpoint:
            outcomes = await asyncio.gather(*(endpoint.post(completed(f"RE{index}")) for index in range(30)))
            assert Counter(status for status, _reply in outcomes) == {200: 5, 503: 25}
            assert (await endpoint.health())["pending"] == 5

    asyncio.run(scenario())


def test_one_batch_does_not_exceed_max_pending(tmp_path: Path) -> None:
    spool = callback.Spool(tmp_path, 3)
    payloads = [{"RecordingSid": f"RE{index}", "RecordingStatus": "completed"} for index in (0, 1, 0, 2, 3, 1)]
    events = [callback.callback_event(payload, include_url=False) for payload in payloads]
    assert spool.store(events) == ["stored", "stored", "duplicate", "stored", "full", "duplicate"]
    spool.close()


def test_unwritable_spool_is_503(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full, until it is not."""
    monkeypatch.setattr(callback, "RETRY", 0)

    async def scenario() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path) as endpoint:
            await endpoint.post(completed("RE0"))
            await drained(queue, 1)
            with monkeypatch.context() as broken:
                broken.setattr(callback.Spool, "store", _failing)
                status, reply = await endpoint.post(completed("RE1"))
                assert (status, reply) == (503, {"error": "the spool cannot be written: 'database or disk is full'"})
                broken.setattr(callback.Spool, "pending", _failing)
                assert (await endpoint.health())["http"] == 503
            assert (await endpoint.post(completed("RE1")))[0] == 200
            assert sids(await drained(queue, 1)) == ["RE1"]

    asyncio.run(scenario())


def test_emitted_is_recorded_when_the_disk_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried until then. The event is not emitted again, and neither in the next run."""
    monkeypatch.setattr(callback, "RETRY", 0)
    signer, emitted, failed = Signer(), callback.Spool.emitted, []

    def failing(self: Any, position: int) -> None:
        if len(failed) < 3:
            failed.append(position)
            _failing(self)
        emitted(self, position)

    async def scenario() -> None:
        queue: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path, signer) as endpoint:
            for index in range(3):
                await endpoint.post(completed(f"RE{index}"))
            assert sids(await drained(queue, 3)) == ["RE0", "RE1", "RE2"]
            while (await endpoint.health())["pending"]:
                await asyncio.sleep(0.01)
            assert (await endpoint.health())["emitted"] == 3
        assert queue.empty()

    monkeypatch.setattr(callback.Spool, "emitted", failing)
    asyncio.run(asyncio.wait_for(scenario(), PATIENCE))
    assert failed == [1, 1, 1]
    assert "full" in caplog.text


def _failing(self: Any, *_args: object) -> None:
    with self._errors():
        raise sqlite3.OperationalError("database or disk is full")


def test_full_disk_is_503(tmp_path: Path) -> None:
    """SQLite itself has no more room: it is rolled back, and works again when there is."""
    spool = callback.Spool(tmp_path, 1000)
    events = [
        callback.callback_event(
            {"RecordingSid": f"RE{index}", "RecordingStatus": "completed", "x": "y" * 5000}, include_url=False
        )
        for index in range(100)
    ]
    assert spool.store(events[:1]) == ["stored"]
    pages = spool._database.execute("PRAGMA page_count").fetchone()[0]
    spool._database.execute(f"PRAGMA max_page_count = {pages + 4}")
    with pytest.raises(callback.SpoolError, match="full"):
        spool.store(events[1:])
    assert spool.pending()[0] == 1
    spool._database.execute("PRAGMA max_page_count = 100000")
    assert spool.store(events[1:]) == ["stored"] * 99
    spool.close()


def test_two_sources_cannot_share_a_spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = callback.Spool(tmp_path, 10)
    connect = sqlite3.connect
    monkeypatch.setattr(callback.sqlite3, "connect", lambda *args, **more: connect(*args, **more, timeout=0))
    with pytest.raises(callback.OptionError, match=r"database is locked'\. Another source may be using it\."):
        callback.Spool(tmp_path, 10)
    spool.close()


def test_two_sources_cannot_share_a_spool_that_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    callback.Spool(tmp_path, 10).close()
    spool = callback.Spool(tmp_path, 10)
    connect = sqlite3.connect
    monkeypatch.setattr(callback.sqlite3, "connect", lambda *args, **more: connect(*args, **more, timeout=0))
    with pytest.raises(callback.OptionError, match="database is locked"):
        callback.Spool(tmp_path, 10)
    spool.close()


def test_foreign_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "callbacks.sqlite").write_text("not a database, but long enough to be taken for one" * 50)
    with pytest.raises(callback.OptionError, match=r"file is not a database'\.$"):
        callback.Spool(tmp_path, 10)


def test_spool_is_private_and_synchronous(tmp_path: Path) -> None:
    spool = callback.Spool(tmp_path / "a" / "b", 10)
    event = callback.callback_event({"RecordingSid": "RE1", "RecordingStatus": "completed"}, include_url=False)
    spool.store([event])
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
    for path in (tmp_path / "a" / "b").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert spool._database.execute("PRAGMA synchronous").fetchone()[0] >= 2
    spool.emitted(1)
    assert spool._database.execute("SELECT event FROM callbacks").fetchall() == [(None,)]
    spool.close()


def test_acknowledged_after_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reply waits for the disk: while a commit is under way, no callback of it is acknowledged."""

    async def scenario() -> None:
        began, gate, loop = asyncio.Event(), asyncio.Event(), asyncio.get_running_loop()
        store = callback.Spool.store

        def slow(self: Any, events: list[dict[str, Any]]) -> list[str]:
            loop.call_soon_threadsafe(began.set)
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
            return list(store(self, events))

        monkeypatch.setattr(callback.Spool, "store", slow)
        async with receiver(callback, asyncio.Queue(), tmp_path) as endpoint:
            posts = [asyncio.create_task(endpoint.post(completed(f"RE{index}"))) for index in range(3)]
            await began.wait()
            # Another request goes all the way meanwhile.
            assert (await endpoint.post(b"", {}))[0] == 401
            assert not any(one.done() for one in posts)
            gate.set()
            assert {status for status, _reply in await asyncio.gather(*posts)} == {200}

    asyncio.run(scenario())


def test_feedback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With feedback, an event stays in the spool until the engine has returned it."""
    signer = Signer()

    async def unconfirmed() -> None:
        queue: Queue = asyncio.Queue()
        monkeypatch.setattr(callback, "FEEDBACK_TIMEOUT", 0.05)
        feedback: Queue = asyncio.Queue()
        async with receiver(callback, queue, tmp_path, signer, eda_feedback_queue=feedback, feedback=True) as endpoint:
            await endpoint.post(completed("RE0"))
            await endpoint.post(completed("RE1"))
            assert sids(await drained(queue, 2)) == ["RE0", "RE1"]
            assert (await endpoint.health())["pending"] == 2

    async def confirmed() -> None:
        monkeypatch.setattr(callback, "FEEDBACK_TIMEOUT", 60)
        queue, feedback = asyncio.Queue[Any](), asyncio.Queue[Any](1)
        async with receiver(callback, queue, tmp_path, signer, eda_feedback_queue=feedback, feedback=True) as endpoint:
            for sid in ("RE0", "RE1"):
                [event] = await drained(queue, 1)
                assert sids([event]) == [sid]
                assert queue.empty()
                # One of another source, or of before.
                await feedback.put({"meta": {"uuid": "other"}})
                await feedback.put(event)
            while (await endpoint.health())["pending"]:
                await asyncio.sleep(0.01)

    asyncio.run(unconfirmed())
    asyncio.run(confirmed())


RECEIVER = """
import asyncio, json, os, runpy, signal, sys
source, args, log = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
main = runpy.run_path(source)["main"]

class Engine(asyncio.Queue):
    async def put(self, event):
        # The engine is busy, or takes the event for good; a real one would act.
        if os.environ.get("ENGINE") == "busy":
            await asyncio.sleep(3600)
        with open(log, "a") as out:
            out.write(event["recording"]["sid"] + " " + event["meta"]["uuid"] + "\\n")
        if os.environ.get("ENGINE") == "dies":
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(Engine(), args))
"""


class Process:
    """A receiver in a process of its own, run as ansible-rulebook runs it."""

    def __init__(self, tmp_path: Path, signer: Signer, engine: str = "takes all") -> None:
        import json

        from support.events import SOURCES

        self.port = free_port()
        args = {
            "host": "127.0.0.1",
            "port": self.port,
            "spool": str(tmp_path / "spool"),
            "public_key": signer.public_key,
        }
        command = [
            sys.executable,
            "-c",
            RECEIVER,
            str(SOURCES / "callback.py"),
            json.dumps(args),
            str(tmp_path / "log"),
        ]
        self.process = subprocess.Popen(command, env=environment(ENGINE=engine))
        self.signer = signer

    async def post(self, session: aiohttp.ClientSession, body: bytes) -> int:
        endpoint = Endpoint(f"http://127.0.0.1:{self.port}", session, self.signer)
        return (await endpoint.post(body))[0]

    async def emitted(self, session: aiohttp.ClientSession) -> None:
        """Return once nothing is pending."""
        while (await Endpoint(f"http://127.0.0.1:{self.port}", session, self.signer).health())["pending"]:
            await asyncio.sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


async def killed_after_acknowledging(tmp_path: Path, times: int) -> list[str]:
    """Kill a receiver that often between the acknowledgement and the queue; return what was acknowledged."""
    signer, acknowledged = Signer(), []
    async with aiohttp.ClientSession() as session:
        for index in range(times):
            one = Process(tmp_path, signer, "busy")
            try:
                await listening(one.port)
                for sid in (f"RE{index}a", f"RE{index}b"):
                    assert await one.post(session, completed(sid)) == 200
                    acknowledged.append(sid)
            finally:
                one.kill()
        one = Process(tmp_path, signer)
        try:
            await listening(one.port)
            # The vendor repeats all it was not sure of.
            for sid in acknowledged[-4:]:
                assert await one.post(session, completed(sid)) == 200
            await one.emitted(session)
        finally:
            one.kill()
    return acknowledged


@pytest.mark.parametrize("times", [2, pytest.param(50, marks=pytest.mark.long)])
def test_kill_9_loses_nothing(tmp_path: Path, times: int) -> None:
    acknowledged = asyncio.run(killed_after_acknowledging(tmp_path, times))
    emitted = (tmp_path / "log").read_text().split("\n")[:-1]
    assert [line.split()[0] for line in emitted] == acknowledged
    assert len({line.split()[1] for line in emitted}) == len(acknowledged) == 2 * times


def test_killed_when_the_engine_has_just_taken_an_event(tmp_path: Path) -> None:
    """It comes again after the restart, with the same identity; and what came before and after, once."""
    signer = Signer()

    async def scenario() -> None:
        async with aiohttp.ClientSession() as session:
            for sid, engine in (("RE1", "takes all"), ("RE2", "dies"), ("RE3", "takes all")):
                one = Process(tmp_path, signer, engine)
                try:
                    await listening(one.port)
                    # The reply may come before the end, or not.
                    with contextlib.suppress(aiohttp.ClientError):
                        assert await one.post(session, completed(sid)) == 200
                    if engine == "dies":
                        assert await asyncio.to_thread(one.process.wait) == -signal.SIGKILL
                    else:
                        await one.emitted(session)
                finally:
                    one.kill()

    asyncio.run(scenario())
    emitted = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert [sid for sid, _identity in emitted] == ["RE1", "RE2", "RE2", "RE3"]
    assert emitted[1] == emitted[2]
    assert len({identity for _sid, identity in emitted}) == 3
