# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One shape for the API's recordings, which come in several."""

from __future__ import annotations

import typing as t

from .._base.dates import to_rfc_3339

FIELDS = (
    "sid",
    "account_sid",
    "call_sid",
    "conference_sid",
    "status",
    "source",
    "channels",
    "duration",
    "date_created",
    "date_updated",
    "start_time",
    "error_code",
    "media_url",
    "subresources_uris",
    "uri",
)

# What becomes complete by itself, or may.
PENDING = ("in-progress", "paused", "stopped", "processing")
_NOTHING = dict.fromkeys(FIELDS)


def normalized(body: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a recording with all FIELDS, None for those that the API does not report; others stay as they are.

    The model of one of the conference lists spells a name and the dates in another way; elsewhere the duration, a number
    of seconds, is a text.
    """
    recording = {**_NOTHING, **body}
    if "subresource_uris" in recording:
        recording["subresources_uris"] = recording.pop("subresource_uris")
    for name in ("date_created", "date_updated", "start_time"):
        recording[name] = to_rfc_3339(recording[name])
    duration = recording["duration"]
    if isinstance(duration, str) and duration.isascii() and duration.isdigit():
        recording["duration"] = int(duration)
    return recording
