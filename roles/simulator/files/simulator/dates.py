# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Understands DateCreated, by which recordings are listed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from .refusals import Refused

_DATE_CREATED = re.compile(r"([<>]=?)?(.+)", re.DOTALL)
DAY, SECOND = datetime.timedelta(days=1), datetime.timedelta(seconds=1)


def created(text: str | None) -> Callable[[datetime.datetime], bool]:
    """Return a check of the time at which something was created. Raises Refused.

    A date is the whole day, in UTC, and a date-time is the whole second; without an inequality it means: within that.
    """
    found = _DATE_CREATED.fullmatch(text or "")
    if not found:
        return lambda moment: True
    inequality, date = found.groups()
    try:
        first = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
        first = first if first.tzinfo else first.replace(tzinfo=datetime.timezone.utc)
        end = first + (SECOND if "T" in date else DAY)
    except (ValueError, OverflowError):
        raise Refused([("format", "/DateCreated", f"There is no such date as {date}.")]) from None
    checks: dict[str | None, Callable[[datetime.datetime], bool]] = {
        None: lambda moment: first <= moment < end,
        ">=": lambda moment: moment >= first,
        ">": lambda moment: moment >= end,
        "<": lambda moment: moment < first,
        "<=": lambda moment: moment < end,
    }
    return checks[inequality]
