#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recording
short_description: Delete recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Deletes recordings by their SIDs.
  - Deletion is final. There is no confirmation and no undo.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Each recording is fetched, and RV(outcomes) shows which exist.
  diff_mode:
    support: full
    details:
      - Shows the SIDs that existed and those that remain.
  idempotent:
    support: full
    details:
      - A recording that does not exist is unchanged. With a wrong O(account_sid), the API reports the same (404).
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  recording_sid:
    description:
      - The recordings to delete, as a list of SIDs or as one SID.
      - One that fails does not stop the others from being deleted.
      - Each may be given once.
      - With an empty list there is nothing to do. The task is C(ok), and nothing is sent.
    type: list
    elements: str
    required: true
  state:
    description:
      - The state that the recordings should have.
    type: str
    choices: [absent]
    required: true
  max_concurrency:
    description:
      - How many recordings to delete at the same time, from 1 to 128.
    type: int
    default: 8
notes:
  - A deletion is idempotent. One without a reply is retried.
seealso:
  - module: voiceops.telnyx.recording_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Check which recordings exist
  voiceops.telnyx.recording:
    recording_sid:
      - 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      - 6a09cdc3-8948-47f0-aa62-74ac943d6c58
    state: absent
  check_mode: true
  register: checked

- name: Show them
  ansible.builtin.debug:
    msg: "{{ checked.outcomes | selectattr('outcome', 'eq', 'deleted') | map(attribute='recording_sid') }}"

- name: Delete a recording for good
  voiceops.telnyx.recording:
    recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
    state: absent
"""

RETURN = r"""
outcomes:
  description: The outcome of each recording, in the order of O(recording_sid).
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    recording_sid:
      description: The recording.
      type: str
    outcome:
      description:
        - V(deleted) if it was deleted, or would be in check mode.
        - V(absent) if it did not exist.
        - V(failed) if it was not deleted, or if that is not known. See C(msg).
      type: str
    changed:
      description: Whether it was deleted, or would be in check mode.
      type: bool
    msg:
      description: Why it failed, and what to do. Empty otherwise.
      type: str
    http_status:
      description: The HTTP status of the API's reply, if that is why it failed, otherwise null.
      type: int
    errors:
      description: The API's error objects.
      type: list
      elements: dict
  sample:
    - recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      outcome: deleted
      changed: true
      msg: ''
      http_status: null
      errors: []
    - recording_sid: 6a09cdc3-8948-47f0-aa62-74ac943d6c58
      outcome: absent
      changed: false
      msg: ''
      http_status: null
      errors: []
argument_errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording as _recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording.BEHAVIOUR)


if __name__ == "__main__":
    main()
