# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Return values that several modules share."""

from __future__ import annotations

import typing as t

from .._base.errors import Failure, InvalidArguments
from .._telnyx.operation import Request

FAILED = "failed"
# Of what is in a file, some replies for the review.
REPLIES = "unreviewed"

Entries = t.List[t.Any]


class Lists:
    """The lists of a result."""

    def __init__(self) -> None:
        self.held: dict[str, Entries] = {}
        """Those that the result has."""

    def add(self, name: str, entries: Entries) -> None:
        """Add entries to the list with this name."""
        self.held.setdefault(name, []).extend(entries)

    def result(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return what a task returns in place of this result."""
        return result


def of_invalid_arguments(error: InvalidArguments, key: str) -> dict[str, t.Any]:
    """Return the result of a task that failed before anything was sent."""
    return {"failed": True, "msg": error.message(key), "argument_errors": error.described(key)}


def of_failure(failure: Failure) -> dict[str, t.Any]:
    """Return the result of a task that is one request, which failed."""
    return {"failed": True, "changed": False, **failure.result()}


def outcome(
    option: str, sid: str, what: str, changed: bool, failure: Failure | None, **more: t.Any
) -> dict[str, t.Any]:
    """Return the entry of `outcomes` for what the SID of an option names. `what` is FAILED if there is a failure."""
    return {
        option: sid,
        "outcome": FAILED if failure else what,
        "changed": changed,
        **(failure or Failure("")).result(),
        **more,
    }


def of_outcomes(option: str, outcomes: t.Sequence[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the result of a task with these outcomes."""
    result: dict[str, t.Any] = {"changed": any(one["changed"] for one in outcomes), "outcomes": list(outcomes)}
    failed = [one for one in outcomes if one["outcome"] == FAILED]
    if failed:
        more = f" {len(failed) - 1} more failed; see outcomes." if len(failed) > 1 else ""
        result.update(failed=True, msg=f"{failed[0][option]}: {failed[0]['msg']}{more}")
    return result


def described(requests: t.Sequence[Request]) -> list[dict[str, t.Any]]:
    """Return what a result has in check mode: what would have been sent."""
    return [{"method": request.method, "url": request.url, "form": request.form} for request in requests]


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
