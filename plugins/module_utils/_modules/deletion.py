# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deletes things by their SIDs: what the modules with `state: absent` share."""

from __future__ import annotations

import typing as t

from .._base.errors import Failure, RequestFailed
from .._base.parallel import each
from .._task.options import CONNECTION, MAX_CONCURRENCY, Option
from .._task.results import of_outcomes, outcome
from .._task.task import Behaviour, Task
from .._telnyx.operation import Operation, Request
from .sids import named_twice

if t.TYPE_CHECKING:
    from .._client.client import Client

DELETED = "deleted"
ABSENT = "absent"


class Nouns(t.Protocol):
    """What the client offers for the things that are deleted."""

    def get(self, sid: str, /) -> dict[str, t.Any]: ...

    def delete(self, sid: str, /) -> Request: ...


class Deletion(t.NamedTuple):
    """What became of one thing: DELETED, ABSENT before, or `failure` is why it is neither."""

    sid: str
    what: str
    failure: Failure | None = None


def behaviour(option: str, operations: tuple[Operation, ...], nouns: t.Callable[[Client], Nouns]) -> Behaviour:
    """Return the behaviour of a module that deletes what the SIDs of `option` name."""
    options = {
        **CONNECTION,
        option: Option({"type": "list", "elements": "str", "required": True}),
        "state": Option({"type": "str", "choices": ["absent"], "required": True}),
        "max_concurrency": MAX_CONCURRENCY,
    }

    def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
        """Delete, and return the result of the task. In check mode, find out what is there."""
        things = nouns(client)

        def work(sid: str) -> Deletion:
            try:
                return _find(sid, things) if task.check_mode else _delete(sid, things, client)
            except RequestFailed as problem:
                return Deletion(sid, "", problem.failure)

        deletions = each(work, params[option], params["max_concurrency"])
        result = of_outcomes(
            option, [outcome(option, one.sid, one.what, one.what == DELETED, one.failure) for one in deletions]
        )
        if task.diff:
            there = [one.sid for one in deletions if one.what != ABSENT]
            kept = [one.sid for one in deletions if one.failure]
            result["diff"] = {"before": _lines(there), "after": _lines(kept)}
        return result

    return Behaviour(operations, options, run, check=lambda params: named_twice(params, option))


def _find(sid: str, things: Nouns) -> Deletion:
    try:
        things.get(sid)
    except RequestFailed as problem:
        if problem.failure.http_status != 404:
            raise
        return Deletion(sid, ABSENT)
    return Deletion(sid, DELETED)


def _delete(sid: str, things: Nouns, client: Client) -> Deletion:
    uncertain: list[RequestFailed] = []
    try:
        for problem in client.repeat(things.delete(sid)):
            if problem is None:
                return Deletion(sid, DELETED)
            uncertain.append(problem)
    except RequestFailed as problem:
        if problem.failure.http_status != 404:
            raise
        # Gone before, or by a try that was not answered.
        return Deletion(sid, DELETED if uncertain else ABSENT)
    raise uncertain[-1]


def _lines(sids: list[str]) -> str:
    return "".join(f"{sid}\n" for sid in sids)
