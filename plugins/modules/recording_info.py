#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recording_info
short_description: List recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Returns one recording, or all recordings of a call, of a conference or of the account, all with the same fields.
  - A list is read page by page to its end, or up to O(limit), and never from another host.
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
  recording_sid:
    description:
      - The recording to return.
      - If it does not exist, the task fails.
      - Only one of O(recording_sid), O(call_sid) and O(conference_sid) can be set. Without any of them, all recordings of
        the account are listed.
    type: str
  call_sid:
    description:
      - The call whose recordings to list. It may have ended.
    type: str
  conference_sid:
    description:
      - The conference whose recordings to list.
    type: str
  date_created:
    description:
      - Only recordings created at this time.
      - A date such as V(2026-11-22), which is a day in UTC, or a date and time such as V(2026-11-22T10:00:00Z) or
        V(2026-11-22T12:00:00+02:00).
      - The prefix V(>=), V(<=), V(>) or V(<) selects recordings since, until, after or before it.
    type: str
  status:
    description:
      - Only recordings with one of these statuses.
    type: list
    elements: str
    choices: [in-progress, paused, stopped, processing, completed, absent, deleted]
  limit:
    description:
      - The maximum number of recordings to return, at least 1.
      - No more pages than needed are requested.
    type: int
  results_path:
    description:
      - The absolute path, on the target host, of a file for the results of a large task.
      - The file is one JSON object with the return values that the task has without this option, except facts and diffs. Each
        entry of a list has a line of its own.
      - The task then does not return RV(recordings). It returns RV(summary) instead.
      - The file is replaced as a whole when the task ends, and only its owner can read it. Its directory must exist and be
        writable. Otherwise nothing is sent.
      - If the file cannot be written at the end, the task fails, and returns the lists itself.
      - In check mode no file is written. The numbers are returned.
    type: path
seealso:
  - module: voiceops.telnyx.call_recording
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: List the recordings of a call
  voiceops.telnyx.recording_info:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
  register: found

- name: List the account's active recordings that were created since a date
  voiceops.telnyx.recording_info:
    date_created: ">=2026-11-22"
    status: [in-progress, paused]

- name: List the first ten recordings of the account
  voiceops.telnyx.recording_info:
    limit: 10
"""

RETURN = r"""
recordings:
  description:
    - The recordings, in the API's order. Empty if the task failed.
    - The API guarantees none of the fields. One that is missing is null. Fields not listed here are returned unchanged.
  returned: if the arguments are valid, and O(results_path) is not set
  type: list
  elements: dict
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
  sample:
    - sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      account_sid: 61bf923e-5e4d-4595-a110-56190ea18a1b
      call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
      conference_sid: null
      status: completed
      source: StartCallRecordingAPI
      channels: 2
      duration: 12
      date_created: '2026-11-24T08:26:28Z'
      date_updated: '2026-11-24T08:26:46Z'
      start_time: '2026-11-24T08:26:28Z'
      error_code: null
      media_url: "http://127.0.0.1:41981/recordings/2158b9d9-e7c3-46d2-be88-c2e53d9fff77.wav?expires=5977.628738&si\
        gnature=1e02f2e48739fcace878fa56a48fa5b7d4793c3f9214c6a4cf1e1d91f916b15d"
      subresources_uris:
        transcriptions: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Transcriptions/98109480-84c3-47d8-b986-01affd5f498a.json
      uri: /v2/texml/Accounts/61bf923e-5e4d-4595-a110-56190ea18a1b/Recordings/2158b9d9-e7c3-46d2-be88-c2e53d9fff77.json
summary:
  description:
    - How many entries each list of the file has, by the name of the list.
  returned: if O(results_path) is set
  type: dict
  sample:
    recordings: 10000
results_path:
  description: The file of results.
  returned: if O(results_path) is set, except in check mode
  type: str
  sample: /var/lib/telnyx/results.json
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

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info as _recording_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording_info.BEHAVIOUR)


if __name__ == "__main__":
    main()
