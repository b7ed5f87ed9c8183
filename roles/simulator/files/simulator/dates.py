# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dates by which lists are filtered."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from .refusals import Refused

_FILTER = re.compile(r"([<>]=?)?(.+)", re.DOTALL)
NOTHING, SECOND, DAY = datetime.timedelta(), datetime.timedelta(seconds=1), datetime.timedelta(days=1)


def check(name: str, text: str | None) -> Callable[[datetime.datetime | None], bool]:
    """Return the check that a filter of this name makes of a time. Raises Refused.

    A time that is not there passes only if there is no filter. A date is the whole day, in UTC, and a date-time is the whole
    second; without an inequality it means: within that.
    """
    found = _FILTER.fullmatch(text or "")
    if not found:
        return lambda moment: True
    inequality, date = found.groups()
    try:
        first = datetime.datetime.fromisoformat(date.replace("Z", "+00:00"))
    except ValueError:
        raise Refused([("format", f"/{name}", f"There is no such date as {date}.")]) from None
    first = first if first.tzinfo else first.replace(tzinfo=datetime.timezone.utc)
    length = SECOND if "T" in date else DAY
    checks: dict[str | None, Callable[[datetime.timedelta], bool]] = {
        None: lambda after: NOTHING <= after < length,
        ">=": lambda after: after >= NOTHING,
        ">": lambda after: after >= length,
        "<": lambda after: after < NOTHING,
        "<=": lambda after: after < length,
    }
    return lambda moment: moment is not None and checks[inequality](moment - first)
