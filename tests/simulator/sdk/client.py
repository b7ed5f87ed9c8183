# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's Python SDK as a client: `client.py BASE_URL`.

Each line of standard input is a JSON object: the `operation` by its operationId, its `arguments` by the names that the API
gives them, and the `api_key`. Each is answered with a line: what the SDK `returned`, or the class of what it `raised`.
"""

from __future__ import annotations

import json
import keyword
import re
import sys
from collections.abc import Callable
from typing import Any

from telnyx import APIStatusError, Telnyx


def methods(client: Telnyx) -> dict[str, Callable[..., Any]]:
    accounts = client.texml.accounts

    def list_of_account(page_token: str | None = None, **query: Any) -> Any:
        # The method knows pages, but not the token without which they mean nothing.
        return accounts.retrieve_recordings_json(
            **query, extra_query=None if page_token is None else {"PageToken": page_token}
        )

    # The SDK's model of the page requires page_number and total_pages in meta, where the API's has cursors.
    lenient = client.with_options(_extra_kwargs={"_strict_response_validation": False})

    return {
        "StartTeXMLCallRecording": accounts.calls.recordings_json.recordings_json,
        "FetchTeXMLCallRecordings": accounts.calls.recordings_json.retrieve_recordings_json,
        "UpdateTeXMLCallRecording": accounts.calls.recordings.recording_sid_json,
        "GetTeXMLCallRecordings": list_of_account,
        "GetTeXMLCallRecording": accounts.recordings.json.retrieve_recording_sid_json,
        "DeleteTeXMLCallRecording": accounts.recordings.json.delete_recording_sid_json,
        "FetchTeXMLConferenceRecordings": accounts.conferences.retrieve_recordings_json,
        "GetTexmlConferenceRecordings": accounts.conferences.retrieve_recordings,
        "GetTeXMLRecordingTranscriptions": accounts.retrieve_transcriptions_json,
        "GetTeXMLRecordingTranscription": accounts.transcriptions.json.retrieve_recording_transcription_sid_json,
        "DeleteTeXMLRecordingTranscription": accounts.transcriptions.json.delete_recording_transcription_sid_json,
        "GetTexmlCalls": accounts.calls.retrieve_calls,
        "GetTexmlCall": accounts.calls.retrieve,
        "ListConnectionActiveCalls": lenient.connections.list_active_calls,
        "GetTexmlConferences": accounts.conferences.retrieve_conferences,
        "GetTexmlConference": accounts.conferences.retrieve,
        "GetTexmlConferenceParticipants": accounts.conferences.participants.retrieve_participants,
        "GetTexmlConferenceParticipant": accounts.conferences.participants.retrieve,
    }


def _parameter(name: str) -> str:
    """Return the SDK's name of a parameter: PageSize and page[size] are page_size, and From is from_."""
    words = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("[", "_").rstrip("]")
    return f"{words}_" if keyword.iskeyword(words) else words


def answer(base_url: str, operation: str, arguments: dict[str, Any], api_key: str) -> dict[str, Any]:
    # With its strict validation the SDK refuses replies that are not of the types of its models.
    with Telnyx(
        base_url=base_url, api_key=api_key, max_retries=0, timeout=10, _strict_response_validation=True
    ) as client:
        named = {_parameter(name): value for name, value in arguments.items()}
        try:
            model = methods(client)[operation](**named)
        except APIStatusError as error:
            return {"raised": type(error).__name__, "status": error.status_code, "body": error.body}
        return {"returned": None if model is None else model.to_dict(mode="json")}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(sys.argv[1], **json.loads(line))), flush=True)
