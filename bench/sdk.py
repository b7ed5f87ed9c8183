# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts recordings with the vendor's Python SDK: `sdk.py PORT KEY CALLS`. One call is made as its documentation shows."""

from __future__ import annotations

import asyncio
import sys


def one(base_url: str, key: str) -> None:
    from telnyx import Telnyx

    client = Telnyx(api_key=key, base_url=base_url)
    client.texml.accounts.calls.recordings_json.recordings_json(call_sid="v3:a", account_sid="a")


async def many(base_url: str, key: str, calls: int) -> None:
    from telnyx import AsyncTelnyx

    async with AsyncTelnyx(api_key=key, base_url=base_url) as client:

        async def start(number: int) -> None:
            async with some:
                await client.texml.accounts.calls.recordings_json.recordings_json(
                    call_sid=f"v3:{number}", account_sid="a"
                )

        # With all of them at once the SDK is ten times slower.
        some = asyncio.Semaphore(64)
        await asyncio.gather(*(start(number) for number in range(calls)))


if __name__ == "__main__":
    address = f"http://127.0.0.1:{sys.argv[1]}/v2"
    if sys.argv[3] == "1":
        one(address, sys.argv[2])
    else:
        asyncio.run(many(address, sys.argv[2], int(sys.argv[3])))
