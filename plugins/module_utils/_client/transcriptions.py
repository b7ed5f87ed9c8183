# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transcriptions of an account."""

from __future__ import annotations

import typing as t

from .._telnyx.description.transcriptions import (
    DELETE_TEXML_RECORDING_TRANSCRIPTION,
    GET_TEXML_RECORDING_TRANSCRIPTION,
    GET_TEXML_RECORDING_TRANSCRIPTIONS,
)

if t.TYPE_CHECKING:
    from .._telnyx.operation import Request
    from .client import Client


class Transcriptions:
    """Each method that reads raises RequestFailed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, sid: str) -> dict[str, t.Any]:
        """Return a transcription."""
        request = self._client.request(GET_TEXML_RECORDING_TRANSCRIPTION, recording_transcription_sid=sid)
        return self._client.read(request)

    def of_account(self, size: int) -> t.Iterator[dict[str, t.Any]]:
        """Give the transcriptions of the account. `size` is how many a page is asked to have."""
        request = self._client.request(GET_TEXML_RECORDING_TRANSCRIPTIONS)
        return self._client.each(request, size=size)

    def delete(self, sid: str) -> Request:
        """Return the request that deletes a transcription."""
        return self._client.request(DELETE_TEXML_RECORDING_TRANSCRIPTION, recording_transcription_sid=sid)
