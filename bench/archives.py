# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the archive of recordings beside aria2c, which fetches the same audio from the same server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from limits import Limit
from measure import HERE, Measured, in_turn, measure

SMALL, SMALL_BYTES = 1000, 100_000
LARGE, LARGE_BYTES = 20, 50_000_000
LISTED = (10_000, 50_000)
LISTED_BYTES = 1000
PAGE = 1000
RUNS = 5
ARIA2C = shutil.which("aria2c")


class Archived(NamedTuple):
    """What was measured, and the requests of a second run: for pages, and for audio."""

    found: dict[str, Measured]
    pages: int
    audio: int


class Media:
    """A server of recordings, and a folder for what comes from it, on the disk."""

    def __init__(self, folder: Path, port: int, count: int) -> None:
        self._folder = folder
        self._server = f"http://127.0.0.1:{port}"
        self._count = count

    def keep(self, state: str = "present", details: str = "", dest: Path | None = None) -> Callable[[], Measured]:
        """Return what measures our archive, a new one unless its folder is given."""

        def take() -> Measured:
            with self._new() as new:
                seconds = self._folder / "seconds"
                command = [
                    sys.executable,
                    str(HERE / "keep.py"),
                    state,
                    f"{self._server}/v2",
                    str(dest or new),
                    details,
                ]
                measured = measure([*command, str(seconds)])
                return measured._replace(seconds=[float(seconds.read_text(encoding="utf-8"))])

        return take

    def aria2c(self) -> Callable[[], Measured]:
        """Return what measures aria2c."""

        def take() -> Measured:
            with self._new() as new:
                links = new / "links"
                sids = (f"00000000-0000-4000-8000-{number:012}" for number in range(self._count))
                links.write_text("".join(f"{self._server}/audio/{sid}.wav\n" for sid in sids), encoding="utf-8")
                # By default it writes zeros into each file first, which takes longer.
                options = ["-q", "-j8", "--file-allocation=none", "-d", str(new), "-i", str(links)]
                return measure([str(ARIA2C), *options])

        return take

    def requests(self) -> dict[str, int]:
        """Return how many requests there were for pages and for audio since it was asked the last time."""
        with urllib.request.urlopen(f"{self._server}/requests") as reply:  # noqa: S310
            return dict(json.load(reply))

    @contextmanager
    def _new(self) -> Iterator[Path]:
        # What others have written is not synced on somebody's time.
        os.sync()
        with tempfile.TemporaryDirectory(dir=self._folder) as new:
            yield Path(new)


