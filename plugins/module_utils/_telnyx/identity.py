# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object of the API is the one that was asked for, or one of it."""

from __future__ import annotations

import typing as t

from .._base.urls import decoded
from .operation import Request


def mismatch(request: Request, found: t.Mapping[str, t.Any]) -> str:
    """Return the field in which an object names another call, conference or recording than the request, or nothing.

    A field that is missing, or is not a string, does not disagree.
    """
    for name, asked in request.names.items():
        field = "sid" if name == request.itself else name
        value = found.get(field)
        if (
            field != "account_sid"
            and isinstance(value, str)
            and decoded(value) != (asked if isinstance(asked, bytes) else decoded(asked))
        ):
            return field
    return ""
