# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why the simulator does not do what it is asked for."""

from __future__ import annotations

import uuid


class NotFound(Exception):
    """There is no such thing, or it is a call that has ended."""


class NotAnswered(Exception):
    """The call is still ringing."""


class Refused(Exception):
    """A request that is not allowed. Each fault is a schema keyword, a JSON pointer and a sentence."""

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        super().__init__(faults)
        self.faults = faults


def check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raise ValueError if a value is not one of those that are allowed."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")


def check_uuid(name: str, value: str) -> str:
    """Return a SID. Raises ValueError if it is not a UUID, which the description promises."""
    try:
        if str(uuid.UUID(value)) == value.lower():
            return value
    except (ValueError, AttributeError):
        pass
    raise ValueError(f"{name} is {value!r}; it must be a UUID.")
