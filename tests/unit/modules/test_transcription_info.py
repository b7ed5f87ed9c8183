# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription_info as _transcription_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from support import tasks
from support.tasks import Scripted, reply

CONNECTION = {"api_key": "KEY-1", "account_sid": "a", "base_url": "https://e/v2"}
SID = "6a09cdc3-8948-47f0-aa62-74ac943d6c58"


@pytest.mark.parametrize(
    ("options", "path", "found"),
    [
        ({}, "/Transcriptions.json?PageSize=1000", 2),
        ({"limit": 1}, "/Transcriptions.json?PageSize=1", 1),
        ({"limit": 2000}, "/Transcriptions.json?PageSize=1000", 2),
        ({"limit": 1, "recording_sid": SID}, "/Transcriptions.json?PageSize=1000", 1),
        ({"recording_transcription_sid": SID}, f"/Transcriptions/{SID}.json", 1),
    ],
)
def test_what_is_asked(options: dict[str, Any], path: str, found: int) -> None:
    listed = [{"sid": "other", "recording_sid": "other"}, {"sid": "t", "recording_sid": SID}]
    transport = Scripted(lambda request: reply({"sid": SID, "transcriptions": listed}))
    params, _warnings = _task.prepare(_transcription_info.BEHAVIOUR, {**CONNECTION, **options}, {})
    result = _transcription_info.run(params, tasks.client(transport, check_mode=True), _task.Task(True))
    assert [one.url for one in transport.sent] == [f"https://e/v2/texml/Accounts/a{path}"]
    assert len(result["transcriptions"]) == found
