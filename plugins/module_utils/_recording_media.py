# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

"""Downloads recordings: the behaviour of the module recording_media."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import posixpath
import re
import tempfile
import threading
import time
import typing as t
from urllib.parse import quote, urlsplit

from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS
from ansible_collections.voiceops.telnyx.plugins.module_utils import _outcome, _result
from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Unreadable
from ansible_collections.voiceops.telnyx.plugins.module_utils._arguments import CONNECTION_SPEC, ArgumentSpec
from ansible_collections.voiceops.telnyx.plugins.module_utils._faults import Fault, InvalidArguments, fault
from ansible_collections.voiceops.telnyx.plugins.module_utils._openapi import GET_TEXML_CALL_RECORDING
from ansible_collections.voiceops.telnyx.plugins.module_utils._operation import build
from ansible_collections.voiceops.telnyx.plugins.module_utils._parallel import each
from ansible_collections.voiceops.telnyx.plugins.module_utils._recordings import shaped
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import Behaviour, Task

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.voiceops.telnyx.plugins.module_utils._api import Api
    from ansible_collections.voiceops.telnyx.plugins.module_utils._download import Content
    from ansible_collections.voiceops.telnyx.plugins.module_utils._media import MediaHost

ARGUMENT_SPEC: ArgumentSpec = {
    **CONNECTION_SPEC,
    "recording_sid": {"type": "list", "elements": "str", "required": True},
    "dest": {"type": "path", "required": True},
    "wait": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 300},
    "max_concurrency": {"type": "int", "default": 8},
    **t.cast(ArgumentSpec, FILE_COMMON_ARGUMENTS),
}

# Fetches in a row that may bring nothing new, and the seconds before each.
PAUSES = (0.0, 0.5, 1.0, 2.0)
# Seconds between two looks at recordings that are not complete: they grow, up to the last.
LOOKS = (0.5, 1.0, 2.0, 5.0)
# Seconds between two lines that say how far it is.
TOLD = 2.0
# What becomes complete by itself, or may.
_PENDING = ("in-progress", "paused", "stopped", "processing")

_CLAUSE = r"[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+"
_OCTAL = re.compile(r"(?:0o?)?[0-7]{1,4}", re.ASCII)
_MODE = re.compile(rf"{_OCTAL.pattern}|{_CLAUSE}(?:,{_CLAUSE})*", re.ASCII)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


class NoAudio(Exception):
    """The audio cannot be had, or not yet."""


class File(t.NamedTuple):
    """What became of one recording. `content` is None for what was not fetched, as in check mode."""

    recording_sid: str
    dest: str = ""
    changed: bool = False
    before: Content | None = None
    content: Content | None = None
    content_type: str | None = None
    duration: int | None = None
    failure: dict[str, t.Any] | None = None


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: a mode that is none, and a recording that is named twice."""
    mode = params.get("mode", "0600")
    faults = []
    good = isinstance(mode, (int, str)) and not isinstance(mode, bool) and _MODE.fullmatch(_octal(mode))
    if not good:
        faults.append(fault("mode", mode, "a mode as in ansible.builtin.copy, such as '0640' or 'u=rw,g=r'"))
    seen: dict[str, int] = {}
    for index, sid in enumerate(params.get("recording_sid", [])):
        first = seen.setdefault(sid, index)
        if first != index:
            faults.append(fault(f"recording_sid[{index}]", sid, f"another recording than recording_sid[{first}]"))
    return faults


def _octal(mode: int | str) -> str:
    # YAML reads 0640 as a number, of which Ansible makes a mode again.
    return f"{mode:o}" if isinstance(mode, int) else mode


