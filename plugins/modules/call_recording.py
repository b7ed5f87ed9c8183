#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_recording
short_description: Start recording calls
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Starts a recording on each of the named calls, which must be live, and returns the API's replies.
  - All arguments are checked on the controller against a JSON Schema that is derived from the API's OpenAPI
    description. If anything is wrong, the task fails with one message that names every fault, and nothing is sent.
  - A start is sent again only if it surely had no effect, since no connection was made or the rate limit refused it. If
    it is open whether it had one, the recordings of the call are listed, and tell. What cannot be told is
    V(unknown), and the task fails.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - All arguments are checked, no start is sent, and RV(requests) shows what would have been sent.
      - With O(unless_recording), and with a O(journal) that has starts with an open outcome, the recordings of these calls
        are listed. The journal is read and not written.
  diff_mode:
    support: full
    details:
      - Shows each request and its form.
  idempotent:
    support: partial
    details:
      - With a O(journal) it is. A second run starts only what has not been started.
      - Without one, every run starts a new recording. The API has no idempotency key, and does not say what it does with a
        second start on a call that is being recorded.
      - With O(unless_recording), a run changes nothing on a call that is being recorded. Between its look and its start
        somebody else may start a recording.
  facts:
    support: full
    details:
      - Sets C(telnyx_call_recordings), and C(telnyx_call_recording) when one call was named.
      - ansible-core keeps no facts of a task that failed. They are in the registered result all the same, and are kept
        if the task has C(failed_when=false).
      - The facts of a later task, or of a later item of a loop, replace them. Name all calls in O(call_sid) instead of
        looping over them.
  platform:
    platforms: posix
    support: full
options:
  call_sid:
    description:
      - The calls to record; a string is a list of one. Each call may be named once.
      - A call must have been answered and must not have ended.
      - One that fails does not keep the others from being started.
    type: list
    elements: str
    required: true
  max_concurrency:
    description:
      - How many calls are started at the same time, from 1 to 128.
    type: int
    default: 8
  play_beep:
    description:
      - Whether to play a beep on the call as the recording begins.
      - The API's default is V(true).
    type: bool
  recording_channels:
    description:
      - How many audio channels the recording has. With V(dual) the first leg of the call has one, and the rest has
        another. With V(single) all are mixed into one.
      - The API's default is V(dual).
      - With only one O(recording_track), V(dual) may still give a file with one channel.
    type: str
    choices: [single, dual]
  recording_track:
    description:
      - Which direction of the audio to record.
      - The API's default is V(both).
    type: str
    choices: [inbound, outbound, both]
  recording_status_callback:
    description:
      - The absolute C(http) or C(https) URL to which the API reports changes of the recording's state. It has at most
        2000 characters.
      - A password in it is not shown in any output.
    type: str
  recording_status_callback_method:
    description:
      - The HTTP method of the callback.
      - A callback with V(GET) carries no signature, so its receiver cannot tell who sent it. The task then has a
        warning.
      - The API's default is V(POST).
    type: str
    choices: [GET, POST]
  recording_status_callback_event:
    description:
      - Which states of the recording are reported, one or more of V(in-progress), V(completed) and V(absent).
      - A list, or the API's own spelling with spaces, such as V(in-progress completed).
      - The API's default is V(completed).
    type: list
    elements: str
  send_recording_url:
    description:
      - Whether the callback has the address of the audio. It can be fetched for about ten minutes.
      - The API's default is V(true).
    type: bool
  unless_recording:
    description:
      - Whether to leave a call alone that is already being recorded. Its list then shows a recording that is
        V(in-progress) or V(paused), which is returned as it is, and nothing has changed. If it is paused, the task has a
        warning.
      - This costs a request more for each call. If the list cannot be read, no start is sent; the outcome is V(not_sent),
        or V(rejected) if the API refused.
      - It cannot promise that the call has one recording only. How soon a new recording shows in the list is not known, and
        somebody else may start one between the look and the start. For the same starts, use a O(journal).
    type: bool
    default: false
  reconcile_timeout:
    description:
      - How many seconds, from 0 to 3600, to look for the recording of a start request whose outcome is uncertain. It is
        uncertain if the reply did not come, did not say, or was an error of the server. The call's recordings are listed a
        few times; the starts of a task are looked for together, after the last one was sent.
      - The recording is adopted if it is the only one that this start can have made. A recording is of another start if
        it was created before this one was sent, by the clock of the API, which its replies show and which need not agree
        with that of the host; if its C(source) is not C(StartCallRecordingAPI); or if it has another number of channels
        than asked for. With O(unless_recording), those that were listed before the start are known by their SIDs.
      - The API dates a recording to the second, and does not say who started it. So where another recording of the same
        kind was started in the same seconds, there are two candidates, and the outcome is V(unknown). If this start was
        lost and only that other recording exists, it cannot be told apart, and is adopted.
      - The whole time is used also if a recording shows early, since another one may still follow. A list that cannot be
        read at the end is tried for as long again. To this comes what the looks themselves take.
      - With V(0) nothing is looked for, and such an outcome is V(unknown).
    type: int
    default: 10
  retry_unknown:
    description:
      - Whether to send one more start request if the call's list showed no recording at all during O(reconcile_timeout).
        A start that takes longer to have its effect is then a second recording. A call that has any older recording is
        left as it is.
      - RV(outcomes) says of which calls this was done, and the task has a warning.
    type: bool
    default: false
  journal:
    description:
      - The absolute path, on the host of the task, of a file that records which calls have been started. Each start is
        noted in it before it is sent, and its outcome after it. Each note is on the disk before the next step. The file
        is created for its owner only, and holds no secret.
      - A task that is run again with the same journal, also after a crash, starts only what has not been started. It
        returns the other recordings from the journal, unchanged. A start that was noted and has no outcome is looked
        for, as O(reconcile_timeout) says; the host's clock must not have been set meanwhile. As long as it cannot be told
        what became of it, it is V(unknown) and not sent again, unless O(retry_unknown) allows it.
      - A start is known by O(base_url), O(account_sid) and O(call_sid), whatever the other options are. Use a journal for
        each occasion, such as an incident.
      - While a task has a journal open, others that name it wait.
      - A last line that was cut off, as by a crash, is taken out with a warning. If another line is not as it was
        written, the task fails and names it.
    type: path
