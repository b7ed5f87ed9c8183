#!/usr/bin/python
# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: recording_archive
short_description: Keep recordings in an archive
version_added: 1.0.0
author:
  - voiceops.telnyx contributors (@voiceops)
description:
  - Downloads recordings into a directory, each with a sidecar that describes it, and deletes them from the API only after
    what is on the disk was verified.
  - A file appears when it is complete, and is never overwritten. A log, C(archive.jsonl), has everything that was done. Each of
    its lines has the SHA-256 of the line before.
  - A page, C(index.html), finds and plays the recordings. It works from the disk and from any web server.
  - A task that was killed leaves nothing half done. The next one goes on where it stopped.
extends_documentation_fragment:
  - voiceops.telnyx.connection
  - voiceops.telnyx.attributes
attributes:
  check_mode:
    support: full
    details:
      - Lists the recordings and returns the plan, file by file. On the C(local) connection it is also printed. Nothing is
        downloaded, written or deleted. What would be deleted is verified as far as it is in the archive.
      - There is no waiting.
  diff_mode:
    support: full
    details:
      - Shows each file that was archived, deleted from the API or removed, or would be in check mode, up to 500.
  idempotent:
    support: full
    details:
      - With O(state=verified), everything is read each time, and the log gets a line.
  facts:
    support: none
  platform:
    platforms: posix
    support: full
