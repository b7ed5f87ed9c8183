# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Deletes things by their SIDs: what the modules with `state: absent` share."""

from __future__ import annotations

import functools
import typing as t

from .._base.parallel import each
from .._client.client import Unreadable
from .._starting import outcome as _outcome
from .._task import results as _result
from .._task.arguments import CONNECTION_SPEC, ArgumentSpec
from .._task.task import Behaviour, Task
from .._telnyx.operation import Operation, Request, build
from .._telnyx.reply import NoReply

if t.TYPE_CHECKING:
    from .._client.client import Api

# A DELETE may be repeated (RFC 9110, section 9.2.2), so one whose outcome is open is sent again.
TRIES = 3


class Deletion(t.NamedTuple):
    """What became of one thing: it was there and is gone, it was gone before, or `failure` says why it is neither."""

    sid: str
    changed: bool
    failure: dict[str, t.Any] | None = None


def behaviour(option: str, delete: Operation, get: Operation) -> Behaviour:
    """Return the behaviour of a module that deletes what the SIDs of `option` name."""
    spec: ArgumentSpec = {
        **CONNECTION_SPEC,
        option: {"type": "list", "elements": "str", "required": True},
        "state": {"type": "str", "choices": ["absent"], "required": True},
        "max_concurrency": {"type": "int", "default": 8},
    }

    return Behaviour((delete, get), spec, functools.partial(_run, option, delete, get))


def _run(
    option: str, delete: Operation, get: Operation, params: dict[str, t.Any], api: Api, task: Task
) -> dict[str, t.Any]:
    """Delete, and return the result of the task. In check mode, see what is there."""

    def request(operation: Operation, sid: str) -> Request:
        return build(operation, params["base_url"], {"account_sid": params["account_sid"], option: sid}, {})

    def work(sid: str) -> Deletion:
        return _look(sid, request(get, sid), api) if task.check_mode else _delete(sid, request(delete, sid), api)

    deletions = each(work, params[option], params["max_concurrency"])
    failures = [{option: one.sid, **one.failure} for one in deletions if one.failure]
    result: dict[str, t.Any] = {
        "changed": any(one.changed for one in deletions),
        "deleted": [one.sid for one in deletions if one.changed],
        "absent": [one.sid for one in deletions if not one.changed and not one.failure],
        "failures": failures,
        **_result.summary(option, failures),
    }
    if task.diff:
        there = [one.sid for one in deletions if one.changed or one.failure]
        kept = [one.sid for one in deletions if one.failure]
        result["diff"] = {"before": _lines(there), "after": _lines(kept)}
    return result


def _look(sid: str, request: Request, api: Api) -> Deletion:
    try:
        api.read(request)
        return Deletion(sid, changed=True)
    except Unreadable as problem:
        if problem.reply and problem.reply.status == 404:
            return Deletion(sid, changed=False)
        return Deletion(sid, False, _outcome.failure(problem))


def _delete(sid: str, request: Request, api: Api) -> Deletion:
    opened = False
    problem = Unreadable("")
    for _try in range(TRIES):
        try:
            reply = api.send(request)
        except NoReply as failure:
            problem = Unreadable(str(failure))
            if not failure.sent:
                break
            opened = True
            continue
        if 200 <= reply.status < 300:
            return Deletion(sid, changed=True)
        if reply.status == 404:
            # Gone before, or by a try that was not answered.
            return Deletion(sid, changed=opened)
        problem = Unreadable(f"The API answered {reply.status}", reply)
        if not _outcome.is_open(reply.status):
            break
        opened = True
    return Deletion(sid, False, _outcome.failure(problem))


def _lines(sids: list[str]) -> str:
    return "".join(f"{sid}\n" for sid in sids)
