# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a module: one record for each, and those that several modules have."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback

from .._telnyx.description.server import BASE_URL
from .._telnyx.operation import Operation, option_name

ArgumentSpec = t.Dict[str, t.Dict[str, t.Any]]


class Option(t.NamedTuple):
    """An option of a module."""

    spec: dict[str, t.Any]
    """As in Ansible's argument spec."""
    schema: dict[str, t.Any] | None = None
    """The JSON Schema of its value, or of each value of a list, if the description of the API has none."""
    may_be_empty: bool = False
    """Whether a list may be empty that is not what the task works on."""


Options = t.Dict[str, Option]


def whole_number(minimum: int, maximum: int, of: str = "a number") -> dict[str, t.Any]:
    """Return the schema of a number in a range."""
    expected = f"{of} from {minimum} to {maximum}"
    return {"type": "integer", "minimum": minimum, "maximum": maximum, "x-expected": expected}


def seconds(default: int, minimum: int = 1, maximum: int = 3600) -> Option:
    """Return an option that is a number of seconds."""
    return Option({"type": "int", "default": default}, whole_number(minimum, maximum, "a number of seconds"))


def form_options(operation: Operation, *names: str, required: bool = False) -> Options:
    """Return the options for these fields of an operation's form, in the type and with the choices of the description."""
    fields = {option_name(name): schema for name, schema in (operation.request or {})["properties"].items()}
    return {name: _of_field(fields[name], required) for name in names}


def _of_field(schema: dict[str, t.Any], required: bool) -> Option:
    spec: dict[str, t.Any] = {"type": {"string": "str", "boolean": "bool", "integer": "int"}[schema["type"]]}
    if "enum" in schema:
        spec["choices"] = list(schema["enum"])
    if required:
        spec["required"] = True
    return Option(spec)


CONNECTION: Options = {
    "api_key": Option(
        {"type": "str", "required": True, "no_log": True, "fallback": (env_fallback, ["TELNYX_API_KEY"])},
        {
            "type": "string",
            "pattern": r"^[\x21-\x7e]+(?![\s\S])",
            "x-expected": "a key of visible ASCII characters, without spaces",
        },
    ),
    "account_sid": Option({"type": "str", "required": True, "fallback": (env_fallback, ["TELNYX_ACCOUNT_SID"])}),
    "base_url": Option(
        {"type": "str", "default": BASE_URL, "fallback": (env_fallback, ["TELNYX_BASE_URL"])},
        {
            "type": "string",
            "format": "base-url",
            "x-expected": "an absolute https URL without credentials, query and fragment (http only for a loopback host)",
        },
    ),
    "timeout": seconds(30),
    "connect_timeout": seconds(5),
    "rate_limit_timeout": seconds(60, minimum=0),
    "validate_certs": Option({"type": "bool", "default": True}),
    "ca_path": Option({"type": "path"}),
}

MAX_CONCURRENCY = Option({"type": "int", "default": 8}, whole_number(1, 128))
# An absolute path: a relative one would be another file for each process.
FILE = Option(
    {"type": "path"},
    {
        "type": "string",
        "pattern": r"^/[^\u0000\ud800-\udfff]*[^\u0000\ud800-\udfff/](?![\s\S])",
        "x-expected": "an absolute path of a file",
    },
)
RESULTS_PATH: Options = {"results_path": FILE}
LIMIT = Option({"type": "int"}, {"type": "integer", "minimum": 1, "x-expected": "a number, at least 1"})
