# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One leg of each session: a conversation has one for each side, and one of them has both in its recording."""

from __future__ import annotations

import typing as t

from .._telnyx.call import Call


def one_leg_each(calls: t.Iterable[Call], unclear: t.Iterable[Call]) -> tuple[list[Call], int]:
    """Return the inbound leg of each session, or else the oldest, in the order of the sessions, and how many are left out.

    A call whose session is not known is one of its own. The details of the `unclear` legs are not known. If such a leg is one
    of several, the choice could differ from that of another search, and the conversation be recorded twice.
    """
    sessions: dict[str, list[Call]] = {}
    for call in calls:
        sessions.setdefault(_session(call), []).append(call)
    doubtful = {
        _session(one) for one in unclear if any(leg["sid"] != one["sid"] for leg in sessions.get(_session(one), []))
    }
    clear = [legs for name, legs in sessions.items() if name not in doubtful]
    return [_chosen(legs) for legs in clear], len(doubtful)


def _session(call: Call) -> str:
    return call["session"] or f"call {call['sid']}"


def _chosen(legs: list[Call]) -> Call:
    dated = all(leg["start_time"] for leg in legs)

    def rank(leg: Call) -> tuple[bool, str, int, str]:
        return leg["direction"] != "inbound", leg["start_time"] if dated else "", -(leg["duration"] or 0), leg["sid"]

    return min(legs, key=rank)
