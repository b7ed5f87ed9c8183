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
  - Pauses, resumes or stops the recording of each of the given calls.
  - It lists the call's recordings, updates a recording only if its status differs, and lists them again to confirm it, since
    the API's reply does not include the status.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - The calls' recordings are listed, and the result shows what would change.
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A recording that has the status already is unchanged. V(stopped) also leaves a V(completed) recording unchanged.
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  call_sid:
    description:
      - The calls whose recordings to update, as a list of SIDs or as one SID.
      - A call that fails does not stop the others from being updated.
      - With an empty list there is nothing to do. The task is C(ok), and nothing is sent.
    type: list
    elements: str
    required: true
  recording_sid:
    description:
      - The recording to update, only allowed with a single call.
      - Without it, the call's only recording that is V(in-progress) or V(paused) is updated. If there are several, the call
        fails, and C(candidates) in RV(outcomes) has them. If there is none, V(stopped) changes nothing, and any other
        O(status) fails.
    type: str
  status:
    description:
      - The status that the recording should have.
      - V(paused) pauses it, V(in-progress) resumes it, V(stopped) ends it.
      - A stopped recording cannot be resumed. The call then fails, and no update is sent.
    type: str
    choices: [in-progress, paused, stopped]
    required: true
  max_concurrency:
    description:
      - How many calls to update at the same time, from 1 to 128.
    type: int
    default: 8
  results_path:
    description:
      - The absolute path, on the target host, of a file for the results of a large task.
      - The file is one JSON object with the return values that the task has without this option, except facts and diffs. Each
        entry of a list has a line of its own.
      - The task then does not return RV(recording), RV(recordings) and RV(outcomes). It returns RV(summary) and RV(failures) instead.
      - The file is replaced as a whole when the task ends, and only its owner can read it. Its directory must exist and be
        writable. Otherwise nothing is sent.
      - If the file cannot be written at the end, the task fails, and returns the lists itself.
      - In check mode no file is written. The numbers are returned.
    type: path
notes:
  - An update is idempotent. One without a reply is retried if the call's list shows that it had no effect.
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
  description: The recording as last listed, if O(call_sid) has one call and the call has a recording.
  returned: success, if O(call_sid) has one call, unless O(results_path) is set
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
      description: The recorded conference, if it is one.
      type: str
    status:
      description: V(in-progress), V(paused), V(stopped) or V(completed). A conference's recording may also be V(processing),
        V(absent) or V(deleted).
      type: str
    source:
      description: How the recording was started, for example V(StartCallRecordingAPI).
      type: str
    channels:
      description: The number of audio channels, 1 or 2.
      type: int
    duration:
      description: The length in seconds. It is null until it is known.
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
      description: The URL of the audio. It is valid for some minutes, and anyone who has it can download the audio.
      type: str
    subresources_uris:
      description: The paths of related resources, for example C(transcriptions).
      type: dict
    uri:
      description: The path of the recording on the API's host.
      type: str
  sample: &recording
    sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
    account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    conference_sid: null
    status: paused
    source: StartCallRecordingAPI
    channels: 2
    duration: null
    date_created: '2026-11-24T08:26:28Z'
    date_updated: '2026-11-24T08:26:40Z'
    start_time: '2026-11-24T08:26:28Z'
    error_code: null
    media_url: null
    subresources_uris:
      transcriptions: null
    uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Recordings/2158b9d9-e7c3-46d2-be88-c2e53d9fff77.json
recordings:
  description:
    - The recordings as last listed, in the order of O(call_sid), each like RV(recording).
    - In check mode, with the status that they would have.
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
  sample: [*recording]
outcomes:
  description: The outcome of each call, in the order of O(call_sid).
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    outcome:
      description:
        - V(changed) if the recording was updated, or would be in check mode.
        - V(unchanged) if the recording had the status already, or the call has no recording to stop.
        - V(failed) otherwise, see C(msg).
      type: str
    changed:
      description: Whether the recording was updated, or would be in check mode.
      type: bool
    msg:
      description: Why the call failed, and what to do. Empty otherwise.
      type: str
    http_status:
      description: The HTTP status of the API's reply, if that is why the call failed, otherwise null.
      type: int
    errors:
      description: The API's error objects.
      type: list
      elements: dict
    recording:
      description: The SID of the recording, or null if the call failed or has none.
      type: str
    candidates:
      description: The recordings that C(msg) is about, each like RV(recording).
      type: list
      elements: dict
  sample:
    - call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      outcome: changed
      changed: true
      msg: ''
      http_status: null
      errors: []
      recording: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      candidates: []
    - call_sid: v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w
      outcome: failed
      changed: false
      msg: The call has no active recording that could be paused.
      http_status: null
      errors: []
      recording: null
      candidates: []
summary:
  description:
    - How many entries each list of the file has, by the name of the list.
    - How many calls have each C(outcome) of RV(outcomes), by the name of the outcome.
  returned: if O(results_path) is set
  type: dict
  sample:
    changed: 9990
    unchanged: 0
    failed: 10
    outcomes: 10000
    recordings: 9990
failures:
  description: The first ten failures, each with what RV(outcomes) has under the same names. All are in the file.
  returned: if O(results_path) is set
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    outcome:
      description: The outcome.
      type: str
    msg:
      description: What happened, and what to do.
      type: str
    http_status:
      description: The HTTP status of the API's reply, or null if there was none.
      type: int
  sample: []
results_path:
  description: The file of results.
  returned: if O(results_path) is set, except in check mode
  type: str
  sample: /var/lib/telnyx/results.json
argument_errors:
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
