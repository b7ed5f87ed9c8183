# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of the live calls of a connection, which page in a way of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from .call import Call
from .digits import whole_number

SIZE = 20


def active_calls(
    live: Sequence[Call], model: Callable[[Call], dict[str, Any]], path: str, query: Mapping[str, str]
) -> dict[str, Any]:
    """Return the page that a query asks for, which has been checked. `live` are all live calls, the oldest first.

    A cursor is the number of a call, so it leads on even if that has ended.
    """
    size = whole_number(query.get("page[limit]", query.get("page[size]", str(SIZE))))
    start = _start(live, size, query)
    # An empty page has the end of the list before it.
    shown = live[max(0, start) : start + size]
    following = _cursor(shown[-1]) if shown and start + size < len(live) else None
    previous = _cursor(shown[0]) if shown and start > 0 else None

    def link(name: str, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return f"{path}?{urlencode({'page[limit]': size, f'page[{name}]': cursor}, safe='[]', quote_via=quote)}"

    return {
        "data": [model(call) for call in shown],
        "meta": {
            "cursors": {"after": following, "before": previous},
            "next": link("after", following),
            "previous": link("before", previous),
            "total_items": len(live),
        },
    }


def _start(live: Sequence[Call], size: int, query: Mapping[str, str]) -> int:
    """Return the place of the first call of a page; it is negative if the page before a cursor is not a full one."""
    if "page[after]" in query:
        number = _number(query["page[after]"])
        return next((place for place, call in enumerate(live) if call.number > number), len(live))
    if "page[before]" in query:
        number = _number(query["page[before]"])
        return next((place for place, call in enumerate(live) if call.number >= number), len(live)) - size
    return (whole_number(query.get("page[number]", "1")) - 1) * size


def _cursor(call: Call) -> str:
    return f"leg-{call.number}"


def _number(cursor: str) -> int:
    """Return the number of a call, or of the last one possible if no page named the cursor."""
    digits = cursor.removeprefix("leg-")
    return whole_number(digits if digits.isascii() and digits.isdecimal() else "9" * 30)
