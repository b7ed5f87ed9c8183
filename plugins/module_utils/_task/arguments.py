# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task's arguments to typed parameters: coerced, with environment fallbacks and defaults filled in."""

from __future__ import annotations

import os
import re
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._base.faults import Fault, fault
from .._telnyx.operation import option_name
from .options import ArgumentSpec

# No number that anybody means is longer, and Python refuses to make a text of one with some thousand digits.
MAX_BITS = 1000

_TYPES = {
    "str": "a string",
    "path": "a path",
    "int": "a whole number",
    "bool": "a boolean",
    "list": "a list of strings",
    "raw": "any value",
}


def coerce(
    spec: ArgumentSpec, arguments: t.Mapping[str, t.Any], environment: t.Mapping[str, str]
) -> tuple[dict[str, t.Any], list[Fault]]:
    """Return the parameters that `arguments` mean, without those that are not set, and what is wrong with them.

    `environment` is the task's own, and goes before the one of the process. Choices are left to the schema.
    """
    known = [alias for name in spec for alias in _names(name, spec[name])]
    faults = [_unknown(str(name), known, spec) for name in sorted(set(arguments) - set(known), key=str)]
    given = {name: _given(name, option, arguments, environment) for name, option in spec.items()}
    possible = {name: spec[name] for name, value in given.items() if value is not None and _can_be(spec[name], value)}
    params = {
        name: _as_list(possible[name], given[name]) for name in possible if _has_its_type(possible[name], given[name])
    }
    others = {name: possible[name] for name in possible if name not in params}
    converted = _converted(others, given) if others else {}
    for name, option in spec.items():
        if given[name] is None:
            if option.get("default") is not None:
                params[name] = option["default"]
            elif option.get("required"):
                faults.append(fault(name, None, _required(option), "is missing"))
            continue
        if name in params:
            continue
        # One option at a time only where there is a fault, so that it can be traced to its option.
        one = converted or (_converted({name: option}, given) if name in possible else None)
        if name not in possible or one is None:
            faults.append(fault(name, given[name], _TYPES[option["type"]], secret=option.get("no_log", False)))
        else:
            params[name] = one[name]
    return params, faults


def _given(
    name: str, option: dict[str, t.Any], arguments: t.Mapping[str, t.Any], environment: t.Mapping[str, str]
) -> t.Any:
    value = next((arguments[alias] for alias in _names(name, option) if arguments.get(alias) is not None), None)
    if value is None:
        found = (where[key] for where in (environment, os.environ) for key in _variables(option) if key in where)
        value = next(found, None)
    return value


def _converted(spec: ArgumentSpec, given: dict[str, t.Any]) -> dict[str, t.Any] | None:
    """Return what Ansible makes of the values of these options, or None if it refuses one."""
    # Ansible copies the spec each time, so it gets no option without a value, and no default.
    lenient = {name: {key: spec[name][key] for key in ("type", "elements") if key in spec[name]} for name in spec}
    values = {name: _as_list(spec[name], given[name]) for name in spec}
    result = ArgumentSpecValidator(lenient).validate(values)
    return None if result.error_messages else dict(result.validated_parameters)


def variables_of(spec: ArgumentSpec) -> set[str]:
    """Return the environment variables that options fall back to."""
    return {variable for option in spec.values() for variable in _variables(option)}


def split_words(value: t.Any) -> t.Any:
    """Return the words of a string that is a list in the API's own spelling, or in Ansible's."""
    words = value if isinstance(value, list) else [value]
    if not all(isinstance(word, str) for word in words):
        return value
    return [part for word in words for part in re.split(r"[\s,]+", word) if part]


def _as_list(option: dict[str, t.Any], value: t.Any) -> t.Any:
    # Ansible would split a string at its commas; one SID is one SID.
    return [value] if option["type"] == "list" and not isinstance(value, list) else value


def _unknown(name: str, known: list[str], spec: ArgumentSpec) -> Fault:
    # Most tasks need none, and each import takes its time.
    import difflib

    # It would take its time with a long one, too.
    near = difflib.get_close_matches(option_name(name[:100]), known, 1)
    remedy = f"did you mean {near[0]}?" if near else ""
    return fault(name, None, "one of " + ", ".join(sorted(spec)), "is not an option", remedy=remedy)


def _can_be(option: dict[str, t.Any], value: t.Any) -> bool:
    """Return whether Ansible may convert the value: it would make a string of anything, a dictionary included."""
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        return False
    kind = option["type"]
    if kind == "list":
        return all(_can_be({"type": option["elements"]}, part) for part in _as_list(option, value))
    if kind in ("str", "path", "int"):
        # It would also take the time to make a number of 1e999999999.
        plain = isinstance(value, (int, str)) and not isinstance(value, bool)
        return plain and (kind != "int" or bool(re.fullmatch(r"-?\d{1,9}", str(value))))
    return kind != "bool" or isinstance(value, (int, float, str))


def _has_its_type(option: dict[str, t.Any], value: t.Any) -> bool:
    """Return whether Ansible would leave a value as it is, which it takes longer to find out."""
    kind = option["type"]
    if kind == "list":
        return option["elements"] == "str" and all(isinstance(part, str) for part in _as_list(option, value))
    return kind == "str" and isinstance(value, str)


def _names(name: str, option: dict[str, t.Any]) -> list[str]:
    return [name, *option.get("aliases", [])]


def _variables(option: dict[str, t.Any]) -> list[str]:
    fallback = option.get("fallback")
    return list(fallback[1]) if fallback else []


def _required(option: dict[str, t.Any]) -> str:
    variables = _variables(option)
    return _TYPES[option["type"]] + (f", here or in the environment as {variables[0]}" if variables else "")
