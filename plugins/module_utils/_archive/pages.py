# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the page of an archive from its log, its sidecars and its transcripts."""

from __future__ import annotations

import os
import typing as t

from .faults import ALTERED, MISSING
from .log import NAME, Kept, Log
from .page import DATA, Row, is_of, write_page
from .sidecar import of_bytes

if t.TYPE_CHECKING:
    from .files import Files


def write_page_of(files: Files, log: Log, mask: bool) -> bool:
    """Write the page if it is older than the log, and return whether it changed. Raises OSError."""
    if _is_current(files, mask):
        return False

    def place(source: str, target: str) -> None:
        files.own(source)
        os.replace(source, target)

    rows = (_row(files, log, sid, kept) for sid, kept in log.kept.items())
    if write_page(files.folder, rows, mask, place):
        return True
    # It shows all that the log has.
    os.utime(files.path(DATA))
    return False


def _is_current(files: Files, mask: bool) -> bool:
    # To read all sidecars for nothing takes longer than the rest of a run that has nothing to do.
    try:
        written, changed = (os.stat(files.path(name)).st_mtime_ns for name in (DATA, NAME))
        return written >= changed and is_of(files.folder, mask)
    except FileNotFoundError:
        return False


def _row(files: Files, log: Log, sid: str, kept: Kept) -> Row:
    if kept.removed:
        return Row(_of_log(sid, kept), kept.audio.name, mark="removed")
    try:
        with open(files.path(kept.sidecar.name), "rb") as file:
            sidecar = of_bytes(file.read())
    except (OSError, ValueError):
        sidecar = _of_log(sid, kept)
    return Row(sidecar, kept.audio.name, _transcript(files, kept), _mark(files, log, kept))


def _mark(files: Files, log: Log, kept: Kept) -> str:
    """Return what is wrong with the files of a recording: as last examined, or as can be seen now."""
    if not files.exists(kept.audio.name) or log.problems.get(kept.audio.name) == MISSING:
        return MISSING
    altered = any(file.name in log.problems or not files.exists(file.name) for file in kept.files)
    return ALTERED if altered else ""


def _transcript(files: Files, kept: Kept) -> str | None:
    if kept.transcript is None:
        return None
    try:
        with open(files.path(kept.transcript.name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _of_log(sid: str, kept: Kept) -> dict[str, t.Any]:
    """Return what the log has of a recording whose sidecar cannot be read."""
    audio = {"file": os.path.basename(kept.audio.name), "bytes": kept.audio.size, "sha256": kept.audio.sha256}
    return {"recording_sid": sid, "call_sid": kept.call_sid, "started": kept.started, "audio": audio}
