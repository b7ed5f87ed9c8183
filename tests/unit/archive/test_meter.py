# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.meter import Meter


@pytest.mark.parametrize(
    ("listed", "done", "size", "seconds", "shown"),
    [
        (10, 4, 12_000_000, 8.0, "4 done, 6 left, 12.0 MB, 1.5 MB/s, 12 seconds to go"),
        (10, 10, 150_000, 2.0, "10 done, 0 left, 0.1 MB, 0.1 MB/s, 0 seconds to go"),
        # Nothing is known yet about how long one takes.
        (10, 0, 4_000_000, 2.0, "0 done, 10 left, 4.0 MB, 2.0 MB/s"),
        # What is done is counted by another thread than what is listed.
        (3, 4, 0, 2.0, "4 done, 0 left, 0.0 MB, 0.0 MB/s, 0 seconds to go"),
    ],
)
def test_line_of_progress(listed: int, done: int, size: int, seconds: float, shown: str) -> None:
    lines: list[str] = []
    meter = Meter(lines.append, lambda: size)
    meter.listed = listed
    meter.tick([None] * done, seconds)
    assert lines == [shown]


def test_no_line_without_anywhere_to_show_it_or_time() -> None:
    lines: list[str] = []
    Meter(None, lambda: 0).tick([], 2.0)
    Meter(lines.append, lambda: 0).tick([], 0.0)
    assert lines == []
