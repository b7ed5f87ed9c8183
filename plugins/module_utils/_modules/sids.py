# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""SIDs that a task names."""

from __future__ import annotations

import typing as t

from .._base.faults import Fault, fault
from .._base.urls import decoded


def named_twice(params: t.Mapping[str, t.Any], option: str) -> list[Fault]:
    """Return a fault for each SID of a list that is there before, whichever way its characters are escaped."""
    seen: dict[bytes, int] = {}
    faults = []
    for index, sid in enumerate(params.get(option, [])):
        first = seen.setdefault(decoded(sid), index)
        if first != index:
            faults.append(fault(f"{option}[{index}]", sid, f"different from {option}[{first}]"))
    return faults
