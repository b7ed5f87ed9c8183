# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server: the operations of the description, and what goes wrong with them."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from . import errors, pages, wrong_replies
from .calls import Account, NoSuchCall, NotAnswered
from .contract import Contract, NoCredentials, Refused
from .control import Control
from .headers import with_headers
from .ledger import Entry, Ledger
from .misbehaviour import Misbehaviour

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
Operation = Callable[[Request, dict[str, Any], Entry], Response]


class Simulator:
    """One account behind one key. `settings` has api_key, account_sid and calls, and may have misbehaviour and
    accept_json.

    Raises ValueError if it is to misbehave in a way that it does not know.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        self._key: str = settings["api_key"]
        self._misbehaviour = Misbehaviour(settings.get("misbehaviour", {}))
        self._account = Account(settings["account_sid"], settings["calls"], self._misbehaviour.now)
        self._contract = Contract(settings.get("accept_json", False))
        self._ledger = Ledger()
        self._operations: dict[str, Operation] = {
            "StartTeXMLCallRecording": self._start,
            "FetchTeXMLCallRecordings": self._list,
        }

    def app(self, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None) -> ASGIApp:
        """Return the ASGI application."""
        routes = [
            Route(path, self._endpoint(self._operations[operation_id]), methods=[method])
            for method, path, operation_id in self._contract.routes()
            if operation_id in self._operations
        ]
        for route in routes:
            # Starlette adds HEAD to GET, and the description does not have it.
            route.methods = (route.methods or set()) - {"HEAD"}
        routes += Control(self._account, self._ledger, self._misbehaviour).routes()
        routes.append(Route("/{path:path}", self._unknown, methods=METHODS))
        return with_headers(Starlette(routes=routes, lifespan=lifespan), self._misbehaviour.now)

    def _endpoint(self, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            entry = await self._ledger.add(request)
            response = await self._answer(request, operation, entry)
            entry["status"] = None if await request.is_disconnected() else response.status_code
            return response

        return endpoint

    async def _answer(self, request: Request, operation: Operation, entry: Entry) -> Response:
        form = await self._form(request)
        if isinstance(form, Response):
            self._contract.check_reply(request, form)
            return form
        act = functools.partial(self._act, request, operation, form, entry)
        kind = entry["misbehaviour"] = self._misbehaviour.kind(request.path_params["call_sid"])
        return await wrong_replies.reply(kind, self._misbehaviour, request, act) if kind else act()

    async def _form(self, request: Request) -> dict[str, Any] | Response:
        """Return the form of a request, or the reply that refuses it."""
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
        return form if request.path_params["account_sid"] == self._account.sid else errors.not_found()

    def _act(self, request: Request, operation: Operation, form: dict[str, Any], entry: Entry) -> Response:
        """Do what a request asks for, and return the right reply."""
        try:
            response = operation(request, form, entry)
        except NoSuchCall:
            response = errors.not_found()
        except NotAnswered:
            response = errors.not_answered()
        except pages.NoSuchPage:
            response = errors.error(422, errors.BAD_REQUEST, "There is no such page; follow next_page_uri as it is.")
        self._contract.check_reply(request, response)
        return response

    def _start(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        recording = self._account.start(request.path_params["call_sid"], form)
        entry["recording"] = recording["sid"]
        return JSONResponse(recording)

    def _list(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        recordings = self._account.recordings(request.path_params["call_sid"], self._misbehaviour.settings["list_lag"])
        path = request.scope["raw_path"].decode("latin-1")
        return JSONResponse(pages.page(recordings, path, request.query_params))

    async def _unknown(self, request: Request) -> Response:
        entry = await self._ledger.add(request)
        entry["status"] = 404
        return errors.not_found()
