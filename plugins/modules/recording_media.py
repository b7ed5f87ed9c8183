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
  - Fetches the audio of recordings into files on the host of the task.
  - A file is put in its place when the audio has come as a whole. What breaks off is gone on with where it stopped, if the
    media host allows that, and by a new link, since links expire after some minutes. What is cut off or no audio is an
    error, and leaves no file.
  - The API key is sent to the API only, and never to the media host.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
  - ansible.builtin.files
attributes:
  check_mode:
    support: full
    details:
      - Looks at the recordings. Where there is a file already, it is held against the audio, without being written.
      - Does not wait, and expects what it would wait for.
  diff_mode:
    support: full
    details:
      - Shows the size and the SHA-256 of each file that changes.
  idempotent:
    support: full
    details:
      - A file that has the audio is left alone. If the media host names the MD5 of the audio as its C(ETag), as object
        stores do, that tells; else the audio is fetched and compared.
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  recording_sid:
    description:
      - The recordings to download; a string is a list of one.
      - One that fails does not keep the others from being downloaded.
    type: list
    elements: str
    required: true
  dest:
    description:
      - Where the audio is put, the path of a file, or a folder. If it ends with a slash, it is a folder, and is made.
      - In a folder, a file has the SID of its recording as its name, and the ending of its link, such as C(.wav).
      - Several recordings need a folder.
    type: path
    required: true
  wait:
    description:
      - Whether to wait until the recordings are completed. A recording is, some time after it was stopped or its call ended.
      - On the C(local) connection, a line says every few seconds how many are not complete.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait in all, from 1 to 86400. What is complete by then is downloaded.
    type: int
    default: 300
  max_concurrency:
    description:
      - How many recordings are looked at and downloaded at the same time, from 1 to 128.
    type: int
    default: 8
  timeout:
    description:
      - How many seconds to wait for a reply of the API, and for the next bytes of the media host, from 1 to 3600.
    type: int
    default: 30
notes:
  - The media host may redirect, to another C(https) host. The API may not.
  - The audio is written beside O(dest) first, under a name that begins with C(.voiceops.telnyx), for nobody else to read.
  - If a task is killed, that file stays. The next task that downloads into the same folder removes it.
seealso:
  - module: voiceops.telnyx.call_recording
  - module: voiceops.telnyx.recording_info
  - module: voiceops.telnyx.recording
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Record a call
  voiceops.telnyx.call_recording:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
  register: started

- name: Stop
  voiceops.telnyx.call_recording_status:
    call_sid: v3:9X2vxPDFY2RHSJ1EdMS0RHRksMTg7ldNxdjWbVr9zBjbGjGsSe-aiQ
    recording_sid: "{{ started.recording.sid }}"
    status: stopped

- name: Download the recording when it is complete, for its owner and group to read
  voiceops.telnyx.recording_media:
    recording_sid: "{{ started.recording.sid }}"
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
  description: The only file, if one recording was named and could be downloaded.
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
      description: Whether the file was written, or got other attributes.
      type: bool
    size:
      description: The size in bytes. With V(sha256) and V(content_type), it is null for what check mode did not fetch.
      type: int
    sha256:
      description: The SHA-256 of the audio, in hexadecimal.
      type: str
    content_type:
      description: What the media host says that it is.
      type: str
    duration:
      description: The length in seconds, as the API says.
      type: int
    mode:
      description: The mode of the file. Like the other attributes that follow, it is not there for a file that check mode
        did not write.
      type: str
    owner:
      description: The name of its owner.
      type: str
    group:
      description: The name of its group.
      type: str
    uid:
      description: The number of its owner.
      type: int
    gid:
      description: The number of its group.
      type: int
    state:
      description: V(file), if it is one.
      type: str
    secontext:
      description: The SELinux context, where there is SELinux.
      type: str
  sample:
    recording_sid: 1012b511-8036-4da9-9286-fd7983886d79
    dest: /srv/runbooks/recordings/1012b511-8036-4da9-9286-fd7983886d79.wav
    changed: true
    size: 32044
    sha256: 189582ebf3c5322905563ab395e72015a38c513a64012099ff8fddc855037191
    content_type: audio/wav
    duration: 1
    mode: '0640'
    owner: root
    group: root
    uid: 0
    gid: 0
    state: file
files:
  description: The files, in the order of O(recording_sid), each as RV(file).
  returned: if the arguments are valid
  type: list
  elements: dict
  sample:
    - recording_sid: 1012b511-8036-4da9-9286-fd7983886d79
      dest: /srv/runbooks/recordings/1012b511-8036-4da9-9286-fd7983886d79.wav
      changed: true
      size: 32044
      sha256: 189582ebf3c5322905563ab395e72015a38c513a64012099ff8fddc855037191
      content_type: audio/wav
      duration: 1
      mode: '0640'
      owner: root
      group: root
      uid: 0
      gid: 0
      state: file
failures:
  description: The recordings that could not be downloaded.
  returned: if the arguments are valid
  type: list
  elements: dict
  contains:
    recording_sid:
      description: The recording.
      type: str
    msg:
      description: What happened, and what to do.
      type: str
    status:
      description: The HTTP status of the API's reply, if that was the reason.
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

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_media as _recording_media
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording_media.BEHAVIOUR)


if __name__ == "__main__":
    main()
