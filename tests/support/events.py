# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event sources, loaded from the installed collection, and callbacks signed as the vendor signs them."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import importlib.util
import os
import socket
import time
import urllib.parse
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType
from typing import Any

import aiohttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from support.clock import PATIENCE
from support.runs import COLLECTIONS

SOURCES = COLLECTIONS / "ansible_collections/voiceops/telnyx/extensions/eda/plugins/event_source"
FORM = "application/x-www-form-urlencoded"


def load(name: str) -> ModuleType:
    """Return a source as a module of its own, so that a test can replace parts of it."""
    spec = importlib.util.spec_from_file_location(f"event_source_{name}", SOURCES / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Signer:
    """The vendor's private key."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        raw = self._key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.public_key = base64.b64encode(raw).decode()

    def headers(self, body: bytes, at: float | None = None, content_type: str = FORM) -> dict[str, str]:
        """Return the headers of a callback that is signed at a Unix time, or now."""
        timestamp = str(int(time.time() if at is None else at))
        signature = self._key.sign(timestamp.encode() + b"|" + body)
        return {
            "telnyx-timestamp": timestamp,
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
            "Content-Type": content_type,
        }


def form(**fields: object) -> bytes:
    """Return a body."""
    return urllib.parse.urlencode(fields).encode()


def completed(sid: str, **fields: object) -> bytes:
    """Return the body of a recording that is complete."""
    given = {"RecordingSid": sid, "CallSid": f"v3:{sid}", "RecordingStatus": "completed", "RecordingDuration": 12}
    return form(**{**given, "RecordingChannels": 2, "RecordingUrl": f"https://media.invalid/{sid}", **fields})


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Endpoint:
    """A running receiver, from outside."""

    def __init__(self, url: str, session: aiohttp.ClientSession, signer: Signer) -> None:
        self.url = url
        self.session = session
        self.signer = signer

    async def post(
        self, body: bytes, headers: dict[str, str] | None = None, signer: Signer | None = None, **more: str
    ) -> tuple[int, dict[str, Any]]:
        """Post a callback, signed unless it has headers; return the status and the reply."""
        given = (signer or self.signer).headers(body, **more) if headers is None else headers  # type: ignore[arg-type]
        async with self.session.post(f"{self.url}/callbacks", data=body, headers=given) as response:
            return response.status, await response.json()

    async def health(self) -> dict[str, Any]:
        """Return what the source reports of itself."""
        async with self.session.get(f"{self.url}/healthz") as response:
            report = await response.json()
            return {"http": response.status, **report}


@contextlib.asynccontextmanager
async def receiver(
    source: ModuleType, queue: asyncio.Queue[Any], spool: Path, signer: Signer | None = None, **args: object
) -> AsyncIterator[Endpoint]:
    """Run a receiver in this process."""
    signer = signer or Signer()
    port = free_port()
    given = {"host": "127.0.0.1", "port": port, "spool": str(spool), "public_key": signer.public_key, **args}
    task = asyncio.create_task(source.main(queue, given))
    try:
        await listening(port, task)
        async with aiohttp.ClientSession() as session:
            yield Endpoint(f"http://127.0.0.1:{port}", session, signer)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def listening(port: int, task: asyncio.Task[Any] | None = None) -> None:
    """Return once somebody listens on a port."""
    deadline = time.monotonic() + PATIENCE
    while True:
        if task and task.done():
            task.result()
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def drained(queue: asyncio.Queue[Any], count: int) -> list[dict[str, Any]]:
    """Return so many events of a queue."""
    return [await asyncio.wait_for(queue.get(), PATIENCE) for _number in range(count)]


def environment(**variables: str) -> dict[str, str]:
    """Return an environment without what sets the options of the sources."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TELNYX_")} | variables
