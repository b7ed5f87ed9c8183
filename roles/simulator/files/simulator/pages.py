# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists recordings page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIZE = 20


class NoSuchPage(Exception):
    """The query of a list is not one that a page named as the next."""


def page(recordings: list[dict[str, Any]], path: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the page that a query asks for. Its token is the last recording of the page before. Raises NoSuchPage."""
    try:
        number = int(query.get("Page", "0"))
    except ValueError as error:
        raise NoSuchPage from error
    start = number * SIZE
    if start < 0 or (start and [query.get("PageToken")] != [one["sid"] for one in recordings[start - 1 : start]]):
        raise NoSuchPage
    shown = recordings[start : start + SIZE]
    end = start + len(shown)
    listed = {
        "recordings": shown,
        "page": number,
        "page_size": SIZE,
        "start": start,
        "end": max(start, end - 1),
        "uri": path,
    }
    if end < len(recordings):
        listed["next_page_uri"] = f"{path}?Page={number + 1}&PageToken={shown[-1]['sid']}"
    return listed
