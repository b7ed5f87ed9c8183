# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object of the API is the one that was asked for, or one of it."""

from __future__ import annotations

import itertools
import typing as t

from .._base.urls import decoded
from .operation import Request


def mismatch(request: Request, found: t.Mapping[str, t.Any]) -> str:
    """Return the field in which an object names another call, conference or recording than the request, or nothing.

    A field that is missing, or is not a string, does not disagree. What the object holds may be part of what was asked for,
    as the recordings of a call are, but not of another one.
    """
    asked = {
        name: sid if isinstance(sid, bytes) else decoded(sid)
        for name, sid in request.names.items()
        if name != "account_sid"
    }
    itself = asked.pop(request.itself, None)
    if itself is not None and _differs(found.get("sid"), itself):
        return "sid"
    # The list of an account names nothing else, and may be long.
    objects = itertools.chain((found,), _held_by(found)) if asked else ()
    return next((name for one in objects for name, sid in asked.items() if _differs(one.get(name), sid)), "")


def _held_by(found: t.Mapping[str, t.Any]) -> t.Iterator[dict[str, t.Any]]:
    for part in found.values():
        yield from (one for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict))


def _differs(value: t.Any, sid: bytes) -> bool:
    return isinstance(value, str) and decoded(value) != sid
