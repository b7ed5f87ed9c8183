# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations that find conferences and who is in them."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import dates
from .account import Account
from .conference_models import ConferenceModels
from .conferences import Conference
from .ledger import Entry
from .misbehaviour import Misbehaviour
from .operation import Operation, following_path, raw_path
from .pages import page
from .refusals import NotFound

FILTERS = ("FriendlyName", "Status", "DateCreated", "DateUpdated")


class ConferenceOperations:
    """Operations by their operationId. They raise NotFound or Refused."""

    def __init__(self, account: Account, misbehaviour: Misbehaviour) -> None:
        self._conferences = account.conferences
        self._models = ConferenceModels(account.sid)
        self._misbehaviour = misbehaviour

    def all(self) -> dict[str, Operation]:
        """Return a function for each operation."""
        return {
            "GetTexmlConferences": self._list,
            "GetTexmlConference": self._get,
            "GetTexmlConferenceParticipants": self._list_participants,
            "GetTexmlConferenceParticipant": self._get_participant,
        }

    def _list(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        query = request.query_params
        created, updated = (dates.check(name, query.get(name)) for name in ("DateCreated", "DateUpdated"))
        filtered = not self._misbehaviour.settings["ignore_filters"]

        def shown(one: Conference) -> bool:
            return not filtered or (
                query.get("FriendlyName", one.friendly_name) == one.friendly_name
                and query.get("Status", one.status) == one.status
                and created(one.created.date)
                and updated(one.updated.date)
            )

        return JSONResponse(
            page(
                self._conferences.all(),
                shown,
                self._models.conference,
                raw_path(request),
                query,
                "conferences",
                filters=FILTERS,
                following_path=following_path(request),
            )
        )

    def _get(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        return JSONResponse(self._models.conference(self._of(request)))

    def _list_participants(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        conference = self._of(request)
        live = conference.live
        return JSONResponse(
            page(
                conference.participants,
                lambda call: call in live,
                lambda call: self._models.participant(conference, call),
                raw_path(request),
                request.query_params,
                "participants",
                filters=(),
                following_path=following_path(request),
            )
        )

    def _get_participant(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        conference, sid = self._of(request), request.path_params["call_sid_or_participant_label"]
        for call in conference.live:
            if sid in (call.sid, conference.labels.get(call.sid)):
                return JSONResponse(self._models.participant(conference, call))
        raise NotFound

    def _of(self, request: Request) -> Conference:
        return self._conferences.get(request.path_params["conference_sid"])
