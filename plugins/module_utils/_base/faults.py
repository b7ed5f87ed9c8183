# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a task's arguments, in the user's own words."""

from __future__ import annotations

import re
import typing as t

from .redaction import hide

SHOWN_CHARACTERS = 200
SHOWN_FAULTS = 10
_SURROGATE = re.compile(r"\\ud[89a-f]")


class Fault(t.NamedTuple):
    """One thing that is wrong. `found` is None for what is missing or secret, and otherwise as it was given."""

    argument: str
    path: str
    problem: str
    """What is wrong with it; empty where that is just the value."""
    remedy: str
    expected: str
    found: t.Any


def fault(path: str, found: t.Any, expected: str, problem: str = "", secret: bool = False, remedy: str = "") -> Fault:
    """Return a Fault for the value `found` at `path`, which begins with the option's name.

    `problem` is what is wrong, if not just the value. A secret value is not kept.
    """
    if secret:
        found = None
        problem = problem or "is malformed (its value is not shown)"
    return Fault(path.split("[")[0], path, problem, remedy or f"it must be {expected}", expected, found)


def sentence(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def described(fault: Fault, key: str) -> dict[str, t.Any]:
    shown, found = _shown(fault.found, key)
    path = _cut(_escaped(hide(fault.path, key)))
    return {
        "argument": _cut(_escaped(hide(fault.argument, key))),
        "message": f"{path} {fault.problem or f'is {shown}'}; {fault.remedy}",
        "path": path,
        "expected": fault.expected,
        "found": found,
    }


def _shown(value: t.Any, key: str) -> tuple[str, t.Any]:
    """Return a value as a text and as data: without the key, which goes before anything is cut, and both short."""
    try:
        value = hide(value, key)
        text = ascii(str(value)) if isinstance(value, str) else ascii(value)
    except (RecursionError, ValueError):
        # It is nested very deep, or a number of very many digits.
        text = "too long to be shown"
        return text, text
    if len(text) > SHOWN_CHARACTERS or _SURROGATE.search(text):
        value = text = _cut(text)
    return text, value


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}… ({len(text)} characters)"


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
