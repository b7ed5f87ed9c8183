# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audio of one recording, on its way into a file."""

from __future__ import annotations

import hashlib
import re
import sys
import time
import typing as t

from .._base.errors import MediaError, NoAudio
from .._base.schedule import Schedule
from .._wire.media import CHUNK_BYTES, MediaHost
from . import messages
from .audio import HEAD_BYTES, fault_of

if t.TYPE_CHECKING:
    from requests import Response

# Fetches in a row without new bytes.
TRIES = 4
PAUSES = Schedule(0.5, longest=2.0)
# Python refuses numbers of very many digits.
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18})", re.ASCII)


class Content(t.NamedTuple):
    """What is in a file. `size` is in bytes; `sha256` is in hexadecimal, and so is `md5`, where there is one."""

    size: int
    sha256: str
    md5: str | None


def content_of(path: str, with_md5: bool = True) -> Content:
    """Return what is in a file. Raises OSError."""
    sha256, md5, size = hashlib.sha256(), _md5() if with_md5 else None, 0
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(CHUNK_BYTES), b""):
            size += len(chunk)
            sha256.update(chunk)
            if md5:
                md5.update(chunk)
    return Content(size, sha256.hexdigest(), md5.hexdigest() if md5 else None)


class Download:
    """Fetches audio into `file`, where it goes on after what has come before. `size` is how many bytes have come.

    `there` is the content of the file that may be replaced; if the host has the same, nothing is fetched.
    """

    def __init__(self, file: t.BinaryIO, there: Content | None) -> None:
        self._file = file
        self._there = there
        self._begin()
        self.content_type = ""

    def _begin(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._sha256 = hashlib.sha256()
        self._head = b""
        # Identifies what the host has sent (RFC 9110, section 13.1.5), and its bytes, if announced.
        self._etag: str | None = None
        self._total: int | None = None
        self.size = 0

    def fetch(self, host: MediaHost, link: str) -> Content:
        """Fetch what is missing, and return the whole. Raises MediaError, or OSError for the file."""
        headers = {}
        if self.size and self._etag:
            headers = {"Range": f"bytes={self.size}-", "If-Range": self._etag}
        with host.get(link, headers) as response:
            self._total = self._begin_or_resume(response)
            if self._is_there(response):
                return t.cast(Content, self._there)
            # The timeout is for each read: how long the whole takes, depends on the recording.
            for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
                self._file.write(chunk)
                self._sha256.update(chunk)
                self._head = (self._head + chunk[:HEAD_BYTES])[:HEAD_BYTES]
                self.size += len(chunk)
        if self._total is not None and self.size != self._total:
            raise MediaError(messages.SHORT.format(self.size, self._total))
        fault = fault_of(self._head, self.size, self.content_type)
        if fault:
            self._begin()
            raise MediaError(messages.NOT_AUDIO.format(fault))
        return Content(self.size, self._sha256.hexdigest(), None)

    def _begin_or_resume(self, response: Response) -> int | None:
        """Return how many bytes the whole has, None if its end will be marked, and make ready for them. Raises MediaError."""
        coding = response.headers.get("Content-Encoding", "identity")
        is_plain = coding.strip().lower() == "identity"
        # A part has the ETag of the whole (RFC 9110, section 15.3.7).
        is_same = self._etag is not None and response.headers.get("ETag") == self._etag
        if response.status_code == 206 and self.size and is_same and is_plain:
            part = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if part and int(part[1]) == self.size and self._total in (None, int(part[2])):
                return int(part[2])
        self._begin()
        if response.status_code != 200:
            raise MediaError(messages.STATUS.format(response.status_code))
        if not is_plain:
            raise MediaError(messages.ENCODED.format(coding))
        etag = response.headers.get("ETag", "")
        self._etag = None if etag.startswith("W/") else etag or None
        self.content_type = response.headers.get("Content-Type", "")
        length = response.headers.get("Content-Length", "")
        if _LENGTH.fullmatch(length):
            return int(length)
        if "chunked" in response.headers.get("Transfer-Encoding", "").lower():
            return None
        raise MediaError(messages.NO_LENGTH)

    def _is_there(self, response: Response) -> bool:
        # Object stores use the MD5 of an object as its ETag. Any other ETag is none of this file.
        there = self._there
        return bool(
            there
            and there.md5
            and response.headers.get("ETag") == f'"{there.md5}"'
            and response.headers.get("Content-Length") == str(there.size)
        )


def fetch(
    download: Download, host: MediaHost, recording: dict[str, t.Any], look: t.Callable[[], dict[str, t.Any]]
) -> Content:
    """Fetch the audio of a recording, and go on where it broke, by the link of a fresh `look`: the old one may have expired.

    Raises NoAudio, what `look` raises, or OSError for the file.
    """
    furthest = tries = 0
    while True:
        try:
            return download.fetch(host, recording["media_url"])
        except MediaError as problem:
            tries = 1 if download.size > furthest else tries + 1
            furthest = max(furthest, download.size)
            if problem.lasting or tries == TRIES:
                raise NoAudio(messages.NO_FILE.format(problem)) from problem
        time.sleep(PAUSES.pause(tries - 1))
        recording = look()


def _md5() -> t.Any:
    try:
        # Python 3.8 has no usedforsecurity.
        options: dict[str, t.Any] = {"usedforsecurity": False} if sys.version_info >= (3, 9) else {}
        return hashlib.new("md5", b"", **options)  # noqa: S324 - it is compared with what others have made
    except ValueError:
        # A system that forbids it. The audio is then fetched and compared.
        return None
