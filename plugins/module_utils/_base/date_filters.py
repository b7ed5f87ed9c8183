# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dates that filters ask for: a day or a second, or an inequality of one."""

from __future__ import annotations

import datetime
import math
import operator
import re
import typing as t

from .dates import rfc_3339

_QUESTION = re.compile(r"(>=|<=|>|<|)(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))?", re.ASCII)
_COMPARE: dict[str, t.Callable[[t.Any, t.Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "": operator.eq,
}


def matches(question: str, text: t.Any) -> bool:
    """Return whether a date-time of RFC 3339 is what a question asks for: a day or a second, or >=, <=, > or < of one."""
    date, found = rfc_3339(text), _QUESTION.fullmatch(question)
    if not date or not found:
        return False
    sign, day, time_of_day = found.groups()
    if time_of_day:
        second = rfc_3339(day + time_of_day)
        return second is not None and _COMPARE[sign](math.floor(date[0]), second[0])
    return _COMPARE[sign](datetime.datetime.fromtimestamp(date[0], datetime.timezone.utc).strftime("%Y-%m-%d"), day)


def day_of(question: str) -> tuple[str, datetime.date]:
    """Return the inequality of a question, or nothing, and its day in UTC."""
    found = _QUESTION.fullmatch(question)
    if not found:
        raise ValueError(question)
    sign, day, time_of_day = found.groups()
    date = rfc_3339(day + (time_of_day or "T00:00:00Z"))
    if date is None:
        raise ValueError(question)
    return sign, datetime.datetime.fromtimestamp(date[0], datetime.timezone.utc).date()
