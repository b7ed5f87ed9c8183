# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""What users read about the API's limits, lists and replies."""

from __future__ import annotations

RATE_LIMITED = "Rate limited: the API asked to wait another {:.0f} seconds, more than rate_limit_timeout allows"
WAIT = "Wait, then run the task again."
ENDED = "The task ended before this was sent"
NOT_A_LIST = "The API's list has no {}"
TOO_FULL = "A page of the API's list has {} {}, more than {}"
ENDLESS = "The API's list does not lead to its next page, or never ends"
OTHER_REPLY = "The API's reply is not to this request: its {} is another one"
