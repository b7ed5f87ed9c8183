# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers of any length."""

from __future__ import annotations

import sys


def whole_number(digits: str) -> int:
    """Return the number that ASCII digits spell, or a very large one: Python refuses to read thousands of digits."""
    digits = digits.lstrip("0") or "0"
    return int(digits) if len(digits) < len(str(sys.maxsize)) else sys.maxsize


def integer(text: str) -> int | str:
    """Return the integer that a text spells, or the text if it spells none."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()):
        return text
    return -whole_number(digits) if digits != text else whole_number(digits)
