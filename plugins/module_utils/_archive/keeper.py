# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings one recording into an archive: its audio, then its sidecar, then its transcript."""

from __future__ import annotations

import hashlib
import os
import threading
import time
import typing as t

from .._base.errors import ArchiveError, NoAudio, RequestFailed
from .._base.schedule import Schedule
from .._client.calls import Calls
from .._download.audio import suffix_of
from .._download.download import Content, Download, content_of, fetch
from .._telnyx.call import call_of
from .._telnyx.recording import PENDING, normalized
from . import messages
from .dates import date_of
from .duration import seconds_of
from .log import ARCHIVED, RESTORED, TRANSCRIBED, File, Kept, Log, of_recording
from .sidecar import SUFFIX, Sidecar, disagreement, of_bytes, sidecar_of, started_of, text, to_bytes
from .transcripts import SUFFIX as TRANSCRIPT

if t.TYPE_CHECKING:
    from .._client.client import Client
    from .._wire.media import MediaHost
    from .files import Files
    from .layout import Layout
    from .transcripts import Transcript, Transcripts

# Between two requests for a recording that is not complete.
POLLS = Schedule(0.5, longest=5.0)
COMPLETED = "completed"

Recording = t.Dict[str, t.Any]


class Wanted(t.NamedTuple):
    """What a task wants to have of each recording."""

    layout: Layout
    details: bool
    until: float
    """The monotonic time up to which to wait for recordings that are not complete."""
    wait_timeout: int
    """Seconds, as the user set it; 0 for a task that does not wait."""


