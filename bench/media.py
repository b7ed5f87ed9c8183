# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that lists recordings and has their audio: `media.py COUNT BYTES`. It prints its port.

The kernel sends the audio, so that a benchmark measures the client. `/requests` says how many requests there were for pages
and calls, and how many for audio, since it was asked the last time.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import threading
import wave
from collections import Counter
from typing import BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

from server import CALL, MOST, RECORDING

RATE = 8000
# Each call has one recording, as most have.
CALLS = "/Calls/"


class Server:
    """`count` recordings of `size` bytes."""

    def __init__(self, listener: socket.socket, count: int, size: int) -> None:
        self._listener = listener
        self._count = count
        self._base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._file = audio(size)
        self._bytes = os.fstat(self._file.fileno()).st_size
        self._requests: Counter[str] = Counter()

    def serve(self) -> None:
        """Answer, each connection in a thread."""
        while True:
            connection, _address = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._answer_all, args=(connection,), daemon=True).start()

    def _answer_all(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as requests:
            while line := requests.readline():
                while requests.readline() not in (b"\r\n", b""):
                    pass
                self._answer(connection, line.split()[1].decode())

    def _answer(self, connection: socket.socket, target: str) -> None:
        if target.startswith("/audio/"):
            self._requests["audio"] += 1
            head = b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: %d\r\n\r\n" % self._bytes
            connection.send(head, socket.MSG_MORE)
            sent = 0
            while sent < self._bytes:
                sent += os.sendfile(connection.fileno(), self._file.fileno(), sent, self._bytes - sent)
            return
        if target == "/requests":
            body = json.dumps(self._requests)
            self._requests = Counter()
        else:
            self._requests["api"] += 1
            body = self._call(target) if CALLS in target else self._page(target)
        head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        connection.sendall(f"{head}{len(body)}\r\n\r\n{body}".encode())

    def _call(self, target: str) -> str:
        return json.dumps({**CALL, "sid": unquote(target.rpartition("/")[2])})

    def _page(self, target: str) -> str:
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        size, page = min(int(query["PageSize"]), MOST), int(query.get("Page", 0))
        numbers = range(page * size, min((page + 1) * size, self._count))
        more = f"{parts.path}?Page={page + 1}&PageSize={size}" if numbers.stop < self._count else None
        return json.dumps({"recordings": [self._recording(number) for number in numbers], "next_page_uri": more})

    def _recording(self, number: int) -> dict[str, object]:
        sid = f"00000000-0000-4000-8000-{number:012}"
        link = f"{self._base_url}/audio/{sid}.wav"
        seconds = round((self._bytes - 44) / RATE / 2)
        return {
            **RECORDING, "sid": sid, "call_sid": f"v3:{number}", "status": "completed", "duration": seconds, "media_url": link,
        }  # fmt: skip


def audio(size: int) -> BinaryIO:
    """Return a file of that many bytes of audio."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it outlives this
    with wave.open(file, "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(os.urandom((size - 44) // 2 * 2))
    return file  # type: ignore[return-value]


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        print(listening.getsockname()[1], flush=True)
        Server(listening, int(sys.argv[1]), int(sys.argv[2])).serve()
