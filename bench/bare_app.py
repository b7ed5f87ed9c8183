# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An application on the simulator's server that reads a form, checks nothing, and answers a constant. It prints its port."""

from __future__ import annotations

import json
import socket
from urllib.parse import parse_qsl

import uvicorn
from server import BODY
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from uvicorn.protocols.http.h11_impl import H11Protocol

REPLY = json.loads(BODY)


async def start(request: Request) -> JSONResponse:
    dict(parse_qsl((await request.body()).decode()))
    return JSONResponse(REPLY)


if __name__ == "__main__":
    app = Starlette(
        routes=[Route("/v2/texml/Accounts/{account}/Calls/{call}/Recordings.json", start, methods=["POST"])]
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(app, http=H11Protocol, loop="asyncio", access_log=False, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])
