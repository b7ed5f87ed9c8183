# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""Numbers of callers, of which the middle is hidden: +1312•••0055."""

from __future__ import annotations

import re
import typing as t

DOTS = "•••"
# Digits that are shown before and after what is hidden, and how many are hidden at least.
SHOWN, HIDDEN = 4, 3
# In a text, a number has at least seven digits.
_IN_TEXT = re.compile(r"\+?\d(?:[\s().\-/]{0,2}\d){6,}")
_SEPARATORS = re.compile(r"[\s().\-/]+")
_NUMBER = re.compile(r"\+?\d+")
# Only these parts of an address are shown: what follows the host may have the number once more.
_ADDRESS = re.compile(r"(sips?:|tel:|)([^@>;?]*)(?:@([^;?>\s]*))?", re.IGNORECASE)


def masked_number(value: t.Any) -> t.Any:
    """Return the number of a caller with its middle hidden, whatever a stranger chose for it. Other types are hidden."""
    if value is None:
        return None
    if not isinstance(value, str):
        return DOTS
    number = _digits(value)
    if number:
        return _hidden(number)
    # A name may come before the address: Ann <sip:ann@example.com>
    scheme, user, host = t.cast("re.Match[str]", _ADDRESS.match(value.rpartition("<")[2].strip())).groups()
    if not scheme and host is None:
        return masked_text(value)
    number = _digits(user)
    return scheme + (_hidden(number) if number else user[:1] + DOTS) + (f"@{masked_text(host)}" if host else "")


def masked_text(text: str) -> str:
    """Return a text with the middle of each number in it hidden."""
    return _IN_TEXT.sub(lambda found: _hidden(_SEPARATORS.sub("", found[0])), text)


def _digits(text: str) -> str | None:
    """Return the digits of a number, with the plus sign if it has one; None if the text is not a number."""
    number = _SEPARATORS.sub("", text)
    return number if _NUMBER.fullmatch(number) else None


def _hidden(number: str) -> str:
    digits = number.lstrip("+")
    last = max(0, min(SHOWN, len(digits) - HIDDEN))
    first = max(0, min(SHOWN, len(digits) - HIDDEN - last))
    return number[: len(number) - len(digits)] + digits[:first] + DOTS + digits[len(digits) - last :]
