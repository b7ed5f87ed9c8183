# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of values against the JSON Schemas of the description: arguments before, replies after a request."""

from __future__ import annotations

import traceback
import typing as t

try:
    from jsonschema import Draft202012Validator, FormatChecker
except ImportError:
    JSONSCHEMA_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    JSONSCHEMA_IMPORT_ERROR = None

from .._base.faults import Fault, fault
from .._base.urls import is_base_url, is_uri
from .._telnyx.operation import Operation, option_name
from .options import Options

if t.TYPE_CHECKING:
    from jsonschema import ValidationError

# The validators so far, each with what it was made of, so that no other object can get the same ids.
_validators: dict[tuple[int, ...], tuple[t.Any, Draft202012Validator]] = {}
# The last values of options, by the id of their validator, in which nothing was wrong.
_checked: dict[int, dict[str, tuple[type, t.Any]]] = {}
# The shapes of replies that were found to be right, with the ids of their validators.
_allowed: set[tuple[int, tuple[t.Any, ...] | None]] = set()

# Only formats that are checked by code of our own: what jsonschema checks depends on the packages beside it.
_FORMATS = {"uri": is_uri, "base-url": is_base_url}
_TYPE_ONLY = {"type", "format", "default", "x-expected"}

# Whatever else an option is: bytes that are no text could not be put into a result.
_TEXT = {"type": "string", "pattern": r"^[^\ud800-\udfff]*(?![\s\S])", "x-expected": "text in UTF-8"}


def arguments_schema(operations: t.Sequence[Operation], options: Options) -> dict[str, t.Any]:
    """Return the schema of a task's arguments: those of its operations, in option names, and our own."""
    properties = {name: option.schema for name, option in options.items() if option.schema}
    subjects = {name for operation in operations for name in operation.parameters.get("properties", {})}
    for operation in operations:
        for part in (operation.parameters, operation.query, operation.request or {}):
            for name, schema in part.get("properties", {}).items():
                # Pages are not for users to ask for, and an option of our own may have the same name.
                if option_name(name) in options:
                    properties.setdefault(option_name(name), schema)
    for name, option in options.items():
        # Choices of our own.
        if "choices" in option.spec:
            properties.setdefault(name, {"type": "string", "enum": option.spec["choices"]})
        elif option.spec["type"] in ("str", "path"):
            properties.setdefault(name, _TEXT)
    for name, schema in properties.items():
        if options[name].spec["type"] == "list":
            # What to work on may come from a search that found nothing.
            least = 0 if name in subjects or options[name].may_be_empty else 1
            properties[name] = {"type": "array", "minItems": least, "items": schema}
    return {"type": "object", "properties": properties}


def check_arguments(operations: t.Iterable[Operation], options: Options, params: dict[str, t.Any]) -> list[Fault]:
    """Return every fault of the parameters, one for each value that is not allowed, in the order of the options."""
    faults: dict[str, Fault] = {}
    operations = tuple(operations)
    validator = _validator((options, *operations), lambda: arguments_schema(operations, options))
    # The schema has no rule for two options together, and in a loop most are as they were for the item before.
    checked = _checked.setdefault(id(validator), {})
    changed = {name: value for name, value in params.items() if checked.get(name) != (type(value), value)}
    for error in validator.iter_errors(changed):
        path = _path(error)
        option = str(error.absolute_path[0])
        # A URL that is wrong may be wrong about where its password ends.
        secret = options[option].spec.get("no_log", False) or ("format" in error.schema and "@" in str(error.instance))
        faults.setdefault(path, fault(path, error.instance, _expected(error), secret=secret))
    if not faults:
        checked.update((name, (type(value), value)) for name, value in params.items() if not isinstance(value, list))
    order = list(options)
    return sorted(faults.values(), key=lambda one: order.index(one.argument))


def make_ready(operations: t.Iterable[Operation], options: Options, replies: t.Iterable[dict[str, t.Any]]) -> None:
    """Make the validators, and let them compile their patterns, so that processes that are forked later have them."""
    if JSONSCHEMA_IMPORT_ERROR is None:
        check_arguments(
            operations, options, {name: [""] if one.spec["type"] == "list" else "" for name, one in options.items()}
        )
        for schema in replies:
            check_replies(schema, [{}])


def check_replies(schema: dict[str, t.Any], replies: t.Iterable[dict[str, t.Any]]) -> list[str]:
    """Return what successful replies have that the description does not allow. The recordings run all the same."""
    validator = _validator((schema,), lambda: schema)
    found = []
    for reply in replies:
        key = shape(schema, reply)
        if (id(validator), key) in _allowed:
            continue
        errors = list(validator.iter_errors(reply))
        if not errors and key is not None:
            _allowed.add((id(validator), key))
        found += [
            f"{_path(error)} is {error.instance!r:.200}, and the API's description allows {_expected(error)}"
            for error in errors
        ]
    return found


def shape(schema: dict[str, t.Any], reply: dict[str, t.Any]) -> tuple[t.Any, ...] | None:
    """Return what decides whether a schema allows a reply, or None if that is more than types and listed values."""
    found = []
    for name, part in schema["properties"].items():
        if name in reply:
            value = reply[name]
            listed = "enum" in part
            if not listed and (part.keys() - _TYPE_ONLY or part.get("format") in _FORMATS or isinstance(value, float)):
                return None
            found.append((name, type(value), repr(value) if listed else None))
    return tuple(found)


def _validator(of: tuple[t.Any, ...], schema: t.Callable[[], dict[str, t.Any]]) -> Draft202012Validator:
    """Return the validator for these parts of a behaviour, which is the same for every item of a loop."""
    key = tuple(map(id, of))
    if key not in _validators:
        _validators[key] = (of, _new_validator(schema()))
    return _validators[key][1]


def _new_validator(schema: dict[str, t.Any]) -> Draft202012Validator:
    checker = FormatChecker(formats=())
    for name, check in _FORMATS.items():
        checker.checks(name)(check)
    return Draft202012Validator(schema, format_checker=checker)


def _path(error: ValidationError) -> str:
    first, *rest = error.absolute_path
    return str(first) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)


def _expected(error: ValidationError) -> str:
    schema = t.cast("dict[str, t.Any]", error.schema)
    if "x-expected" in schema:
        return str(schema["x-expected"])
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if error.validator == "minItems":
        return "a list of at least one: " + str(schema["items"].get("x-expected", schema["items"]["type"]))
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(types)
