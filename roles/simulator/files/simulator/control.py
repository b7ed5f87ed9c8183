# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the simulator about itself, through which it is watched and steered."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import errors, strict_json
from .account import Account
from .callback_ledger import CallbackLedger
from .calls import FIELDS
from .ledger import Ledger
from .misbehaviour import Misbehaviour
from .recording import MOVES
from .refusals import NotAnswered, NotFound, check
from .traffic import Traffic


class Control:
    """What a rehearsal or a test asks of the simulator, beside the API. None of it is in the ledger."""

    def __init__(
        self,
        account: Account,
        ledgers: Mapping[str, Ledger | CallbackLedger],
        public_key: str,
        misbehaviour: Misbehaviour,
        traffic: Traffic,
    ) -> None:
        self._account = account
        self._ledgers = ledgers
        self._public_key = public_key
        self._misbehaviour = misbehaviour
        self._traffic = traffic

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/simulator", self._about),
            *(Route(f"/simulator/{name}", self._show(ledger)) for name, ledger in self._ledgers.items()),
            Route("/simulator/misbehaviour", self._show_misbehaviour),
            Route("/simulator/misbehaviour", self._checked(self._misbehave), methods=["PUT"]),
            Route("/simulator/traffic", self._show_traffic),
            Route("/simulator/traffic", self._checked(self._replace_traffic), methods=["PUT"]),
            Route("/simulator/calls", self._checked(self._show_calls)),
            Route("/simulator/calls", self._checked(self._add_call), methods=["POST"]),
            Route("/simulator/calls/{sid:segment}", self._checked(self._move_call), methods=["PATCH"]),
            Route("/simulator/recordings", self._checked(self._start), methods=["POST"]),
            Route("/simulator/recordings/{sid:segment}", self._checked(self._move), methods=["PATCH"]),
            Route("/simulator/clock", self._checked(self._move_clock), methods=["POST"]),
        ]

    async def _about(self, request: Request) -> Response:
        about = "A simulator of the Telnyx TeXML API, on this machine only. It records nothing."
        names = (*self._ledgers, "misbehaviour", "traffic", "calls", "recordings", "clock")
        pages = {name: f"/simulator/{name}" for name in names}
        return JSONResponse({"about": about, "pid": os.getpid(), "public_key": self._public_key, **pages})

    def _show(self, ledger: Ledger | CallbackLedger) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            self._traffic.advance()
            return JSONResponse(ledger.shown())

        return show

    async def _show_misbehaviour(self, request: Request) -> Response:
        return JSONResponse(self._misbehaviour.settings)

    async def _misbehave(self, request: Request) -> Response:
        self._misbehaviour.replace(strict_json.parse(await request.body()))
        return await self._show_misbehaviour(request)

    async def _show_traffic(self, request: Request) -> Response:
        return JSONResponse(self._traffic.settings)

    async def _replace_traffic(self, request: Request) -> Response:
        self._traffic.replace(strict_json.parse(await request.body()))
        return await self._show_traffic(request)

    async def _show_calls(self, request: Request) -> Response:
        return JSONResponse({"calls": [call.shown() for call in self._account.calls.all()]})

    async def _add_call(self, request: Request) -> Response:
        return JSONResponse(self._account.calls.add(await _object(request, *FIELDS)).shown())

    async def _move_call(self, request: Request) -> Response:
        sid, status = request.path_params["sid"], (await _object(request, "status")).get("status", "")
        self._account.move_call(sid, status)
        return JSONResponse({"sid": sid, "status": status})

    async def _start(self, request: Request) -> Response:
        asked = await _object(request, "call_sid", "source", "status", "sid", "transcription_sid")
        return JSONResponse(self._account.start(asked.pop("call_sid", ""), {}, **asked))

    async def _move(self, request: Request) -> Response:
        asked = await _object(request, "status")
        status = asked.get("status", "")
        check("status", status, MOVES)
        recording = self._account.recordings.get(request.path_params["sid"])
        recording.move(status)
        return JSONResponse(self._account.models.recording(recording))

    async def _move_clock(self, request: Request) -> Response:
        asked = strict_json.parse(await request.body())
        seconds = asked.get("seconds") if isinstance(asked, dict) and len(asked) == 1 else None
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ValueError(f"The body is {asked!r}; it must be a dict with the number seconds.")
        clock = self._misbehaviour.clock
        clock.move(seconds)
        self._traffic.advance()
        return JSONResponse({"now": clock.now().isoformat()})

    def _checked(self, page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Return a page that sees the traffic until now, and answers a wrong request with an error."""

        async def checked(request: Request) -> Response:
            self._traffic.advance()
            try:
                return await page(request)
            except ValueError as error:
                return errors.error(422, errors.BAD_REQUEST, str(error))
            except (NotFound, NotAnswered) as reason:
                return errors.refusal(reason)

        return checked


async def _object(request: Request, *names: str) -> dict[str, str]:
    """Return the JSON object of a request, which has strings by these names. Raises ValueError."""
    value: Any = strict_json.parse(await request.body())
    if (
        not isinstance(value, dict)
        or not set(value) <= set(names)
        or not all(isinstance(one, str) for one in value.values())
    ):
        raise ValueError(f"The body is {value!r}; it must be a dict of strings with any of {', '.join(names)}.")
    return value
