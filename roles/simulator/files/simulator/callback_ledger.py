# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every callback, and what became of it."""

from __future__ import annotations

import datetime
from collections import deque
from typing import Any, NamedTuple

Entry = dict[str, Any]
CALLBACKS = 100_000
# What becomes of a callback. PENDING is the only result that changes.
PENDING, DELIVERED, FAILED, REFUSED, LOST = "pending", "delivered", "failed", "refused", "lost"


class Callback(NamedTuple):
    """A callback that is due: `fields` in the order in which they are sent. `type` is call, recording or conference."""

    url: str
    method: str
    type: str
    event: str
    fields: dict[str, str]


class CallbackLedger:
    """The latest callbacks, in the order in which they were due. Fields are not kept: a link to audio is a secret."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=CALLBACKS)
        self._added = 0

    def shown(self) -> dict[str, Any]:
        """Return the callbacks, and how many older ones have been dropped."""
        return {"callbacks": list(self._entries), "dropped": self._added - len(self._entries)}

    def add(self, callback: Callback) -> Entry:
        """Record a callback before it is sent, and return the entry, in which its sender records each try."""
        entry: Entry = {
            "time": now(),
            "type": callback.type,
            "event": callback.event,
            "call_sid": callback.fields.get("CallSid"),
            "recording_sid": callback.fields.get("RecordingSid"),
            "conference_sid": callback.fields.get("ConferenceSid"),
            "url": callback.url,
            "method": callback.method,
            "misbehaviour": None,
            "result": PENDING,
            "status": None,
            "error": None,
            "tries": [],
        }
        self._entries.append(entry)
        self._added += 1
        return entry


def now() -> str:
    """Return the time of this machine."""
    return datetime.datetime.now(datetime.timezone.utc).isoformat()
