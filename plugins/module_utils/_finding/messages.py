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
    "The account's list of calls is eventually consistent, and is read from two days back: a call that has just begun may"
    " be missing, one that has just ended may be listed, and one that began earlier is not found. connection_id and"
    " conference find live calls exactly."
)
NAMELESS = "{} entries of the API's list name no call, and are left out."
NO_DETAILS = (
    "The details of {} calls could not be fetched; what they would tell is null, and no filter selects by it. {}"
)
DOUBTFUL = (
    "{} conversations are left out: of one of their legs the details are not known, so another search could choose another"
    " leg. Search again."
)
NO_RECORDINGS = "The recordings of {} calls could not be fetched, and are null. {}"
PROGRESS = "details of {} calls fetched after {:.0f} s"
