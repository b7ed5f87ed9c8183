# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that keeps the bytes it received, and answers with the bytes that it was given."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

RECORDING = b'{"sid": "e9cea0be-7dbd-4b98-98b1-c0089d9d43b0", "channels": 2, "track": "both"}'
Answer = Callable[[bytes, socket.socket], None]


def reply(
    status: str = "200 OK", body: bytes = RECORDING, *headers: str, content_type: str = "application/json"
) -> Answer:
    """Return an answer with this status line, body and headers, after which the connection stays open."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", f"Content-Type: {content_type}", *headers]

    def answer(request: bytes, connection: socket.socket) -> None:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    return answer


def raw(data: bytes) -> Answer:
    """Return an answer of just these bytes, after which the connection is closed."""

    def answer(request: bytes, connection: socket.socket) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)

    return answer


def reset(request: bytes, connection: socket.socket) -> None:
    """Reset the connection without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def silence(seconds: float = 60) -> Answer:
    """Return an answer that comes only after a while: without a number, later than any client of the tests waits."""

    def answer(request: bytes, connection: socket.socket) -> None:
        time.sleep(seconds)
        reply()(request, connection)

    return answer


class RawServer:
    """Answers the requests one by one with `answers`; the last one is for all that follow."""

    def __init__(self, answers: list[Answer], context: ssl.SSLContext | None, port: int = 0) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers = answers
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", port))
        scheme = "https" if context else "http"
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"{scheme}://127.0.0.1:{self.port}/v2"

    def serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            with connection:
                while request := receive(connection):
                    self.requests.append(request)
                    answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
                    answer(request, connection)
        except OSError:
            pass


def receive(connection: socket.socket) -> bytes:
    """Return the next request on a connection, or nothing at its end."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return b""
        data += chunk
    head, _separator, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)^content-length: *(\d+)", head, re.MULTILINE)
    while found and len(body) < int(found[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(*answers: Answer, context: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Run a RawServer in the background."""
    server = RawServer(list(answers) or [reply()], context)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


def refused_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
