# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds what a client reported against what the service did."""

from __future__ import annotations

from typing import Any, NamedTuple

STARTED, REJECTED, NOT_SENT, UNKNOWN, FAILED = "started", "rejected", "not_sent", "unknown", "failed"


class Verdict(NamedTuple):
    """How many calls of each sort there were."""

    calls: int
    recorded: int
    """Calls that have a recording."""
    twice: int
    """Calls that have more than one."""
    lost: int
    """Calls that have one, although the client says that none was started, or that it failed."""
    invented: int
    """Calls that have none, although the client says that one was started; or not the one that it names."""
    unknown: int
    """Calls of which the client says that it does not know."""
    unsaid: int
    """Calls of which the client says nothing."""


def judge(calls: list[str], ledger: list[dict[str, Any]], report: dict[str, tuple[str, str | None]]) -> Verdict:
    """Compare the ledger of the simulator with a report: for each call, what became of it, and the recording's SID."""
    recordings: dict[str, list[str]] = {sid: [] for sid in calls}
    for entry in ledger:
        if entry["recording"]:
            recordings[entry["target"].split("/")[6]].append(entry["recording"])
    said = {sid: report.get(sid, ("nothing", None)) for sid in calls}

    def invented(sid: str) -> bool:
        outcome, recording = said[sid]
        named = recording is None or recording in recordings[sid]
        return outcome == STARTED and not (recordings[sid] and named)

    return Verdict(
        calls=len(calls),
        recorded=sum(bool(found) for found in recordings.values()),
        twice=sum(len(found) > 1 for found in recordings.values()),
        lost=sum(bool(recordings[sid]) and said[sid][0] in (REJECTED, NOT_SENT, FAILED) for sid in calls),
        invented=sum(map(invented, calls)),
        unknown=sum(outcome == UNKNOWN for outcome, _recording in said.values()),
        unsaid=sum(outcome == "nothing" for outcome, _recording in said.values()),
    )
