# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object of the API is the one that was asked for, or one of it."""

from __future__ import annotations

import typing as t

from .._base.urls import decoded
from .operation import Request


def mismatch(request: Request, found: t.Mapping[str, t.Any]) -> str:
    """Return the field in which an object, or one in it, names another call, conference or recording than the request.

    A field that is missing, or is not a string, does not disagree.
    """
    asked = {name: _bytes(sid) for name, sid in request.names.items() if name != "account_sid"}
    if _differs(found.get("sid"), asked.pop(request.itself, None)):
        return "sid"
    # The list of an account may be long.
    parts = [found, *found.values()] if asked else []
    objects = (one for part in parts for one in (part if isinstance(part, list) else [part]) if isinstance(one, dict))
    return next((name for one in objects for name, sid in asked.items() if _differs(one.get(name), sid)), "")


def _differs(value: t.Any, sid: bytes | None) -> bool:
    return sid is not None and isinstance(value, str) and decoded(value) != sid


def _bytes(sid: str | bytes) -> bytes:
    return sid if isinstance(sid, bytes) else decoded(sid)
