# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks requests and replies against the OpenAPI description, with none of the modules' code."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from . import strict_json
from .description import Described, operations
from .refusals import Refused

# Where the API is below the host, in the vendor's server URL and here.
PREFIX = "/v2"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class NoCredentials(Exception):
    """A request without a bearer token."""


class NotAsDescribed(Exception):
    """A reply of ours that the description does not allow: a defect of the simulator."""


class Contract:
    """The description, as a check of what comes in and what goes out.

    With `accept_json`, a JSON object is accepted in place of a form: the vendor's Python SDK sends it, and the service
    probably accepts it, but the description does not offer it.
    """

    def __init__(self, accept_json: bool = False) -> None:
        self._accept_json = accept_json
        self.operations = operations()

    async def form(self, described: Described, request: Request) -> dict[str, Any]:
        """Return the form of a request, in the types of the description. Raises Refused or NoCredentials."""
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key:
            raise NoCredentials
        described.parameters.read({**request.query_params, **request.path_params})
        return described.form.read(self._texts(request, await request.body())) if described.form else {}

    def _texts(self, request: Request, body: bytes) -> dict[str, str]:
        sent = _media_type(request.headers.get("Content-Type", "" if body else FORM))
        if sent == FORM:
            return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        if sent == JSON and self._accept_json:
            return _texts_of_json(body or b"{}")
        allowed = f"{FORM} or {JSON}" if self._accept_json else FORM
        raise Refused([("request", "", f"Content-Type is {sent!r}; it must be {allowed}.")])

    def check_reply(self, described: Described, response: Response) -> None:
        """Raise NotAsDescribed if the description does not allow a reply."""
        status = str(response.status_code)
        replies = described.replies
        if status not in replies and "default" not in replies:
            raise NotAsDescribed(f"{described.operation_id}: status {status}")
        content = replies.get(status, replies.get("default", {}))
        if not content:
            if response.body:
                raise NotAsDescribed(f"{described.operation_id}: a body with status {status}")
            return
        sent = _media_type(response.headers.get("Content-Type", ""))
        if sent not in content:
            raise NotAsDescribed(f"{described.operation_id}: Content-Type {sent!r} with status {status}")
        for error in content[sent].iter_errors(json.loads(bytes(response.body))):
            raise NotAsDescribed(f"{described.operation_id}: {error.json_path}: {error.message}")


def _media_type(header: str) -> str:
    """Return the media type of a Content-Type without its parameters (RFC 9110, section 8.3.1)."""
    return header.partition(";")[0].strip().lower()


def _texts_of_json(body: bytes) -> dict[str, str]:
    try:
        value = strict_json.parse(body)
    except ValueError as error:
        raise Refused([("request", "", f"The body is not a JSON object: {error}")]) from error
    if not isinstance(value, dict):
        raise Refused([("request", "", "The body is not a JSON object.")])
    return {name: one if isinstance(one, str) else json.dumps(one) for name, one in value.items()}
