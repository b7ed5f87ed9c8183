# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of the description: what each does with the account, and its right reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import dates
from .account import Account
from .call_operations import CallOperations
from .conference_operations import ConferenceOperations
from .ledger import Entry
from .misbehaviour import Misbehaviour
from .operation import Operation, raw_path
from .pages import page
from .recording import Recording


class Operations:
    """The operations by their operationId. They raise NotFound, NotAnswered or Refused."""

    def __init__(self, account: Account, misbehaviour: Misbehaviour) -> None:
        self._account = account
        self._misbehaviour = misbehaviour

    def all(self) -> dict[str, Operation]:
        """Return a function for each operation. It takes the request, its form, and its entry in the ledger."""
        return {
            "StartTeXMLCallRecording": self._start,
            "FetchTeXMLCallRecordings": self._list_of_call,
            "UpdateTeXMLCallRecording": self._update,
            "GetTeXMLCallRecordings": self._list,
            "GetTeXMLCallRecording": self._get,
            "DeleteTeXMLCallRecording": self._delete,
            "FetchTeXMLConferenceRecordings": self._list_of_conference,
            "GetTexmlConferenceRecordings": self._list_of_conference_in_its_model,
            "GetTeXMLRecordingTranscriptions": self._list_transcriptions,
            "GetTeXMLRecordingTranscription": self._get_transcription,
            "DeleteTeXMLRecordingTranscription": self._delete_transcription,
            **CallOperations(self._account, self._misbehaviour).all(),
            **ConferenceOperations(self._account, self._misbehaviour).all(),
        }

    def _start(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        recording = self._account.start(request.path_params["call_sid"], form)
        entry["recording"] = recording["sid"]
        return JSONResponse(recording)

    def _update(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        call_sid = request.path_params["call_sid"]
        self._account.calls.expect_live(call_sid)
        recording = self._account.recordings.get(request.path_params["recording_sid"], call_sid)
        # The description requires nothing.
        if "Status" in form:
            recording.update(form["Status"])
        return JSONResponse(self._account.models.started(recording))

    def _get(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        recording = self._account.recordings.get(request.path_params["recording_sid"])
        return JSONResponse(self._account.models.recording(recording))

    def _delete(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        self._account.recordings.get(request.path_params["recording_sid"]).deleted = True
        return Response(status_code=204)

    def _list(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        return self._page(request, self._account.recordings.all())

    def _list_of_call(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        call_sid = request.path_params["call_sid"]
        self._account.calls.expect(call_sid)
        return self._page(request, self._account.recordings.of_call(call_sid))

    def _list_of_conference(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        return self._page(request, self._of_conference(request))

    def _list_of_conference_in_its_model(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        models = self._account.models
        recordings = self._of_conference(request)
        listed = page(recordings, self._is_old_enough, models.of_conference, raw_path(request), request.query_params)
        return JSONResponse({**listed, "participants": []})

    def _list_transcriptions(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        return JSONResponse(
            page(
                self._account.transcriptions.all(),
                lambda one: not one.deleted,
                self._account.models.transcription,
                raw_path(request),
                request.query_params,
                "transcriptions",
                numbered=False,
            )
        )

    def _get_transcription(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        transcription = self._account.transcriptions.get(request.path_params["recording_transcription_sid"])
        return JSONResponse(self._account.models.transcription(transcription))

    def _delete_transcription(self, request: Request, form: dict[str, Any], entry: Entry) -> Response:
        self._account.transcriptions.delete(request.path_params["recording_transcription_sid"])
        return Response(status_code=204)

    def _of_conference(self, request: Request) -> list[Recording]:
        sid = request.path_params["conference_sid"]
        self._account.conferences.expect(sid)
        return self._account.recordings.of_conference(sid)

    def _page(self, request: Request, recordings: Sequence[Recording]) -> Response:
        in_time = dates.check("DateCreated", request.query_params.get("DateCreated"))
        filtered = not self._misbehaviour.settings["ignore_filters"]

        def shown(one: Recording) -> bool:
            return not one.deleted and self._is_old_enough(one) and (not filtered or in_time(one.created))

        return JSONResponse(
            page(recordings, shown, self._account.models.recording, raw_path(request), request.query_params)
        )

    def _is_old_enough(self, recording: Recording) -> bool:
        lag: float = self._misbehaviour.settings["list_lag"]
        return recording.made <= self._misbehaviour.clock.seconds() - lag
