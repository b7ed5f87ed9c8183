#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording_status
short_description: Pause, resume and stop recordings of calls
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Brings the recording of each of the named calls into a state.
  - It looks first, changes only what differs, and looks again, since the API's reply does not say in which state the
    recording is.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode looks, and says what would change.
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A recording that is in the state already is left alone. To stop what is V(stopped) or V(completed) changes nothing.
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  call_sid:
    description:
      - The calls whose recordings are changed; a string is a list of one.
      - One that fails does not keep the others from being changed.
    type: list
    elements: str
    required: true
  recording_sid:
    description:
      - The recording to change. It can be given with one call only.
      - Without it, it is the only recording of the call that is V(in-progress) or V(paused). If there are several, the task
        fails and names them. If there is none, there is nothing to stop, and nothing that could be paused or resumed.
    type: str
  status:
    description:
      - The state that the recording is to have. V(in-progress) resumes it, V(paused) pauses it, and V(stopped) ends it.
      - A recording that has been stopped cannot be resumed. The task then fails, and no update is sent.
    type: str
    choices: [in-progress, paused, stopped]
    required: true
  max_concurrency:
    description:
      - How many calls are changed at the same time, from 1 to 128.
    type: int
    default: 8
notes:
  - An update sets a state and may be repeated, so one that was not answered is sent again if a look shows that it had no
    effect.
seealso:
  - module: voiceops.telnyx.call_recording
  - module: voiceops.telnyx.recording_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Record a call
  voiceops.telnyx.call_recording:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
  register: started

- name: Pause while a card number is read out
  voiceops.telnyx.call_recording_status:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    recording_sid: "{{ started.recording.sid }}"
    status: paused

- name: Resume
  voiceops.telnyx.call_recording_status:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    recording_sid: "{{ started.recording.sid }}"
    status: in-progress

- name: Stop
  voiceops.telnyx.call_recording_status:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    recording_sid: "{{ started.recording.sid }}"
    status: stopped
"""

RETURN = r"""
recording:
  description: The recording as the last look showed it, if one call was named and has one.
  returned: success, if O(call_sid) has one call
  type: dict
  contains:
    sid:
      description: The SID of the recording.
      type: str
    account_sid:
      description: The account of the recording.
      type: str
    call_sid:
      description: The recorded call.
      type: str
    conference_sid:
      description: The recorded conference, if it was one.
      type: str
    status:
      description: V(in-progress), V(paused), V(stopped) or V(completed); of a conference also V(processing), V(absent) or
        V(deleted).
      type: str
    source:
      description: What made the recording, such as V(StartCallRecordingAPI).
      type: str
    channels:
      description: The number of audio channels, 1 or 2.
      type: int
    duration:
      description: The length in seconds, once it is known.
      type: int
    date_created:
      description: When it was created, in UTC.
      type: str
    date_updated:
      description: When it was last changed, in UTC.
      type: str
    start_time:
      description: When it began, in UTC.
      type: str
    error_code:
      description: Why the recording failed.
      type: str
    media_url:
      description: Where the audio can be fetched, for some minutes. Whoever has the address can fetch it.
      type: str
    subresources_uris:
      description: The paths of what belongs to it, such as C(transcriptions).
      type: dict
    uri:
      description: The path of the recording on the host of the API.
      type: str
  sample: &recording
    sid: ab4127e0-3ee7-4314-9253-1e65f93fb51e
    account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    conference_sid: null
    status: completed
    source: StartCallRecordingAPI
    channels: 2
    duration: 2
    date_created: '2026-11-22T20:22:32Z'
    date_updated: '2026-11-22T20:22:34Z'
    start_time: '2026-11-22T20:22:32Z'
    error_code: null
    media_url: "http://127.0.0.1:35375/recordings/ab4127e0-3ee7-4314-9253-1e65f93fb51e.wav?expires=1795379556.720&si\
      gnature=75c0bdeddcd894c9f493a224e966b91edfd99522ddc0084d7050dd2a1f4062c0"
    subresources_uris:
      transcriptions: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Transcriptions/ab86c34f-a94d-5d2e-999d-b095181e64ac.json
    uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Recordings/ab4127e0-3ee7-4314-9253-1e65f93fb51e.json
recordings:
  description: The recordings as the last look showed them, each like RV(recording). In check mode, with the state that they
    would have.
  returned: if the arguments are valid
  type: list
  elements: dict
  sample: [*recording]
failures:
  description: The calls whose recording is not in the state.
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    msg:
      description: What happened, and what to do.
      type: str
    status:
      description: The HTTP status of the reply, if there was one.
      type: int
    errors:
      description: The error objects of the API.
      type: list
      elements: dict
    recordings:
      description: The recordings that it is about, as in RV(recordings).
      type: list
      elements: dict
  sample: []
errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import (
    call_recording_status as _call_recording_status,
)
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_call_recording_status.BEHAVIOUR)


if __name__ == "__main__":
    main()
