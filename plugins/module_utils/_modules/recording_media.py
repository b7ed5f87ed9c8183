# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Downloads recordings: the behaviour of the module recording_media."""

from __future__ import annotations

import os
import re
import threading
import time
import typing as t

from ansible.module_utils.basic import FILE_COMMON_ARGUMENTS

from .._base.errors import Failure, InvalidArguments, NoAudio, RequestFailed
from .._base.faults import Fault, fault
from .._base.parallel import each
from .._base.schedule import Schedule
from .._base.scratch import sweep
from .._download import messages
from .._download.recording_file import (
    OCTAL,
    File,
    Recording,
    octal,
)
from .._task.options import CONNECTION, MAX_CONCURRENCY, ArgumentSpec, Option, seconds
from .._task.results import of_outcomes, outcome
from .._task.task import Behaviour, Task
from .._telnyx.description.recordings import GET_TEXML_CALL_RECORDING
from .._telnyx.recording import PENDING, normalized
from .._wire.media import MediaHost
from .sids import named_twice

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

    from .._client.client import Client
    from .._download.download import Content

OPTIONS = {
    **CONNECTION,
    "recording_sid": Option({"type": "list", "elements": "str", "required": True}),
    "dest": Option(
        {"type": "path", "required": True},
        {
            "type": "string",
            "pattern": r"^[^\u0000\ud800-\udfff]+(?![\s\S])",
            "x-expected": "the path of a file or folder",
        },
    ),
    "wait": Option({"type": "bool", "default": False}),
    "wait_timeout": seconds(300, maximum=86400),
    "max_concurrency": MAX_CONCURRENCY,
    **{name: Option(spec) for name, spec in t.cast(ArgumentSpec, FILE_COMMON_ARGUMENTS).items()},
}

# Between two requests for recordings that are not complete.
POLLS = Schedule(0.5, longest=5.0)
# Seconds between two lines of progress.
SHOWN = 2.0

_CLAUSE = r"[ugoa]*(?:[-+=](?:[rwxXst]*|[ugo]))+"
_MODE = re.compile(rf"{OCTAL.pattern}|{_CLAUSE}(?:,{_CLAUSE})*", re.ASCII)


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express: an invalid mode, and a recording that is named twice."""
    mode = params.get("mode", "0600")
    faults = []
    good = isinstance(mode, (int, str)) and not isinstance(mode, bool) and _MODE.fullmatch(octal(mode))
    if not good:
        faults.append(fault("mode", mode, "a mode as in ansible.builtin.copy, such as '0640' or 'u=rw,g=r'"))
    return faults + named_twice(params, "recording_sid")


def ahead(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Wait on the controller, which can show progress, and return the module's parameters."""
    if task.check_mode:
        return params
    wait(params, client, task)
    return {**params, "wait": False}


def wait(params: dict[str, t.Any], client: Client, task: Task) -> None:
    """Wait until all recordings are complete, or never will be, or for `wait_timeout` seconds, if the task asks for it.

    Raises InvalidArguments for a `dest` that cannot be used.
    """
    if not params["wait"] or task.check_mode:
        return
    if os.path.isabs(params["dest"]):
        # Only the module can resolve others.
        _folder(params)
    started = shown = time.monotonic()
    pending = params["recording_sid"]
    polls = 0
    while True:
        still = each(lambda sid: _is_pending(sid, client), pending, params["max_concurrency"])
        pending = [sid for sid, one in zip(pending, still) if one]
        now = time.monotonic()
        if not pending or now - started >= params["wait_timeout"]:
            return
        if task.progress and now - shown >= SHOWN:
            shown = now
            many = len(params["recording_sid"])
            task.progress(f"{len(pending)} of {many} recordings are not complete after {now - started:.0f} seconds")
        pause = POLLS.pause(polls)
        time.sleep(max(0.0, min(pause, started + params["wait_timeout"] - now)))
        polls += 1


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Fetch the audio of each recording into its file, and return the result of the task.

    One that fails does not keep the others, and leaves no file. In check mode nothing is written. Needs the module of
    `task`, for Ansible's own ways with files. Raises InvalidArguments for a `dest` that cannot be used.
    """
    folder = _folder(params)
    host = MediaHost(client.connection)
    if not task.check_mode:
        sweep(params["dest"] if folder else os.path.dirname(params["dest"]) or ".")
    wait(params, client, task)
    lock = threading.Lock()

    def work(sid: str) -> File:
        try:
            return Recording(sid, params, client, host, lock, task).download(folder)
        except RequestFailed as problem:
            return File(sid, failure=problem.failure)
        except NoAudio as problem:
            return File(sid, failure=Failure(str(problem)))
        except OSError as problem:
            return File(sid, failure=Failure(messages.UNWRITABLE.format(problem)))

    files = each(work, params["recording_sid"], params["max_concurrency"])
    done = [one for one in files if not one.failure]
    result = of_outcomes("recording_sid", [_outcome(one) for one in files])
    result["files"] = [_described(one, task) for one in done]
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
    return result


def _outcome(one: File) -> dict[str, t.Any]:
    what = "downloaded" if one.changed else "unchanged"
    return outcome("recording_sid", one.recording_sid, what, one.changed, one.failure)


BEHAVIOUR = Behaviour((GET_TEXML_CALL_RECORDING,), OPTIONS, run, check=check, ahead=ahead)


def _is_pending(sid: str, client: Client) -> bool:
    try:
        recording = normalized(client.recordings.get(sid))
    except RequestFailed as problem:
        # Without a clear answer, it may be asked again.
        return not problem.certain
    return recording["status"] in PENDING or (recording["status"] == "completed" and not recording["media_url"])


def _folder(params: dict[str, t.Any]) -> bool:
    """Return whether `dest` is a folder, or is named as one, which is made later. Raises InvalidArguments."""
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
        # The file that is there now is another one.
        return described
    return dict(t.cast("AnsibleModule", task.module).add_path_info(described))


def _line(content: Content | None) -> str:
    return f"{content.size} bytes, SHA-256 {content.sha256}\n" if content else ""
