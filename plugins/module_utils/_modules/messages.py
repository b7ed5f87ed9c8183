# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""What users read from single modules."""

from __future__ import annotations

FINAL = "Recording {} is {}, which is final, and cannot be {}."
NO_SUCH_RECORDING = "The call has no recording {}."
SEVERAL_ACTIVE = "The call has {} active recordings, so recording_sid must name one: {}."
NONE_ACTIVE = "The call has no active recording that could be {}."
NOT_UPDATED = "The API took the update, but the recording is still {}."
UNSIGNED = (
    "recording_status_callback_method is GET: a GET callback carries no signature, so its receiver cannot verify that it comes"
    " from Telnyx. POST is signed."
)