class Keeper:
    """Used by all threads of a task. `size` counts what has come, also of what is not whole yet."""

    def __init__(self, wanted: Wanted, files: Files, log: Log, client: Client, host: MediaHost) -> None:
        self._wanted = wanted
        self._files = files
        self._log = log
        self._client = client
        self._host = host
        self._calls: dict[str, t.Any] = {}
        self._active: dict[str, Download] = {}
        self._lock = threading.Lock()
        self._bytes = 0
        self.transcripts: Transcripts | None = None
        """Those that the archive lacks, if the task wants them."""
        self.without_call: list[str] = []
        self.other_duration: list[str] = []

    @property
    def size(self) -> int:
        """How many bytes of audio have been fetched."""
        with self._lock:
            return self._bytes + sum(one.size for one in list(self._active.values()))

    def completed(self, recording: Recording) -> Recording:
        """Return a recording, complete if the task waits for that. Raises ArchiveError after the time, and RequestFailed."""
        polls = 0
        while recording["status"] in PENDING and self._wanted.wait_timeout:
            left = self._wanted.until - time.monotonic()
            if left <= 0:
                raise ArchiveError(messages.NOT_COMPLETED.format(recording["status"], self._wanted.wait_timeout))
            time.sleep(min(left, POLLS.pause(polls)))
            recording = self._get(recording["sid"])
            polls += 1
        return recording

    def name_of(self, recording: Recording) -> str:
        """Return the name that the audio of a recording has in the archive. Raises RequestFailed."""
        date = date_of(started_of(recording))
        values = {**recording, **(self._call(recording) or {}), "sid": recording["sid"]}
        values["call_sid"] = recording["call_sid"]
        return self._wanted.layout.path(values, date) + _suffix(recording["media_url"])

    def archive(self, recording: Recording) -> Kept:
        """Fetch a recording that is complete, and return what the archive has. Raises ArchiveError, NoAudio, RequestFailed, OSError.

        Each step leaves what the next run can go on with: the part, then the sidecar with its digest, then the audio, then
        the entry in the log.
        """
        name = self.name_of(recording)
        sidecar_name = os.path.splitext(name)[0] + SUFFIX
        sidecar = self.sidecar(sidecar_name, recording) if self._files.exists(sidecar_name) else None
        if sidecar is None:
            sidecar = self._fetch(name, sidecar_name, recording)
        else:
            self._resume(name, sidecar.facts, recording)
        facts = sidecar.facts
        entry = of_recording(
            ARCHIVED,
            recording["sid"],
            [File(name, facts["audio"]["bytes"], facts["audio"]["sha256"]), sidecar.file],
            account_sid=self._client.connection.account_sid,
            call_sid=text(recording["call_sid"]),
            started=facts["started"],
        )
        self._log.append(entry, sync=False)
        return self._log.kept[recording["sid"]]

    def check(self, kept: Kept, recording: Recording) -> list[File]:
        """Return the files that are missing. Raises ArchiveError for one that was altered, as far as its size shows."""
        self.sidecar(kept.sidecar.name, recording, kept.sidecar)
        missing = []
        for file in kept.files:
            try:
                size = os.stat(self._files.path(file.name)).st_size
            except FileNotFoundError:
                missing.append(file)
                continue
            if size != file.size:
                raise ArchiveError(messages.RESIZED.format(file.name, size, file.size))
        return missing

    def restore(self, kept: Kept, recording: Recording) -> None:
        """Fetch again the audio that is missing. Raises like archive()."""
        sidecar = self.sidecar(kept.sidecar.name, recording, kept.sidecar)
        if sidecar is None:
            raise ArchiveError(messages.MISSING.format(kept.sidecar.name))
        self._resume(kept.audio.name, sidecar.facts, recording)
        self._log.append(of_recording(RESTORED, recording["sid"], [kept.audio]), sync=False)

    def new_transcript(self, kept: Kept | None, sid: str) -> Transcript | None:
        """Return the transcript of a recording if there is one, and the archive lacks it."""
        if self.transcripts is None or (kept and kept.transcript):
            return None
        return self.transcripts.of(sid)

    def transcribe(self, name: str, sid: str, found: Transcript) -> None:
        """Write the transcript of a recording. Raises ArchiveError if there is another one, and OSError."""
        data = found.text.encode("utf-8", "replace")
        file = _file(name, data)
        if not self._files.exists(name):
            self._files.write(name, sid, data)
        elif self._files.content(name).sha256 != file.sha256:
            raise ArchiveError(messages.CONFLICT.format(name, "transcription"))
        self._log.append(of_recording(TRANSCRIBED, sid, [file], transcriptions=found.sids), sync=False)

    def sidecar(self, name: str, recording: Recording, file: File | None = None) -> Sidecar | None:
        """Return the sidecar of a recording, None if there is none. Raises ArchiveError if it is of something else.

        `file` is what it was when it was archived.
        """
        try:
            with open(self._files.path(name), "rb") as opened:
                data = opened.read()
        except FileNotFoundError:
            return None
        now = _file(name, data)
        if file and now != file:
            raise ArchiveError(messages.ALTERED.format(name, now.size, now.sha256, file.size, file.sha256))
        try:
            facts = of_bytes(data)
            field = disagreement(facts, recording)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ArchiveError(messages.NO_SIDECAR.format(name, error)) from error
        if field:
            raise ArchiveError(messages.CONFLICT.format(name, field))
        return Sidecar(facts, now)

    def _fetch(self, name: str, sidecar_name: str, recording: Recording) -> Sidecar:
        """Fetch a recording of which the archive has no sidecar, and return that."""
        sid, part = recording["sid"], self._files.part(recording["sid"])
        there = content_of(self._files.path(name)) if self._files.exists(name) else None
        content, content_type, measured = self._download(part, recording, there)
        if there and there.sha256 != content.sha256:
            raise ArchiveError(messages.OTHER_AUDIO.format(name, there.sha256, content.sha256))
        if measured is None and there:
            with open(self._files.path(name), "rb") as file:
                measured = seconds_of(file)
        if measured is not None and not is_as_long(measured, recording["duration"]):
            self.other_duration.append(sid)
        audio = File(name, content.size, content.sha256)
        facts = sidecar_of(recording, self._call(recording), audio, content_type, measured)
        data = to_bytes(facts)
        self._files.write(sidecar_name, sid, data)
        if there is None:
            self._files.place(part, name)
        return Sidecar(facts, _file(sidecar_name, data))

    def _resume(self, name: str, sidecar: dict[str, t.Any], recording: Recording) -> None:
        """Bring the audio of a sidecar to its place: it is there, or in a part, or fetched again."""
        expected = sidecar["audio"]["sha256"]
        part = self._files.part(recording["sid"])
        where = next((one for one in (name, part) if self._files.exists(one)), None)
        if where is None or (where == part and self._files.content(part).sha256 != expected):
            where = part
            self._download(part, recording, None)
        found = self._files.content(where).sha256
        if found != expected:
            raise ArchiveError(messages.OTHER_AUDIO.format(name, found, expected))
        if where == part:
            self._files.place(part, name)

    def _download(self, part: str, recording: Recording, there: Content | None) -> tuple[Content, str, float | None]:
        sid = recording["sid"]
        with self._files.writing(part) as file:
            download = self._active[sid] = Download(file, there)
            try:
                content = fetch(download, self._host, self._with_link(recording), lambda: self._with_link({"sid": sid}))
            finally:
                with self._lock:
                    self._bytes += download.size
                    del self._active[sid]
            return content, download.content_type, seconds_of(file) if download.size else None

    def _with_link(self, recording: Recording) -> Recording:
        found = recording if recording.get("media_url") else self._get(recording["sid"])
        if found["status"] != COMPLETED or not found["media_url"]:
            raise NoAudio(messages.NO_AUDIO.format(found["status"]))
        return found

    def _get(self, sid: str) -> Recording:
        return normalized(self._client.recordings.get(sid))

    def _call(self, recording: Recording) -> dict[str, t.Any] | None:
        """Return the call of a recording, None if the API no longer has it. Raises RequestFailed."""
        sid = recording["call_sid"]
        if not self._wanted.details or not isinstance(sid, str) or not sid:
            return None
        if sid not in self._calls:
            try:
                self._calls[sid] = call_of(Calls(self._client).get(sid))
            except RequestFailed as problem:
                if problem.failure.http_status != 404:
                    raise
                self._calls[sid] = None
                self.without_call.append(recording["sid"])
        return t.cast("dict[str, t.Any] | None", self._calls[sid])


def is_as_long(measured: float | None, reported: t.Any) -> bool:
    """Return whether the audio is as long as the API reports, within a second."""
    return measured is not None and isinstance(reported, int) and abs(measured - reported) <= 1


def _suffix(link: t.Any) -> str:
    suffix = suffix_of(link)
    # Those of the files beside the audio are taken.
    return ".audio" if suffix in ("", SUFFIX, TRANSCRIPT) else suffix


def _file(name: str, data: bytes) -> File:
    return File(name, len(data), hashlib.sha256(data).hexdigest())
