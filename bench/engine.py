# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does without Ansible what a task does: `engine.py start|list ours|bare BASE_URL KEY CALLS FILE`. The seconds go into the file.

It starts recordings, or lists those of an account.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urljoin

import requests

sys.path.insert(0, os.environ["ANSIBLE_COLLECTIONS_PATH"])

from ansible_collections.voiceops.telnyx.plugins.module_utils._client import client
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording, recording_info
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task

# Imported before the time is taken, as Ansible does.
IMPORTED = client
# What max_concurrency is by default.
THREADS = 8


def start(base_url: str, key: str, calls: list[str]) -> Callable[[], object]:
    """Return the run of a task that has been validated."""
    behaviour = call_recording.BEHAVIOUR
    options = {"api_key": key, "account_sid": "a", "base_url": base_url, "call_sid": calls, "max_concurrency": THREADS}
    params, _warnings = task.prepare(behaviour, options, {})

    def run() -> None:
        assert len(task.execute(behaviour, params, task.Task())["recordings"]) == len(calls)

    return run


def bare_start(base_url: str, key: str, calls: list[str]) -> Callable[[], object]:
    """Return as many posts of a session of requests, by the same number of threads."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"

    def post(call: str) -> None:
        session.post(f"{base_url}/texml/Accounts/a/Calls/{call}/Recordings.json").raise_for_status()

    def run() -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(post, calls))

    return run


def list_all(base_url: str, key: str, calls: list[str]) -> Callable[[], object]:
    """Return the run of a task that lists the recordings of an account."""
    options = {"api_key": key, "account_sid": "large", "base_url": base_url}
    params, _warnings = task.prepare(recording_info.BEHAVIOUR, options, {})
    return lambda: task.execute(recording_info.BEHAVIOUR, params, task.Task())["recordings"][0]


def bare_list(base_url: str, key: str, calls: list[str]) -> Callable[[], object]:
    """Return the same pages, fetched by a session of requests, parsed, and nothing else."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {key}"

    def run() -> None:
        url, recordings = f"{base_url}/texml/Accounts/large/Recordings.json?PageSize=1000", []
        while url:
            page = session.get(url).json()
            recordings += page["recordings"]
            url = page["next_page_uri"] and urljoin(url, page["next_page_uri"])

    return run


WORK = {"start": {"ours": start, "bare": bare_start}, "list": {"ours": list_all, "bare": bare_list}}

if __name__ == "__main__":
    what, peer, url, secret, count, file = sys.argv[1:]
    work = WORK[what][peer](url, secret, [f"v3:{number}" for number in range(int(count))])
    started = time.perf_counter()
    work()
    Path(file).write_text(str(time.perf_counter() - started), encoding="utf-8")
