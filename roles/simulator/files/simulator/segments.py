# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Segments of a path: a percent-encoded slash is a part of one, and does not end it."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.convertors import Convertor, register_url_convertor
from starlette.types import ASGIApp, Receive, Scope, Send


class _Segment(Convertor[str]):
    """Reads a parameter of a route, as {name:segment}."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        return unquote(value)

    def to_string(self, value: str) -> str:
        raise NotImplementedError


register_url_convertor("segment", _Segment())


def with_segments(app: ASGIApp) -> ASGIApp:
    """Return an application whose routes see each segment of the path decoded, but for its slashes."""

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": _decoded(scope["raw_path"].decode("latin-1"))}
        await app(scope, receive, send)

    return routed


def _decoded(path: str) -> str:
    if "%" not in path:
        return path
    return "/".join(unquote(one).replace("%", "%25").replace("/", "%2F") for one in path.split("/"))
