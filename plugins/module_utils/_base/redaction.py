# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What must never be seen: the key, and the credentials that stand in URLs."""

from __future__ import annotations

import re
import typing as t
from urllib.parse import quote

MASK = "********"
SHORT = 8
_USERINFO = re.compile(r"(?<=//)[^/?#\s]*@|(?:(?<=%2F%2F)|(?<=%2f%2f))(?:(?!%2[Ff])[^/?#&\s])*?(?:@|%40)")


def hide(value: t.Any, key: str) -> t.Any:
    """Return a JSON value without the key, and without the credentials of the URLs in it."""
    if isinstance(value, str):
        for spelling in {key, quote(key, safe="", errors="replace")} - {""}:
            value = value.replace(spelling, MASK)
        return _USERINFO.sub(f"{MASK}@", value)
    if isinstance(value, dict):
        # A key as short as a word is a dummy, and may be part of the name of a return value.
        return {hide(name, key) if len(key) > SHORT else name: hide(part, key) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [hide(part, key) for part in value]
    return value
