# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that takes any request, and answers like the start operation after a delay. It prints its port.

It does so little that a benchmark measures the client.
"""

from __future__ import annotations

import asyncio
import re
import sys

BODY = (
    b'{"account_sid": "a", "call_sid": "v3:a", "conference_sid": null, "channels": 2, "price": null, "price_unit": null,'
    b' "date_created": "2026-11-22T16:32:38Z", "date_updated": "2026-11-22T16:32:38Z", "duration": null,'
    b' "sid": "7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7", "source": "StartCallRecordingAPI", "error_code": null,'
    b' "start_time": "2026-11-22T16:32:38Z", "track": "both", "uri": "/v2/texml/Accounts/a/Calls/v3:a/Recordings/r.json"}'
)
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
LENGTH = re.compile(rb"(?i)content-length: *(\d+)")


class Server(asyncio.Protocol):
    """One connection."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self._data, 0, end)
            end += 4 + (int(found[1]) if found else 0)
            if len(self._data) < end:
                return
            self._data = self._data[end:]
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, REPLY)


async def serve(delay: float) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Server(delay), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
