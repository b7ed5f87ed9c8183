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
  - Starts a recording on each of the given live calls, and returns the API's replies.
  - All arguments are validated on the controller against a JSON Schema derived from the API's OpenAPI description. If any
    is invalid, the task fails with one message that lists every error, and sends nothing.
  - A start request is retried only if it cannot have had an effect, because no connection was made or it was rate limited.
    If the outcome is uncertain, the module lists the call's recordings to find out. If it is still not known, it is
    V(unknown), and the task fails.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - All arguments are validated, no start request is sent, and RV(requests) shows what would have been sent.
      - With O(unless_recording), the calls' recordings are listed. With O(journal), so are those of calls whose start
        request has an uncertain outcome.
      - The journal is read, but not written, and the task does not wait for other runs.
  diff_mode:
    support: full
    details:
      - Shows each request and its form.
  idempotent:
    support: partial
    details:
      - With a O(journal), another run starts only calls that were not started yet.
      - Without one, each run starts new recordings. The API has no idempotency key, and does not document what a second
        start request does on a call that is being recorded.
      - With O(unless_recording), a call that is being recorded is skipped. Someone may still start a recording between the
        list request and the start request.
  facts:
    support: full
    details:
      - Sets C(telnyx_call_recordings), and C(telnyx_call_recording) if O(call_sid) has one call.
      - ansible-core discards the facts of a failed task. They are in the registered result, and are kept with
        C(failed_when=false).
      - With O(results_path), it sets none.
      - The facts of a later task or loop item replace them. Give all calls in O(call_sid) instead of looping over them.
  platform:
    platforms: posix
    support: full
