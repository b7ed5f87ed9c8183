# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The OpenAPI description, read once: its references resolved, and a validator built for each of its schemas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple

import yaml
from jsonschema import Draft202012Validator

from .digits import integer
from .refusals import Refused

try:
    # PyYAML without its C extension takes ten times as long.
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

Casts = Dict[str, Callable[[str], Any]]
_DEEP = re.compile(r"(\w+)\[(\w+)\]")
DOCUMENT = yaml.load((Path(__file__).resolve().parent.parent / "texml.yml").read_text(encoding="utf-8"), SafeLoader)


class Inputs:
    """Named values that arrive as text: the parameters of an operation, or its form.

    The properties of an object arrive as `name[property]`, which the description calls a deepObject.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._casts = _casts(schema)
        self._objects = {
            name: _casts(part) for name, part in schema["properties"].items() if part.get("type") == "object"
        }
        self._validator = _validator(schema)

    def read(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """Return the values in the types of the description. Raises Refused."""
        values = self._values(texts)
        errors = list(self._validator.iter_errors(values))
        if errors:
            raise Refused(
                [(str(one.validator), "".join(f"/{part}" for part in one.absolute_path), one.message) for one in errors]
            )
        return values

    def _values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in texts.items():
            deep = _DEEP.fullmatch(name)
            if deep and deep[1] in self._objects:
                inside = values.setdefault(deep[1], {})
                # A value beside them is not an object, which the schema finds.
                if isinstance(inside, dict):
                    inside[deep[2]] = _cast(self._objects[deep[1]], deep[2], text)
            else:
                values[name] = _cast(self._casts, name, text)
        return values


class Described(NamedTuple):
    """An operation. `replies` has the validator of each media type, by status."""

    method: str
    path: str
    operation_id: str
    parameters: Inputs
    form: Inputs | None
    replies: dict[str, dict[str, Draft202012Validator]]


def operations() -> list[Described]:
    """Return the operations of the description."""
    paths: dict[str, Any] = _resolved(DOCUMENT["paths"], DOCUMENT)
    return [
        _operation(method, path, node, item.get("parameters", []))
        for path, item in paths.items()
        for method, node in item.items()
        if method != "parameters"
    ]


def _operation(method: str, path: str, node: dict[str, Any], shared: list[dict[str, Any]]) -> Described:
    parameters = shared + node.get("parameters", [])
    (form,) = [body["schema"] for body in node.get("requestBody", {}).get("content", {}).values()] or [None]
    return Described(
        method.upper(),
        path,
        node["operationId"],
        Inputs(
            {
                "type": "object",
                "properties": {one["name"]: one["schema"] for one in parameters},
                "required": [one["name"] for one in parameters if one["required"]],
            }
        ),
        Inputs(form) if form else None,
        {
            status: {name: _validator(body["schema"]) for name, body in reply.get("content", {}).items()}
            for status, reply in node["responses"].items()
        },
    )


def _resolved(node: Any, document: dict[str, Any]) -> Any:
    """Return a part of a document with what each `$ref` names in its place."""
    if isinstance(node, list):
        return [_resolved(one, document) for one in node]
    if not isinstance(node, dict):
        return node
    if "$ref" not in node:
        return {name: _resolved(one, document) for name, one in node.items()}
    target: Any = document
    for name in node["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return _resolved(target, document)


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    unchecked = set(_formats(schema)) - set(checker.checkers)
    if unchecked:
        # jsonschema ignores a format for which it lacks a package.
        raise RuntimeError(f"Nothing checks the format {', '.join(sorted(unchecked))}; a package is missing.")
    return Draft202012Validator(schema, format_checker=checker)


def _formats(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("format"), str):
            yield node["format"]
        for one in node.values():
            yield from _formats(one)


def _casts(schema: dict[str, Any]) -> Casts:
    return {name: _CASTS[part["type"]] for name, part in schema["properties"].items() if part.get("type") in _CASTS}


def _cast(casts: Casts, name: str, text: str) -> Any:
    return casts[name](text) if name in casts else text


def _boolean(text: str) -> bool | str:
    # As in JSON. Any other spelling stays a string, and then fails the schema.
    return {"true": True, "false": False}.get(text, text)


_CASTS: Casts = {"boolean": _boolean, "integer": integer}


_PATH_SID: dict[str, Any] = DOCUMENT["components"]["schemas"]["PathSid"]
SID, SID_WORDS = _validator(_PATH_SID), _PATH_SID["x-expected"]
