# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sidecars of an archive that is not there."""

from __future__ import annotations

import hashlib
from typing import Any


def sidecar(sid: str, **fields: Any) -> dict[str, Any]:
    """Return the sidecar of a recording, with some fields replaced."""
    return {
        "format": "voiceops.telnyx recording 1",
        "recording_sid": sid,
        "account_sid": "61bf923e-5e4d-4595-a110-56190ea18a1b",
        "call_sid": f"v3:call-of-{sid}",
        "conference_sid": None,
        "source": "StartCallRecordingAPI",
        "channels": 2,
        "track": None,
        "started": "2026-11-24T10:00:00Z",
        "created": "2026-11-24T10:00:01Z",
        "updated": "2026-11-24T10:00:20Z",
        "duration": {"reported": 12, "measured": 12.04},
        "audio": {
            "file": f"{sid}.mp3",
            "content_type": "audio/mpeg",
            "bytes": 48_160,
            "sha256": hashlib.sha256(sid.encode("utf-8", "surrogatepass")).hexdigest(),
        },
        "call": {
            "from": "+13125550055",
            "to": "+13125550066",
            "direction": "inbound",
            "started": "2026-11-24T09:59:58Z",
            "ended": "2026-11-24T10:00:13Z",
            "duration": 15,
            "session": "5e0f1d0c-3a5b-4f6e-9d43-2f1b8f6a7c11",
            "status": "completed",
        },
        "recording": {"sid": sid},
        "archived": {"at": "2026-11-24T10:05:00Z", "collection": "1.0.0", "python": "3.11.7"},
        **fields,
    }
