# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends callbacks, each in a task of its own."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import ipaddress
from collections.abc import Awaitable, Coroutine
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from yarl import URL

from .callback_ledger import DELIVERED, FAILED, LOST, REFUSED, Callback, CallbackLedger, Entry, now
from .clock import Clock
from .headers import SERVER
from .misbehaviour import Misbehaviour
from .signing_key import SigningKey

if TYPE_CHECKING:
    from .callback_client import CallbackClient

TIMEOUT = 2.0
# The vendor's pages differ. One of them has five more tries in about an hour.
PAUSES = [60, 300, 600, 900, 1800]
AT_ONCE = 100


def refusal(url: str) -> str | None:
    """Return why nothing is sent to a URL, or None if its host is loopback."""
    try:
        parsed = URL(url)
    except ValueError:
        return "not a URL"
    if parsed.scheme not in ("http", "https"):
        return "not an HTTP URL"
    if parsed.host == "localhost":
        return None
    try:
        is_loopback = ipaddress.ip_address(parsed.host or "").is_loopback
    except ValueError:
        is_loopback = False
    return None if is_loopback else "not a loopback host; the simulator sends nothing to others"


class CallbackSender:
    """Sends callbacks to loopback until they get a 2xx within `timeout` seconds, with `pauses` between the tries.

    Callbacks of the same call to the same URL are sent in order, unless misbehaviour or a retry changes that.
    """

    def __init__(self, key: SigningKey, misbehaviour: Misbehaviour, timeout: float, pauses: list[float]) -> None:
        self.key = key
        self.ledger = CallbackLedger()
        self._misbehaviour = misbehaviour
        self._clock: Clock = misbehaviour.clock
        self._timeout = timeout
        self._pauses = pauses
        self._tasks: set[asyncio.Task[None]] = set()
        # By URL and call: the latest first try, and the callback that waits to be overtaken.
        self._latest: dict[tuple[str, str], asyncio.Event] = {}
        self._held: dict[tuple[str, str], asyncio.Event] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._client: CallbackClient | None = None

    def send(self, callback: Callback) -> None:
        """Send a callback from now on, and return at once."""
        entry = self.ledger.add(callback)
        reason = refusal(callback.url)
        if reason:
            entry.update(result=REFUSED, error=reason)
            return
        call_sid = callback.fields["CallSid"]
        kind = entry["misbehaviour"] = self._misbehaviour.callback_kind(call_sid, callback.event)
        if kind == "lost":
            entry["result"] = LOST
            return
        self.run(self._send(callback, entry, kind, self._turn((callback.url, call_sid), kind)))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something in a task that ends with the server."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what has not been sent."""
        for task in list(self._tasks):
            task.cancel()
        if self._client:
            await self._client.close()

    def _turn(self, key: tuple[str, str], kind: str | None) -> _Turn:
        """Return when a callback is sent, and who waits for that."""
        turn = _Turn(self._latest.get(key), self._held.pop(key, None))
        if kind == "out_of_order":
            self._held[key] = turn.overtaken = asyncio.Event()
        elif kind != "late":
            self._latest[key] = turn.over
        return turn

    async def _send(self, callback: Callback, entry: Entry, kind: str | None, turn: _Turn) -> None:
        key = (callback.url, callback.fields["CallSid"])
        delay = self._misbehaviour.settings["delay"]
        if kind == "late":
            await self._clock.sleep(delay)
        elif turn.overtaken:
            await _first(turn.overtaken.wait(), self._clock.sleep(delay))
        if turn.previous:
            await turn.previous.wait()
        delivered = await self._try(callback, entry)
        turn.end()
        if self._latest.get(key) is turn.over:
            del self._latest[key]
        if self._held.get(key) is turn.overtaken:
            self._held.pop(key, None)
        for pause in self._pauses:
            if delivered:
                break
            await self._clock.sleep(pause)
            delivered = await self._try(callback, entry)
        if delivered and kind == "duplicate":
            await self._try(callback, entry)
        entry["result"] = DELIVERED if delivered else FAILED

    async def _try(self, callback: Callback, entry: Entry) -> bool:
        """Send a callback once, signed anew, and return whether it was acknowledged."""
        wrong = entry["misbehaviour"] == "wrong_signature" and not entry["tries"]
        url, body = URL(callback.url), urlencode(callback.fields).encode()
        headers = {"User-Agent": SERVER.decode()}
        if callback.method == "GET":
            url, body = url.update_query(callback.fields), b""
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        attempt: Entry = {"time": now(), "status": None, "error": None}
        entry["tries"].append(attempt)
        async with self._at_once:
            headers.update(self.key.headers(body, self._clock.unmoved(), wrong))
            try:
                client = await self._ready_client()
                attempt["status"] = await client.request(callback.method, url, headers, body)
            except asyncio.TimeoutError:
                attempt["error"] = f"no reply within {self._timeout:g} seconds"
            except OSError as error:
                attempt["error"] = str(error)[:200] or type(error).__name__
        entry.update(status=attempt["status"], error=attempt["error"])
        return attempt["status"] is not None and 200 <= attempt["status"] < 300

    async def _ready_client(self) -> CallbackClient:
        if self._client is None:
            # aiohttp takes as long to import as all the rest, and most simulators send no callback.
            module = await asyncio.to_thread(importlib.import_module, f"{__package__}.callback_client")
            # Another task may have made one meanwhile.
            self._client = self._client or module.CallbackClient(self._timeout)
        return self._client


class _Turn:
    """When a callback is sent: after the `previous` one's first try, or once another one has `overtaken` it."""

    def __init__(self, previous: asyncio.Event | None, overtakes: asyncio.Event | None) -> None:
        self.previous = previous
        self.overtaken: asyncio.Event | None = None
        self.over = asyncio.Event()
        self._overtakes = overtakes

    def end(self) -> None:
        """The first try is over."""
        self.over.set()
        if self._overtakes:
            self._overtakes.set()


async def _first(*works: Awaitable[Any]) -> None:
    """Wait for the first of some to end, and cancel the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
