# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this package is private to this collection and can change at any time.

"""The page of an archive: index.html, which is always the same, and recordings.js with what it shows."""

from __future__ import annotations

import json
import os
import typing as t
from urllib.parse import quote

from .._base.dates import rfc_3339
from .._base.scratch import scratch, sweep
from .masks import masked_number, masked_text
from .page_source import PAGE

INDEX, DATA = "index.html", "recordings.js"
MARKS = ("", "missing", "altered", "removed")
# What could end the script, or a line of it. Everything that is not ASCII is escaped by json.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&"}
_HEAD = '"use strict";\nconst archive = {{"masked": {}, "rows": [\n'
_TAIL = "\n]};\n"
_CHUNK = 1024 * 1024


class Row(t.NamedTuple):
    """One recording of the page.

    `sidecar` is what its sidecar has. `audio` is the path of the audio relative to the archive, with slashes. `transcript` is
    plain text, None if there is none. `mark` is one of MARKS: nothing for audio that is in place, `missing`, `altered`, or
    `removed` for audio that was kept as long as it should be.
    """

    sidecar: dict[str, t.Any]
    audio: str
    transcript: str | None = None
    mark: str = ""


def write_page(
    folder: str,
    rows: t.Iterable[Row],
    mask: bool,
    place: t.Callable[[str, str], None] = os.replace,
) -> bool:
    """Write the page into a folder, newest recording first, and return whether it differs from what was there.

    With `mask`, no number of a caller is in it. `place` moves a file, which only its owner can read, to its path, and may
    give it its mode. Raises OSError.
    """
    entries = sorted((_started(row), _entry(row, mask).encode()) for row in rows)
    data = bytearray(_head(mask))
    # There may be very many, so none is there twice.
    while entries:
        data += entries.pop()[1] + (b",\n" if entries else b"")
    data += _TAIL.encode()
    files: dict[str, bytes | bytearray] = {DATA: data, INDEX: PAGE.encode()}
    stale = {name: content for name, content in files.items() if not _is(os.path.join(folder, name), content)}
    if stale:
        sweep(folder)
        for name, content in stale.items():
            _put(folder, name, content, place)
    return bool(stale)


def is_of(folder: str, mask: bool) -> bool:
    """Return whether the page in a folder is this one, with its numbers masked or not as asked. Raises FileNotFoundError."""
    with open(os.path.join(folder, DATA), "rb") as file:
        head = _head(mask)
        return file.read(len(head)) == head and _is(os.path.join(folder, INDEX), PAGE.encode())


def _head(mask: bool) -> bytes:
    return _HEAD.format(json.dumps(mask)).encode()


def _started(row: Row) -> float:
    date = rfc_3339(row.sidecar.get("started")) or rfc_3339(row.sidecar.get("created"))
    return date[0] if date else float("-inf")


def _entry(row: Row, mask: bool) -> str:
    """Return a recording as a line of the script."""
    of, call = row.sidecar.get, row.sidecar.get("call") or {}
    duration, audio = of("duration") or {}, of("audio") or {}
    measured = duration.get("measured")
    number: t.Callable[[t.Any], t.Any] = masked_number if mask else lambda text: text
    entry = {
        "sid": of("recording_sid"),
        "call": of("call_sid"),
        "conference": of("conference_sid"),
        "started": of("started") or of("created"),
        "seconds": duration.get("reported") if measured is None else measured,
        "direction": call.get("direction"),
        "from": number(call.get("from")),
        "to": number(call.get("to")),
        "source": of("source"),
        "channels": of("channels"),
        "bytes": audio.get("bytes"),
        "sha256": audio.get("sha256"),
        "archived": (of("archived") or {}).get("at"),
        "link": link(row.audio),
        "transcript": masked_text(row.transcript) if mask and row.transcript else row.transcript,
        "mark": row.mark,
    }
    return json.dumps(entry, separators=(",", ":")).translate(_ESCAPES)


def link(path: str) -> str | None:
    """Return the link to a file of the archive, None for a path that leads out of it."""
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return None
    # A name may have bytes that are no UTF-8.
    return "/".join(quote(part.encode("utf-8", "surrogateescape"), safe="") for part in parts)


def _is(path: str, content: bytes | bytearray) -> bool:
    """Return whether a file has this content."""
    try:
        # A link is replaced by a file.
        if os.path.islink(path) or os.path.getsize(path) != len(content):
            return False
        with open(path, "rb") as file:
            return all(file.read(_CHUNK) == content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK))
    except FileNotFoundError:
        return False


def _put(folder: str, name: str, content: bytes | bytearray, place: t.Callable[[str, str], None]) -> None:
    with scratch(folder) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        place(file.name, os.path.join(folder, name))
