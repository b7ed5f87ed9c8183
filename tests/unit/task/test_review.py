# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import review


def test_the_same_difference_is_warned_of_once() -> None:
    odd = [{"sid": "r", "price": 1}, {"sid": "s", "price": 1}, {"sid": "t", "price": 2}, {}, {}]
    warnings = review(call_recording.BEHAVIOUR, {"recordings": odd})
    assert [warning.partition("described: ")[2][:10] for warning in warnings] == ["price is 1", "price is 2", ""]


def test_odd_sid_has_one_warning() -> None:
    assert len(review(call_recording.BEHAVIOUR, {"recordings": [{"sid": 0}]})) == 1
