# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients that keep all recordings of a service and delete them there, each in the way of its users.

They are killed at random moments, and run again until a run has no failure.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import requests
from simulator import audio, conferences
from simulator.misbehaviour import MEDIA_KINDS, NONE
from support import runs
from support.simulator import Simulator, running

from chaos.archived import Account, Verdict, judge, of_folder, of_log

MODULE = "voiceops.telnyx.recording_archive"
# Of a recording, in the log: archived, verified, deleting, deleted.
LOG_BYTES = 1500
# Seconds that a client waits for a reply, and that the slow replies take: a deletion that was answered in time is counted.
TIMEOUT = 5
DELAY = 8.0
MOST_RUNS = 60
CHANCE = 0.3
RECORDINGS_OF_A_CALL = 4


class Archived(NamedTuple):
    """What became of an archive, in so many runs, of which some were killed."""

    verdict: Verdict
    runs: int
    killed: int
    problems: int | None
    """How many files `state: verified` finds fault with; None for a client that has no such thing."""


class Service(Simulator):
    """A running simulator, and the SHA-256 of its recordings."""

    def __init__(self, base_url: str, whole: dict[str, str]) -> None:
        super().__init__(base_url)
        self.whole = whole
        self.list_url = f"{base_url}/texml/Accounts/{runs.ACCOUNT}/Recordings.json?PageSize=1000"
        self.headers = {"Authorization": f"Bearer {runs.KEY}"}

    def judge(self, account: Account) -> Verdict:
        """Judge what a client has done, in the end: from here on, nothing misbehaves."""
        ledger, media = self.ledger(), self.ask("GET", "media")
        assert not media["dropped"], "the ledger is too small"
        self.ask("PUT", "misbehaviour", {})
        listed = requests.get(self.list_url, headers=self.headers, timeout=60).json()
        assert not listed.get("next_page_uri"), "more recordings than a page has"
        return judge(self.whole, account, ledger, media["requests"], {one["sid"] for one in listed["recordings"]})


@contextmanager
def service(folder: Path, count: int, seed: int, delay: float = DELAY) -> Iterator[Service]:
    """Run a simulator that disturbs 30 % of the requests to the API and to the media host, in all of its ways."""
    draw = random.Random(seed)
    sids = [str(uuid.UUID(int=draw.getrandbits(128), version=4)) for _number in range(count)]
    calls = [f"v3:{number // RECORDINGS_OF_A_CALL}" for number in range(count)]
    settings = {
        "calls": [{"sid": sid} for sid in dict.fromkeys(calls)],
        "recordings": [{"sid": sid, "call_sid": call} for sid, call in zip(sids, calls, strict=True)],
        "misbehaviour": {
            "chance": CHANCE,
            "seed": seed,
            "delay": delay,
            "clock_offset": [-3600, -3.5, 0.4][seed % 3],
            # More than there are requests.
            "media": [draw.choice(MEDIA_KINDS) if draw.random() < CHANCE else NONE for _number in range(10 * count)],
        },
    }
    whole = {sid: hashlib.sha256(audio.wav(sid, conferences.SECONDS, 2)).hexdigest() for sid in sids}
    with running(folder / "simulator", **settings) as one:
        yield Service(one.base_url, whole)


def ours(folder: Path, one: Service, seed: int, kills: int, **options: Any) -> Archived:
    """Run our module."""
    dest = folder / "archive"
    given = {**one.connection, "dest": str(dest), "timeout": TIMEOUT, "rate_limit_timeout": 3600, "max_concurrency": 64}
    task = {**given, "delete": "verified", "delete_after": 0, **options}

    def written() -> int:
        with contextlib.suppress(FileNotFoundError):
            return (dest / "archive.jsonl").stat().st_size
        return 0

    done = _runs(folder, runs.play(runs.task(task, "keep", MODULE)), written, LOG_BYTES * len(one.whole), seed, kills)
    verdict = one.judge(of_log(dest))
    check = runs.task({"dest": str(dest), "state": "verified"}, "examine", MODULE, failed_when=False)
    found = runs.playbook(folder, runs.play(check), timeout=1800).result("examine")
    return Archived(verdict, *done, len(found["problems"]))


def get_url(folder: Path, one: Service, seed: int, kills: int) -> Archived:
    """Run ansible.builtin.uri and get_url, with retries."""
    dest = folder / "recordings"
    dest.mkdir()
    retried = {"retries": 3, "delay": 1}
    api: dict[str, Any] = {"headers": one.headers, "timeout": TIMEOUT}
    tasks: list[dict[str, Any]] = [
        {
            "name": "list",
            "ansible.builtin.uri": {"url": one.list_url, "return_content": True, **api},
            "register": "listed",
            "until": "listed is succeeded",
            **retried,
        },
        {
            "name": "fetch",
            "ansible.builtin.get_url": {"url": "{{ item.media_url }}", "dest": f"{dest}/{{{{ item.sid }}}}.wav"},
            "loop": "{{ listed.json.recordings }}",
            "register": "fetched",
            "until": "fetched is succeeded",
            "ignore_errors": True,
            **retried,
        },
        {
            "name": "delete",
            "ansible.builtin.uri": {
                "url": f"{one.base_url}/texml/Accounts/{runs.ACCOUNT}/Recordings/{{{{ item.item.sid }}}}.json",
                "method": "DELETE",
                "status_code": 204,
                **api,
            },
            "loop": "{{ fetched.results }}",
            "when": "item is succeeded",
            "register": "deleted",
            "until": "deleted is succeeded",
            "ignore_errors": True,
            **retried,
        },
    ]

    def requested() -> int:
        return len(one.ledger()) + len(one.ask("GET", "media")["requests"])

    done = _runs(folder, runs.play(*tasks), requested, 2 * len(one.whole), seed, kills)
    return Archived(one.judge(of_folder(dest)), *done, None)


def _runs(
    folder: Path, plays: list[dict[str, Any]], progress: Callable[[], int], total: int, seed: int, kills: int
) -> tuple[int, int]:
    """Run plays until a run has no failure; return how many runs there were, and how many of them were killed.

    `progress` counts up to about `total`, and says when a run is amid its work.
    """
    draw = random.Random(seed)
    killed = 0
    for number in range(1, MOST_RUNS):
        (folder / "results").unlink(missing_ok=True)
        ansible = runs.begin(folder, plays)
        if killed < kills and _is_amid(ansible, progress, draw.randrange(1, total // kills)):
            time.sleep(draw.random() * 0.1)
            if ansible.poll() is None:
                runs.kill(ansible.pid)
                ansible.wait()
                killed += 1
                continue
        ansible.wait()
        tasks = runs.read_results(folder)
        # A loop over nothing is skipped.
        if tasks and all(one["state"] in ("ok", "skipped") and not one["result"].get("failed") for one in tasks):
            return number, killed
    raise RuntimeError(f"{MOST_RUNS} runs have not been enough: {runs.printed(folder)[-3000:]}")


def _is_amid(ansible: Any, progress: Callable[[], int], steps: int) -> bool:
    """Wait until a run has made so many steps, and return whether it has not ended before."""
    until = progress() + steps
    while progress() < until:
        if ansible.poll() is not None:
            return False
        time.sleep(0.02)
    return True
