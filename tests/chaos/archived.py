# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds an archive, and its log, against what the service did."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

# A DELETE with one of these was answered in time, with what the client can rely on.
ANSWERED = (None, "remaining_zero")
Entry = Mapping[str, Any]


class Copy(NamedTuple):
    """The audio of a recording on the disk, and the Unix time from which on it need not be fetched again."""

    audio: Path
    written: float


class Account(NamedTuple):
    """What a client says of its archive."""

    copies: dict[str, Copy]
    verified: dict[str, float]
    """When the digest of a recording was found to be right, before it was deleted."""
    deleted: set[str]
    """The recordings that it says were deleted."""


class Verdict(NamedTuple):
    """How many recordings of each sort there were."""

    recordings: int
    deleted: int
    """Those that the API no longer has."""
    lost: int
    """Those of them that are not on the disk, or not whole."""
    unverified: int
    """Those of them that a request deleted before a digest was compared."""
    fetched_twice: int
    """Those that were fetched again, although a whole copy had been written."""
    deleted_twice: int
    """Those with a deletion after one that was answered."""
    invented: int
    """Those that the API has, although the client says that they were deleted."""


def of_log(dest: Path) -> Account:
    """Return the account of an archive of ours: a copy is written when its sidecar is."""
    account = Account({}, {}, set())
    for line in (dest / "archive.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        sid, action = entry.get("recording_sid"), entry["action"]
        if action == "archived":
            audio, sidecar = (dest / file["name"] for file in entry["files"])
            account.copies[sid] = Copy(audio, os.stat(sidecar).st_ctime)
        elif action == "verified":
            account.verified.setdefault(sid, _seconds(entry))
        elif action == "deleted":
            account.deleted.add(sid)
    return account


def of_folder(dest: Path) -> Account:
    """Return the account of a folder of audio: a copy is written when it is in its place."""
    return Account({one.stem: Copy(one, os.stat(one).st_ctime) for one in dest.glob("*.wav")}, {}, set())


def judge(
    whole: Mapping[str, str], account: Account, ledger: Iterable[Entry], media: Iterable[Entry], left: set[str]
) -> Verdict:
    """Compare an account with the ledgers of the API and of the media host.

    `whole` are the SHA-256 of all recordings, `left` are those that the API still has.
    """
    gone = set(whole) - left
    deletions: dict[str, list[Entry]] = {sid: [] for sid in whole}
    for entry in ledger:
        if entry["method"] == "DELETE":
            deletions[entry["target"].rpartition("/")[2].partition(".")[0]].append(entry)
    fetched_again = {
        entry["recording"]
        for entry in media
        if entry["recording"] in account.copies and _seconds(entry) > account.copies[entry["recording"]].written
    }
    return Verdict(
        recordings=len(whole),
        deleted=len(gone),
        lost=sum(_digest(account.copies.get(sid)) != whole[sid] for sid in gone),
        unverified=sum(
            account.verified.get(sid, float("inf")) > min(map(_seconds, deletions[sid]), default=0.0) for sid in gone
        ),
        fetched_twice=len(fetched_again),
        deleted_twice=sum(
            any(one["status"] == 204 and one["misbehaviour"] in ANSWERED for one in some[:-1])
            for some in deletions.values()
        ),
        invented=len(account.deleted & left),
    )


def _seconds(entry: Entry) -> float:
    return datetime.datetime.fromisoformat(entry["time"]).timestamp()


def _digest(copy: Copy | None) -> str:
    return hashlib.sha256(copy.audio.read_bytes()).hexdigest() if copy and copy.audio.exists() else ""
