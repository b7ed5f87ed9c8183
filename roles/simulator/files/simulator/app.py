# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server: the operations of the description, and the pages of the simulator about itself."""

from __future__ import annotations

import hmac
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import errors
from .calls import Account, NoSuchCall, NotAnswered
from .contract import Contract, NoCredentials, Refused
from .ledger import Ledger

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
Operation = Callable[[Request, dict[str, Any]], Response]


class Simulator:
    """One account behind one key. `settings` has api_key, account_sid and calls."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._key: str = settings["api_key"]
        self._account = Account(settings["account_sid"], settings["calls"])
        self._contract = Contract()
        self._ledger = Ledger()
        self._operations: dict[str, Operation] = {
            "StartTeXMLCallRecording": self._start,
            "FetchTeXMLCallRecordings": self._list,
        }

    def app(self, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None) -> Starlette:
        """Return the ASGI application."""
        routes = [
            Route(path, self._endpoint(self._operations[operation_id]), methods=[method])
            for method, path, operation_id in self._contract.routes()
        ]
        for route in routes:
            # Starlette adds HEAD to GET, and the description does not have it.
            route.methods = (route.methods or set()) - {"HEAD"}
        routes += [
            Route("/simulator", self._about),
            Route("/simulator/ledger", self._show_ledger),
            Route("/{path:path}", self._unknown, methods=METHODS),
        ]
        return Starlette(routes=routes, lifespan=lifespan)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            entry = await self._ledger.add(request)
            response = await self._answer(request, operation)
            entry["status"] = response.status_code
            self._contract.check_reply(request, response)
            return response

        return endpoint

    async def _answer(self, request: Request, operation: Operation) -> Response:
        sent = request.headers.get("authorization", "").partition(" ")[2]
        if sent and not hmac.compare_digest(sent.encode("latin-1"), self._key.encode()):
            return errors.error(401, "10009", "The API key is malformed or unknown.")
        try:
            form = await self._contract.form(request)
        except NoCredentials:
            # The service does not say 401 to a request without a key.
            return errors.not_found()
        except Refused as refused:
            return errors.invalid(refused.faults)
        if request.path_params["account_sid"] != self._account.sid:
            return errors.not_found()
        try:
            return operation(request, form)
        except NoSuchCall:
            return errors.not_found()
        except NotAnswered:
            return errors.error(422, "90034", "The call has not been answered yet.")

    def _start(self, request: Request, form: dict[str, Any]) -> Response:
        return JSONResponse(self._account.start(request.path_params["call_sid"], form))

    def _list(self, request: Request, form: dict[str, Any]) -> Response:
        recordings = self._account.recordings(request.path_params["call_sid"])
        page = {"page": 0, "page_size": max(20, len(recordings)), "start": 0, "end": max(0, len(recordings) - 1)}
        return JSONResponse({"recordings": recordings, **page, "uri": request.url.path})

    async def _unknown(self, request: Request) -> Response:
        entry = await self._ledger.add(request)
        entry["status"] = 404
        return errors.not_found()

    async def _about(self, request: Request) -> Response:
        about = "A simulator of the Telnyx TeXML API, on this machine only. It records nothing."
        return JSONResponse({"about": about, "pid": os.getpid(), "ledger": "/simulator/ledger"})

    async def _show_ledger(self, request: Request) -> Response:
        return JSONResponse({"requests": self._ledger.entries})
