# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request, as it was received."""

from __future__ import annotations

import datetime
from collections import deque
from typing import Any

from starlette.requests import Request

Entry = dict[str, Any]
# Every method, since what nobody answers is noted as well.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
# What a ledger holds: so many requests, and so many characters of their targets, headers and bodies.
REQUESTS = 100_000
CHARACTERS = 100_000_000


class Ledger:
    """The latest requests to one host, in the order in which they came. The key is not kept: it may be a real one."""

    def __init__(self) -> None:
        self._entries: deque[tuple[Entry, int]] = deque()
        self._characters = 0
        self._dropped = 0

    def shown(self) -> dict[str, Any]:
        """Return the requests, and how many older ones have been dropped."""
        return {"requests": [entry for entry, _size in self._entries], "dropped": self._dropped}

    async def add(self, request: Request) -> Entry:
        """Note a request before it is answered, and return the entry.

        What comes of it is added there: the status of the reply if one is sent, what went wrong on purpose, and the
        SID of the recording that the request started.
        """
        query = request.scope["query_string"]
        entry = {
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "method": request.method,
            "target": (request.scope["raw_path"] + (b"?" + query if query else b"")).decode("latin-1"),
            "headers": [_header(name, value) for name, value in request.headers.raw],
            "body": (await request.body()).decode("latin-1"),
            "status": None,
            "misbehaviour": None,
            "recording": None,
        }
        self._append(entry)
        return entry

    def _append(self, entry: Entry) -> None:
        size = (
            len(entry["target"]) + len(entry["body"]) + sum(len(name) + len(value) for name, value in entry["headers"])
        )
        self._entries.append((entry, size))
        self._characters += size
        while len(self._entries) > REQUESTS or self._characters > CHARACTERS:
            self._characters -= self._entries.popleft()[1]
            self._dropped += 1


def _header(name: bytes, value: bytes) -> list[str]:
    if name == b"authorization":
        value = value.split(b" ")[0] + b" ********"
    return [name.decode("latin-1"), value.decode("latin-1")]
