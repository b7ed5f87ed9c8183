# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.date_filters import matches
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.dates import rfc_3339, to_rfc_3339


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("1970-01-01T00:00:10Z", (10, 11)),
        ("1970-01-01t00:00:10z", (10, 11)),
        ("1970-01-01 01:00:10+01:00", (10, 11)),
        ("1970-01-01T00:00:10.5Z", (10.5, 10.5)),
        ("1970-01-01", None),
        ("1970-01-01T00:00:10", None),
        ("1970-13-01T00:00:10Z", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_date_times(text: Any, times: tuple[float, float] | None) -> None:
    assert rfc_3339(text) == times


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Sun, 22 Nov 2026 10:11:12 +0000", "2026-11-22T10:11:12Z"),
        ("Sun, 22 Nov 2026 10:11:12 +0100", "2026-11-22T09:11:12Z"),
        ("2026-11-22T10:11:12Z", "2026-11-22T10:11:12Z"),
        ("soon", "soon"),
        (None, None),
        (7, 7),
        ({}, {}),
    ],
)
def test_one_spelling(text: Any, same: Any) -> None:
    assert to_rfc_3339(text) == same


NOON = "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    ("question", "yes"),
    [
        ("2026-11-22", True),
        ("2026-11-21", False),
        (">=2026-11-22", True),
        (">2026-11-22", False),
        (">2026-11-21", True),
        ("<=2026-11-22", True),
        ("<2026-11-22", False),
        ("2026-11-22T12:00:00Z", True),
        (">2026-11-22T11:59:59Z", True),
        ("<2026-11-22T12:00:00Z", False),
        ("2026-11-22T12:00:00+00:00", True),
        ("2026-11-22T14:00:00+02:00", True),
        (">2026-11-22T13:59:59+02:00", True),
        ("<2026-11-22T14:00:00+02:00", False),
        (">=2026-11-21T23:30:00-12:30", True),
        ("<=2026-11-21T23:29:59-12:30", False),
        ("2026-02-30T12:00:00Z", False),
    ],
)
def test_questions(question: str, yes: bool) -> None:
    assert matches(question, NOON) == yes
    assert not matches(question, "no date")
