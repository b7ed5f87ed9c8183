# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serves the application on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from . import process
from .app import Simulator
from .connection import Protocol
from .contract import PREFIX
from .signing_key import SigningKey

LOOPBACK = "127.0.0.1"


def serve(directory: Path, settings: dict[str, Any]) -> None:
    """Serve until a signal ends it: the API, and on any other port that is free, the media.

    Port 0 is any free one. Raises process.Failed if the port is taken, or a setting wrong.
    """
    with process.serving(directory), _listener(settings["port"]) as listener, _listener(0) as media_listener:
        media_port = media_listener.getsockname()[1]
        try:
            key = SigningKey.of(directory / process.KEY)
            simulator = Simulator(settings, f"http://{LOOPBACK}:{media_port}", key)
        except ValueError as error:
            raise process.Failed(str(error)) from error

        @contextlib.asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            listener.listen(1024)
            media_listener.listen(1024)
            base_url = f"http://{LOOPBACK}:{listener.getsockname()[1]}{PREFIX}"
            process.ready(directory, settings, base_url=base_url, public_key=key.public)
            tasks = [asyncio.create_task(one) for one in (_end_without(directory, server), simulator.traffic.run())]
            yield
            for task in tasks:
                task.cancel()
            await simulator.callbacks.close()

        config = uvicorn.Config(
            _by_port({media_port: simulator.media_app()}, simulator.app(lifespan)),
            # Both by name, so that what else is installed does not matter: connections are reset through them.
            http=Protocol,
            loop="asyncio",
            server_header=False,
            date_header=False,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        server.run(sockets=[listener, media_listener])


@contextlib.contextmanager
def _listener(port: int) -> Iterator[socket.socket]:
    """Hold a port of loopback. Raises process.Failed if it is taken."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, every reply waits 40 ms for an acknowledgement.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, int(port)))
        except OSError as error:
            raise process.Failed(f"port {port}: {error.strerror}") from error
        yield listener


def _by_port(apps: dict[int, ASGIApp], other: ASGIApp) -> ASGIApp:
    """Return an application that is another one on each of some ports."""

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        # What is no request, such as the beginning, has no port.
        port = scope["server"][1] if "server" in scope else 0
        await apps.get(port, other)(scope, receive, send)

    return chosen


async def _end_without(directory: Path, server: uvicorn.Server) -> None:
    """End a server whose directory is gone: nobody could stop it by name."""
    while directory.exists():
        await asyncio.sleep(1)
    server.should_exit = True
