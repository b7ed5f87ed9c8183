# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Looks at transcriptions: the behaviour of the module transcription_info."""

from __future__ import annotations

import itertools
import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils import _outcome
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import MAX_ON_PAGE, Unreadable
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import CONNECTION_SPEC, ArgumentSpec
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import (
    GET_TEXML_RECORDING_TRANSCRIPTION,
    GET_TEXML_RECORDING_TRANSCRIPTIONS,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import build
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Behaviour, Task

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api

SID = "recording_transcription_sid"

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    SID: {"type": "str"},
    "recording_sid": {"type": "str"},
    "limit": {"type": "int"},
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: more than one thing to look for."""
    if SID in params and "recording_sid" in params:
        return [fault("recording_sid", params["recording_sid"], f"left out where {SID} is given")]
    return []


def run(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Return the transcriptions. Reads only, so check mode is no different."""
    operation = GET_TEXML_RECORDING_TRANSCRIPTION if SID in params else GET_TEXML_RECORDING_TRANSCRIPTIONS
    values = {name: params[name] for name in operation.parameters["properties"]}
    request = build(operation, params["base_url"], values, {})
    recording = params.get("recording_sid")
    # How many are of another recording is not known.
    size = MAX_ON_PAGE if recording else min(MAX_ON_PAGE, params.get("limit", MAX_ON_PAGE))
    try:
        found = [api.read(request)] if SID in params else api.each(request, "transcriptions", size=size)
        # The API knows no such question.
        wanted = (one for one in found if recording in (None, one.get("recording_sid")))
        return {"changed": False, "transcriptions": list(itertools.islice(wanted, params.get("limit")))}
    except Unreadable as problem:
        return {"failed": True, "changed": False, "transcriptions": [], **_outcome.failure(problem)}


BEHAVIOUR = Behaviour(
    (GET_TEXML_RECORDING_TRANSCRIPTIONS, GET_TEXML_RECORDING_TRANSCRIPTION), ARGUMENT_SPEC, run, check=check
)
