# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records calls with the vendor's Python SDK: `sdk.py BASE_URL ACCOUNT TIMEOUT`, with call SIDs as JSON on standard input.

Its retries are those that it has by itself.
"""

from __future__ import annotations

import asyncio
import json
import sys

from telnyx import AsyncTelnyx


async def main(base_url: str, account: str, timeout: float, calls: list[str]) -> dict[str, tuple[str, str | None]]:
    report: dict[str, tuple[str, str | None]] = {}
    some = asyncio.Semaphore(64)
    async with AsyncTelnyx(base_url=base_url, timeout=timeout) as client:

        async def start(sid: str) -> None:
            async with some:
                try:
                    recording = await client.texml.accounts.calls.recordings_json.recordings_json(
                        call_sid=sid, account_sid=account
                    )
                    report[sid] = ("started", getattr(recording, "sid", None))
                except Exception:  # Whatever a user would see as a failure.
                    report[sid] = ("failed", None)

        await asyncio.gather(*map(start, calls))
    return report


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), json.load(sys.stdin)))))
