# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replies that are wrong on purpose."""

from __future__ import annotations

import datetime
import email.utils
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from . import connection, errors
from .misbehaviour import Misbehaviour

PAGE = "<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body>We will be back soon.</body></html>\n"
LIMIT = "10"


class Truncated(Response):
    """The header of a reply and half of its body, after which the connection is closed."""

    def __init__(self, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, whole.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self.body)
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await connection.close(scope, receive)


async def reply(kind: str, misbehaviour: Misbehaviour, request: Request, act: Callable[[], Response]) -> Response:
    """Answer a request in a wrong way. `act` does what the request asks for, and returns the right reply."""
    delay = misbehaviour.settings["delay"]
    if kind == "slow_before":
        await misbehaviour.clock.sleep(delay)
        return act()
    if kind == "slow_after":
        response = act()
        await misbehaviour.clock.sleep(delay)
        return response
    if kind == "truncated":
        return Truncated(act())
    if kind == "remaining_zero":
        response = act()
        response.headers.update(_nothing_remains(misbehaviour))
        return response
    if kind == "redirect":
        return Response(status_code=302, headers={"Location": request.scope["raw_path"].decode("latin-1")})
    if kind.startswith("rate_limited"):
        return errors.error(
            429,
            "10011",
            "You have exceeded the maximum number of allowed requests.",
            headers=_rate_limit(kind, misbehaviour),
        )
    if kind.endswith("_after"):
        act()
    if kind.startswith("error"):
        return errors.error(500, "10007", "An unexpected error occurred.")
    if kind.startswith("html"):
        return HTMLResponse(PAGE)
    await connection.reset(request.scope, request.receive)
    return Response()  # nobody gets it


def _rate_limit(kind: str, misbehaviour: Misbehaviour) -> dict[str, str]:
    seconds = misbehaviour.settings["retry_after"]
    if kind == "rate_limited_retry_after":
        return {"Retry-After": str(seconds)}
    if kind == "rate_limited_date":
        then = misbehaviour.clock.now() + datetime.timedelta(seconds=seconds)
        return {"Retry-After": email.utils.format_datetime(then, usegmt=True)}
    return {"X-RateLimit-Limit": LIMIT, **_nothing_remains(misbehaviour)} if kind == "rate_limited_reset" else {}


def _nothing_remains(misbehaviour: Misbehaviour) -> dict[str, str]:
    return {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(misbehaviour.settings["retry_after"])}