@contextmanager
def media(folder: Path, count: int, size: int) -> Iterator[Media]:
    """Run the server."""
    command = [sys.executable, str(HERE / "media.py"), str(count), str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            yield Media(folder, int(child.stdout.readline()), count)
        finally:
            child.kill()


def archives(folder: Path) -> Archived:
    """Measure new archives beside aria2c, and runs with nothing new."""
    found: dict[str, Measured] = {}
    for name, count, size in (("small", SMALL, SMALL_BYTES), ("large", LARGE, LARGE_BYTES)):
        with media(folder, count, size) as one:
            takes = {f"{name} kept": one.keep()}
            if ARIA2C:
                takes[f"{name} aria2c"] = one.aria2c()
            found |= in_turn(
                RUNS, **takes, **({"small details": one.keep(details="details")} if name == "small" else {})
            )
    with media(folder, LARGE, LARGE_BYTES // 10) as one:
        found |= in_turn(1, **{"large tenth": one.keep()})
    with media(folder, SMALL // 10, SMALL_BYTES) as one:
        found |= in_turn(1, **{"small tenth": one.keep()})
    requests: dict[str, int] = {}
    for count in reversed(LISTED):
        with media(folder, count, LISTED_BYTES) as one:
            dest = folder / str(count)
            found |= in_turn(1, **{f"first {count}": one.keep(dest=dest)})
            one.requests()
            found |= in_turn(1, **{f"again {count}": one.keep(dest=dest)})
            requests = one.requests()
            found |= in_turn(1, **{f"verified {count}": one.keep("verified", dest=dest)})
            shutil.rmtree(dest)
    return Archived(found, requests.get("api", 0), requests.get("audio", 0))


def tables(archived: Archived) -> tuple[str, str, str, list[str]]:
    """Return the title, the text, the columns and the rows of the table."""
    found = archived.found
    sizes = {"small": f"{SMALL:,} | {SMALL_BYTES:,}", "large": f"{LARGE} | {LARGE_BYTES:,}"}

    def row(what: str, size: str, name: str) -> str:
        one = found.get(name)
        return (
            f"{what} | {size} | {one} | {one.memory:.0f}" if one else f"{what} | {size} | aria2c is not installed | -"
        )

    rows = []
    for name, size in sizes.items():
        rows.append(row("archived with sidecars, `details: false`", size, f"{name} kept"))
        rows.append(row("`aria2c -j8 --file-allocation=none`", size, f"{name} aria2c"))
    rows.append(row("archived, with a request for each call", sizes["small"], "small details"))
    rows.append(row("archived, `details: false`", f"{SMALL // 10:,} | {SMALL_BYTES:,}", "small tenth"))
    rows.append(row("archived, `details: false`", f"{LARGE} | {LARGE_BYTES // 10:,}", "large tenth"))
    for count in LISTED:
        size = f"{count:,} | {LISTED_BYTES:,}"
        rows.append(row("archived, `details: false`", size, f"first {count}"))
        rows.append(row("a second run with nothing new", size, f"again {count}"))
        rows.append(row("`state: verified`", size, f"verified {count}"))
    text = (
        "Without Ansible, 8 at a time, on the disk of the machine. The kernel sends the audio to both. aria2c syncs nothing,"
        " and writes no sidecar; by default it fills each file with zeros first, which it is spared here."
    )
    return "An archive", text, "what | recordings | bytes each | seconds | peak memory, MiB", rows


def promises(archived: Archived) -> list[Limit]:
    """Return what is promised of the archive."""
    found = archived.found
    limits = []
    if ARIA2C:
        for name, what, bound in (
            ("small", f"{SMALL:,} recordings of 100 KB", 1.5),
            ("large", f"{LARGE} of 50 MB", 1.2),
        ):
            ratio = found[f"{name} kept"].beside(found[f"{name} aria2c"])
            limits.append(Limit(f"{what} archived with sidecars, beside `aria2c -j8`", ratio, "at most", bound))
    memory = {name: one.memory for name, one in found.items()}
    few, many = LISTED
    return [
        *limits,
        Limit(
            "peak memory for 50 MB each, beside 5 MB each", memory["large kept"] / memory["large tenth"], "at most", 1.2
        ),
        Limit(
            "peak memory for 1,000 recordings, beside 100", memory["small kept"] / memory["small tenth"], "at most", 1.2
        ),
        Limit(
            f"MiB more for {many:,} recordings in a second run than for {few:,}",
            memory[f"again {many}"] - memory[f"again {few}"],
            "at most",
            90,
        ),
        Limit(
            f"seconds of a second run over {few:,} recordings with nothing new",
            found[f"again {few}"].median,
            "at most",
            20,
        ),
        Limit("requests in it for each page listed", archived.pages / (few / PAGE), "at most", 3),
        Limit("recordings in it that were fetched again", archived.audio, "at most", 0),
    ]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        measured = archives(Path(scratch))
    title, text, columns, lines = tables(measured)
    print(f"## {title}\n\n{text}\n\n| {columns} |\n| --- | --- | --- | --- | --- |")
    print("\n".join(f"| {line} |" for line in lines))
    for limit in promises(measured):
        print(
            f"| {limit.what} | {limit.measured:.3g} | {limit.bound} {limit.promised} {'' if limit.kept else 'MISSED'}|"
        )
