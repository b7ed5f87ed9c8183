# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list that a search returned may be empty: then there is nothing to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import (
    call_recording,
    call_recording_status,
    recording,
    recording_media,
    transcription,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Behaviour, Task, prepare
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import Scripted


def nothing(request: Request) -> Reply:
    raise AssertionError(f"{request.url} was sent")


@pytest.mark.parametrize(
    ("behaviour", "options"),
    [
        (call_recording.BEHAVIOUR, {"call_sid": []}),
        (call_recording.BEHAVIOUR, {"call_sid": [], "unless_recording": True, "retry_unknown": True}),
        (call_recording_status.BEHAVIOUR, {"call_sid": [], "status": "stopped"}),
        (recording.BEHAVIOUR, {"recording_sid": [], "state": "absent"}),
        (transcription.BEHAVIOUR, {"recording_transcription_sid": [], "state": "absent"}),
        (recording_media.BEHAVIOUR, {"recording_sid": [], "dest": "/tmp/", "wait": True}),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_nothing_is_sent_and_nothing_has_changed(
    behaviour: Behaviour, options: dict[str, Any], check_mode: bool
) -> None:
    params, warnings = prepare(behaviour, {**tasks.CONNECTION, **options}, {})
    result = behaviour.run(params, tasks.client(Scripted(nothing), params), Task(check_mode, True))
    assert warnings == []
    assert not result["changed"]
    assert "failed" not in result
    assert result["outcomes"] == []
    assert "ansible_facts" not in result
