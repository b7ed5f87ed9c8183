# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps recordings: the behaviour of the module recording_archive."""

from __future__ import annotations

import datetime
import grp
import os
import pwd
import re
import typing as t

from .._archive import messages
from .._archive.files import Access, Files
from .._archive.layout import DEFAULT, EXPECTED, OF_CALL, Layout
from .._archive.present import present
from .._archive.sealing import sealed
from .._archive.verified import verified
from .._base.errors import ArchiveError, InvalidArguments
from .._base.faults import Fault, fault
from .._download.recording_file import OCTAL, octal
from .._task.options import CONNECTION, MAX_CONCURRENCY, Option, seconds, whole_number
from .._task.task import Behaviour, Task
from .._telnyx.description.calls import GET_TEXML_CALL
from .._telnyx.description.recordings import (
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
)
from .._telnyx.description.transcriptions import GET_TEXML_RECORDING_TRANSCRIPTIONS
from . import selection

if t.TYPE_CHECKING:
    from .._client.client import Client

PRESENT, VERIFIED, SEALED = "present", "verified", "sealed"
MOST_DAYS = 36500
_NAME_SCHEMA = {
    "type": "string",
    "pattern": r"^[^\u0000\ud800-\udfff]+(?![\s\S])",
    "x-expected": "a name or a numeric ID",
}
_UPLOAD_SCHEMA = {
    "type": "object",
    "required": ["file", "bytes", "sha256"],
    "properties": {"file": {"type": "string"}, "bytes": {"type": "integer"}, "sha256": {"type": "string"}},
    "x-expected": "a dict with file, bytes and sha256, as read back from where the file was uploaded",
}

OPTIONS = {
    **CONNECTION,
    # Without them, an archive can still be examined and sealed.
    **{
        name: Option({**CONNECTION[name].spec, "required": False}, CONNECTION[name].schema)
        for name in ("api_key", "account_sid")
    },
    **selection.SELECTION,
    "dest": Option(
        {"type": "path", "required": True},
        {"type": "string", "pattern": r"^[^\u0000\ud800-\udfff]+(?![\s\S])", "x-expected": "the path of a folder"},
    ),
    "state": Option({"type": "str", "choices": [PRESENT, VERIFIED, SEALED], "default": PRESENT}),
    "layout": Option({"type": "str", "default": DEFAULT}),
    "details": Option({"type": "bool", "default": True}),
    "transcriptions": Option({"type": "bool", "default": False}),
    "wait": Option({"type": "bool", "default": False}),
    "wait_timeout": seconds(300, maximum=86400),
    "delete": Option({"type": "str", "choices": ["never", "verified"], "default": "never"}),
    "delete_after": Option({"type": "int", "default": 7}, whole_number(0, MOST_DAYS, "a number of days")),
    "hold": Option({"type": "list", "elements": "str"}, may_be_empty=True),
    "keep": Option({"type": "int"}, whole_number(1, MOST_DAYS, "a number of days")),
    "uploads": Option({"type": "list", "elements": "dict"}, _UPLOAD_SCHEMA, may_be_empty=True),
    "month": Option(
        {"type": "str"},
        {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])(?![\s\S])", "x-expected": "a month such as 2026-10"},
    ),
    # The list of recordings has a parameter of this name.
    "page": Option({"type": "bool", "default": True}, {"type": "boolean", "x-expected": "a boolean"}),
    "page_mask": Option({"type": "bool", "default": True}),
    "mode": Option({"type": "raw", "default": "0600"}),
    "directory_mode": Option({"type": "raw", "default": "0700"}),
    "owner": Option({"type": "str"}, _NAME_SCHEMA),
    "group": Option({"type": "str"}, _NAME_SCHEMA),
    "max_concurrency": MAX_CONCURRENCY,
}

_NEEDED = {
    name: f"a string, here or in the environment as TELNYX_{name.upper()}, where state is present"
    for name in ("api_key", "account_sid")
}


