# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's dates: RFC 3339 in most replies, RFC 2822 in some."""

from __future__ import annotations

import datetime
import email.utils
import re
import typing as t

# RFC 3339, section 5.6.
_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def rfc_3339(text: t.Any) -> tuple[float, float] | None:
    """Return the first and the last Unix time that a date-time may mean: it may have whole seconds only.

    None if it is no date-time of RFC 3339.
    """
    found = _DATE_TIME.fullmatch(str(text))
    if not found:
        return None
    day, time_of_day, fraction, zone = found.groups()
    try:
        date = datetime.datetime.fromisoformat(f"{day}T{time_of_day}{zone.upper().replace('Z', '+00:00')}")
        seconds = date.timestamp() + float(fraction or 0)
    except (ValueError, OverflowError):
        return None
    return seconds, seconds if fraction else seconds + 1


def to_rfc_3339(text: t.Any) -> t.Any:
    """Return a date-time of RFC 2822 as one of RFC 3339, and anything else as it is."""
    # No date of RFC 2822 begins like 2026-.
    if not isinstance(text, str) or text[4:5] == "-":
        return text
    try:
        date = email.utils.parsedate_to_datetime(text)
        return date.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError, OverflowError, AttributeError):
        return text


def http_date(date: str | None) -> float | None:
    """Return the Unix time of an HTTP date (RFC 9110, section 5.6.7), or None if it is none."""
    try:
        parsed = email.utils.parsedate_to_datetime(date or "")
        return parsed.replace(tzinfo=parsed.tzinfo or datetime.timezone.utc).timestamp()
    except Exception:  # Python 3.8 has an UnboundLocalError for some.
        return None
