# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One recording, and the file that its audio is to be in."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
import typing as t
from urllib.parse import quote

from .._base.errors import Failure, NoAudio
from .._base.scratch import scratch
from .._task.task import Task
from .._telnyx.recording import PENDING, normalized
from .._wire.media import MediaHost
from . import messages
from .audio import suffix_of
from .download import Content, Download, content_of, fetch

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from .._client.client import Client

OCTAL = re.compile(r"(?:0o?)?[0-7]{1,4}", re.ASCII)


class File(t.NamedTuple):
    """What became of one recording. `content` is None for what was not fetched, as in check mode."""

    recording_sid: str
    dest: str = ""
    changed: bool = False
    before: Content | None = None
    content: Content | None = None
    content_type: str | None = None
    duration: int | None = None
    failure: Failure | None = None


class Recording:
    """One recording, and the file that its audio is to be in."""

    def __init__(
        self, sid: str, params: dict[str, t.Any], client: Client, host: MediaHost, lock: threading.Lock, task: Task
    ) -> None:
        self._sid = sid
        self._params = params
        self._client = client
        self._host = host
        self._lock = lock
        self._check_mode = task.check_mode
        self._module = t.cast("AnsibleModule", task.module)

    def download(self, folder: bool) -> File:
        """Look, fetch, and put the file in its place. Raises RequestFailed, NoAudio or OSError."""
        recording = self._look()
        dest = self._params["dest"]
        # Ansible's module does not move a file to a relative path.
        path = os.path.abspath(os.path.join(dest, _name(self._sid, recording["media_url"])) if folder else dest)
        one = File(self._sid, path, duration=recording["duration"])
        # As with ansible.builtin.copy, a link is replaced by a file.
        there = os.path.isfile(path) and not os.path.islink(path)
        if self._check_mode and not (there and recording["status"] == "completed"):
            return one._replace(changed=True)
        before = content_of(path) if there else None
        with self._scratch(path) as file:
            download = Download(file, before)
            content = fetch(download, self._host, recording, self._look)
            one = one._replace(before=before, content=content, content_type=download.content_type)
            file.flush()
            os.fsync(file.fileno())
            same = before is not None and before.sha256 == content.sha256
            return one._replace(changed=self._put(file.name, path, same))

    def _look(self) -> dict[str, t.Any]:
        recording = normalized(self._client.recordings.get(self._sid))
        if recording["status"] == "completed" and recording["media_url"]:
            return recording
        if self._check_mode and self._params["wait"] and recording["status"] in PENDING:
            return recording
        why = f" ({recording['error_code']})" if recording["error_code"] else ""
        advice = messages.PENDING if recording["status"] in PENDING else messages.NEVER
        raise NoAudio(messages.STATE.format(recording["status"] or messages.NO_STATE, why, advice))

    @contextlib.contextmanager
    def _scratch(self, path: str) -> t.Iterator[t.Any]:
        """Give a file for the audio that is to be at `path`."""
        if self._check_mode:
            with tempfile.TemporaryFile() as file:
                yield file
            return
        folder = os.path.dirname(path)
        os.makedirs(folder, exist_ok=True)
        with scratch(folder) as file:
            yield file

    def _put(self, source: str, path: str, same: bool) -> bool:
        """Move a file to its place, give it its attributes, and return whether anything changed. Raises OSError."""
        # Ansible's module is for one thread.
        with self._lock:
            # A new file is private until it has its mode. A symbolic mode changes the usual one.
            mask = os.umask(0o077) if OCTAL.fullmatch(octal(self._params.get("mode", ""))) else None
            fail_json = self._module.fail_json
            # It would end the task, and with it the other recordings.
            self._module.fail_json = _refuse  # type: ignore[method-assign]
            try:
                if not same and not self._check_mode:
                    self._module.atomic_move(source, path, unsafe_writes=self._params["unsafe_writes"])
                attributes = self._module.load_file_common_arguments(self._params, path=path)
                return bool(self._module.set_fs_attributes_if_different(attributes, not same))
            except Exception as error:
                # Since ansible-core 2.19 some of it raises instead, and has the reason as its cause.
                raise OSError(" ".join(str(one) for one in (error, error.__cause__) if one)) from error
            finally:
                self._module.fail_json = fail_json  # type: ignore[method-assign]
                if mask is not None:
                    os.umask(mask)


def octal(mode: int | str) -> str:
    """Return a mode as people write it. YAML reads 0640 as a number, which Ansible converts back."""
    return f"{mode:o}" if isinstance(mode, int) else mode


def _name(sid: str, link: t.Any) -> str:
    """Return the name of a file in a folder: the recording's SID, with the suffix that its link has."""
    return quote(sid, safe=":") + suffix_of(link)


def _refuse(msg: str, **_details: t.Any) -> t.NoReturn:
    # No OSError, which Ansible's module would take for one of its own.
    raise RuntimeError(msg)
