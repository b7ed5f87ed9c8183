# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be seen: the key, and the credentials that stand in URLs."""

from __future__ import annotations

import marshal
import re
import typing as t
from urllib.parse import quote

MASK = "********"
SHORT = 8
# Elements of a list that are searched at once.
CHUNK = 500
# Where credentials may be; as one pattern slow.
_SUSPECT = re.compile(rb"//[^/?#\s]*@")
_QUOTED = (b"%2F%2F", b"%2f%2f")
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@|(?:(?<=%2F%2F)|(?<=%2f%2f))(?:(?!%2[Ff])[^/?#&\s])*?(?:@|%40)")


def hide(value: t.Any, key: str) -> t.Any:
    """Return a JSON value without the key, and without the credentials of the URLs in it.

    An object that is several times in the value, as a recording that the facts have too, is one object in the result.
    """
    spellings = {key, quote(key, safe="", errors="replace")} - {""}
    keys = [spelling.encode("utf-8", "surrogatepass") for spelling in spellings]
    # A key as short as a word is a dummy, and may be part of the name of a return value.
    in_names = len(key) > SHORT
    objects: dict[int, dict[t.Any, t.Any]] = {}

    def hidden(value: t.Any) -> t.Any:
        if isinstance(value, str):
            for spelling in spellings:
                value = value.replace(spelling, MASK)
            # Cheaper than the pattern, and few strings have one.
            return _USERINFO.sub(f"{MASK}@", value) if "@" in value or "%40" in value else value
        if isinstance(value, dict):
            if id(value) not in objects:
                objects[id(value)] = {hidden(name) if in_names else name: hidden(part) for name, part in value.items()}
            return objects[id(value)]
        if isinstance(value, (list, tuple, set, frozenset)):
            value = list(value)
            parts: list[t.Any] = []
            for at in range(0, len(value), CHUNK):
                chunk = value[at : at + CHUNK]
                parts += chunk if _has_none(chunk, keys) else map(hidden, chunk)
            return parts
        # YAML has bytes.
        return hidden(value.decode("utf-8", "backslashreplace")) if isinstance(value, bytes) else value

    return hidden(value)


def _has_none(value: list[t.Any], keys: t.Sequence[bytes]) -> bool:
    """Return whether nothing in a value needs to be hidden. To visit its parts takes ten times as long."""
    try:
        # Strings are in it as UTF-8.
        written = marshal.dumps(value)
    except ValueError:
        return False
    return not any(text in written for text in (*keys, *_QUOTED)) and not _SUSPECT.search(written)