options:
  api_key:
    description:
      - The API key (V2) of the Telnyx account. Required with O(state=present).
      - If it is not set, the environment variable E(TELNYX_API_KEY) is used, from the task's C(environment) or from the
        controller's environment, in this order.
      - It is never in output, results or facts.
    type: str
    required: false
  account_sid:
    description:
      - The organization ID of the Telnyx account. Required with O(state=present).
      - The Telnyx portal shows it. A connection ID or a user ID does not work.
      - If it is not set, E(TELNYX_ACCOUNT_SID) is used, like E(TELNYX_API_KEY).
    type: str
    required: false
  recording_sid:
    description:
      - The recording to archive.
      - If it does not exist, the task fails.
      - Only one of O(recording_sid), O(call_sid) and O(conference_sid) can be set. Without any of them, all recordings of
        the account are archived.
    type: str
  call_sid:
    description:
      - The call whose recordings to archive. It may have ended.
    type: str
  conference_sid:
    description:
      - The conference whose recordings to archive.
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
      - Those that are not completed are counted, and archived by a later run.
    type: list
    elements: str
    choices: [in-progress, paused, stopped, processing, completed, absent, deleted]
  limit:
    description:
      - The maximum number of recordings to list, at least 1.
    type: int
  dest:
    description:
      - The directory of the archive. It is created if it does not exist.
      - Only one task at a time uses an archive. Others wait, for O(wait_timeout).
    type: path
    required: true
  state:
    description:
      - What to do with the archive.
      - V(present) archives the selected recordings.
      - V(verified) reads every file again and fails with a list of what is missing, altered or extra. The API is not needed.
      - V(sealed) makes a bag (RFC 8493) of the recordings of O(month) in C(sealed/), which C(sha256sum --check) and
        C(bagit.py --validate) can validate. It also has a copy of the log. The API is not needed.
    type: str
    choices: [present, verified, sealed]
    default: present
  layout:
    description:
      - The path of a recording in O(dest), without suffix.
      - It has V({sid}), and may have V({date}), V({call_sid}), V({from}), V({to}), V({direction}) and V({source}).
      - V({date}) is when the recording began, in UTC, with a format of digits such as V({date:%Y/%m/%d}).
      - Characters that have a meaning in a path are written as V(=2F). Long names are cut. What is not known is V(unknown).
      - A change is for new recordings. Those that are in the archive stay where they are.
    type: str
    default: "{date:%Y/%m/%d}/{sid}"
  details:
    description:
      - Whether to fetch the call of each new recording, so that its sidecar has who called whom.
      - The API keeps calls for 30 days after their end. An older recording is archived without, and the task warns.
      - It is one request for each call.
    type: bool
    default: true
  transcriptions:
    description:
      - Whether to keep transcripts, as text beside the audio.
      - The API can only list all transcriptions of the account, so each run lists them.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait for recordings that are not completed.
      - Without it they are counted, and archived by a later run.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds to wait in total, from 1 to 86400. Recordings that are not completed by then fail.
      - Also how long to wait for another task that uses the archive.
    type: int
    default: 300
  delete:
    description:
      - Which recordings to delete from the API.
      - V(never) deletes none.
      - V(verified) deletes a recording if it is completed, its files were read back from the disk and have the digests that
        were logged, its duration is within a second of what the API reports, it is older than O(delete_after) and not on
        O(hold). Then it is deleted, and fetching it must answer 404.
      - What cannot be verified is kept on both sides, and the task fails.
    type: str
    choices: [never, verified]
    default: never
  delete_after:
    description:
      - How many days after it began a recording is deleted, from 0 to 36500.
    type: int
    default: 7
  hold:
    description:
      - Recordings that nothing may delete, neither from the API nor from the disk.
      - SIDs of recordings or calls, and absolute paths of files on the target host that have one SID a line. C(#) begins a
        comment.
      - A file is read again before each deletion. If it cannot be read, nothing is deleted.
    type: list
    elements: str
  keep:
    description:
      - How many days after a recording began its files are removed from the archive, from 1 to 36500. Without it, never.
      - This is for all recordings of the archive, not only for the selected ones. The log keeps their SIDs and digests.
      - With O(delete=verified) it must be more than O(delete_after), and a recording that the API still has is kept. With
        O(uploads), one that was not uploaded is kept.
      - A bag in C(sealed/) has the same files, and is removed with the last recording of its month.
    type: int
  uploads:
    description:
      - Files of the archive that were uploaded, with the size and the SHA-256 that were read back from there.
      - If it is set, even to an empty list, O(delete=verified) deletes a recording only when all its files were uploaded,
        now or earlier, and RV(to_upload) has files that were not.
      - A file that differs from the one in the archive fails the task before anything is deleted.
    type: list
    elements: dict
  month:
    description:
      - The month to seal, in UTC, such as V(2026-10). It must be over. Required with O(state=sealed).
    type: str
  page:
    description:
      - Whether to write C(index.html) and C(recordings.js) if they are not current.
    type: bool
    default: true
  page_mask:
    description:
      - Whether to mask phone numbers on the page. The sidecars have them in full.
    type: bool
    default: true
  mode:
    description:
      - The mode of new files, in octal.
    type: raw
    default: "0600"
  directory_mode:
    description:
      - The mode of new directories, in octal.
    type: raw
    default: "0700"
  owner:
    description:
      - The owner of new files and directories, as a name or an ID.
    type: str
  group:
    description:
      - The group of new files and directories, as a name or an ID.
    type: str
  max_concurrency:
    description:
      - How many recordings to archive, or files to read, at the same time, from 1 to 128.
    type: int
    default: 8
  timeout:
    description:
      - How many seconds to wait for a reply of the API or for more bytes from the media host, from 1 to 3600.
    type: int
    default: 30
notes:
  - On the C(local) connection, the task shows a line of progress every two seconds.
  - These options serve retention rules. They do not by themselves make an archive compliant with any of them.
seealso:
  - module: voiceops.telnyx.recording_info
  - module: voiceops.telnyx.recording_media
  - module: voiceops.telnyx.recording
  - ref: ansible_collections.voiceops.telnyx.docsite.guide_archive
    description: How to keep recordings.
"""

EXAMPLES = r"""
# TELNYX_API_KEY and TELNYX_ACCOUNT_SID are in the environment.
- name: Archive all recordings
  voiceops.telnyx.recording_archive:
    dest: "{{ playbook_dir }}/archive"

- name: Archive them, and delete those older than 30 days from the API after they were verified
  voiceops.telnyx.recording_archive:
    dest: "{{ playbook_dir }}/archive"
    delete: verified
    delete_after: 30
    hold: [v3:KBnLO0ZK3DhKM5s7bE9VluaSmKsOchKht_fUYvxcp8ysbmzCCtpkmA]

- name: Read everything again, as an examiner would
  voiceops.telnyx.recording_archive:
    dest: "{{ playbook_dir }}/archive"
    state: verified
"""

RETURN = r"""
summary:
  description:
    - How many recordings were listed, and what became of them. In check mode, what would.
    - With O(state=verified), how many files were read, and what is wrong with them.
  returned: with O(state=present), if the API and the archive can be read; with O(state=verified), if the archive can be read
  type: dict
  contains:
    found:
      description: Recordings that were listed.
      type: int
    archived:
      description: Recordings whose audio was fetched, or restored.
      type: int
    transcribed:
      description: Recordings that got a transcript.
      type: int
    deleted:
      description: Recordings that were deleted from the API.
      type: int
    removed:
      description: Recordings whose local files were removed, see O(keep).
      type: int
    unchanged:
      description: Recordings for which there was nothing to do.
      type: int
    held:
      description: Recordings that were not deleted from the API because of a O(hold).
      type: int
    pending:
      description: Recordings that are not completed.
      type: int
    absent:
      description: Recordings that have no audio.
      type: int
    gone:
      description: Recordings that somebody else deleted while the task ran.
      type: int
    failed:
      description: Recordings that could not be archived or deleted, see RV(outcomes).
      type: int
    to_upload:
      description: Files of the archive that were not uploaded, now or earlier, with O(uploads).
      type: int
    bytes:
      description: The bytes of audio that were fetched. With O(state=verified), the bytes that were read.
      type: int
    examined:
      description: Files that were read, with O(state=verified).
      type: int
    missing:
      description: Files that are missing, with O(state=verified).
      type: int
    altered:
      description: Files that were altered, with O(state=verified).
      type: int
    extra:
      description: Files that are not in the log, with O(state=verified).
      type: int
  sample:
    found: 2
    archived: 2
    transcribed: 0
    deleted: 1
    removed: 0
    unchanged: 0
    held: 0
    pending: 0
    absent: 0
    gone: 0
    failed: 0
    bytes: 64088
log:
  description: The path of the log, which has everything that was done, one JSON object a line.
  returned: with O(state=present), if the API and the archive can be read
  type: str
  sample: /srv/calls/archive.jsonl
outcomes:
  description:
    - The outcome of each recording, except those that were already in the archive and not to be deleted. These are in
      C(unchanged) of RV(summary).
    - If there are more than 500, only those that failed, and of these the first 500. RV(log) has the rest.
  returned: with O(state=present), if the API and the archive can be read
  type: list
  elements: dict
  contains:
    recording_sid:
      description: The recording.
      type: str
    outcome:
      description:
        - V(archived) if its audio or its transcript was archived, or would be in check mode.
        - V(deleted) if it was deleted from the API, after it was archived if that was necessary.
        - V(unchanged) if it is in the archive, and was left alone, see C(not_deleted).
        - V(pending) if it is not completed. A later run archives it.
        - V(absent) if it has no audio.
        - V(gone) if somebody else deleted it while the task ran.
        - V(failed) otherwise, see C(msg).
      type: str
    changed:
      description: Whether anything was done, or would be in check mode.
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
    file:
      description: The path of the audio, or of the transcript if only that is new. Null if nothing was done.
      type: str
    not_deleted:
      description:
        - With O(delete=verified), why the recording was not deleted although nothing is wrong with it, V(held), V(too new),
          V(not uploaded), or V(not transcribed) if a transcription of it is not complete yet. Otherwise null.
      type: str
  sample:
    - recording_sid: 99a46df7-60dd-4a96-b2b1-4e44d5b6d948
      outcome: deleted
      changed: true
      msg: ''
      http_status: null
      errors: []
      file: /srv/calls/2026/10/15/99a46df7-60dd-4a96-b2b1-4e44d5b6d948.wav
      not_deleted: null
    - recording_sid: 9bddf7b2-91d3-4e1b-b010-5f6be48b6a78
      outcome: archived
      changed: true
      msg: ''
      http_status: null
      errors: []
      file: /srv/calls/2026/11/22/9bddf7b2-91d3-4e1b-b010-5f6be48b6a78.wav
      not_deleted: too new
plan:
  description: What would be done, step by step.
  returned: in check mode, with RV(outcomes)
  type: list
  elements: dict
  contains:
    action:
      description:
        - V(archive) and V(transcribe) write files, V(delete) deletes the recording from the API, V(remove) removes its local
          files.
      type: str
    recording_sid:
      description: The recording.
      type: str
    file:
      description: The path in the archive.
      type: str
  sample:
    - action: archive
      recording_sid: 99a46df7-60dd-4a96-b2b1-4e44d5b6d948
      file: 2026/10/15/99a46df7-60dd-4a96-b2b1-4e44d5b6d948.wav
    - action: delete
      recording_sid: 99a46df7-60dd-4a96-b2b1-4e44d5b6d948
      file: 2026/10/15/99a46df7-60dd-4a96-b2b1-4e44d5b6d948.wav
to_upload:
  description:
    - The files of the archive that were not uploaded, now or earlier, without those of the recordings that failed. In check mode,
      only those that are in it already.
    - If there are more than 500, the first 500. A task that is given these as O(uploads) returns the next.
  returned: if O(uploads) is set, with RV(outcomes)
  type: list
  elements: dict
  contains:
    recording_sid:
      description: The recording.
      type: str
    file:
      description: The path in the archive.
      type: str
    path:
      description: The absolute path.
      type: str
    bytes:
      description: The size, as archived.
      type: int
    sha256:
      description: The SHA-256, as archived, in hexadecimal.
      type: str
  sample:
    - recording_sid: 99a46df7-60dd-4a96-b2b1-4e44d5b6d948
      file: 2026/10/15/99a46df7-60dd-4a96-b2b1-4e44d5b6d948.wav
      path: /srv/calls/2026/10/15/99a46df7-60dd-4a96-b2b1-4e44d5b6d948.wav
      bytes: 32044
      sha256: 3a6e75aee1a028a442b5a3eff19fd992cffaa4d3ec7ac541b2e9a6a89fe79b0d
problems:
  description:
    - The files that are not as they were archived. If there are any, the task fails.
    - If there are more than 500, the first 500. RV(summary) has how many there are, and the last line of the log has them all.
  returned: with O(state=verified), if the archive can be read
  type: list
  elements: dict
  contains:
    file:
      description: The path in the archive.
      type: str
    problem:
      description: V(missing), V(altered) or V(extra).
      type: str
    recording_sid:
      description: The recording. Null for a file that belongs to none.
      type: str
    msg:
      description: What is wrong.
      type: str
  sample:
    - file: 2026/11/22/9bddf7b2-91d3-4e1b-b010-5f6be48b6a78.wav
      problem: altered
      recording_sid: 9bddf7b2-91d3-4e1b-b010-5f6be48b6a78
      msg: >-
        2026/11/22/9bddf7b2-91d3-4e1b-b010-5f6be48b6a78.wav was altered: 32044 bytes with SHA-256
        01ca83b0cec1ecf47d42a5574c07c5346697340f6de50888f062e5c6e4f5996b, not 32044 bytes with
        3b44709ac6cb1bc38018942cdff3665a29a9cb56ec389e9d842f69090fb8001a.
bag:
  description: The directory of the bag.
  returned: with O(state=sealed), on success
  type: str
  sample: /srv/calls/sealed/2026-10
month:
  description: The month that was sealed.
  returned: with O(state=sealed), on success
  type: str
  sample: 2026-10
msg:
  description: Why the task failed, and what to do.
  returned: on failure
  type: str
  sample: >-
    9bddf7b2-91d3-4e1b-b010-5f6be48b6a78: 2026/11/22/9bddf7b2-91d3-4e1b-b010-5f6be48b6a78.wav has 1 bytes, not the 32044
    that were archived.
http_status:
  description: The HTTP status of the API's reply, or null.
  returned: if the recordings could not be listed
  type: int
  sample: 404
errors:
  description: The API's error objects.
  returned: if the recordings could not be listed
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

from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import recording_archive as _recording_archive
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import module as _module


def main() -> None:
    _module.run(_recording_archive.BEHAVIOUR)


if __name__ == "__main__":
    main()
