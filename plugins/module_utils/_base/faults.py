# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What is wrong with a task's arguments, in the user's own words."""

from __future__ import annotations

import typing as t

SHOWN_CHARACTERS = 200


class Fault(t.NamedTuple):
    """One thing that is wrong. `found` is None for what is missing or secret."""

    argument: str
    message: str
    path: str
    expected: str
    found: t.Any


def fault(path: str, found: t.Any, expected: str, problem: str = "", secret: bool = False) -> Fault:
    """Return a Fault for the value `found` at `path`, which begins with the option's name.

    `problem` says what is wrong where that is not just the value. A secret value is not kept.
    """
    if secret:
        found = None
        problem = problem or "does not look right (its value is not shown)"
    else:
        problem = problem or f"is {_shown(found)}"
    return Fault(path.split("[")[0], f"{path} {problem}; it must be {expected}", path, expected, found)


def _shown(value: t.Any) -> str:
    text = ascii(str(value)) if isinstance(value, str) else ascii(value)
    if len(text) <= SHOWN_CHARACTERS:
        return text
    return f"{text[:SHOWN_CHARACTERS]}… ({len(text)} characters)"
