# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One leg of each session: a conversation has one for each side, and one of them has both in its recording."""

from __future__ import annotations

import typing as t

from .._telnyx.call import Call


def one_leg_each(calls: t.Iterable[Call], unclear: t.Iterable[Call]) -> tuple[list[Call], int]:
    """Return the inbound leg of each session, or else the oldest, in the order of the sessions, and how many are left out.

    A call whose session is not known is one of its own. A session is left out if another search could choose another leg,
    since then the conversation would be recorded twice: one of its legs is `unclear`, or it is not known which is the oldest.
    """
    sessions: dict[str, list[Call]] = {}
    for call in calls:
        sessions.setdefault(_session(call), []).append(call)
    missing: dict[str, set[str]] = {}
    for one in unclear:
        missing.setdefault(_session(one), set()).add(one["sid"])
    chosen = [
        None if missing.get(name, set()) - {legs[0]["sid"]} or (name in missing and len(legs) > 1) else _chosen(legs)
        for name, legs in sessions.items()
    ]
    return [leg for leg in chosen if leg], chosen.count(None)


def _session(call: Call) -> str:
    return call["session"] or f"call {call['sid']}"


def _chosen(legs: list[Call]) -> Call | None:
    """Return the leg to record, or None if it is not known which it is."""
    legs = [leg for leg in legs if leg["direction"] == "inbound"] or legs
    if all(leg["start_time"] for leg in legs):
        return min(legs, key=lambda leg: (leg["start_time"], leg["sid"]))
    longest = max(leg["duration"] or 0 for leg in legs)
    oldest = [leg for leg in legs if (leg["duration"] or 0) == longest]
    return oldest[0] if len(oldest) == 1 else None
