# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers any POST like the start operation, and a GET with a page of a long list or a call. It prints its port.

It answers after a delay, and does so little that a benchmark measures the client. `/requests` says, at once, how many
requests there were since it was asked the last time.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from urllib.parse import parse_qsl, unquote, urlsplit

BODY = (
    b'{"account_sid": "a", "call_sid": "v3:a", "conference_sid": null, "channels": 2, "price": null, "price_unit": null,'
    b' "date_created": "2026-11-22T16:32:38Z", "date_updated": "2026-11-22T16:32:38Z", "duration": null,'
    b' "sid": "7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7", "source": "StartCallRecordingAPI", "error_code": null,'
    b' "start_time": "2026-11-22T16:32:38Z", "track": "both", "uri": "/v2/texml/Accounts/a/Calls/v3:a/Recordings/r.json"}'
)
# By account.
RECORDINGS = {"a": 10_000, "large": 100_000}
LEGS = CALLS = 10_000
# The pages have 20 objects, unless they are asked for more, and never more than 1,000.
PAGE, MOST = 20, 1000
RECORDING = json.loads(BODY)
CALL = {
    "account_sid": "a", "direction": "inbound", "from": "+13122010094", "to": "+13122010055", "status": "in-progress",
    "date_created": "Thu, 15 Jun 2023 09:56:45 +0000", "start_time": "Thu, 15 Jun 2023 09:56:45 +0000",
}  # fmt: skip
LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


def reply(body: bytes) -> bytes:
    """Return a reply with this body."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def listed(target: str) -> bytes:
    """Return a page of the list, with a link to the next one."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    size, page = min(int(query.get("PageSize", PAGE)), MOST), int(query.get("Page", 0))
    count = RECORDINGS[parts.path.split("/")[4]]
    first = page * size
    recordings = [
        {**RECORDING, "duration": number % 3600} for number in range(first, max(first, min(first + size, count)))
    ]
    more = f"{parts.path}?Page={page + 1}&PageSize={size}" if (page + 1) * size < count else None
    return json.dumps({"recordings": recordings, "next_page_uri": more}).encode()


def active(target: str) -> bytes:
    """Return a page of live legs, each of its own session."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    start, size = int(query.get("page[after]", 0)), int(query["page[limit]"])
    legs = [
        {"call_control_id": f"v3:{number}", "call_session_id": f"s{number}", "call_leg_id": f"l{number}"}
        for number in range(start, min(start + size, LEGS))
    ]
    end = start + len(legs)
    more = f"{parts.path}?page[limit]={size}&page[after]={end}" if end < LEGS else None
    return json.dumps({"data": legs, "meta": {"next": more}}).encode()


def called(target: str) -> bytes:
    """Return a page of the calls of the account, with a link to the next one, whose path has an ending."""
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query))
    size, page = min(int(query.get("PageSize", PAGE)), MOST), int(query.get("Page", 0))
    calls = [{**CALL, "sid": f"v3:{number}"} for number in range(page * size, min((page + 1) * size, CALLS))]
    path = parts.path.removesuffix(".json")
    more = f"{path}.json?Page={page + 1}&PageSize={size}" if (page + 1) * size < CALLS else None
    return json.dumps({"calls": calls, "next_page_uri": more}).encode()


def found(target: str) -> bytes:
    """Return what a GET asks for."""
    if target.partition("?")[0].endswith(("/Calls", "/Calls.json")):
        return called(target)
    if "/Calls/" in target and "/Recordings" in target:
        # No call is being recorded.
        return b'{"recordings": [], "next_page_uri": null}'
    if target.endswith("/active_calls") or "/active_calls?" in target:
        return active(target)
    folder, _slash, name = target.rpartition("/")
    return json.dumps({**CALL, "sid": unquote(name)}).encode() if folder.endswith("/Calls") else listed(target)


def started(target: str) -> bytes:
    """Return the recording of the call that a path names."""
    return BODY.replace(b"v3:a", unquote(target.split("/")[-2]).encode())


class Server(asyncio.Protocol):
    """One connection."""

    requests = 0

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            length = LENGTH.search(self._data, 0, end)
            end += 4 + (int(length[1]) if length else 0)
            if len(self._data) < end:
                return
            method, target = self._data.split(b" ", 2)[:2]
            self._data = self._data[end:]
            self._answer(method, target.decode())

    def _answer(self, method: bytes, target: str) -> None:
        if target == "/requests":
            self._transport.write(reply(str(Server.requests).encode()))
            Server.requests = 0
            return
        Server.requests += 1
        body = started(target) if method == b"POST" else found(target)
        asyncio.get_running_loop().call_later(self._delay, self._transport.write, reply(body))


async def serve(delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Server(delay), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
