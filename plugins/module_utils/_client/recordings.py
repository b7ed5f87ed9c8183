# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recordings of an account, as the API gives them."""

from __future__ import annotations

import typing as t

from .._telnyx.description.recordings import (
    DELETE_TEXML_CALL_RECORDING,
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
    START_TEXML_CALL_RECORDING,
    UPDATE_TEXML_CALL_RECORDING,
)

if t.TYPE_CHECKING:
    from .._telnyx.operation import Request
    from .client import Client

# A call with more pages of recordings leads nowhere.
CALL_PAGES = 50


class Recordings:
    """Each method that reads raises RequestFailed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, recording_sid: str) -> dict[str, t.Any]:
        """Return a recording."""
        return self._client.read(self._client.request(GET_TEXML_CALL_RECORDING, recording_sid=recording_sid))

    def of_call(self, call_sid: str) -> t.Iterator[dict[str, t.Any]]:
        """Give the recordings of a call."""
        request = self._client.request(FETCH_TEXML_CALL_RECORDINGS, call_sid=call_sid)
        return self._client.each(request, CALL_PAGES)

    def of_conference(self, conference_sid: str) -> t.Iterator[dict[str, t.Any]]:
        """Give the recordings of a conference."""
        request = self._client.request(FETCH_TEXML_CONFERENCE_RECORDINGS, conference_sid=conference_sid)
        return self._client.each(request)

    def of_account(self, date_created: str | None, size: int) -> t.Iterator[dict[str, t.Any]]:
        """Give the recordings of the account, those of a date or of an inequality of one if it is given.

        `size` is how many a page is asked to have.
        """
        request = self._client.request(GET_TEXML_CALL_RECORDINGS, query={"DateCreated": date_created})
        return self._client.each(request, size=size)

    def start(self, call_sid: str, form: t.Mapping[str, t.Any]) -> Request:
        """Return the request that starts a recording, which is not idempotent."""
        return self._client.request(START_TEXML_CALL_RECORDING, form, call_sid=call_sid)

    def update(self, call_sid: str, recording_sid: str, form: t.Mapping[str, t.Any]) -> Request:
        """Return the request that pauses, resumes or stops a recording. It sets a state, so it is idempotent."""
        return self._client.request(UPDATE_TEXML_CALL_RECORDING, form, call_sid=call_sid, recording_sid=recording_sid)

    def delete(self, recording_sid: str) -> Request:
        """Return the request that deletes a recording."""
        return self._client.request(DELETE_TEXML_CALL_RECORDING, recording_sid=recording_sid)
