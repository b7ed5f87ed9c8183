# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links to the audio, which expire."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from .clock import Clock


class MediaLinks:
    """Makes links that are good for some seconds. `media_url` is the address of the media host."""

    def __init__(self, media_url: str, seconds: float, clock: Clock) -> None:
        self._media_url = media_url
        self._seconds = seconds
        self._clock = clock
        self._secret = secrets.token_bytes(32)

    def link(self, sid: str) -> str:
        """Return a new link to the audio of a recording."""
        expires = f"{self._clock.seconds() + self._seconds:.6f}"
        query = urlencode({"expires": expires, "signature": self._signature(sid, expires)})
        return f"{self._media_url}/recordings/{sid}.wav?{query}"

    def is_good(self, sid: str, query: Mapping[str, str]) -> bool:
        """Tell whether a query is one of ours, for this recording, and has not expired."""
        expires = query.get("expires", "")
        good = hmac.compare_digest(query.get("signature", "").encode(), self._signature(sid, expires).encode())
        return good and self._clock.seconds() < float(expires)

    def _signature(self, sid: str, expires: str) -> str:
        return hmac.new(self._secret, f"{sid} {expires}".encode(), hashlib.sha256).hexdigest()
