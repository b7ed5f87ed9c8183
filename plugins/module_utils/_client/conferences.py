# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The conferences of an account, as the API gives them."""

from __future__ import annotations

import typing as t

from .._telnyx.description.conferences import GET_TEXML_CONFERENCE_PARTICIPANTS, GET_TEXML_CONFERENCES

if t.TYPE_CHECKING:
    from .client import Client


class Conferences:
    """Each method raises RequestFailed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def in_progress(self, friendly_name: str | None = None) -> t.Iterator[dict[str, t.Any]]:
        """Give the conferences in progress, those of a name if it is given."""
        query = {"FriendlyName": friendly_name, "Status": "in-progress"}
        request = self._client.request(GET_TEXML_CONFERENCES, query=query)
        for one in self._client.each(request):
            # A filter that the service ignores would widen the selection.
            same = friendly_name in (None, one.get("friendly_name"))
            if same and one.get("status") == "in-progress" and isinstance(one.get("sid"), str):
                yield one

    def participants(self, conference_sid: str) -> t.Iterator[dict[str, t.Any]]:
        """Give the participants of a conference."""
        return self._client.each(self._client.request(GET_TEXML_CONFERENCE_PARTICIPANTS, conference_sid=conference_sid))