options:
  call_sid:
    description:
      - The calls to record, as a list of SIDs or as one SID.
      - Each call must have been answered, must not have ended, and may be given once.
      - A call that fails does not stop the others from being started.
      - With an empty list there is nothing to do. The task is C(ok), and nothing is sent.
    type: list
    elements: str
    required: true
  max_concurrency:
    description:
      - How many calls to start at the same time, from 1 to 128.
    type: int
    default: 8
  play_beep:
    description:
      - Whether to play a beep on the call when the recording begins.
      - The API's default is V(true).
    type: bool
  recording_channels:
    description:
      - How many audio channels the recording has.
      - With V(dual), one channel holds the first leg of the call, the other one the rest. With V(single), everything is
        mixed into one.
      - The API's default is V(dual).
      - With only one O(recording_track), V(dual) may still produce a file with one channel.
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
      - The absolute C(http) or C(https) URL to which the API reports status changes of the recording.
      - It has at most 2000 characters.
      - A password in it is masked in all output.
    type: str
  recording_status_callback_method:
    description:
      - The HTTP method of the callback.
      - The task warns about V(GET), since such a callback is not signed and its receiver cannot verify the sender.
      - The API's default is V(POST).
    type: str
    choices: [GET, POST]
  recording_status_callback_event:
    description:
      - Which statuses of the recording to report, one or more of V(in-progress), V(completed) and V(absent).
      - A list, or a string separated by spaces as in the API, for example V(in-progress completed).
      - The API's default is V(completed).
    type: list
    elements: str
  send_recording_url:
    description:
      - Whether the callback includes the URL of the audio.
      - The URL is valid for about ten minutes.
      - The API's default is V(true).
    type: bool
  unless_recording:
    description:
      - Whether to skip calls that are already being recorded.
      - A call is skipped if its list shows a recording that is V(in-progress) or V(paused). That recording is returned,
        unchanged. The task warns if it is paused.
      - This takes one more request for each call. If the list cannot be read, no start request is sent, and the outcome is
        V(not_sent), or V(rejected) if the API refused.
      - It does not guarantee a single recording. It is not known how soon the list shows a new recording, and someone may
        start one between the list request and the start request. To start each call only once, use a O(journal).
    type: bool
    default: false
  reconcile_timeout:
    description:
      - How many seconds, from 0 to 3600, to list a call's recordings after a start request with an uncertain outcome.
      - The outcome is uncertain if there was no reply, or if the reply was unclear or a server error. The lists are read
        several times, for all such calls of the task together, after the last start request. A task of more than 10,000 calls
        does this once per 10,000.
      - A recording is adopted if it is the only one that this start request can have created. A recording is ruled out if
        it was created before the request, if its C(source) is not C(StartCallRecordingAPI), or if its number of channels
        does not match. With O(unless_recording), so are recordings that were listed before the request.
      - Times are compared by the API's clock, which its replies show. The host's clock need not agree with it.
      - The API dates recordings to the second, and does not record who started them. If someone started a recording like
        this one within the same seconds, there are two candidates, and the outcome is V(unknown). If this start request
        had no effect, that other recording is the only candidate, and is adopted.
      - The task uses the whole time, even if a recording appears early, since another one may follow. A list that cannot be
        read at the end is read again for the same time. The duration of the requests comes on top.
      - With V(0), no list is read, and such an outcome is V(unknown).
    type: int
    default: 10
  retry_unknown:
    description:
      - Whether to send one more start request if the call's list showed no recording at all during O(reconcile_timeout).
      - If the first start request takes effect later, the call has two recordings.
      - A call that has any older recording is left alone.
      - C(retried) in RV(outcomes) shows for which calls this was done, and the task warns.
    type: bool
    default: false
  journal:
    description:
      - The absolute path, on the target host, of an SQLite database that records which calls were started.
      - A run with the same journal, for example after a crash, starts only calls that were not started yet. It returns the
        other recordings from the journal, unchanged. Each start request is on disk before it is sent, and its outcome
        before the task ends.
      - Any number of tasks on any number of hosts may use a journal at the same time. Each call is started by one of them.
      - If another run has sent a start request and is still running, the task waits for the outcome. If that run has ended
        without recording one, the call's recordings are listed, see O(reconcile_timeout). As long as the outcome is
        uncertain, it is V(unknown), and no start request is sent unless O(retry_unknown) allows it.
      - A call is identified by O(base_url), O(account_sid) and O(call_sid), whatever the other options are. Use one journal
        for each occasion, for example an incident.
      - The file is created for its owner only, and contains no secrets. Its directory must exist and be writable. Beside it
        are C(<journal>-runs), which shows which runs are running, and C(<journal>-journal), which SQLite needs to recover
        from a crash. Delete neither.
      - A network file system must offer POSIX locks that hold between all hosts. The hosts' clocks must agree. See
        U(https://github.com/voiceops/telnyx/blob/main/docs/journal.md).
      - A damaged journal is refused.
    type: path
  results_path:
    description:
      - The absolute path, on the target host, of a file for the results of a large task.
      - The file is one JSON object with the return values that the task has without this option, except facts and diffs. Each
        entry of a list has a line of its own.
      - The task then does not return RV(recording), RV(recordings), RV(outcomes) and RV(requests), and sets no facts. It returns
        RV(summary) and RV(failures) instead.
      - The file is replaced as a whole when the task ends, and only its owner can read it. Its directory must exist and be
        writable. Otherwise nothing is sent.
      - If the file cannot be written at the end, the task fails, and returns the lists itself.
      - In check mode no file is written. The numbers are returned.
    type: path
notes:
  - On the C(local) connection, without C(become), C(async) and C(environment), the task runs in Ansible's worker process,
    which saves the cost of starting a module. With several calls, it shows its progress every two seconds. The result is the
    same. Set the variable C(voiceops_telnyx_in_process=false) to run it as a module.
  - The keywords C(until) and C(retries) run the whole task again. If one call failed, each attempt records the others again,
    unless there is a O(journal).
  - Only options that are set are sent. The API's defaults apply to the others.
  - A task in the worker process that is interrupted, for example by the keyword C(timeout) or Ctrl-C, sends no further start
    requests. A module keeps running after a C(timeout), since ansible-core does not stop it. In both cases there is no
    result. With a O(journal), the next run reports what was started, and waits for start requests of a module that is still
    running.
seealso:
  - module: ansible.builtin.uri
  - ref: ansible_collections.voiceops.telnyx.docsite.guide_bridge
    description: A guide to recording all calls of a bridge with the role P(voiceops.telnyx.record_call#role).
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

- name: Notify the runbook server when the recording begins and when it is complete
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    recording_status_callback: https://runbooks.example.com/recordings
    recording_status_callback_event: [in-progress, completed]
    send_recording_url: false

- name: Set the key and the account once for several tasks
  module_defaults:
    group/voiceops.telnyx.telnyx:
      api_key: "{{ vault_telnyx_api_key }}" # from a file encrypted with ansible-vault
      account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
  block:
    - name: Record the caller only
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

- name: Record a bridge once, no matter how often the runbook is run
  voiceops.telnyx.call_recording:
    call_sid:
      - v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      - v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    journal: ~/incident-4711.journal

- name: Record a call unless it is already being recorded
  voiceops.telnyx.call_recording:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    unless_recording: true

- name: Continue even if some calls cannot be recorded
  voiceops.telnyx.call_recording:
    call_sid:
      - v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
      - v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w
  register: bridge
  failed_when: false

- name: Show which calls are not being recorded, and why
  ansible.builtin.debug:
    msg: "{{ item.call_sid }}: {{ item.outcome }}, {{ item.msg }}"
  loop: "{{ bridge.outcomes | rejectattr('outcome', 'eq', 'started') }}"
  loop_control:
    label: "{{ item.call_sid }}"

- name: Record thousands of calls, with the results in a file
  voiceops.telnyx.call_recording:
    call_sid: "{{ lookup('ansible.builtin.file', 'calls.txt') | split }}"
    max_concurrency: 64
    results_path: "{{ playbook_dir }}/incident-4711.json"
  register: large
  failed_when: large.summary.unknown | default(1) > 0

- name: Show the numbers, and which calls the API refused
  ansible.builtin.debug:
    msg:
      - "{{ large.summary.started }} of {{ large.summary.outcomes }} calls are being recorded."
      - "{{ results.outcomes | selectattr('outcome', 'eq', 'rejected') | map(attribute='call_sid') }}"
  vars:
    results: "{{ lookup('ansible.builtin.file', large.results_path) | from_json }}"
"""

RETURN = r"""
recording:
  description:
    - The recording as the API returned it, if O(call_sid) has one call and its recording was started.
    - The API guarantees none of the fields, and may return more.
  returned: success, if O(call_sid) has one call, unless O(results_path) is set
  type: dict
  contains:
    account_sid:
      description: The account of the call.
      type: str
    call_sid:
      description: The recorded call.
      type: str
    conference_sid:
      description: The recorded conference, if it is one.
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
      description: The price of the recording.
      type: str
    price_unit:
      description: The currency of the price.
      type: str
    duration:
      description: The length of the recording in seconds. It is null until it is known.
      type: str
    sid:
      description: The SID of the recording.
      type: str
    source:
      description: How the recording was started, here V(StartCallRecordingAPI).
      type: str
    error_code:
      description: Why the recording failed.
      type: str
    track:
      description: The recorded direction of the audio, V(inbound), V(outbound) or V(both).
      type: str
    uri:
      description: The path of the recording on the API's host.
      type: str
  sample: &recording
    account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
    channels: 2
    conference_sid: null
    date_created: "2026-11-24T08:26:28Z"
    date_updated: "2026-11-24T08:26:28Z"
    duration: null
    error_code: null
    price: null
    price_unit: null
    sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
    source: StartCallRecordingAPI
    start_time: "2026-11-24T08:26:28Z"
    track: both
    uri: "/v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA/\
      Recordings/2158b9d9-e7c3-46d2-be88-c2e53d9fff77.json"
recordings:
  description:
    - The recordings that were started, in the order of O(call_sid), each like RV(recording).
    - A recording from the call's list also has C(status), C(media_url) and C(subresources_uris), but no C(track), C(price) and C(price_unit).
    - Returned even if other calls failed.
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
  sample: [*recording]
outcomes:
  description:
    - The outcome of each call, in the order of O(call_sid).
    - In check mode, only of the calls for which no start request would be sent.
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
  contains:
    call_sid:
      description: The call.
      type: str
    outcome:
      description:
        - V(started) if the API's reply or the call's list shows the recording.
        - V(rejected) if the API refused. Nothing was started.
        - V(not_sent) if no start request can have had an effect, because no connection was made, the rate limit outlasted
          O(rate_limit_timeout), or the journal or the call's list could not be used.
        - V(unknown) if a recording may have been started and the call's list does not show which one.
      type: str
    changed:
      description: Whether this task started the recording, as opposed to an earlier run or someone else.
      type: bool
    msg:
      description:
        - What happened, whether a recording may be running, and what to do.
        - Empty if the API's reply shows the recording.
      type: str
    http_status:
      description: The HTTP status of the API's reply, or null if there was none.
      type: int
    errors:
      description: The API's error objects.
      type: list
      elements: dict
    candidates:
      description: Recordings in the call's list that this start request may have created, if the outcome is V(unknown).
      type: list
      elements: dict
    reconciled:
      description: Whether the recording was found in the call's list after an uncertain outcome.
      type: bool
    retried:
      description: Whether a second start request was sent, see O(retry_unknown).
      type: bool
    recording:
      description: The SID of the recording, or null if none is known.
      type: str
  sample:
    - call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
      outcome: started
      changed: true
      msg: ""
      http_status: 200
      errors: []
      candidates: []
      reconciled: false
      retried: false
      recording: 31c70883-5331-45d7-acc8-01afbf4eb7fe
    - call_sid: v3:0rLqg0mDhYAWQ5tSRRSzDNCFzqXvTrZAxnVXpSYKWFMfPVlCj5OX8w
      outcome: rejected
      changed: false
      msg: >-
        The API answered 404: Resource not found. The API refused, so this request started no recording. Either the call is
        unknown or has ended; or account_sid is wrong (the organization ID is wanted, and the connection ID or the user ID is
        often given); or the key did not arrive (a proxy may have removed it).
      http_status: 404
      errors:
        - detail: Resource not found
      candidates: []
      reconciled: false
      retried: false
      recording: null
requests:
  description: The requests that would have been sent, in the order of O(call_sid).
  returned: in check mode, and O(results_path) is not set
  type: list
  elements: dict
  contains:
    method:
      description: The HTTP method.
      type: str
    url:
      description: The URL.
      type: str
    form:
      description: The form, with the API's names and values. Credentials in a URL are masked.
      type: dict
  sample:
    - method: POST
      url: "https://api.telnyx.com/v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/\
        v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA/Recordings.json"
      form:
        PlayBeep: "false"
        RecordingChannels: single
summary:
  description:
    - How many entries each list of the file has, by the name of the list.
    - How many calls have each C(outcome) of RV(outcomes), by the name of the outcome.
    - C(changed) and C(failed) are how many recordings this task started, and how many calls are not started.
    - In check mode, C(requests) is how many start requests would be sent.
  returned: if O(results_path) is set
  type: dict
  sample:
    started: 9990
    changed: 9990
    failed: 10
    not_sent: 0
    rejected: 10
    unknown: 0
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
  description: What is wrong with the arguments, at most ten entries.
  returned: if the arguments are not valid
  type: list
  elements: dict
  contains:
    argument:
      description: The option.
      type: str
    message:
      description: What is wrong, as a sentence.
      type: str
    path:
      description: The option, with the index if it is a list.
      type: str
    expected:
      description: What is allowed.
      type: str
    found:
      description: The value that was given, shortened if it is long. It is null if it is missing or secret.
      type: raw
  sample:
    - argument: recording_track
      message: recording_track is 'sideways'; it must be one of inbound, outbound, both
      path: recording_track
      expected: one of inbound, outbound, both
      found: sideways
ansible_facts:
  description: Facts of the target host.
  returned: if a recording was started, and O(results_path) is not set
  type: dict
  contains:
    telnyx_call_recordings:
      description: The RV(recordings), by call SID.
      type: dict
    telnyx_call_recording:
      description: The RV(recording), if O(call_sid) has one call.
      type: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_call_recording.BEHAVIOUR)


if __name__ == "__main__":
    main()
