#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: transcription_info
short_description: Look at transcriptions of recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Returns one transcription, those of a recording, or all of the account.
  - The list is followed to its end, or to O(limit), by the API's own links, and never to another host.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode reads as well.
  diff_mode:
    support: N/A
    details:
      - Nothing is changed.
  idempotent:
    support: full
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  recording_transcription_sid:
    description:
      - The only transcription to look at. If there is none, the task fails.
    type: str
  recording_sid:
    description:
      - Only transcriptions of this recording. All of the account are looked through, since the API has no such question.
      - It cannot be given together with O(recording_transcription_sid).
    type: str
  limit:
    description:
      - How many transcriptions to return at most, from 1 on. No more pages are asked for than that takes.
    type: int
seealso:
  - module: voiceops.telnyx.transcription
  - module: voiceops.telnyx.recording_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Look at the ten first transcriptions of the account
  voiceops.telnyx.transcription_info:
    limit: 10
  register: found

- name: Look at what was said in a recording
  voiceops.telnyx.transcription_info:
    recording_sid: 7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7
"""

RETURN = r"""
transcriptions:
  description:
    - The transcriptions as the API gave them, in its order.
    - The API promises none of the fields, and may return more.
  returned: success
  type: list
  elements: dict
  contains:
    sid:
      description: The SID of the transcription.
      type: str
    account_sid:
      description: The account of the transcription.
      type: str
    api_version:
      description: The version of the API.
      type: str
    call_sid:
      description: The recorded call.
      type: str
    recording_sid:
      description: The recording.
      type: str
    status:
      description: V(in-progress) or V(completed).
      type: str
    duration:
      description: The length of the audio in seconds.
      type: str
    date_created:
      description: When it was created.
      type: str
    date_updated:
      description: When it was last changed.
      type: str
    transcription_text:
      description: What was said.
      type: str
    uri:
      description: The path of the transcription on the host of the API.
      type: str
  sample:
    - account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
      api_version: '2010-04-01'
      call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      date_created: '2026-11-22T20:22:34Z'
      date_updated: '2026-11-22T20:22:35Z'
      duration: '2'
      recording_sid: ab4127e0-3ee7-4314-9253-1e65f93fb51e
      sid: ab86c34f-a94d-5d2e-999d-b095181e64ac
      status: completed
      uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Transcriptions/ab86c34f-a94d-5d2e-999d-b095181e64ac.json
      transcription_text: This call is being recorded by a simulator. Nobody has said anything.
errors:
  description: The error objects of the API; or what is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: failure
  type: list
  elements: dict
status:
  description: The HTTP status of the reply, if there was one.
  returned: if the API did not tell
  type: int
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription_info as _transcription_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_transcription_info.BEHAVIOUR)


if __name__ == "__main__":
    main()
