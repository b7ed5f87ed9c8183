#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: transcription_info
short_description: List transcriptions of recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Returns one transcription, or all transcriptions of a recording or of the account.
  - The list is read page by page to its end, or up to O(limit), and never from another host.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode makes no difference.
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
      - The transcription to return.
      - If it does not exist, the task fails.
    type: str
  recording_sid:
    description:
      - Only transcriptions of this recording.
      - The API has no such filter, so all transcriptions of the account are read.
      - It cannot be combined with O(recording_transcription_sid).
    type: str
  limit:
    description:
      - The maximum number of transcriptions to return, at least 1.
      - No more pages than needed are requested.
    type: int
seealso:
  - module: voiceops.telnyx.transcription
  - module: voiceops.telnyx.recording_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: List the first ten transcriptions of the account
  voiceops.telnyx.transcription_info:
    limit: 10
  register: found

- name: List the transcriptions of a recording
  voiceops.telnyx.transcription_info:
    recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
"""

RETURN = r"""
transcriptions:
  description:
    - The transcriptions as the API returned them, in its order. Empty if the task failed.
    - The API guarantees none of the fields, and may return more.
  returned: if the arguments are valid
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
      description: The transcribed text.
      type: str
    uri:
      description: The path of the transcription on the API's host.
      type: str
  sample:
    - account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
      api_version: '2010-04-01'
      call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      date_created: '2026-11-24T08:26:46Z'
      date_updated: '2026-11-24T08:26:47Z'
      duration: '12'
      recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      sid: 98109480-84c3-47d8-b986-01affd5f498a
      status: completed
      uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Transcriptions/98109480-84c3-47d8-b986-01affd5f498a.json
      transcription_text: This call is being recorded by a simulator. Nobody has said anything.
msg:
  description: Why the task failed, and what to do.
  returned: failure
  type: str
  sample: >-
    The API answered 404: Resource not found. Either there is no such thing in this account; or account_sid is wrong (the
    organization ID is wanted, and the connection ID or the user ID is often given); or the key did not arrive (a proxy may
    have removed it).
http_status:
  description: The HTTP status of the API's reply, or null if there was none.
  returned: failure, if the arguments are valid
  type: int
  sample: 404
errors:
  description: The API's error objects.
  returned: failure, if the arguments are valid
  type: list
  elements: dict
  sample:
    - detail: Resource not found
argument_errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription_info as _transcription_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_transcription_info.BEHAVIOUR)


if __name__ == "__main__":
    main()
