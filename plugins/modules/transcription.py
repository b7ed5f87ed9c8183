#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: transcription
short_description: Delete transcriptions
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Deletes transcriptions by their SIDs.
  - Deletion is final. Nothing asks again, and the API has no way back.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Check mode looks at each of them, and says which exist.
  diff_mode:
    support: full
    details:
      - Shows the SIDs that were there, and those that are left.
  idempotent:
    support: full
    details:
      - One that is gone already is unchanged. The API answers 404 to that as well as to a wrong O(account_sid).
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  recording_transcription_sid:
    description:
      - The transcriptions to delete; a string is a list of one.
      - One that fails does not keep the others from being deleted.
    type: list
    elements: str
    required: true
  state:
    description:
      - What the transcriptions are to be.
    type: str
    choices: [absent]
    required: true
  max_concurrency:
    description:
      - How many are deleted at the same time, from 1 to 128.
    type: int
    default: 8
notes:
  - A deletion may be repeated, so one that was not answered is sent again.
seealso:
  - module: voiceops.telnyx.transcription_info
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Delete a transcription, for ever
  voiceops.telnyx.transcription:
    recording_transcription_sid: 7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7
    state: absent

- name: Say whether it exists
  voiceops.telnyx.transcription:
    recording_transcription_sid: 7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7
    state: absent
  check_mode: true
  register: there
"""

RETURN = r"""
deleted:
  description: The SIDs of the transcriptions that were deleted, or would be in check mode.
  returned: if the arguments are valid
  type: list
  elements: str
  sample: [7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7]
absent:
  description: The SIDs of those that were not there.
  returned: if the arguments are valid
  type: list
  elements: str
  sample: []
failures:
  description: Those that could not be deleted, or of which it is not known.
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    recording_transcription_sid:
      description: The transcription.
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
  sample: []
errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import transcription as _transcription
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_transcription.BEHAVIOUR)


if __name__ == "__main__":
    main()
