# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Deletes recordings: the behaviour of the module recording."""

from __future__ import annotations

import typing as t

from ansible_collections.voiceops.telnyx.plugins.module_utils import _deletion
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import CONNECTION_SPEC, ArgumentSpec
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import (
    DELETE_TEXML_CALL_RECORDING as DELETE,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import (
    GET_TEXML_CALL_RECORDING as GET,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import Operation

if t.TYPE_CHECKING:
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api

OPERATIONS: tuple[Operation, ...] = (DELETE, GET)
REPLIES: dict[str, dict[str, t.Any]] = {}

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    "recording_sid": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": ["absent"], "required": True},
    "max_concurrency": {"type": "int", "default": 8},
}


def normalize(arguments: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments as they are."""
    return arguments


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return nothing: the schemas say it all."""
    return []


def warnings(params: dict[str, t.Any]) -> list[str]:
    """Return nothing: who asks for a deletion means it."""
    return []


def run(
    params: dict[str, t.Any], api: Api, check_mode: bool, diff: bool, progress: t.Callable[[str], None] | None
) -> dict[str, t.Any]:
    """Delete recordings, and return the result of the task."""
    return _deletion.run("recording_sid", DELETE, GET, params, api, check_mode, diff)
