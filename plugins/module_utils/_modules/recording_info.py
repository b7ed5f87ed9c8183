# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at recordings: the behaviour of the module recording_info."""

from __future__ import annotations

import typing as t

from .._base.errors import RequestFailed
from .._task.options import CONNECTION, RESULTS_PATH
from .._task.results import of_failure
from .._task.results_file import Filed
from .._task.task import Behaviour, Task
from .._telnyx.description.recordings import (
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
)
from .selection import SELECTION, check, selected

if t.TYPE_CHECKING:
    from .._client.client import Client

OPTIONS = {**CONNECTION, **SELECTION, **RESULTS_PATH}


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Return the recordings. Reads only, so check mode is no different."""
    try:
        return {"changed": False, "recordings": list(selected(params, client))}
    except RequestFailed as problem:
        return {**of_failure(problem.failure), "recordings": []}


BEHAVIOUR = Behaviour(
    (
        GET_TEXML_CALL_RECORDINGS,
        GET_TEXML_CALL_RECORDING,
        FETCH_TEXML_CALL_RECORDINGS,
        FETCH_TEXML_CONFERENCE_RECORDINGS,
    ),
    OPTIONS,
    run,
    check=check,
    results_file=Filed(("recordings",)).opened,
)
