#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: call_info
short_description: Find calls
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Returns the calls of a list of SIDs, of a connection, of a conference or of the account, all with the same fields.
  - A call is one leg. A conversation that was forwarded has several legs, which share a session.
  - Lists are read page by page to their end, or up to O(limit), and never from another host.
  - Each filter is checked on what the API returned, so a filter that the API ignores does not widen the selection.
extends_documentation_fragment:
  - voiceops.telnyx.search
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode makes no difference, but for O(results_path), which is not written.
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
  results_path:
    description:
      - The absolute path, on the target host, of a file for the results of a large task.
      - The file is one JSON object with the return values that the task has without this option, except facts and diffs. Each
        entry of a list has a line of its own.
      - The task then does not return RV(calls) and RV(call_sids). It returns RV(summary) instead.
      - The file is replaced as a whole when the task ends, and only its owner can read it. Its directory must exist and be
        writable. Otherwise nothing is sent.
      - If the file cannot be written at the end, the task fails, and returns the lists itself.
      - In check mode no file is written. The numbers are returned.
    type: path
notes:
  - Names and numbers of callers are chosen by strangers. They are returned as data, and Ansible does not take them for
    templates; do not use them as a path, in a command or as markup.
seealso:
  - module: voiceops.telnyx.call_recording
  - module: voiceops.telnyx.recording_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Find the calls of a bridge
  voiceops.telnyx.call_info:
    conference: INC-4711
  register: bridge

- name: Record them
  voiceops.telnyx.call_recording:
    call_sid: "{{ bridge.call_sids }}"
    unless_recording: true

- name: Find one leg of each conversation that is live on an application
  voiceops.telnyx.call_info:
    connection_id: "1684641123236054244"
    max_concurrency: 64

- name: Find yesterday's unanswered calls to a number, with their recordings
  voiceops.telnyx.call_info:
    to: "+13122010055"
    status: [busy, no-answer, canceled]
    started: "{{ '%Y-%m-%d' | ansible.builtin.strftime(now().timestamp() - 86400) }}"
    recordings: true
"""

RETURN = r"""
calls:
  description:
    - The calls, in the API's order.
    - A field that the API does not report, or reports in another type than documented, is null. Dates are in UTC.
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
  contains:
    sid:
      description: The SID of the call.
      type: str
    live:
      description: Whether the call is ringing or in progress. Null if that is not known.
      type: bool
    status:
      description:
        - V(ringing), V(in-progress), V(canceled), V(completed), V(failed), V(busy) or V(no-answer).
        - Null if the call is in a list of live calls, which is exact, but its details, which lag behind, say that it has ended.
      type: str
    direction:
      description: V(inbound) or V(outbound), seen from the API.
      type: str
    from:
      description: The number or SIP address that made the call.
      type: str
    from_formatted:
      description: The same, for display.
      type: str
    to:
      description: The number or SIP address that received the call.
      type: str
    to_formatted:
      description: The same, for display.
      type: str
    caller_name:
      description: The name that the caller gave.
      type: str
    answered_by:
      description: V(human), V(machine) or V(not_sure), if answering machines were detected.
      type: str
    start_time:
      description: When it started.
      type: str
    end_time:
      description: When it ended.
      type: str
    duration:
      description: The length in seconds.
      type: int
    date_created:
      description: When it was created.
      type: str
    date_updated:
      description: When it was last changed.
      type: str
    session:
      description: What the legs of a conversation have in common. Only for the calls of a connection.
      type: str
    leg:
      description: The ID of this leg. Only for the calls of a connection.
      type: str
    client_state:
      description: What the application stored with the call, in Base64. Only for the calls of a connection.
      type: str
    conference_sid:
      description: The conference, if the calls of one are listed.
      type: str
    price:
      description: What the call costs.
      type: str
    price_unit:
      description: The currency of RV(calls[].price).
      type: str
    account_sid:
      description: The account of the call.
      type: str
    uri:
      description: The path of the call on the API's host.
      type: str
    recordings:
      description: The recordings of the call, as in M(voiceops.telnyx.recording_info), or null if they could not be fetched.
        Only with O(recordings).
      type: list
      elements: dict
  sample:
    - sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      live: true
      status: in-progress
      direction: inbound
      from: '+13125550101'
      from_formatted: (312) 555-0101
      to: '+13125550100'
      to_formatted: (312) 555-0100
      caller_name: null
      answered_by: null
      start_time: '2026-11-24T13:27:52Z'
      end_time: null
      duration: 0
      date_created: '2026-11-24T13:27:52Z'
      date_updated: '2026-11-24T13:27:52Z'
      session: 22bfc073-38d9-4507-91be-6e3afe7e79e2
      leg: d3297658-bc99-4aa1-9445-1cc8a0210bac
      client_state: ''
      conference_sid: null
      price: null
      price_unit: null
      account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
      uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Calls/v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
call_sids:
  description: The SIDs of RV(calls), each once, ready for M(voiceops.telnyx.call_recording).
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: str
  sample:
    - v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
gone:
  description: How many calls of the list had ended when they were fetched.
  returned: if the arguments are valid
  type: int
  sample: 0
truncated:
  description: Whether there are more calls than O(limit).
  returned: if the arguments are valid
  type: bool
  sample: true
summary:
  description:
    - How many entries each list of the file has, by the name of the list.
  returned: if O(results_path) is set
  type: dict
  sample:
    calls: 10000
    call_sids: 10000
results_path:
  description: The file of results.
  returned: if O(results_path) is set, except in check mode
  type: str
  sample: /var/lib/telnyx/results.json
msg:
  description: Why the task failed, and what to do.
  returned: failure
  type: str
  sample: "No conference named 'INC-4711' is in progress. No conference is in progress."
http_status:
  description: The HTTP status of the API's reply, or null if there was none.
  returned: failure, if the arguments are valid
  type: int
  sample: null
errors:
  description: The API's error objects.
  returned: failure, if the arguments are valid
  type: list
  elements: dict
  sample: []
argument_errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_info as _call_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_call_info.BEHAVIOUR)


if __name__ == "__main__":
    main()
