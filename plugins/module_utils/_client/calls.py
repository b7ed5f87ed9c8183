# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of an account and of its connections, as the API gives them."""

from __future__ import annotations

import typing as t

from .._telnyx.description.calls import GET_TEXML_CALL, GET_TEXML_CALLS, LIST_CONNECTION_ACTIVE_CALLS
from .client import TRIES

if t.TYPE_CHECKING:
    from .client import Client

# The most that the API allows.
ACTIVE_ON_PAGE = 250


class Calls:
    """Each method raises RequestFailed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, call_sid: str) -> dict[str, t.Any]:
        """Return a call. One uncertain failure among thousands of requests is not to cost a call."""
        return self._client.read(self._client.request(GET_TEXML_CALL, call_sid=call_sid), TRIES)

    def active(self, connection_id: str) -> t.Iterator[dict[str, t.Any]]:
        """Give the live legs of a connection."""
        page = {"limit": ACTIVE_ON_PAGE}
        request = self._client.request(LIST_CONNECTION_ACTIVE_CALLS, query={"page": page}, connection_id=connection_id)
        return self._client.each(request)

    def of_account(self, query: t.Mapping[str, t.Any], size: int) -> t.Iterator[dict[str, t.Any]]:
        """Give the calls of the account that a query in the API's names asks for. `size` is as in Client.each."""
        return self._client.each(self._client.request(GET_TEXML_CALLS, query=query), size=size)
