# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every request, as it was received."""

from __future__ import annotations

import datetime
from typing import Any

from starlette.requests import Request

Entry = dict[str, Any]
# All that there are, since what nobody answers is noted, too.
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]


class Ledger:
    """The requests to one host, in the order in which they came. The key is not kept: it may be a real one."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

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
        self.entries.append(entry)
        return entry


def _header(name: bytes, value: bytes) -> list[str]:
    if name == b"authorization":
        value = value.split(b" ")[0] + b" ********"
    return [name.decode("latin-1"), value.decode("latin-1")]
