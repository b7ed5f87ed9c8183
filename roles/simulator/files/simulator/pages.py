# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists things page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

from .refusals import Refused

SIZE = 20
MOST = 1000


class _Thing(Protocol):
    @property
    def sid(self) -> str:
        """What the thing is called."""


T = TypeVar("T", bound=_Thing)


def page(
    things: Sequence[T],
    shown: Callable[[T], bool],
    model: Callable[[T], dict[str, Any]],
    path: str,
    query: Mapping[str, str],
    name: str = "recordings",
    numbered: bool = True,
) -> dict[str, Any]:
    """Return the page that a query asks for, with the models of its things under `name`.

    `things` are all that ever were, the oldest first, of which some are `shown`. A token is the SID of the last thing on the
    page before, so it leads on also when that is gone. Only with `numbered` do links say the number of a page. Raises
    Refused if the query is not one that a page named as the next.
    """
    size = min(_number(query, "PageSize", SIZE, 1), MOST)
    first = 0
    if "PageToken" in query:
        first = next((place for place, one in enumerate(things, 1) if one.sid == query["PageToken"]), 0)
        _expect(first > 0)
    start = sum(map(shown, things[:first]))
    number = _number(query, "Page", start // size, 0)
    _expect("Page" not in query or (number > 0) == (first > 0))
    rest = [one for one in things[first:] if shown(one)]
    listed = {
        name: [model(one) for one in rest[:size]],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(0, len(rest[:size]) - 1),
        "uri": path,
    }
    if len(rest) > size:
        following = {"Page": str(number + 1)} if numbered else {}
        following["PageToken"] = rest[size - 1].sid
        following.update({key: query[key] for key in ("PageSize", "DateCreated") if key in query})
        listed["next_page_uri"] = f"{path}?{urlencode(following, quote_via=quote)}"
    return listed


def _number(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name, str(default))
    _expect(text.isascii() and text.isdecimal() and int(text) >= least)
    return int(text)


def _expect(right: bool) -> None:
    if not right:
        raise Refused([("request", "", "There is no such page; follow next_page_uri as it is.")])