def wait(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Wait until all recordings are complete, or never will be, or for `wait_timeout` seconds, if the task says so.

    Returns what is different in the parameters then: there is no more to wait for. Raises InvalidArguments for a `dest`
    that cannot be used.
    """
    if not params["wait"] or task.check_mode:
        return {}
    if os.path.isabs(params["dest"]):
        # Only the module knows where others are.
        _folder(params)
    started = told = time.monotonic()
    pending = params["recording_sid"]
    looks = 0
    while True:
        still = each(lambda sid: _is_pending(sid, params, api), pending, params["max_concurrency"])
        pending = [sid for sid, one in zip(pending, still) if one]
        now = time.monotonic()
        if not pending or now - started >= params["wait_timeout"]:
            return {"wait": False}
        if task.progress and now - told >= TOLD:
            told = now
            many = len(params["recording_sid"])
            task.progress(f"{len(pending)} of {many} recordings are not complete after {now - started:.0f} seconds")
        pause = LOOKS[min(looks, len(LOOKS) - 1)]
        time.sleep(max(0.0, min(pause, started + params["wait_timeout"] - now)))
        looks += 1


def run(params: dict[str, t.Any], api: Api, task: Task) -> dict[str, t.Any]:
    """Fetch the audio of each recording into its file, and return the result of the task.

    One that fails does not keep the others, and leaves no file. In check mode nothing is written. Needs the module of
    `task`, for Ansible's own ways with files. Raises InvalidArguments for a `dest` that cannot be used.
    """
    from ansible_collections.voiceops.telnyx.plugins.module_utils._media import MediaHost

    folder = _folder(params)
    host = MediaHost(params)
    wait(params, api, task)
    lock = threading.Lock()

    def work(sid: str) -> File:
        try:
            return _Recording(sid, params, api, host, lock, task).bring(folder)
        except Unreadable as problem:
            return File(sid, failure=_outcome.failure(problem))
        except NoAudio as problem:
            return File(sid, failure={"msg": str(problem), "status": None, "errors": []})
        except OSError as problem:
            return File(
                sid, failure={"msg": f"The file could not be written ({problem}).", "status": None, "errors": []}
            )

    files = each(work, params["recording_sid"], params["max_concurrency"])
    done = [one for one in files if not one.failure]
    result: dict[str, t.Any] = {
        "changed": any(one.changed for one in done),
        "files": [_described(one, task) for one in done],
        "failures": [{"recording_sid": one.recording_sid, **one.failure} for one in files if one.failure],
    }
    if len(files) == 1 and done:
        (result["file"],) = result["files"]
    if task.diff:
        result["diff"] = [
            {
                "before_header": one.dest,
                "after_header": one.dest,
                "before": _line(one.before),
                "after": _line(one.content),
            }
            for one in done
            if one.changed
        ]
    return {**result, **_result.summary("recording_sid", result["failures"])}


BEHAVIOUR = Behaviour((GET_TEXML_CALL_RECORDING,), ARGUMENT_SPEC, run, check=check, first=wait)


class _Recording:
    """One recording, and the file that its audio is to be in."""

    def __init__(
        self, sid: str, params: dict[str, t.Any], api: Api, host: MediaHost, lock: threading.Lock, task: Task
    ) -> None:
        self._sid = sid
        self._params = params
        self._api = api
        self._host = host
        self._lock = lock
        self._check_mode = task.check_mode
        self._module = t.cast("AnsibleModule", task.module)

    def bring(self, folder: bool) -> File:
        """Look, fetch, and put the file in its place. Raises Unreadable, NoAudio or OSError."""
        recording = self._look()
        dest = self._params["dest"]
        # Ansible's module does not move a file to a relative path.
        path = os.path.abspath(os.path.join(dest, _name(self._sid, recording["media_url"])) if folder else dest)
        one = File(self._sid, path, duration=recording["duration"])
        # As with ansible.builtin.copy, a link is replaced by a file.
        there = os.path.isfile(path) and not os.path.islink(path)
        if self._check_mode and not (there and recording["status"] == "completed"):
            return one._replace(changed=True)
        from ansible_collections.voiceops.telnyx.plugins.module_utils._download import content_of

        before = content_of(path) if there else None
        with self._scratch(path) as scratch:
            content, content_type = self._fetch(scratch, recording, before)
            one = one._replace(before=before, content=content, content_type=content_type)
            scratch.flush()
            os.fsync(scratch.fileno())
            same = before is not None and before.sha256 == content.sha256
            return one._replace(changed=self._put(scratch.name, path, same))

    def _look(self) -> dict[str, t.Any]:
        recording = _looked_at(self._sid, self._params, self._api)
        if recording["status"] == "completed" and recording["media_url"]:
            return recording
        if self._check_mode and self._params["wait"] and recording["status"] in _PENDING:
            return recording
        why = f" ({recording['error_code']})" if recording["error_code"] else ""
        advice = (
            "It can be downloaded when it is complete: set wait, or a longer wait_timeout."
            if recording["status"] in _PENDING
            else "It has no audio that could be downloaded."
        )
        raise NoAudio(
            f"The recording is {recording['status'] or 'in a state that the API does not tell'}{why}. {advice}"
        )

    @contextlib.contextmanager
    def _scratch(self, path: str) -> t.Iterator[t.Any]:
        """Give a file beside `path`, for nobody else to read, which is gone afterwards unless it was moved."""
        if self._check_mode:
            with tempfile.TemporaryFile() as file:
                yield file
            return
        folder = os.path.dirname(path) or "."
        os.makedirs(folder, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".voiceops.telnyx.", delete=False) as file:
            gone = functools.partial(_remove, file.name)
            # A task that is interrupted does not wait for its threads.
            atexit.register(gone)
            try:
                yield file
            finally:
                gone()
                atexit.unregister(gone)

    def _fetch(self, scratch: t.BinaryIO, recording: dict[str, t.Any], before: Content | None) -> tuple[Content, str]:
        """Fetch, and go on where it broke, by a new link each time: the old one may have expired."""
        from ansible_collections.voiceops.telnyx.plugins.module_utils._download import Download
        from ansible_collections.voiceops.telnyx.plugins.module_utils._media import Broken

        download = Download(scratch, before)
        furthest = tries = 0
        while True:
            try:
                return download.go_on(self._host, recording["media_url"]), download.content_type
            except Broken as problem:
                tries = 1 if download.size > furthest else tries + 1
                furthest = max(furthest, download.size)
                if tries == len(PAUSES):
                    raise NoAudio(f"{problem}. No file was written.") from problem
            time.sleep(PAUSES[tries])
            recording = self._look()

    def _put(self, scratch: str, path: str, same: bool) -> bool:
        """Move a file to its place, give it its attributes, and tell whether anything changed. Raises OSError."""
        # Ansible's module is for one thread.
        with self._lock:
            # Until it has its mode, a new file is for nobody else to read. A mode that says what to change needs the usual one.
            mask = os.umask(0o077) if _OCTAL.fullmatch(_octal(self._params.get("mode", ""))) else None
            fail_json = self._module.fail_json
            # It would end the task, and with it the other recordings.
            self._module.fail_json = _refuse  # type: ignore[method-assign]
            try:
                if not same and not self._check_mode:
                    self._module.atomic_move(scratch, path, unsafe_writes=self._params["unsafe_writes"])
                attributes = self._module.load_file_common_arguments(self._params, path=path)
                return bool(self._module.set_fs_attributes_if_different(attributes, not same))
            except Exception as error:
                # Since ansible-core 2.19 some of it raises instead, and has the reason as its cause.
                raise OSError(" ".join(str(one) for one in (error, error.__cause__) if one)) from error
            finally:
                self._module.fail_json = fail_json  # type: ignore[method-assign]
                if mask is not None:
                    os.umask(mask)


def _remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def _refuse(msg: str, **_details: t.Any) -> t.NoReturn:
    # No OSError, which Ansible's module would take for one of its own.
    raise RuntimeError(msg)


def _looked_at(sid: str, params: dict[str, t.Any], api: Api) -> dict[str, t.Any]:
    sids = {"account_sid": params["account_sid"], "recording_sid": sid}
    return shaped(api.read(build(GET_TEXML_CALL_RECORDING, params["base_url"], sids, {})))


def _is_pending(sid: str, params: dict[str, t.Any], api: Api) -> bool:
    try:
        recording = _looked_at(sid, params, api)
    except Unreadable as problem:
        # A look that failed without a clear answer may be taken again.
        return problem.reply is None or _outcome.is_open(problem.reply.status)
    return recording["status"] in _PENDING or (recording["status"] == "completed" and not recording["media_url"])


def _folder(params: dict[str, t.Any]) -> bool:
    """Tell whether `dest` is a folder, and make it if it is only named as one. Raises InvalidArguments."""
    dest = params["dest"]
    if os.path.isdir(dest) or dest.endswith("/"):
        return True
    if os.path.exists(dest) and not os.path.isfile(dest):
        raise InvalidArguments([fault("dest", dest, "the path of a file or folder, and no device or pipe")])
    if len(params["recording_sid"]) > 1:
        expected = "a folder, or end with a slash, where recording_sid has several recordings"
        raise InvalidArguments([fault("dest", dest, expected)])
    if not os.path.isdir(os.path.dirname(dest) or "."):
        raise InvalidArguments([fault("dest", dest, "in a folder that exists, or end with a slash to be one")])
    return False


def _name(sid: str, link: t.Any) -> str:
    """Return the name of a file in a folder: the recording's SID, with the kind of file that its link names."""
    path = urlsplit(link).path if isinstance(link, str) else ""
    suffix = posixpath.splitext(path)[1].lower()
    return quote(sid, safe=":") + (suffix if _SUFFIX.fullmatch(suffix) else "")


def _described(one: File, task: Task) -> dict[str, t.Any]:
    content = one.content
    described = {
        "recording_sid": one.recording_sid,
        "dest": one.dest,
        "changed": one.changed,
        "size": content and content.size,
        "sha256": content and content.sha256,
        "content_type": one.content_type,
        "duration": one.duration,
    }
    if task.check_mode and one.changed:
        # What is there now is something else.
        return described
    return dict(t.cast("AnsibleModule", task.module).add_path_info(described))


def _line(content: Content | None) -> str:
    return f"{content.size} bytes, SHA-256 {content.sha256}\n" if content else ""
