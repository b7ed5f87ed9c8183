# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket

from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.connection import Connection
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.media import MediaHost
from support import raw_server

CONNECTION = Connection("https://e/v2", "a", "KEY-1", timeout=2, connect_timeout=1)


def test_interim_responses_are_read_past() -> None:
    bodies = iter([b"first", b"second"])

    def answer(request: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        raw_server.reply("200 OK", next(bodies), content_type="audio/wav")(request, connection)

    with raw_server.serving(answer) as server:
        host = MediaHost(CONNECTION)
        got = []
        for _each in range(2):
            with host.get(f"{server.base_url}/a.wav", {}) as response:
                got.append((response.status_code, response.raw.read()))
    assert got == [(200, b"first"), (200, b"second")]
    assert server.connections == 1
