# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What users read about calls that are searched for."""

from __future__ import annotations

NO_CONFERENCE = "No conference named {} is in progress. "
OTHERS = "In progress: {}."
NO_OTHERS = "No conference is in progress."
SEVERAL = "{} conferences named {} are in progress: {}. Use conference_sid."
EVENTUALLY = (
    "The account's list of calls is eventually consistent, and is read from two days back. A call that has just begun may be"
    " missing, one that has just ended may be listed, and an older one is not found. Use connection_id or conference to find"
    " exactly the live calls."
)
NAMELESS = "Skipped {} entries of the API's list that have no call SID."
NO_DETAILS = "The details of {} calls could not be fetched. They are null, and no filter on them matches. {}"
DOUBTFUL = (
    "Left out {} conversations with several legs, because not enough is known to choose the same leg next time. Run the task"
    " again."
)
NO_RECORDINGS = "The recordings of {} calls could not be fetched, and are null. {}"
MORE_MISSING = " {} more were not found."
PROGRESS = "{} calls checked after {:.0f} s"
