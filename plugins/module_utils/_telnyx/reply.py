# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes back from a server."""

from __future__ import annotations

import functools
import json
import re
import typing as t

# The API's replies have three levels.
MAX_DEPTH = 20
_CONTAINERS = frozenset((dict, list))
# Python refuses longer ones, but for its oldest releases: the controller could not read what such a module returns.
MAX_DIGITS = 4000
# By these, Ansible marks values of its own, on every level of a result.
_RESERVED = re.compile("_+(?=ansible_)")


class Reply:
    """What came back. `body` is None where it broke off or was too large."""

    def __init__(self, status: int, headers: t.Mapping[str, str], body: bytes | None) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @functools.cached_property
    def json(self) -> dict[str, t.Any] | None:
        """The JSON object in the body, or None if there is none that Ansible can take."""
        return json_object(self.body)


def json_object(body: bytes | None) -> dict[str, t.Any] | None:
    """Return the JSON object of a body, or None if it holds none that Ansible can take."""
    try:
        text = (body or b"").decode(json.detect_encoding(body or b""), "surrogatepass")
        value = json.loads(text, parse_int=_integer)
        _check_depth(value, MAX_DEPTH)
        if _may_need_change(text):
            value = _plain(value)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _may_need_change(text: str) -> bool:
    """Return whether _plain can change anything. It takes seven times as long as parsing, so long lists are spared it."""
    if "\\u" in text or "_ansible_" in text:
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _check_depth(value: t.Any, depth: int) -> None:
    """Raise ValueError if a value has more than `depth` levels."""
    if type(value) not in _CONTAINERS:
        return
    if depth == 0:
        raise ValueError("too deep")
    parts = value.values() if isinstance(value, dict) else value
    if not _CONTAINERS.isdisjoint(map(type, parts)):
        for part in parts:
            _check_depth(part, depth - 1)


def _plain(value: t.Any) -> t.Any:
    """Return a JSON value without halves of surrogate pairs and names that Ansible reserves."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {plain_name(_plain(name)): _plain(part) for name, part in value.items()}
    return value


def plain_name(name: str) -> str:
    """Return a name without the underscores that would make it one of Ansible's own: __ansible_type is ansible_type."""
    return name[found.end() :] if (found := _RESERVED.match(name)) else name


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(text)
