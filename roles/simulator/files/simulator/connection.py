# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ends connections on purpose."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol


class Protocol(H11Protocol):
    """uvicorn's, but each request finds the transport of its connection in its state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request. What is sent on it afterwards goes nowhere."""
    transport = scope["state"]["transport"]
    # Lingering for no time is what makes it a reset, where else the end would be an orderly one.
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _until_gone(receive)


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request after what has been sent."""
    scope["state"]["transport"].close()
    await _until_gone(receive)


def has_ended(scope: Scope) -> bool:
    """Tell whether the connection of a request has ended, so that no reply is sent. To ask for its messages takes longer."""
    return bool(scope["state"]["transport"].is_closing())


async def _until_gone(receive: Receive) -> None:
    # uvicorn logs an error if a request ends without a whole reply while its connection is there.
    while (await receive())["type"] != "http.disconnect":
        pass
