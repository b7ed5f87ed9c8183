# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task returns about its starts."""

from __future__ import annotations

import collections
import typing as t

from .._telnyx.reply import plain_name
from .start import Start
from .states import State

# More would hide the first ones; all are in `outcomes`.
_SHOWN = 3


def report(starts: t.Sequence[Start], asked: int, repeats: bool) -> dict[str, t.Any]:
    """Return the result of a task that was asked to start so many. The facts are keyed by the call SIDs of the task.

    `repeats` means that the task, run again as it is, starts again what it has started.
    """
    started = {plain_name(one.call_sid): one.recording for one in starts if one.recording is not None}
    result: dict[str, t.Any] = {
        "changed": any(one.changed for one in starts),
        "recordings": list(started.values()),
        "outcomes": [_outcome(one) for one in starts],
    }
    if started:
        result["ansible_facts"] = {"telnyx_call_recordings": started}
        if asked == 1:
            (result["recording"],) = started.values()
            result["ansible_facts"]["telnyx_call_recording"] = result["recording"]
    failed = [one for one in starts if one.state is not State.STARTED]
    if failed:
        result["failed"] = True
        result["msg"] = _summary(failed, len(starts) - len(failed), asked)
        again = sum(one.changed for one in starts)
        if again and repeats:
            # until and retries run the task as it is.
            result["msg"] += (
                f" Retrying the task as it is records {again} of its calls again; with a journal it does not."
            )
    return result


def _outcome(start: Start) -> dict[str, t.Any]:
    return {
        "call_sid": start.call_sid,
        "outcome": start.outcome,
        "changed": start.changed,
        "msg": start.msg,
        "http_status": start.http_status,
        "errors": list(start.errors),
        "candidates": start.candidates,
        "reconciled": start.reconciled,
        "retried": start.retried,
        "recording": None if start.recording is None else start.recording.get("sid"),
    }


def _summary(failed: list[Start], started: int, asked: int) -> str:
    if asked == 1:
        return failed[0].msg
    calls = collections.defaultdict(list)
    for one in failed:
        calls[one.msg].append(one.call_sid)
    lines = [f"{started} of {asked} recordings started, {len(failed)} failed."]
    if started + len(failed) < asked:
        # In check mode.
        lines.append(f"{asked - started - len(failed)} would be started.")
    for msg, sids in list(calls.items())[:_SHOWN]:
        more = f" and {len(sids) - 1} more" if len(sids) > 1 else ""
        lines.append(f"{sids[0]}{more}: {msg}")
    if len(calls) > _SHOWN:
        lines.append("The rest is in outcomes.")
    return " ".join(lines)
