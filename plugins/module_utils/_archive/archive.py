# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings a selection of recordings into an archive, and deletes what may be deleted: `state: present`."""

from __future__ import annotations

import os
import typing as t
from collections import Counter

from .._base.errors import ArchiveError, Failure, NoAudio, RequestFailed
from .._base.parallel import each
from .._task.results import FAILED, outcome
from .._telnyx.failure import KEY_REFUSED
from .._telnyx.recording import PENDING
from . import messages
from .deletion import Deletion
from .files import FATAL
from .keeper import COMPLETED, Keeper
from .log import Kept, Log
from .transcripts import SUFFIX as TRANSCRIPT

if t.TYPE_CHECKING:
    from .files import Files
    from .meter import Meter

ARCHIVED = "archived"
UNCHANGED = "unchanged"
DELETED = "deleted"
PENDING_YET = "pending"
ABSENT = "absent"
GONE = "gone"
# Why a recording is not deleted yet: its transcript would be lost.
UNTRANSCRIBED = "not transcribed"

Recording = t.Dict[str, t.Any]


class Step(t.NamedTuple):
    """One step of the plan: what would be done in check mode, or was done."""

    action: str
    recording_sid: str
    file: str


class Done(t.NamedTuple):
    """What became of one recording."""

    sid: str
    what: str
    steps: tuple[Step, ...] = ()
    left: str = ""
    """Why it was not deleted, though the task deletes and nothing is wrong with it."""
    failure: Failure | None = None

    def outcome(self) -> dict[str, t.Any]:
        """Return the entry of `outcomes`."""
        return outcome("recording_sid", self.sid, self.what, bool(self.steps), self.failure)


