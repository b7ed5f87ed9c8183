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
import time
import typing as t

from .._archive import messages
from .._archive.archive import Archive, Done, Step
from .._archive.deletion import Deletion, expired, remove
from .._archive.examination import Examination
from .._archive.files import Access, Files
from .._archive.holds import Holds
from .._archive.keeper import Keeper, Wanted
from .._archive.layout import DEFAULT, EXPECTED, OF_CALL, Layout
from .._archive.log import EXAMINED, Log
from .._archive.meter import Meter
from .._archive.pages import write_page_of
from .._archive.sealing import seal
from .._archive.transcripts import Transcripts
from .._archive.uploads import pending, take_over
from .._base.errors import ArchiveError, InvalidArguments, RequestFailed
from .._base.faults import Fault, fault
from .._base.short import joined
from .._client.client import MAX_ON_PAGE
from .._client.transcriptions import Transcriptions
from .._download.recording_file import OCTAL, octal
from .._task.options import CONNECTION, MAX_CONCURRENCY, Option, seconds, whole_number
from .._task.results import FAILED
from .._task.task import Behaviour, Task
from .._telnyx.description.calls import GET_TEXML_CALL
from .._telnyx.description.recordings import (
    FETCH_TEXML_CALL_RECORDINGS,
    FETCH_TEXML_CONFERENCE_RECORDINGS,
    GET_TEXML_CALL_RECORDING,
    GET_TEXML_CALL_RECORDINGS,
)
from .._telnyx.description.transcriptions import GET_TEXML_RECORDING_TRANSCRIPTIONS
from .._wire.media import MediaHost
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
    work = {PRESENT: _present, VERIFIED: _verified, SEALED: _sealed}[params["state"]]
    try:
        if task.check_mode:
            return work(params, files, client, task)
        with files.locked(params["wait_timeout"], task.progress):
            return work(params, files, client, task)
    except ArchiveError as problem:
        return {"failed": True, "changed": False, "msg": str(problem)}
    except OSError as problem:
        return {"failed": True, "changed": False, "msg": messages.UNWRITABLE.format(problem)}


def _present(params: dict[str, t.Any], files: Files, client: Client, task: Task) -> dict[str, t.Any]:
    holds, log = Holds(params.get("hold", [])), Log(files, task.check_mode)
    # A file that cannot be read ends the task before anything is done.
    holds.has()
    uploaded = take_over(params.get("uploads", []), log, task.check_mode)
    transcripts = None
    try:
        if params["transcriptions"]:
            transcripts = Transcripts(Transcriptions(client).of_account(MAX_ON_PAGE), log.kept)
        wanted = Wanted(
            Layout(params["layout"]),
            params["details"],
            transcripts,
            time.monotonic() + params["wait_timeout"],
            params["wait_timeout"] if params["wait"] and not task.check_mode else 0,
        )
        keeper = Keeper(wanted, files, log, client, MediaHost(client.connection))
        deletion = None
        if params["delete"] == VERIFIED:
            deletion = Deletion(files, log, client, holds, params["delete_after"], "uploads" in params)
        archive = Archive(files, log, keeper, deletion, task.check_mode)
        archive.settle()
        meter = Meter(task.progress, lambda: keeper.bytes)
        done = archive.run(_selected(params, log, client), params["max_concurrency"], meter)
    except RequestFailed as problem:
        return {"failed": True, "changed": False, **problem.failure.result()}
    steps = [step for one in done for step in one.steps]
    steps += _remove(params, files, log, holds, deletion, task)
    result = _result(files, done, steps, archive, keeper, meter.listed)
    result["changed"] = bool(steps) or bool(uploaded)
    if not task.check_mode:
        files.sync()
        log.close()
        files.sweep()
        result["changed"] |= params["page"] and write_page_of(files, log, params["page_mask"])
    if "uploads" in params:
        result["to_upload"] = pending(files, log)
    return _shown(result, steps, task)


def _selected(params: dict[str, t.Any], log: Log, client: Client) -> t.Iterable[dict[str, t.Any]]:
    kept = log.kept.get(params.get("recording_sid", ""))
    # The API no longer has it, as it should be.
    return [] if kept and kept.deleted else selection.selected(params, client)


