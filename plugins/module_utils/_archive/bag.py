# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A month of an archive as a bag (RFC 8493): `state: sealed`.

Its files are links to those of the archive where the file system has hard links, so they take no room of their own.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import shutil
import typing as t

from .._base.version import VERSION
from . import messages
from .faults import ALTERED, EXTRA, MISSING, Fault
from .files import drop_cached, sync_folder

if t.TYPE_CHECKING:
    from .files import Files
    from .log import File

FOLDER = "sealed"
MANIFEST = "manifest-sha256.txt"
TAGS = ("bag-info.txt", "bagit.txt", MANIFEST)
TAG_MANIFEST = "tagmanifest-sha256.txt"


def place_of(month: str) -> str:
    """Return the name of a month's bag in the archive."""
    return f"{FOLDER}/{month}"


def make(files: Files, month: str, payload: t.Sequence[File], log: str) -> None:
    """Make the bag of a month, which appears when it is whole. Raises OSError.

    `log` is the name of the archive's log, of which the bag has a copy as it is now.
    """
    place = files.path(place_of(month))
    scratch = f"{files.path(FOLDER)}/.{month}"
    shutil.rmtree(scratch, ignore_errors=True)
    files.make(FOLDER)
    os.mkdir(scratch, 0o700)
    for file in payload:
        _link(files.path(file.name), f"{scratch}/data/{file.name}")
    shutil.copyfile(files.path(log), f"{scratch}/data/{log}")
    copied = files.content(os.path.relpath(f"{scratch}/data/{log}", files.folder))
    lines = sorted([*((file.name, file.sha256) for file in payload), (log, copied.sha256)])
    size = sum(file.size for file in payload) + copied.size
    _write(f"{scratch}/{MANIFEST}", "".join(f"{sha256}  data/{name}\n" for name, sha256 in lines))
    _write(f"{scratch}/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    _write(
        f"{scratch}/bag-info.txt",
        f"Bagging-Date: {today}\nBag-Software-Agent: voiceops.telnyx {VERSION}\n"
        f"External-Identifier: {month}\nPayload-Oxum: {size}.{len(lines)}\n",
    )
    tags = [(name, _digest(f"{scratch}/{name}")) for name in TAGS]
    _write(f"{scratch}/{TAG_MANIFEST}", "".join(f"{sha256}  {name}\n" for name, sha256 in tags))
    for folder, _folders, names in os.walk(scratch, topdown=False):
        for name in names:
            files.own(os.path.join(folder, name))
        files.own_folder(folder)
        sync_folder(folder)
    os.rename(scratch, place)
    sync_folder(files.path(FOLDER))


def remove(files: Files, month: str) -> None:
    """Remove the bag of a month, if it is there."""
    shutil.rmtree(files.path(place_of(month)), ignore_errors=True)


def listed(files: Files, month: str) -> dict[str, str]:
    """Return the digests of a bag's payload, by the names in the archive. Raises OSError."""
    return _manifest(files.path(f"{place_of(month)}/{MANIFEST}"), "data/")


def faults(files: Files, month: str, intact: t.Container[str]) -> t.Iterator[tuple[str, Fault]]:
    """Give the files of a bag that are not as its manifests say. `intact` has the files of the archive that were just read."""
    place = place_of(month)
    if not files.exists(place):
        yield place, Fault(MISSING, messages.MISSING.format(place))
        return
    known = {f"{place}/{TAG_MANIFEST}"}
    for manifest in (TAG_MANIFEST, MANIFEST):
        try:
            expected = _manifest(files.path(f"{place}/{manifest}"), "")
        except (OSError, ValueError):
            yield f"{place}/{manifest}", Fault(MISSING, messages.MANIFEST.format(f"{place}/{manifest}"))
            continue
        for name, sha256 in expected.items():
            known.add(f"{place}/{name}")
            fault = None if _is_same(files, month, name, intact) else _fault_of(files, f"{place}/{name}", sha256)
            if fault:
                yield f"{place}/{name}", fault
    for name in files.names(place, ()):
        if name not in known:
            yield name, Fault(EXTRA, messages.EXTRA.format(name))


def _is_same(files: Files, month: str, name: str, intact: t.Container[str]) -> bool:
    """Return whether a file of a bag is a link to one of the archive that was read, and was intact."""
    own = name[len("data/") :]
    if not name.startswith("data/") or own not in intact:
        return False
    with contextlib.suppress(OSError):
        return os.path.samefile(files.path(own), files.path(f"{place_of(month)}/{name}"))
    return False


def _fault_of(files: Files, name: str, sha256: str) -> Fault | None:
    try:
        now = files.content(name)
    except OSError:
        return Fault(MISSING, messages.MISSING.format(name))
    return None if now.sha256 == sha256 else Fault(ALTERED, messages.OTHER_DIGEST.format(name, now.sha256, sha256))


def _manifest(path: str, prefix: str) -> dict[str, str]:
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("  ", 1) for line in file]
    return {name[len(prefix) :]: sha256 for sha256, name in lines}


def _link(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        drop_cached(file.fileno())


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