class Archive:
    """One run on an archive. Without `deletion`, nothing is deleted."""

    def __init__(self, files: Files, log: Log, keeper: Keeper, deletion: Deletion | None, check_mode: bool) -> None:
        self._files = files
        self._log = log
        self._keeper = keeper
        self._deletion = deletion
        self._check_mode = check_mode
        self.stopped_by: Exception | None = None
        """What no further recording can do without: the disk, the key, or a hold file."""
        self.seen: Counter[str] = Counter()
        """How many recordings there are of each outcome."""
        self._unsettled: dict[str, Failure] = {}

    def settle(self) -> None:
        """Log the deletions that a run was killed after, before anything is listed."""
        if self._deletion and not self._check_mode:
            self._unsettled = self._deletion.settle_all()

    def run(self, recordings: t.Iterable[Recording], limit: int, meter: Meter) -> list[Done]:
        """Return what became of the recordings, but for those that are as they should be, which are counted only."""
        outcomes = each(self._one, self._counted(recordings, meter), limit, meter.tick)
        done = [one for one in outcomes if isinstance(one, Done)]
        settled = {one.sid for one in done}
        for sid, failure in self._unsettled.items():
            # It is not known whether the API still has it, and the list did not.
            if sid not in settled and not self._log.kept[sid].deleted:
                done.append(Done(sid, FAILED, failure=failure))
        self.seen.update(one.what for one in done)
        self.seen[UNCHANGED] += outcomes.count(UNCHANGED)
        return done

    def _counted(self, recordings: t.Iterable[Recording], meter: Meter) -> t.Iterator[Recording]:
        named = set()
        for recording in self._listed(recordings):
            if self.stopped_by:
                return
            sid = recording["sid"]
            if isinstance(sid, str):
                # A list that moves while it is read has some on two pages.
                if sid in named:
                    continue
                named.add(sid)
            meter.listed += 1
            yield recording

    def _listed(self, recordings: t.Iterable[Recording]) -> t.Iterator[Recording]:
        try:
            yield from recordings
        except RequestFailed as problem:
            # What was listed before is still archived.
            self.stopped_by = problem

    def _one(self, recording: Recording) -> Done | str | None:
        """Return what became of a recording, only UNCHANGED for one as it should be, and None for one not looked at."""
        sid = recording["sid"]
        if self.stopped_by:
            return None
        if not isinstance(sid, str) or not sid:
            return Done("", FAILED, failure=Failure(messages.NO_SID))
        try:
            done = self._keep(recording)
        except RequestFailed as problem:
            if problem.failure.http_status in KEY_REFUSED:
                self.stopped_by = problem
            done = Done(sid, FAILED, failure=problem.failure)
            if problem.failure.http_status == 404:
                # Somebody else has deleted it since it was listed.
                done = Done(sid, GONE)
        except (ArchiveError, NoAudio) as problem:
            done = Done(sid, FAILED, failure=Failure(str(problem)))
        except OSError as problem:
            if problem.errno in FATAL:
                self.stopped_by = problem
            done = Done(sid, FAILED, failure=Failure(messages.UNWRITABLE.format(problem)))
        return UNCHANGED if done == Done(sid, UNCHANGED) else done

    def _keep(self, recording: Recording) -> Done:
        sid = recording["sid"]
        kept = self._log.kept.get(sid)
        if kept and kept.deleted:
            return Done(sid, UNCHANGED)
        steps: list[Step] = []
        if kept is None:
            recording = self._keeper.completed(recording)
            status = recording["status"]
            if status != COMPLETED:
                if status is None:
                    raise ArchiveError(messages.NO_STATE)
                return Done(sid, PENDING_YET if status in PENDING else ABSENT)
            if recording["error_code"] and not recording["media_url"]:
                # Only one of the lists has a status for it.
                return Done(sid, ABSENT)
            kept, steps = self._archive(recording)
        elif not kept.removed:
            steps = self._restore(kept, recording)
        if not (kept and kept.removed):
            steps += self._transcribe(kept, kept.audio.name if kept else steps[0].file, sid)
        what = ARCHIVED if steps else UNCHANGED
        if self._deletion is None:
            return Done(sid, what, tuple(steps))
        return self._delete(self._deletion, kept, recording, Done(sid, what, tuple(steps)))

    def _archive(self, recording: Recording) -> tuple[Kept | None, list[Step]]:
        kept = None if self._check_mode else self._keeper.archive(recording)
        name = kept.audio.name if kept else self._keeper.name_of(recording)
        return kept, [Step("archive", recording["sid"], name)]

    def _restore(self, kept: Kept, recording: Recording) -> list[Step]:
        missing = self._keeper.check(kept, recording)
        if not missing:
            return []
        if kept.audio not in missing or len(missing) > 1:
            raise ArchiveError(messages.MISSING.format(missing[-1].name))
        if not self._check_mode:
            self._keeper.restore(kept, recording)
        return [Step("archive", recording["sid"], kept.audio.name)]

    def _transcribe(self, kept: Kept | None, audio: str, sid: str) -> list[Step]:
        transcript = self._keeper.new_transcript(kept, sid)
        if transcript is None:
            return []
        name = os.path.splitext(audio)[0] + TRANSCRIPT
        if not self._check_mode:
            self._keeper.transcribe(name, sid, transcript)
        return [Step("transcribe", sid, name)]

    def _delete(self, deletion: Deletion, kept: Kept | None, recording: Recording, done: Done) -> Done:
        sid = done.sid
        # In check mode, what would be archived first may be deleted as well.
        reason = deletion.reason_against(kept, sid) if kept else deletion.reason_against_new(recording)
        if not reason and self._keeper.transcripts and sid in self._keeper.transcripts.pending:
            reason = UNTRANSCRIBED
        if reason:
            return done._replace(left=reason)
        try:
            if self._check_mode:
                if kept:
                    deletion.verify(kept, recording)
            else:
                reason = deletion.delete(t.cast(Kept, kept), sid)
                if reason:
                    return done._replace(left=reason)
        except (ArchiveError, RequestFailed) as problem:
            failure = problem.failure if isinstance(problem, RequestFailed) else Failure(str(problem))
            if failure.http_status in KEY_REFUSED:
                self.stopped_by = problem
            failure = failure._replace(msg=messages.NOT_DELETED.format(failure.msg))
            return done._replace(what=FAILED, failure=failure)
        name = kept.audio.name if kept else done.steps[0].file
        return done._replace(what=DELETED, steps=(*done.steps, Step("delete", sid, name)))