notes:
  - If the connection of the task is C(local), with no C(become), C(async) or C(environment), the task runs in the process of
    the worker, which saves the cost of starting a module. With several calls it prints how far it is every two seconds. The
    result is the same. The variable C(voiceops_telnyx_in_process=false) makes it run as a module all the same.
  - The keywords C(until) and C(retries) run the whole task again. If one of its calls failed, the others are then recorded
    again in each attempt. Retry with a O(journal), which starts only what has not been started.
  - Only the options that are set are sent. The API's defaults apply to the others.
  - A task that runs in the process of the worker and is interrupted, as by the keyword C(timeout) or Ctrl-C, sends no
    further starts. Where it runs as a module, ansible-core does not end the module at a C(timeout), and it goes on. What was
    sent is in no result; with a O(journal), the next run finds it, and waits for such a module to end.
seealso:
  - module: ansible.builtin.uri
  - ref: ansible_collections.voiceops.telnyx.docsite.guide_bridge
    description: A guide that records all calls of a bridge, with the role P(voiceops.telnyx.record_call#role).
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Record a call
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA

- name: Record all calls of a bridge, mixed into one channel and without a beep
  voiceops.telnyx.call_recording:
    call_sid:
      - v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      - v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    recording_channels: single
    play_beep: false

- name: Have the runbook server told when the recording begins and when it is ready
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    recording_status_callback: https://runbooks.example.com/recordings
    recording_status_callback_event: [in-progress, completed]
    send_recording_url: false

- name: Set the key and the account once for several tasks
  module_defaults:
    group/voiceops.telnyx.telnyx:
      api_key: "{{ vault_telnyx_api_key }}" # from a file that ansible-vault has encrypted
      account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
  block:
    - name: Record what the caller says
      voiceops.telnyx.call_recording:
        call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
        recording_track: inbound

    - name: Show the SID of the recording, from the facts
      ansible.builtin.debug:
        msg: "{{ ansible_facts['telnyx_call_recording']['sid'] }}"

- name: Show what would be sent, and send nothing
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    recording_track: both
  check_mode: true
  diff: true

- name: Record a bridge once, however often the runbook is run
  voiceops.telnyx.call_recording:
    call_sid:
      - v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      - v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    journal: ~/incident-4711.journal

- name: Record a call unless somebody records it already
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    unless_recording: true

- name: Go on where some of the calls cannot be recorded
  voiceops.telnyx.call_recording:
    call_sid:
      - v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      - v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w
  register: bridge
  failed_when: false

- name: Say which calls are not being recorded, and why
  ansible.builtin.debug:
    msg: "{{ item.call_sid }}: {{ item.outcome }}, {{ item.msg }}"
  loop: "{{ bridge.failures }}"
  loop_control:
    label: "{{ item.call_sid }}"
"""

RETURN = r"""
recording:
  description:
    - The recording, as the API returned it, if one call was named and its recording was started.
    - The API promises none of its fields, and may return more.
  returned: success, if O(call_sid) has one call
  type: dict
  contains:
    account_sid:
      description: The account of the call.
      type: str
    call_sid:
      description: The call that is being recorded.
      type: str
    conference_sid:
      description: The conference that is being recorded, if it is one.
      type: str
    channels:
      description: The number of audio channels, 1 or 2.
      type: int
    date_created:
      description: When the recording was created.
      type: str
    date_updated:
      description: When the recording was last changed.
      type: str
    start_time:
      description: When the recording began.
      type: str
    price:
      description: What the recording costs.
      type: str
    price_unit:
      description: The currency of the price.
      type: str
    duration:
      description: The length of the recording in seconds. It is not known at the start.
      type: str
    sid:
      description: The SID of the recording.
      type: str
    source:
      description: What made the recording, here V(StartCallRecordingAPI).
      type: str
    error_code:
      description: Why the recording failed.
      type: str
    track:
      description: Which direction of the audio is recorded, V(inbound), V(outbound) or V(both).
      type: str
    uri:
      description: The path of the recording on the host of the API.
      type: str
  sample: &recording
    account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    channels: 2
    conference_sid: null
    date_created: "2026-11-22T16:32:38Z"
    date_updated: "2026-11-22T16:32:38Z"
    duration: null
    error_code: null
    price: null
    price_unit: null
    sid: 7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7
    source: StartCallRecordingAPI
    start_time: "2026-11-22T16:32:38Z"
    track: both
    uri: "/v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA/\
      Recordings/7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7.json"
recordings:
  description:
    - The recordings that are known to have been started, in the order of O(call_sid), each like RV(recording).
    - One that is known from the call's list has C(status), C(media_url) and C(subresources_uris) as well, and no
      C(track) and price.
    - Also returned if the task failed because of other calls.
  returned: if the arguments are valid
  type: list
  elements: dict
  sample: [*recording]
outcomes:
  description: What became of each call, in the order of O(call_sid). In check mode, only of those that would not be started.
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    outcome:
      description: V(started), if the recording is known to have been started, and else as in RV(failures).
      type: str
    changed:
      description: Whether this task started it, and not an earlier one or somebody else.
      type: bool
    reconciled:
      description: Whether the recording is known from the call's list, since the reply did not tell.
      type: bool
    retried:
      description: Whether a second start was sent, as O(retry_unknown) allows.
      type: bool
    msg:
      description: What there is to say about it; empty for a start that went as usual.
      type: str
  sample:
    - call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      outcome: started
      changed: true
      reconciled: false
      retried: false
      msg: ""
failures:
  description: The calls for which no recording is known to run, in the order of O(call_sid).
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    outcome:
      description:
        - V(rejected), the API refused, and nothing was started.
        - V(not_sent), the request surely had no effect. No connection could be made, or the rate limit outlasted
          O(rate_limit_timeout).
        - V(unknown), a recording may have been started, and the call's list did not tell.
      type: str
    msg:
      description: What happened, whether a recording may be running, and what to do.
      type: str
    status:
      description: The HTTP status of the reply, if there was one.
      type: int
    errors:
      description: The error objects of the API.
      type: list
      elements: dict
    candidates:
      description: The recordings on the call's list of which one may be of this start, if the outcome is V(unknown).
      type: list
      elements: dict
  sample:
    - call_sid: v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w
      outcome: rejected
      msg: >-
        The API answered 404: Resource not found. The API refused, so this request started no recording. Either the call is
        unknown or has ended; or account_sid is wrong (the organization ID is wanted, and the connection ID or the user ID is
        often given); or the key did not arrive (a proxy may have removed it).
      status: 404
      errors:
        - detail: Resource not found
      candidates: []
requests:
  description: What would have been sent, in the order of O(call_sid).
  returned: in check mode
  type: list
  elements: dict
  contains:
    method:
      description: The HTTP method.
      type: str
    url:
      description: The address.
      type: str
    form:
      description: The form, with the API's names and in its spelling. Credentials in a URL are replaced.
      type: dict
  sample:
    - method: POST
      url: "https://api.telnyx.com/v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/\
        v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA/Recordings.json"
      form:
        PlayBeep: "false"
        RecordingChannels: single
errors:
  description: What is wrong with the arguments; at most the first ten faults.
  returned: if the arguments are not valid
  type: list
  elements: dict
  contains:
    argument:
      description: The option.
      type: str
    message:
      description: What is wrong, in a sentence.
      type: str
    path:
      description: The option, and the index in its list.
      type: str
    expected:
      description: What is allowed.
      type: str
    found:
      description: What was given; null if it is missing or secret, and a text that is cut if it is long.
      type: raw
  sample:
    - argument: recording_track
      message: recording_track is 'sideways'; it must be one of inbound, outbound, both
      path: recording_track
      expected: one of inbound, outbound, both
      found: sideways
ansible_facts:
  description: Facts of the host of the task.
  returned: if a recording is known to have been started
  type: dict
  contains:
    telnyx_call_recordings:
      description: RV(recordings), by the call SIDs of the task.
      type: dict
    telnyx_call_recording:
      description: RV(recording), if one call was named.
      type: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_call_recording.BEHAVIOUR)


if __name__ == "__main__":
    main()
