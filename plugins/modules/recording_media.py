#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recording_media
short_description: Download recordings
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Downloads the audio of recordings into files on the target host.
  - A file appears only when its download is complete. Interrupted downloads resume where they stopped if the media host
    supports ranges, using a fresh link because links expire within minutes. Truncated or non-audio content is an error and
    leaves no file.
  - The API key is sent to the API only, never to the media host.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
  - ansible.builtin.files
attributes:
  check_mode:
    support: full
    details:
      - The recordings are fetched from the API. An existing file is compared with the audio, and not written.
      - There is no waiting. Recordings that the task would wait for are assumed to be completed.
  diff_mode:
    support: full
    details:
      - Shows the size and the SHA-256 of each file that changes.
  idempotent:
    support: full
    details:
      - A file that already has the audio is unchanged. If the media host's C(ETag) is the MD5 of the audio, as in object
        stores, it is compared with the file. Otherwise the audio is downloaded and compared.
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  recording_sid:
    description:
      - The recordings to download, as a list of SIDs or as one SID.
      - Each recording may be given once.
      - A recording that fails does not stop the others from being downloaded.
      - With an empty list there is nothing to do. The task is C(ok), and nothing is sent.
    type: list
    elements: str
    required: true
  dest:
    description:
      - The file or directory to download to.
      - A path that ends with a slash is a directory, and is created.
      - In a directory, a file is named after the SID of its recording, with the extension of its link, for example C(.wav).
      - Several recordings need a directory.
    type: path
    required: true
  wait:
    description:
      - Whether to wait until the recordings are completed.
      - A recording is completed some time after it was stopped or its call ended.
      - On the C(local) connection, the task shows every few seconds how many are not completed.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait in total, from 1 to 86400.
      - Recordings completed by then are downloaded, the others fail.
    type: int
    default: 300
  max_concurrency:
    description:
      - How many recordings to download at the same time, from 1 to 128.
    type: int
    default: 8
  timeout:
    description:
      - How many seconds to wait for a reply of the API or for more bytes from the media host, from 1 to 3600.
    type: int
    default: 30
notes:
  - The audio is first written to a private temporary file beside O(dest), C(.voiceops.telnyx.*). If a task is killed, the
    next one that downloads into the same directory removes it.
seealso:
  - module: voiceops.telnyx.call_recording
  - module: voiceops.telnyx.recording_info
  - module: voiceops.telnyx.recording
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Stop the recording of a call
  voiceops.telnyx.call_recording_status:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    status: stopped
  register: stopped

- name: Download the recording when it is completed, readable by its owner and group
  voiceops.telnyx.recording_media:
    recording_sid: "{{ stopped.recording.sid }}"
    dest: "{{ playbook_dir }}/recordings/"
    wait: true
    mode: "0640"
  register: downloaded

- name: Show where it is
  ansible.builtin.debug:
    msg: "{{ downloaded.file.dest }} has {{ downloaded.file.duration }} seconds, SHA-256 {{ downloaded.file.sha256 }}"
"""

RETURN = r"""
file:
  description: The file, if O(recording_sid) has one recording and it was downloaded.
  returned: success, if O(recording_sid) has one recording
  type: dict
  contains:
    recording_sid:
      description: The recording.
      type: str
    dest:
      description: The path of the file.
      type: str
    changed:
      description: Whether the file was written, or its attributes changed.
      type: bool
    size:
      description: The size in bytes. Like C(sha256) and C(content_type), it is null if check mode did not download the audio.
      type: int
    sha256:
      description: The SHA-256 of the audio, in hexadecimal.
      type: str
    content_type:
      description: The content type, as sent by the media host.
      type: str
    duration:
      description: The length in seconds, from the API.
      type: int
    mode:
      description: The mode of the file. Like the attributes below, it is missing if check mode would change the file.
      type: str
    owner:
      description: The name of its owner.
      type: str
    group:
      description: The name of its group.
      type: str
    uid:
      description: The ID of its owner.
      type: int
    gid:
      description: The ID of its group.
      type: int
    state:
      description: The type of the file, V(file).
      type: str
    secontext:
      description: The SELinux context, on hosts with SELinux.
      type: str
  sample: &file
    recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
    dest: /srv/runbooks/recordings/2158b9d9-e7c3-46d2-be88-c2e53d9fff77.wav
    changed: true
    size: 384044
    sha256: 4c3f492724dee8c4fe8343a3c790c14f33dbcaac72474cf5490a2ac2cc44df51
    content_type: audio/wav
    duration: 12
    mode: '0640'
    owner: root
    group: root
    uid: 0
    gid: 0
    state: file
files:
  description: The files, in the order of O(recording_sid), each like RV(file).
  returned: if the arguments are valid
  type: list
  elements: dict
  sample: [*file]
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
        - V(downloaded) if the file was written or its attributes changed, or would be in check mode.
        - V(unchanged) if the file already has the audio and the attributes.
        - V(failed) otherwise, see C(msg).
      type: str
    changed:
      description: Whether the file changed, or would in check mode.
      type: bool
    msg:
      description: Why the recording failed, and what to do. Empty otherwise.
      type: str
    http_status:
      description: The HTTP status of the API's reply, if that is why the recording failed, otherwise null.
      type: int
    errors:
      description: The API's error objects.
      type: list
      elements: dict
  sample:
    - recording_sid: 2158b9d9-e7c3-46d2-be88-c2e53d9fff77
      outcome: downloaded
      changed: true
      msg: ''
      http_status: null
      errors: []
argument_errors:
  description: What is wrong with the arguments, as in M(voiceops.telnyx.call_recording).
  returned: if the arguments are not valid
  type: list
  elements: dict
"""

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_media as _recording_media
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording_media.BEHAVIOUR)


if __name__ == "__main__":
    main()
