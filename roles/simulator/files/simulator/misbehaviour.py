# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides what goes wrong, for each request to the API and to the media host, and for each callback."""

from __future__ import annotations

import random
import sys
from collections import Counter
from typing import Any

from .clock import Clock
from .settings import Allowed, check_dict, is_boolean, is_number

# In a list of kinds, this one means: behave for this request.
NONE = "none"
KINDS = [
    "drop_before",
    "drop_after",
    "rate_limited",
    "rate_limited_retry_after",
    "rate_limited_date",
    "rate_limited_reset",
    "error_before",
    "error_after",
    "slow_before",
    "slow_after",
    "truncated",
    "html_before",
    "html_after",
    "redirect",
    "remaining_zero",
]
MEDIA_KINDS = ["media_truncated", "media_wrong", "media_no_ranges"]
CALLBACK_KINDS = ["duplicate", "late", "out_of_order", "wrong_signature", "lost"]
DEFAULTS: dict[str, Any] = {
    "calls": {},
    "chance": 0,
    "seed": 0,
    "kinds": KINDS,
    "delay": 2,
    "retry_after": 1,
    "list_lag": 0,
    "call_lag": 0,
    "ignore_filters": False,
    "clock_offset": 0,
    "media": [],
    "callbacks": [],
    "callback_chance": 0,
    "callback_kinds": CALLBACK_KINDS,
}
YEAR = 31536000


class Misbehaviour:
    """What the simulator does wrong. `settings` are those in effect, with their defaults; `clock` goes by them."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.clock = Clock()
        self.replace(settings)

    def replace(self, settings: dict[str, Any]) -> None:
        """Go by other settings from now on, and count the requests anew. Raises ValueError."""
        self.settings = {**DEFAULTS, **check_dict("misbehaviour", settings, _ALLOWED)}
        self.clock.offset = self.settings["clock_offset"]
        self._counts: Counter[str] = Counter()
        self._media = 0
        self._callbacks = 0

    def kind(self, key: str) -> str | None:
        """Count a request to the API, and return what goes wrong with it, or None.

        Its key is the SID of the call that it is about; of what else it is about; or else the path of the operation.
        """
        self._counts[key] += 1
        number = self._counts[key]
        if key in self.settings["calls"]:
            return _planned(self.settings["calls"][key], number)
        return self._drawn(f"{key} {number}", self.settings["chance"], self.settings["kinds"])

    def media_kind(self) -> str | None:
        """Count a request to the media host, and return what goes wrong with it, or None."""
        self._media += 1
        return _planned(self.settings["media"], self._media)

    def callback_kind(self, call_sid: str, event: str) -> str | None:
        """Count a callback of a call, and return what goes wrong with it, or None."""
        self._callbacks += 1
        if self._callbacks <= len(self.settings["callbacks"]):
            return _planned(self.settings["callbacks"], self._callbacks)
        key = f"callback {call_sid} {event}"
        self._counts[key] += 1
        chance, kinds = self.settings["callback_chance"], self.settings["callback_kinds"]
        return self._drawn(f"{key} {self._counts[key]}", chance, kinds)

    def _drawn(self, key: str, chance: float, kinds: list[str]) -> str | None:
        """Each request and callback has a draw of its own, so the order in which those of other calls come does not matter."""
        if not chance:
            return None
        draw = random.Random(f"{self.settings['seed']} {key}")  # noqa: S311 - reproducible on purpose
        return draw.choice(kinds) if draw.random() < chance else None


def _planned(kinds: list[str], number: int) -> str | None:
    """Return what a list has for the request of this number, the first of which is 1."""
    kind = kinds[number - 1] if number <= len(kinds) else NONE
    return None if kind == NONE else kind


def _is_kinds(value: object, allowed: list[str]) -> bool:
    return isinstance(value, list) and all(kind in allowed for kind in value)


def _is_calls(value: object) -> bool:
    return isinstance(value, dict) and all(_is_kinds(kinds, [NONE, *KINDS]) for kinds in value.values())


# What each key may be: a check, and the words for it.
_ALLOWED: Allowed = {
    "calls": (_is_calls, f"a dict of call SIDs, each with a list of {', '.join([NONE, *KINDS])}"),
    "chance": (is_number(0, 1, int, float), "a number from 0 to 1"),
    "seed": (is_number(-sys.maxsize, sys.maxsize, int), "a whole number"),
    "kinds": (lambda value: bool(value) and _is_kinds(value, KINDS), f"a list of one or more of {', '.join(KINDS)}"),
    "delay": (is_number(0, YEAR, int, float), f"a number of seconds from 0 to {YEAR}"),
    "retry_after": (is_number(0, YEAR, int), f"a whole number of seconds from 0 to {YEAR}"),
    "list_lag": (is_number(0, YEAR, int, float), f"a number of seconds from 0 to {YEAR}"),
    "call_lag": (is_number(0, YEAR, int, float), f"a number of seconds from 0 to {YEAR}"),
    "ignore_filters": (is_boolean, "true or false"),
    "clock_offset": (is_number(-YEAR, YEAR, int, float), f"a number of seconds from -{YEAR} to {YEAR}"),
    "media": (
        lambda value: _is_kinds(value, [NONE, *MEDIA_KINDS]),
        f"a list of {', '.join([NONE, *MEDIA_KINDS])}",
    ),
    "callbacks": (
        lambda value: _is_kinds(value, [NONE, *CALLBACK_KINDS]),
        f"a list of {', '.join([NONE, *CALLBACK_KINDS])}",
    ),
    "callback_chance": (is_number(0, 1, int, float), "a number from 0 to 1"),
    "callback_kinds": (
        lambda value: bool(value) and _is_kinds(value, CALLBACK_KINDS),
        f"a list of one or more of {', '.join(CALLBACK_KINDS)}",
    ),
}
