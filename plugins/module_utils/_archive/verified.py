# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Examines an archive: `state: verified`."""

from __future__ import annotations

import os
import typing as t

from .._base.errors import ArchiveError
from .._base.short import joined
from . import log as _log
from . import messages, report
from .examination import Examination
from .faults import PROBLEMS
from .meter import Meter
from .pages import write_page_of

if t.TYPE_CHECKING:
    from .._task.task import Task
    from .files import Files


def verified(params: t.Mapping[str, t.Any], files: Files, task: Task) -> dict[str, t.Any]:
    """Return the result of a task. Raises ArchiveError for an archive that is not there, or whose log was altered."""
    if not os.path.isdir(files.folder):
        raise ArchiveError(messages.MISSING.format(files.folder))
    log = _log.Log(files, task.check_mode)
    examination = Examination(files, log)
    meter = Meter(task.progress, lambda: examination.bytes)
    problems = examination.run(params["max_concurrency"], meter)
    result: dict[str, t.Any] = {"changed": False, "problems": [one._asdict() for one in problems[: report.MOST]]}
    result["summary"] = {"examined": examination.files, "bytes": examination.bytes}
    for name in PROBLEMS:
        result["summary"][name] = sum(one.problem == name for one in problems)
    if not task.check_mode:
        found = [{"file": one.file, "problem": one.problem} for one in problems]
        log.append({"action": _log.EXAMINED, "files": examination.files, "problems": found})
        log.close()
        if params["page"]:
            write_page_of(files, log, params["page_mask"])
    if problems:
        what = joined([one.msg.rstrip(".") for one in problems], "; ")
        # Those of no recording are not among the files that were examined.
        files_seen = examination.files + sum(one.recording_sid is None for one in problems)
        result.update(failed=True, msg=messages.EXAMINED.format(len(problems), files_seen, what))
    return result
