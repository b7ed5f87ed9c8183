# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps messages short, whatever others put into them."""

from __future__ import annotations

import typing as t

CHARACTERS = 500
PARTS = 3


def shortened(text: str, limit: int = CHARACTERS) -> str:
    """Return a text, cut at a space if it is longer than the limit.

    A key has no space, so it is whole, to be masked later on, or left out. Half a key could not be masked.
    """
    if len(text) <= limit:
        return text
    return f"{text[: limit + 1].rpartition(' ')[0]}… ({len(text)} characters)"


def joined(parts: t.Sequence[str], separator: str, limit: int = PARTS) -> str:
    """Return the first parts, each shortened, and how many more there are."""
    more = [f"and {len(parts) - limit} more"] if len(parts) > limit else []
    return separator.join([*map(shortened, parts[:limit]), *more])
