# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of settings that are dicts: each key that they may have, with a check of its value and the words for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Allowed = Mapping[str, tuple[Callable[[Any], bool], str]]


def check_dict(name: str, settings: object, allowed: Allowed) -> dict[str, Any]:
    """Return settings. Raises ValueError with everything that is wrong: what was given, and what is allowed."""
    if not isinstance(settings, dict):
        raise ValueError(f"{name} is {settings!r}; it must be a dict with any of {', '.join(allowed)}.")
    faults = [
        f"{name} has the unknown key {key!r}; it may have {', '.join(allowed)}."
        if key not in allowed
        else f"{name}.{key} is {value!r}; it must be {allowed[key][1]}."
        for key, value in settings.items()
        if key not in allowed or not allowed[key][0](value)
    ]
    if faults:
        raise ValueError(" ".join(faults))
    return settings


def is_number(least: float, most: float, *types: type[float]) -> Callable[[Any], bool]:
    """Return a check of a number's type and range."""

    def is_in_range(value: Any) -> bool:
        # A bool is an int to Python.
        return isinstance(value, types) and not isinstance(value, bool) and bool(least <= value <= most)

    return is_in_range


def is_boolean(value: object) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def is_text(value: object) -> bool:
    """Return whether a value is a string that is not empty."""
    return isinstance(value, str) and bool(value)


def is_texts(value: object) -> bool:
    """Return whether a value is a list of at least one such string."""
    return isinstance(value, list) and bool(value) and all(map(is_text, value))


def is_digits(value: object) -> bool:
    """Return whether a value is a string of digits."""
    return isinstance(value, str) and value.isascii() and value.isdecimal()


# In YAML, a number without quotes is no string.
DIGITS = "a string of digits, in quotes"
