# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at transcriptions: the behaviour of the module transcription_info."""

from __future__ import annotations

import itertools
import typing as t

from .._base.errors import RequestFailed
from .._base.faults import Fault, fault
from .._client.client import MAX_ON_PAGE
from .._client.transcriptions import Transcriptions
from .._task.options import CONNECTION, LIMIT, Option
from .._task.results import of_failure
from .._task.task import Behaviour, Task
from .._telnyx.description.transcriptions import (
    GET_TEXML_RECORDING_TRANSCRIPTION,
    GET_TEXML_RECORDING_TRANSCRIPTIONS,
)

if t.TYPE_CHECKING:
    from .._client.client import Client

SID = "recording_transcription_sid"

OPTIONS = {
    **CONNECTION,
    SID: Option({"type": "str"}),
    "recording_sid": Option({"type": "str"}),
    "limit": LIMIT,
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: more than one selection."""
    if SID in params and "recording_sid" in params:
        return [fault("recording_sid", params["recording_sid"], f"left out where {SID} is given")]
    return []


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Return the transcriptions. Reads only, so check mode is no different."""
    recording = params.get("recording_sid")
    # How many are of another recording is not known.
    size = MAX_ON_PAGE if recording else min(MAX_ON_PAGE, params.get("limit", MAX_ON_PAGE))
    transcriptions = Transcriptions(client)
    try:
        found = [transcriptions.get(params[SID])] if SID in params else transcriptions.of_account(size)
        # The API cannot be asked for those of a recording.
        wanted = (one for one in found if recording in (None, one.get("recording_sid")))
        return {"changed": False, "transcriptions": list(itertools.islice(wanted, params.get("limit")))}
    except RequestFailed as problem:
        return {**of_failure(problem.failure), "transcriptions": []}


BEHAVIOUR = Behaviour(
    (GET_TEXML_RECORDING_TRANSCRIPTIONS, GET_TEXML_RECORDING_TRANSCRIPTION), OPTIONS, run, check=check
)
