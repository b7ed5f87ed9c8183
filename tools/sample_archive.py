# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an archive with calls that nobody had: for pictures and measurements."""

from __future__ import annotations

import datetime
import hashlib
import random
import sys
import uuid
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from plugins.module_utils._archive.page import Row, write_page

BEGIN = datetime.datetime(2026, 11, 24, 16, 42, 7, tzinfo=datetime.timezone.utc)
HOST = "sip:frontdesk@pbx.example.com"
TALK = (
    "Thank you for calling Northwind Logistics, this call is recorded. How can I help you?",
    "Hello, I am calling about invoice 4711. The amount does not match the offer of last week.",
    "I would like to move the delivery to Thursday morning, if that is still possible.",
    "Please sell two hundred shares at the market price. I confirm: two hundred, at market.",
    "Good morning, this is the service desk. You reported an outage at the Denver site?",
    "I want to cancel my contract at the end of the month, and need a confirmation in writing.",
)
ANSWERS = (
    "One moment, I will look that up for you. May I have your customer number?",
    "Thank you. I can see it here. I will send the confirmation by email today.",
    "That is done. Is there anything else that I can do for you?",
    "No, that was all. Thank you very much, goodbye.",
)
# What stands out, by the number of its row.
MARKS = {2: "altered", 3: "missing"}


def rows(number: int) -> Iterator[Row]:
    """Give the rows of so many calls, always the same ones."""
    chosen = random.Random(14)  # noqa: S311 - nothing is secret here
    started = BEGIN
    for at in range(number):
        started -= datetime.timedelta(minutes=chosen.choice((4, 9, 17, 31, 58)), seconds=chosen.randrange(60))
        seconds = round(chosen.lognormvariate(5, 0.9), 2)
        sid = str(uuid.UUID(int=chosen.getrandbits(128), version=4))
        path = f"{started:%Y/%m/%d}/{sid}.wav"
        talk = "\n".join([chosen.choice(TALK), *ANSWERS]) if chosen.random() < 0.7 or at < 2 else None
        yield Row(_sidecar(chosen, sid, started, seconds), path, talk, MARKS.get(at % 1000, ""))


def _sidecar(chosen: random.Random, sid: str, started: datetime.datetime, seconds: float) -> dict[str, Any]:
    inbound = chosen.random() < 0.6
    caller = f"+1{chosen.choice((312, 415, 206, 720))}555{chosen.randrange(100, 200):04}"
    ends = [caller, chosen.choice(("+13125550100", "+13125550101", HOST))]
    return {
        "recording_sid": sid,
        "call_sid": f"v3:{hashlib.sha256(sid.encode()).hexdigest()[:54]}",
        "source": "StartCallRecordingAPI",
        "channels": 2,
        "started": f"{started:%Y-%m-%dT%H:%M:%SZ}",
        "duration": {"reported": round(seconds), "measured": seconds},
        "audio": {"bytes": round(seconds * 16000), "sha256": hashlib.sha256(f"audio {sid}".encode()).hexdigest()},
        "call": {
            "from": ends[0 if inbound else 1],
            "to": ends[1 if inbound else 0],
            "direction": "inbound" if inbound else "outbound",
        },
        "archived": {"at": f"{started + datetime.timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}"},
    }


def write(folder: Path, number: int) -> None:
    """Write the page of so many calls, and audio for the newest ones."""
    some = list(rows(number))
    write_page(str(folder), some, True)
    for row in some[:10]:
        if row.mark != "missing":
            path = folder / row.audio
            path.parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 1, 8000, 0, "NONE", "NONE"))
                file.writeframes(b"\x80" * int(8000 * row.sidecar["duration"]["measured"]))
