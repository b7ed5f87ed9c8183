# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the simulator about itself, through which it is watched and steered."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import errors
from .calls import Account, NoSuchCall, NoSuchRecording, NotAnswered
from .ledger import Ledger
from .misbehaviour import Misbehaviour


class Control:
    """What a rehearsal or a test asks of the simulator, beside the API. None of it is in the ledger."""

    def __init__(self, account: Account, ledger: Ledger, misbehaviour: Misbehaviour) -> None:
        self._account = account
        self._ledger = ledger
        self._misbehaviour = misbehaviour

    def routes(self) -> list[Route]:
        """Return the routes of the pages."""
        return [
            Route("/simulator", self._about),
            Route("/simulator/ledger", self._show_ledger),
            Route("/simulator/misbehaviour", self._show_misbehaviour),
            Route("/simulator/misbehaviour", _checked(self._misbehave), methods=["PUT"]),
            Route("/simulator/recordings", _checked(self._start), methods=["POST"]),
            Route("/simulator/recordings/{sid}", _checked(self._move), methods=["PATCH"]),
        ]

    async def _about(self, request: Request) -> Response:
        about = "A simulator of the Telnyx TeXML API, on this machine only. It records nothing."
        pages = {name: f"/simulator/{name}" for name in ("ledger", "misbehaviour", "recordings")}
        return JSONResponse({"about": about, "pid": os.getpid(), **pages})

    async def _show_ledger(self, request: Request) -> Response:
        return JSONResponse({"requests": self._ledger.entries})

    async def _show_misbehaviour(self, request: Request) -> Response:
        return JSONResponse(self._misbehaviour.settings)

    async def _misbehave(self, request: Request) -> Response:
        self._misbehaviour.replace(await request.json())
        return await self._show_misbehaviour(request)

    async def _start(self, request: Request) -> Response:
        asked = await _object(request, "call_sid", "source", "status")
        return JSONResponse(self._account.start(asked.pop("call_sid", ""), {}, **asked))

    async def _move(self, request: Request) -> Response:
        asked = await _object(request, "status")
        return JSONResponse(self._account.move(request.path_params["sid"], asked.get("status", "")))


def _checked(page: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return a page that answers a wrong request with an error."""

    async def checked(request: Request) -> Response:
        try:
            return await page(request)
        except ValueError as error:
            return errors.error(422, errors.BAD_REQUEST, str(error))
        except (NoSuchCall, NoSuchRecording):
            return errors.not_found()
        except NotAnswered:
            return errors.not_answered()

    return checked


async def _object(request: Request, *names: str) -> dict[str, str]:
    """Return the JSON object of a request, which has strings by these names. Raises ValueError."""
    value: Any = await request.json()
    if (
        not isinstance(value, dict)
        or not set(value) <= set(names)
        or not all(isinstance(one, str) for one in value.values())
    ):
        raise ValueError(f"The body is {value!r}; it must be a dict of strings with any of {', '.join(names)}.")
    return value
