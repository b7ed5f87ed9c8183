# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One leg of each session: a conversation has one for each side, and one of them has both in its recording."""

from __future__ import annotations

import typing as t

from .._telnyx.call import Call


def one_leg_each(calls: t.Iterable[Call]) -> list[Call]:
    """Return the inbound leg of each session, or else the oldest, in the order of the sessions.

    A call whose session is not known is one of its own.
    """
    sessions: dict[str, list[Call]] = {}
    for call in calls:
        sessions.setdefault(call["session"] or f"call {call['sid']}", []).append(call)
    return [min(legs, key=_rank) for legs in sessions.values()]


def _rank(leg: Call) -> tuple[bool, bool, str, int]:
    start: str | None = leg["start_time"]
    return leg["direction"] != "inbound", start is None, start or "", -(leg["duration"] or 0)
