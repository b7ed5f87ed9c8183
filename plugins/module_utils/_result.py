# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""From outcomes to what a task returns: return values and facts."""

from __future__ import annotations

import collections
import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import InvalidArguments
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._outcome import Outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._reply import plain_name

# More would hide the first ones; every failure is in `failures`.
_SHOWN_MESSAGES = 3


def of_invalid_arguments(error: InvalidArguments, key: str) -> dict[str, t.Any]:
    """Return the result of a task that failed before anything was sent."""
    return {"failed": True, "msg": error.message(key), "errors": error.described(key)}


def of_requests(requests: t.Sequence[Request]) -> dict[str, t.Any]:
    """Return what a result has in check mode: what would have been sent."""
    return {
        "changed": bool(requests),
        "requests": [{"method": request.method, "url": request.url, "form": request.form} for request in requests],
    }


def of_outcomes(outcomes: t.Sequence[Outcome], asked: int) -> dict[str, t.Any]:
    """Return the result of a task that was asked to start so many. The facts are keyed by the call SIDs of the task."""
    started = {plain_name(one.call_sid): one.recording for one in outcomes if one.recording is not None}
    failures = [
        {
            "call_sid": one.call_sid,
            "outcome": one.outcome,
            "msg": one.msg,
            "status": one.status,
            "errors": list(one.errors),
            "candidates": list(one.candidates),
        }
        for one in outcomes
        if one.recording is None
    ]
    result: dict[str, t.Any] = {
        "changed": any(one.changed for one in outcomes),
        "recordings": list(started.values()),
        "outcomes": [
            {
                "call_sid": one.call_sid,
                "outcome": one.outcome,
                "changed": one.changed,
                "reconciled": one.reconciled,
                "retried": one.retried,
                "msg": one.msg,
            }
            for one in outcomes
        ],
        "failures": failures,
    }
    if started:
        result["ansible_facts"] = {"telnyx_call_recordings": started}
        if asked == 1:
            (result["recording"],) = started.values()
            result["ansible_facts"]["telnyx_call_recording"] = result["recording"]
    if failures:
        result["failed"] = True
        result["msg"] = _summary(failures, asked)
    return result


def summary(option: str, failures: t.Sequence[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return what the result has of failures, each of which names by `option` what it is about: nothing without any."""
    if not failures:
        return {}
    more = f" {len(failures) - 1} more failed; see failures." if len(failures) > 1 else ""
    return {"failed": True, "msg": f"{failures[0][option]}: {failures[0]['msg']}{more}"}


def diff(requests: t.Sequence[Request]) -> list[dict[str, str]]:
    """Return Ansible's diff of each request: its first line, and its form, one key a line."""
    return [
        {
            "before": "",
            "after": f"{request.method} {request.url}\n"
            + "".join(f"{name}={value}\n" for name, value in request.form.items()),
        }
        for request in requests
    ]


def _summary(failures: list[dict[str, t.Any]], asked: int) -> str:
    if asked == 1:
        return str(failures[0]["msg"])
    calls = collections.defaultdict(list)
    for failure in failures:
        calls[failure["msg"]].append(failure["call_sid"])
    lines = [f"{asked - len(failures)} of {asked} recordings started, {len(failures)} failed."]
    for msg, sids in list(calls.items())[:_SHOWN_MESSAGES]:
        more = f" and {len(sids) - 1} more" if len(sids) > 1 else ""
        lines.append(f"{sids[0]}{more}: {msg}")
    if len(calls) > _SHOWN_MESSAGES:
        lines.append("The rest is in failures.")
    return " ".join(lines)
