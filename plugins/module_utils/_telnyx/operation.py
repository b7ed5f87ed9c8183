# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an operation of the description and its values to one request."""

from __future__ import annotations

import re
import typing as t
from types import MappingProxyType
from urllib.parse import quote, urlencode


class Operation(t.NamedTuple):
    """One operation of the OpenAPI description."""

    method: str
    path: str
    """Below the server's URL; parameters stand in braces."""
    parameters: dict[str, t.Any]
    """JSON Schema of the path parameters, as one object."""
    query: dict[str, t.Any]
    """JSON Schema of the query parameters, as one object; none of them is required."""
    content_type: str | None
    request: dict[str, t.Any] | None
    """JSON Schema of the form."""
    listed: str | None
    """The property of a reply that holds the objects of a list."""


class Request(t.NamedTuple):
    """What is sent, short of the credentials."""

    method: str
    url: str
    content_type: str | None
    form: dict[str, str]
    names: t.Mapping[str, str | bytes] = MappingProxyType({})
    """The parameters of the path: what it is about."""
    itself: str = ""
    """The one of them that names the object that comes back, if one does."""
    listed: str | None = None
    """The property of a reply that holds the objects of a list."""


def option_name(name: str) -> str:
    """Return the option for a property of the API: PlayBeep is play_beep."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def form_of(operation: Operation, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the form of an operation in the API's names, with what the user set and nothing else."""
    names = (operation.request or {}).get("properties", {})
    return {name: params[option_name(name)] for name in names if option_name(name) in params}


def build(
    operation: Operation,
    base_url: str,
    parameters: t.Mapping[str, str | bytes],
    form: dict[str, t.Any],
    query: t.Mapping[str, t.Any] | None = None,
) -> Request:
    """Return the request for path parameters, form and query values that the schemas of `operation` accept.

    A parameter becomes exactly one segment of the path. The vendor's SDKs leave the colon of a call SID alone. A query
    value that is None is left out; a dict is a deepObject (OpenAPI 3.1, style values).
    """
    segments = {name: quote(value, safe=":") for name, value in parameters.items()}
    url = base_url.rstrip("/") + operation.path.format(**segments)
    values = dict(_pairs(query or {}))
    itself = re.search(r"{(\w+)}(?:\.json)?$", operation.path)
    return Request(
        operation.method,
        # A plus sign would be a space to a form, and itself to a URL.
        f"{url}?{urlencode(values, quote_via=quote)}" if values else url,
        operation.content_type,
        {name: _encode(value) for name, value in form.items()},
        parameters,
        itself[1] if itself else "",
        operation.listed,
    )


def _pairs(query: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, str]]:
    for name, value in query.items():
        if isinstance(value, dict):
            yield from ((f"{name}[{part}]", _encode(one)) for part, one in value.items())
        elif value is not None:
            yield name, _encode(value)


def _encode(value: t.Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    return str(value)
