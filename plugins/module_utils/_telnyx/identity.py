# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object of the API is the one that was asked for, or one of it."""

from __future__ import annotations

import typing as t

from .._base.urls import decoded
from .operation import Request


def mismatch(request: Request, *objects: t.Mapping[str, t.Any]) -> str:
    """Return the field in which an object names another call, conference or recording than the request, or nothing.

    A field that is missing, or is not a string, does not disagree.
    """
    asked = {
        "sid" if name == request.itself else name: sid if isinstance(sid, bytes) else decoded(sid)
        for name, sid in request.names.items()
        if name != "account_sid"
    }
    # The list of an account names nothing else, and may be long.
    for one in objects if asked else ():
        for field, sid in asked.items():
            value = one.get(field)
            if isinstance(value, str) and decoded(value) != sid:
                return field
    return ""
