# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Byte ranges (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .digits import whole_number

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII | re.IGNORECASE)


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def wanted(headers: Mapping[str, str], etag: str, size: int) -> tuple[int, int] | None:
    """Return the first byte that is wanted, and the one behind the last; or None for all of it.

    What is no range, and several at once, may be ignored; so is one of another version (If-Range). Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(headers.get("range", "").strip())
    if not found or headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - whole_number(last)), size
    else:
        start, end = whole_number(first), min(size, whole_number(last) + 1 if last else size)
        if last and whole_number(last) < whole_number(first):
            return None
    if start >= end:
        raise Unsatisfiable
    return start, end
