# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The media host: another port, from which the audio is fetched by a link alone."""

from __future__ import annotations

import hashlib

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from . import audio, ranges
from .account import Account
from .ledger import METHODS, Entry, Ledger
from .misbehaviour import Misbehaviour
from .refusals import NotFound
from .wrong_replies import PAGE, Truncated

AUDIO = "audio/wav"


class MediaHost:
    """Serves the audio of completed recordings. Its ledger says of each request whether it had an Authorization header."""

    def __init__(self, account: Account, misbehaviour: Misbehaviour) -> None:
        self._account = account
        self._misbehaviour = misbehaviour
        self.ledger = Ledger()

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                Route("/recordings/{sid}.wav", self._fetch, methods=["GET"]),
                Route("/{path:path}", self._unknown, methods=METHODS),
            ]
        )

    async def _fetch(self, request: Request) -> Response:
        entry = await self._note(request)
        response = self._answer(request, entry)
        entry["status"] = response.status_code
        return response

    async def _unknown(self, request: Request) -> Response:
        entry = await self._note(request)
        entry["status"] = 404
        return PlainTextResponse("There is nothing here.\n", 404)

    async def _note(self, request: Request) -> Entry:
        entry = await self.ledger.add(request)
        entry["authorization"] = "authorization" in request.headers
        return entry

    def _answer(self, request: Request, entry: Entry) -> Response:
        sid = request.path_params["sid"]
        if not self._account.links.is_good(sid, request.query_params):
            return PlainTextResponse("The link has expired, or is not one of this host.\n", 403)
        try:
            recording = self._account.recordings.get(sid)
        except NotFound:
            return PlainTextResponse("The recording has been deleted.\n", 404)
        if recording.duration is None:
            return PlainTextResponse("The recording is not complete any more.\n", 404)
        entry["recording"] = sid
        kind = entry["misbehaviour"] = self._misbehaviour.media_kind()
        if kind == "media_wrong":
            return HTMLResponse(PAGE)
        body = audio.wav(sid, recording.duration, recording.channels)
        response = _part(request, body, has_ranges=kind != "media_no_ranges")
        return Truncated(response) if kind == "media_truncated" else response


def _part(request: Request, body: bytes, has_ranges: bool) -> Response:
    """Return what a request wants of a body: all, a range, or, with 416, nothing."""
    if not has_ranges:
        return Response(body, media_type=AUDIO)
    # As that of object stores.
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag}
    try:
        part = ranges.wanted(request.headers, etag, len(body)) if request.method == "GET" else None
    except ranges.Unsatisfiable:
        return PlainTextResponse("There is no such range.\n", 416, {**headers, "Content-Range": f"bytes */{len(body)}"})
    if part is None:
        return Response(body, headers=headers, media_type=AUDIO)
    first, end = part
    headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(body)}"
    return Response(body[first:end], 206, headers, AUDIO)
