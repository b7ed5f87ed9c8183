#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recording_info
short_description: Look at recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Returns one recording, or all of a call, of a conference or of the account, in one shape.
  - A list is followed to its end, or to O(limit), by the API's own links, and never to another host.
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
  recording_sid:
    description:
      - The only recording to look at. If there is none, the task fails.
      - Only one of O(recording_sid), O(call_sid) and O(conference_sid) can be given. Without any of them, all recordings of
        the account are looked at.
    type: str
  call_sid:
    description:
      - The call whose recordings are looked at. It may have ended.
    type: str
  conference_sid:
    description:
      - The conference whose recordings are looked at.
    type: str
  date_created:
    description:
      - Only recordings that were created then, a date such as V(2026-11-22), or a date-time such as
        V(2026-11-22T10:00:00Z) or V(2026-11-22T12:00:00+02:00). A date is a day in UTC.
      - With V(>=), V(<=), V(>) or V(<) before it, only those since then, until then, after or before it.
    type: str
  status:
    description:
      - Only recordings with one of these states.
    type: list
    elements: str
    choices: [in-progress, paused, stopped, processing, completed, absent, deleted]
  limit:
    description:
      - How many recordings to return at most, from 1 on. No more pages are asked for than that takes.
    type: int
seealso:
  - module: voiceops.telnyx.call_recording
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Look at the recordings of a call
  voiceops.telnyx.recording_info:
    call_sid: v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA
  register: found

- name: Look at what is being recorded on the account since a day
  voiceops.telnyx.recording_info:
    date_created: ">=2026-11-22"
    status: [in-progress, paused]

- name: Look at the ten first recordings of the account
  voiceops.telnyx.recording_info:
    limit: 10
"""

RETURN = r"""
recordings:
  description:
    - The recordings, in the order of the API.
    - The API promises none of the fields; one that it does not tell is null. Others than these are returned as they are.
  returned: success
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
  sample:
    - sid: ab4127e0-3ee7-4314-9253-1e65f93fb51e
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

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_info as _recording_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording_info.BEHAVIOUR)


if __name__ == "__main__":
    main()
