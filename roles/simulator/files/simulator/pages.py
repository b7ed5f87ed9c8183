# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists things page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, urlencode

from .digits import integer
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
    filters: Sequence[str] = ("DateCreated",),
    following_path: str | None = None,
) -> dict[str, Any]:
    """Return the page that a query asks for, with the models of its things under `name`.

    `things` are all that ever were, in the order of the list, of which some are `shown`. A token is the SID of the last thing on the
    page before, so it leads on even if that is gone; without one, the number of a page counts full ones. Only with
    `numbered` do links say the number. They carry the `filters`, and lead to `following_path` if it differs from `path`.
    Raises Refused if a number is none.
    """
    size = min(max(1, _number(query, "PageSize", SIZE)), MOST)
    rest = [one for one in things if shown(one)]
    if query.get("PageToken"):
        start = sum(map(shown, things[: _after(things, query["PageToken"])]))
        number = max(0, _number(query, "Page", start // size))
    else:
        number = max(0, _number(query, "Page", 0))
        start = number * size
    rest = rest[start:]
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
        following.update({key: query[key] for key in ("PageSize", *filters) if key in query})
        listed["next_page_uri"] = f"{following_path or path}?{urlencode(following, quote_via=quote)}"
    return listed


def _after(things: Sequence[_Thing], token: str) -> int:
    """Return how many things come before a page: all of them, if no page named its token."""
    return next((place for place, one in enumerate(things, 1) if one.sid == token), len(things))


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    found = integer(query.get(name, str(default)))
    if isinstance(found, str):
        raise Refused([("type", f"/{name}", f"{found!r} is not of type 'integer'")])
    return found
