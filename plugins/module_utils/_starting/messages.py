# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users read about the start of a recording."""

from __future__ import annotations

from .._telnyx.failure import ADVICE

NOTHING_STARTED = "No recording was started."
REFUSED = "The API refused, so this request started no recording."
MAYBE_RUNNING = "A recording may be running; list the recordings of the call before you start it again."

START_ADVICE = {
    **ADVICE,
    404: (
        "Either the call is unknown or has ended; or account_sid is wrong (the organization ID is wanted, and the"
        " connection ID or the user ID is often given); or the key did not arrive (a proxy may have removed it)."
    ),
    422: "Check the options that the API names, and that the call has been answered and has not ended.",
}

RUNNING = "Left alone, since it is being recorded."
PAUSED = "Left alone, since its recording is paused."
NOT_KNOWN_WHETHER_RUNNING = (
    "So it is not known whether the call is being recorded, and unless_recording held the start request back."
)

ELSEWHERE = "Another run is starting the recording of this call."
EARLIER_STARTED = "Started by an earlier run, according to the journal."
EARLIER_UNCERTAIN = "The start request was sent before. {}"
EARLIER_ENDED = "An earlier run ended before it knew the outcome of its start request. " + MAYBE_RUNNING
STARTED_AGAIN = "Started a second time: of the first start request, the call's list showed nothing."
SECOND = "A second start request: {}"
SECOND_SENT = "A second start request was sent."
SECOND_NOT_SENT = "A second start request could not be sent: {}"

LISTED = "The call's list shows the recording."
NOT_LISTED = "No matching recording appeared in the call's list within {:g} seconds."
LIST_UNREADABLE = "The call's list could not be read: {}"
ONE_CANDIDATE = (
    "The call's list shows one recording that could be this one (see candidates), and it is not known whether it is."
)
CANDIDATES = "{} recordings of the call could be this one (see candidates)."

JOURNAL_NOT_WRITTEN = "The journal could not be written ({})"
JOURNAL_LOST = (
    "The journal {} was removed or replaced while the task ran, so another run would start again what was started."
    " Put the journal back, or set unless_recording for that run."
)
MORE_WARNINGS = "{} more warnings."
NOT_RECORDED = "The journal {} could not be written after the start of {}. Another run with it lists the recordings of these calls."
FIX_JOURNAL = "Fix that, then run the task again."
FAILED_HERE = "This collection failed ({!r})"
