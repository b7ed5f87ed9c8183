# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The result of a run on an archive."""

from __future__ import annotations

import typing as t

from .._base.errors import RequestFailed
from .._base.short import joined
from .._task.results import FAILED
from . import messages
from .deletion import HELD
from .log import NAME

if t.TYPE_CHECKING:
    from .._task.task import Task
    from .archive import Archive, Done, Step
    from .files import Files
    from .keeper import Keeper

# Entries of a list in the result. Of outcomes, if there are more, there are only those that failed.
MOST = 500


def result(
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
        "held": sum(one.left == HELD for one in done),
        **{name: seen.get(name, 0) for name in ("pending", "absent", "gone", FAILED)},
        "bytes": keeper.size,
    }
    outcomes = [{**one.outcome(), "file": _file_of(one, files), "not_deleted": one.left or None} for one in done]
    failed = [one for one in outcomes if one["outcome"] == FAILED]
    # Neither AWX nor memory would keep so many. The log has what was done.
    shown = outcomes if len(outcomes) <= MOST else failed[:MOST]
    result: dict[str, t.Any] = {"summary": summary, "outcomes": shown, "log": files.path(NAME)}
    if failed:
        more = f" {len(failed) - 1} more failed; see outcomes." if len(failed) > 1 else ""
        result.update(failed=True, msg=f"{failed[0]['recording_sid']}: {failed[0]['msg']}{more}")
    if archive.stopped_by:
        result.update(failed=True, msg=messages.STOPPED.format(_reason(archive.stopped_by)))
    warnings = []
    if keeper.without_call:
        warnings.append(messages.NO_CALLS.format(len(keeper.without_call)))
    if keeper.other_duration:
        sids = joined(keeper.other_duration, ", ")
        warnings.append(messages.OTHER_DURATION.format(len(keeper.other_duration), sids))
    if warnings:
        result["warnings"] = warnings
    return result


def _reason(problem: Exception) -> str:
    if isinstance(problem, RequestFailed):
        return problem.failure.msg
    return messages.UNWRITABLE.format(problem) if isinstance(problem, OSError) else str(problem)


def _file_of(one: Done, files: Files) -> str | None:
    return files.path(one.steps[0].file) if one.steps else None


def shown(result: dict[str, t.Any], steps: list[Step], task: Task) -> dict[str, t.Any]:
    """Return a result with the plan, file by file, which check mode also prints."""
    if task.check_mode:
        result["plan"] = [step._asdict() for step in steps]
        for step in steps if task.progress else ():
            t.cast("t.Callable[[str], None]", task.progress)(f"would {step.action} {step.file}")
    if task.diff:
        more = [f"and {len(steps) - MOST} more"] if len(steps) > MOST else []
        lines = [f"{step.action} {step.file}" for step in steps[:MOST]] + more
        result["diff"] = {"before": "", "after": "".join(f"{line}\n" for line in lines)}
    return result
