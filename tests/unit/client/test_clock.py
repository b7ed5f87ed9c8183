# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import email.utils

from ansible_collections.voiceops.telnyx.plugins.module_utils._client.clock import ServerClock


def note(clock: ServerClock, server: float, sent: float, received: float) -> None:
    clock.note({"Date": email.utils.formatdate(int(server), usegmt=True)}, sent, received)


def test_unknown_without_a_date() -> None:
    clock = ServerClock()
    clock.note({}, 1, 2)
    clock.note({"Date": "yesterday"}, 1, 2)
    assert clock.bounds() is None


def test_one_reply_bounds_the_difference() -> None:
    clock = ServerClock()
    note(clock, 1100.5, 1000.0, 1001.0)
    assert clock.bounds() == (99.0, 101.0)


def test_more_replies_bound_it_better_and_always_hold_it() -> None:
    clock = ServerClock()
    ahead = -37.3
    for tenth in range(20):
        sent = 5000 + tenth * 0.13
        note(clock, sent + 0.01 + ahead, sent, sent + 0.02)
    bounds = clock.bounds()
    assert bounds
    least, greatest = bounds
    assert least <= ahead <= greatest
    assert greatest - least < 0.3


def test_clocks_that_disagree_are_all_held() -> None:
    clock = ServerClock()
    note(clock, 1100, 1000, 1000.1)
    note(clock, 1200, 1000, 1000.1)
    bounds = clock.bounds()
    assert bounds
    assert bounds[0] <= 100
    assert bounds[1] >= 200
