# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The headers that every reply has."""

from __future__ import annotations

import datetime
import email.utils
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SERVER = b"voiceops.telnyx simulator"


def with_headers(app: ASGIApp, now: Callable[[], datetime.datetime]) -> ASGIApp:
    """Return an application that names itself, and tells the time, in every reply."""

    async def headed(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = email.utils.format_datetime(now(), usegmt=True).encode()
                message["headers"] = [(b"server", SERVER), (b"date", date), *message["headers"]]
            await send(message)

        await app(scope, receive, send_with_headers)

    return headed
