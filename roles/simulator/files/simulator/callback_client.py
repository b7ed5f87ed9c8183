# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the HTTP requests of callbacks."""

from __future__ import annotations

import aiohttp
from yarl import URL

# What is read of a reply: nobody needs its body, but a connection that is closed before its end is an error to the receiver.
MOST = 65536


class CallbackClient:
    """A client that waits `timeout` seconds for a whole reply. It can only be made in the loop that it works in."""

    def __init__(self, timeout: float) -> None:
        # Certificates on loopback are private ones. A connection that is used again may just have been closed.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=False, force_close=True),
            timeout=aiohttp.ClientTimeout(total=timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    async def request(self, method: str, url: URL, headers: dict[str, str], body: bytes) -> int:
        """Return the status of the reply. Raises OSError or asyncio.TimeoutError."""
        try:
            # Redirects and proxies lead elsewhere.
            async with self._session.request(
                method, url, headers=headers, data=body or None, allow_redirects=False
            ) as response:
                read = 0
                async for chunk in response.content.iter_chunked(8192):
                    read += len(chunk)
                    if read > MOST:
                        break
                return response.status
        except aiohttp.ClientError as error:
            raise OSError(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Close its connections."""
        await self._session.close()