def _remove(
    params: dict[str, t.Any], files: Files, log: Log, holds: Holds, deletion: Deletion | None, task: Task
) -> list[Step]:
    """Remove the local files that are past their time. What the API is to lose first, and still has, stays."""
    steps = []
    for sid in expired(log, holds, params["keep"]) if "keep" in params else []:
        kept = log.kept[sid]
        if deletion and not kept.deleted and (task.check_mode or not deletion.settle(sid)):
            continue
        if task.check_mode or remove(sid, files, log, holds):
            steps.append(Step("remove", sid, kept.audio.name))
    return steps


def _result(
    files: Files, done: list[Done], steps: list[Step], archive: Archive, keeper: Keeper, found: int
) -> dict[str, t.Any]:
    count = {
        action: sum(step.action == action for step in steps) for action in ("archive", "transcribe", "delete", "remove")
    }
    seen = archive.seen
    summary = {
        "found": found,
        "archived": count["archive"],
        "transcribed": count["transcribe"],
        "deleted": count["delete"],
        "removed": count["remove"],
        "unchanged": seen.get("unchanged", 0),
        "held": archive.held,
        **{name: seen.get(name, 0) for name in ("pending", "absent", "gone", FAILED)},
        "bytes": keeper.bytes,
    }
    outcomes = [{**one.outcome(), "file": _file_of(one, files), "not_deleted": one.left or None} for one in done]
    result: dict[str, t.Any] = {"summary": summary, "outcomes": outcomes}
    failed = [one for one in outcomes if one["outcome"] == FAILED]
    if failed:
        more = f" {len(failed) - 1} more failed; see outcomes." if len(failed) > 1 else ""
        result.update(failed=True, msg=f"{failed[0]['recording_sid']}: {failed[0]['msg']}{more}")
    if archive.stopped_by:
        problem = archive.stopped_by
        why = problem.failure.msg if isinstance(problem, RequestFailed) else messages.UNWRITABLE.format(problem)
        result.update(failed=True, msg=messages.STOPPED.format(why))
    warnings = []
    if keeper.without_call:
        warnings.append(messages.NO_CALLS.format(keeper.without_call))
    if keeper.other_duration:
        sids = joined(keeper.other_duration, ", ")
        warnings.append(messages.OTHER_DURATION.format(len(keeper.other_duration), sids))
    if warnings:
        result["warnings"] = warnings
    return result


def _file_of(one: Done, files: Files) -> str | None:
    return files.path(one.steps[0].file) if one.steps else None


def _shown(result: dict[str, t.Any], steps: list[Step], task: Task) -> dict[str, t.Any]:
    """Return a result with the plan, file by file, which check mode also prints."""
    if task.check_mode:
        result["plan"] = [step._asdict() for step in steps]
        for step in steps if task.progress else ():
            t.cast("t.Callable[[str], None]", task.progress)(f"would {step.action} {step.file}")
    if task.diff:
        result["diff"] = {"before": "", "after": "".join(f"{step.action} {step.file}\n" for step in steps)}
    return result


def _verified(params: dict[str, t.Any], files: Files, client: Client, task: Task) -> dict[str, t.Any]:
    if not os.path.isdir(files.folder):
        raise ArchiveError(messages.MISSING.format(files.folder))
    log = Log(files, task.check_mode)
    examination = Examination(files, log)
    meter = Meter(task.progress, lambda: examination.bytes)
    examined, problems = examination.run(params["max_concurrency"], meter)
    result: dict[str, t.Any] = {"changed": False, "problems": [one._asdict() for one in problems]}
    result["summary"] = {"examined": examined, "bytes": examination.bytes}
    for name in ("missing", "altered", "extra"):
        result["summary"][name] = sum(one.problem == name for one in problems)
    if not task.check_mode:
        found = [{"file": one.file, "problem": one.problem} for one in problems]
        log.append({"action": EXAMINED, "files": examined, "problems": found})
        log.close()
        if params["page"]:
            write_page_of(files, log, params["page_mask"])
    if problems:
        what = joined([one.msg.rstrip(".") for one in problems], "; ")
        result.update(failed=True, msg=messages.EXAMINED.format(len(problems), examined, what))
    return result


def _sealed(params: dict[str, t.Any], files: Files, client: Client, task: Task) -> dict[str, t.Any]:
    log = Log(files, task.check_mode)
    result = seal(files, log, params["month"], params["max_concurrency"], task)
    log.close()
    return result


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
