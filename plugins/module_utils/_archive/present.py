# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run that archives, deletes and removes: `state: present`."""

from __future__ import annotations

import contextlib
import time
import typing as t

from .._base.errors import ArchiveError, RequestFailed
from .._client.client import MAX_ON_PAGE
from .._client.transcriptions import Transcriptions
from .._task.results import FAILED
from .._wire.media import MediaHost
from . import messages, report
from .archive import Archive, Step
from .deletion import Deletion
from .holds import Holds
from .keeper import Keeper, Wanted
from .layout import Layout
from .leftovers import sweep
from .log import Log
from .meter import Meter
from .pages import write_page_of
from .retention import Retention
from .transcripts import Transcripts
from .uploads import pending, take_over

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._task.task import Task
    from .files import Files

Params = t.Mapping[str, t.Any]
Select = t.Callable[[], t.Iterable[t.Dict[str, t.Any]]]


def present(params: Params, files: Files, client: Client, task: Task, select: Select) -> dict[str, t.Any]:
    """Return the result of a task. `select` lists its recordings. Raises ArchiveError before anything is done, and OSError."""
    holds = Holds(params.get("hold", []))
    # A file that cannot be read ends the task before anything is done.
    holds.has()
    with contextlib.closing(Log(files, task.check_mode)) as log:
        uploaded = take_over(params.get("uploads", []), log, task.check_mode)
        deletion = None
        if params["delete"] == "verified":
            deletion = Deletion(files, log, client, holds, params["delete_after"], "uploads" in params)
        keeper = Keeper(_wanted(params, task), files, log, client, MediaHost(client.connection))
        archive = Archive(files, log, keeper, deletion, task.check_mode)
        meter = Meter(task.progress, lambda: keeper.size)
        try:
            archive.settle()
            if params["transcriptions"]:
                keeper.transcripts = Transcripts(Transcriptions(client).of_account(MAX_ON_PAGE), log.kept)
            kept = log.kept.get(params.get("recording_sid", ""))
            # The API no longer has what was deleted, as it should be.
            recordings = [] if kept and kept.deleted else select()
        except RequestFailed as problem:
            return {"failed": True, "changed": bool(uploaded), **problem.failure.result()}
        done = archive.run(recordings, params["max_concurrency"], meter)
        steps = [step for one in done for step in one.steps]
        if "keep" in params:
            retention = Retention(files, log, holds, params["keep"], deletion, "uploads" in params)
            steps += _removed(retention, log, archive, task.check_mode)
        if not task.check_mode:
            files.sync()
    result = report.result(files, done, steps, archive, keeper, meter.listed)
    result["changed"] = bool(steps or uploaded)
    if not task.check_mode:
        sweep(files, log)
        try:
            result["changed"] |= params["page"] and write_page_of(files, log, params["page_mask"])
        except OSError as problem:
            # What was archived must still be reported.
            result = {"failed": True, "msg": messages.NO_PAGE.format(problem), **result}
    if "uploads" in params:
        left = pending(files, log, {one.sid for one in done if one.what == FAILED})
        result["summary"]["to_upload"] = len(left)
        result["to_upload"] = left[: report.MOST]
    return report.shown(result, steps, task)


def _wanted(params: Params, task: Task) -> Wanted:
    waits = params["wait"] and not task.check_mode
    until = time.monotonic() + params["wait_timeout"]
    return Wanted(Layout(params["layout"]), params["details"], until, params["wait_timeout"] if waits else 0)


def _removed(retention: Retention, log: Log, archive: Archive, check_mode: bool) -> t.Iterator[Step]:
    """Remove what is past its time, and give the steps. What goes wrong ends it, and fails the task."""
    try:
        for sid in retention.expired(check_mode):
            if check_mode or retention.remove(sid):
                yield Step("remove", sid, log.kept[sid].audio.name)
        if not check_mode:
            retention.unseal()
    except (RequestFailed, ArchiveError, OSError) as problem:
        archive.stopped_by = archive.stopped_by or problem
