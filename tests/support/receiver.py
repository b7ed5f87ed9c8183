# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A receiver of callbacks on loopback, which records every request that it gets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

# In place of a status: no reply, until the receiver is closed.
SILENCE = 0


class Received(NamedTuple):
    """A request as it came. The names of the headers are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """Return the fields of the form, or those of the query without one."""
        text = self.body.decode() if self.method == "POST" else urlsplit(self.target).query
        return dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))

    @property
    def event(self) -> str:
        """Return what a callback is about."""
        fields = self.fields
        return next(fields[name] for name in ("StatusCallbackEvent", "RecordingStatus", "CallStatus") if name in fields)


class Receiver:
    """Replies with `replies`, one status for each request, and with 200 after that."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hook"
        self.received: list[Received] = []
        self.replies: list[int] = []
        self.closed = threading.Event()
        self._lock = threading.Lock()

    def reply(self, request: Received) -> int:
        """Record a request, and return the status of its reply."""
        with self._lock:
            self.received.append(request)
            return self.replies.pop(0) if self.replies else 200

    def events(self, call_sid: str | None = None) -> list[str]:
        """Return what the callbacks were about, or those of one call."""
        return [one.event for one in list(self.received) if call_sid in (None, one.fields.get("CallSid"))]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _receive(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            status = receiver.reply(Received(self.command, self.path, headers, body))
            if status == SILENCE:
                receiver.closed.wait()
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if 300 <= status < 400:
                self.send_header("Location", receiver.url)
            self.end_headers()

        do_GET = do_POST = _receive

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        # With the usual 5, the kernel resets some of many connections at once.
        request_queue_size = 1024
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.closed.set()
            server.shutdown()
