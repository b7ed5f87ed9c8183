# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How old a recording is, and of which month."""

from __future__ import annotations

import datetime
import time

from .._base.dates import rfc_3339

DAY = 86400


def date_of(started: str | None) -> datetime.datetime | None:
    """Return when a recording began, in UTC, or None if that is not known."""
    began = rfc_3339(started)
    return datetime.datetime.fromtimestamp(began[0], datetime.timezone.utc) if began else None


def is_older(started: str | None, days: float) -> bool:
    """Return whether a recording began at least that many days ago. One without a date is never old enough."""
    began = date_of(started)
    return began is not None and time.time() - began.timestamp() >= days * DAY


def month_of(started: str | None) -> str:
    """Return the month of a recording in UTC, such as 2026-11, or nothing if its date is not known."""
    began = date_of(started)
    return began.strftime("%Y-%m") if began else ""