def check(params: dict[str, t.Any]) -> list[Fault]:
    """Return the faults that no schema can express."""
    faults = selection.check(params) + _check_state(params)
    try:
        of_call = sorted(Layout(params["layout"]).fields.intersection(OF_CALL))
        if of_call and not params["details"]:
            faults.append(fault("details", False, f"true where layout has {{{of_call[0]}}}, which only the call tells"))
    except ValueError:
        faults.append(fault("layout", params["layout"], EXPECTED))
    for index, one in enumerate(params.get("hold", [])):
        # A relative path that was taken for a SID would hold nothing.
        if not one or (not os.path.isabs(one) and re.search(r"[./~\s]", one)):
            faults.append(fault(f"hold[{index}]", one, "a SID, or the absolute path of a file with one SID a line"))
    for name in ("mode", "directory_mode"):
        mode = params[name]
        if not isinstance(mode, (int, str)) or isinstance(mode, bool) or not OCTAL.fullmatch(octal(mode)):
            faults.append(fault(name, mode, "an octal mode such as '0640'"))
    keep = params.get("keep")
    if keep is not None and params["delete"] == VERIFIED and keep <= params["delete_after"]:
        expected = (
            f"more than delete_after ({params['delete_after']}), or the files would be gone before they are verified"
        )
        faults.append(fault("keep", keep, expected))
    return faults


def _check_state(params: dict[str, t.Any]) -> list[Fault]:
    state, month = params["state"], params.get("month")
    if state == PRESENT:
        faults = [fault(name, None, expected, "is missing") for name, expected in _NEEDED.items() if name not in params]
    else:
        faults = [
            fault(name, params[name], f"left out where state is {state}, which is about the whole archive")
            for name in (*selection.SELECTION, "uploads")
            if name in params
        ]
    if state == SEALED and month is None:
        faults.append(fault("month", None, "given where state is sealed, such as 2026-10", "is missing"))
    elif state != SEALED and month is not None:
        faults.append(fault("month", month, "left out where state is not sealed"))
    elif month is not None and month >= datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m"):
        faults.append(fault("month", month, "a month that is over, in UTC"))
    return faults


def run(params: dict[str, t.Any], client: Client, task: Task) -> dict[str, t.Any]:
    """Do what `state` asks for, and return the result of the task. Nobody else uses the archive meanwhile.

    In check mode nothing is written. Raises InvalidArguments for an owner or a group that the host does not have.
    """
    files = Files(os.path.abspath(params["dest"]), _access(params))
    try:
        if task.check_mode:
            return _work(params, files, client, task)
        with files.locked(params["wait_timeout"], task.progress):
            return _work(params, files, client, task)
    except ArchiveError as problem:
        return {"failed": True, "changed": False, "msg": str(problem)}
    except OSError as problem:
        return {"failed": True, "changed": False, "msg": messages.UNWRITABLE.format(problem)}


def _work(params: dict[str, t.Any], files: Files, client: Client, task: Task) -> dict[str, t.Any]:
    if params["state"] == VERIFIED:
        return verified(params, files, task)
    if params["state"] == SEALED:
        return sealed(params, files, task)
    return present(params, files, client, task, lambda: selection.selected(params, client))


def _access(params: dict[str, t.Any]) -> Access:
    """Return who may use the files. Raises InvalidArguments."""
    return Access(
        int(octal(params["mode"]).replace("o", ""), 8),
        int(octal(params["directory_mode"]).replace("o", ""), 8),
        _id(params, "owner", lambda name: pwd.getpwnam(name).pw_uid),
        _id(params, "group", lambda name: grp.getgrnam(name).gr_gid),
    )


def _id(params: dict[str, t.Any], option: str, look_up: t.Callable[[str], int]) -> int:
    name = params.get(option)
    if name is None:
        return -1
    if name.isascii() and name.isdigit():
        return int(name)
    try:
        return look_up(name)
    except KeyError as error:
        raise InvalidArguments([fault(option, name, f"a name or a numeric ID of a {option} on this host")]) from error


BEHAVIOUR = Behaviour(
    (
        GET_TEXML_CALL_RECORDINGS,
        GET_TEXML_CALL_RECORDING,
        FETCH_TEXML_CALL_RECORDINGS,
        FETCH_TEXML_CONFERENCE_RECORDINGS,
        GET_TEXML_CALL,
        GET_TEXML_RECORDING_TRANSCRIPTIONS,
    ),
    OPTIONS,
    run,
    check=check,
)
