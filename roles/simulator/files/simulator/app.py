# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server: the operations of the description, and what goes wrong with them."""

from __future__ import annotations

import functools
import hmac
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from . import connection, errors, wrong_replies
from .account import Account
from .callback_ledger import CallbackLedger
from .callback_sender import PAUSES, TIMEOUT, CallbackSender, refusal
from .callbacks import Callbacks
from .contract import PREFIX, Contract, NoCredentials
from .control import Control
from .description import Described
from .headers import with_headers
from .ledger import METHODS, Entry, Ledger
from .media import MediaHost
from .misbehaviour import Misbehaviour
from .operation import Operation
from .operations import Operations
from .refusals import NotAnswered, NotFound, Refused
from .segments import with_segments
from .settings import is_number
from .signing_key import SigningKey
from .traffic import DAY, Traffic

# What a request is about, for which requests are counted: the first of these that its path has.
SUBJECTS = (
    "call_sid",
    "call_sid_or_participant_label",
    "conference_sid",
    "recording_sid",
    "recording_transcription_sid",
    "connection_id",
)
# The pages of these lists lead to the same path with .json at its end, which the description does not have.
ALIASED = ("GetTexmlCalls", "GetTexmlConferences", "GetTexmlConferenceParticipants")


class Simulator:
    """One account behind one key, and the host of its media, at `media_url`.

    `settings` has api_key, account_sid and calls, and may have connection_id, conferences, recordings, traffic,
    processing_seconds, media_seconds, misbehaviour, accept_json, status_callback, callback_timeout,
    callback_pauses and call_days.
    Until `traffic` runs, it moves on with each request. `key` signs callbacks; the default is a new one. Raises ValueError if
    a setting is wrong.
    """

    def __init__(self, settings: dict[str, Any], media_url: str = "", key: SigningKey | None = None) -> None:
        self._key: str = settings["api_key"]
        self._misbehaviour = Misbehaviour(settings.get("misbehaviour", {}))
        self._account = Account(settings, self._misbehaviour.clock, media_url)
        self.callbacks = _sender(settings, key or SigningKey(), self._misbehaviour)
        Callbacks(self._account, self.callbacks, self._misbehaviour.clock, settings.get("status_callback", ""))
        self.traffic = Traffic(self._account, self._misbehaviour.clock, settings.get("traffic", {}))
        self._contract = Contract(settings.get("accept_json", False))
        self._ledger = Ledger()
        self._media = MediaHost(self._account, self._misbehaviour)

    def app(self, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]] | None = None) -> ASGIApp:
        """Return the ASGI application of the API."""
        operations = Operations(self._account, self._misbehaviour).all()
        routes = [
            Route(
                PREFIX + re.sub(r"{(\w+)}", r"{\1:segment}", path),
                self._endpoint(operations[one.operation_id], one),
                methods=[one.method],
            )
            for one in self._contract.operations
            for path in ([one.path, f"{one.path}.json"] if one.operation_id in ALIASED else [one.path])
        ]
        for route in routes:
            # Starlette adds HEAD to GET, and the description does not have it.
            route.methods = (route.methods or set()) - {"HEAD"}
        ledgers: dict[str, Ledger | CallbackLedger] = {
            "ledger": self._ledger,
            "media": self._media.ledger,
            "callbacks": self.callbacks.ledger,
        }
        public_key = self.callbacks.key.public
        routes += Control(self._account, ledgers, public_key, self._misbehaviour, self.traffic).routes()
        routes.append(Route("/{path:path}", self._unknown, methods=METHODS))
        app = with_segments(Starlette(routes=routes, lifespan=lifespan))
        return with_headers(app, self._misbehaviour.clock.now)

    def media_app(self) -> ASGIApp:
        """Return the ASGI application of the media host."""
        return with_headers(self._media.app(), self._misbehaviour.clock.now)

    def _endpoint(self, operation: Operation, described: Described) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            entry = await self._ledger.add(request)
            response = await self._answer(request, operation, described, entry)
            entry["status"] = None if connection.has_ended(request.scope) else response.status_code
            return response

        return endpoint

    async def _answer(self, request: Request, operation: Operation, described: Described, entry: Entry) -> Response:
        form = await self._form(request, described)
        if isinstance(form, Response):
            self._contract.check_reply(described, form)
            return form

        def act() -> Response:
            return self._act(functools.partial(operation, request, form, entry), described)

        params = request.path_params
        subject = next((params[name] for name in SUBJECTS if name in params), described.path)
        kind = entry["misbehaviour"] = self._misbehaviour.kind(subject)
        return await wrong_replies.reply(kind, self._misbehaviour, request, act) if kind else act()

    async def _form(self, request: Request, described: Described) -> dict[str, Any] | Response:
        """Return the form of a request, or the reply that refuses it."""
        sent = request.headers.get("authorization", "").partition(" ")[2]
        if sent and not hmac.compare_digest(sent.encode("latin-1"), self._key.encode()):
            return errors.error(401, "10009", "The API key is malformed or unknown.")
        try:
            form = await self._contract.form(described, request)
        except NoCredentials:
            # The service does not say 401 to a request without a key.
            return errors.not_found()
        except Refused as refused:
            return errors.invalid(refused.faults)
        account_sid = request.path_params.get("account_sid", self._account.sid)
        return form if account_sid == self._account.sid else errors.not_found()

    def _act(self, operation: Callable[[], Response], described: Described) -> Response:
        """Do what a request asks for, and return the right reply."""
        self.traffic.advance()
        try:
            response = operation()
        except (NotFound, NotAnswered, Refused) as reason:
            response = errors.refusal(reason)
        self._contract.check_reply(described, response)
        return response

    async def _unknown(self, request: Request) -> Response:
        entry = await self._ledger.add(request)
        entry["status"] = 404
        return errors.not_found()


def _sender(settings: dict[str, Any], key: SigningKey, misbehaviour: Misbehaviour) -> CallbackSender:
    """Return the sender that the settings describe. Raises ValueError."""
    url, timeout = settings.get("status_callback", ""), settings.get("callback_timeout", TIMEOUT)
    pauses = settings.get("callback_pauses", PAUSES)
    if url and (not isinstance(url, str) or refusal(url)):
        raise ValueError(f"status_callback is {url!r}; it must be an HTTP URL of a loopback host.")
    if not is_number(0.01, DAY, int, float)(timeout):
        raise ValueError(f"callback_timeout is {timeout!r}; it must be a number of seconds from 0.01 to {DAY}.")
    if not isinstance(pauses, list) or not all(map(is_number(0, DAY, int, float), pauses)):
        raise ValueError(f"callback_pauses is {pauses!r}; it must be a list of numbers of seconds from 0 to {DAY}.")
    return CallbackSender(key, misbehaviour, timeout, pauses)
