# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import os
import platform

from limits import AT_ONCE, CALL_HOSTS, HOSTS, LARGE, LEGS, MANY, PAGE_ROWS, RECORDINGS, TASKS, Limit, items
from measure import Measured
from results import per_call

HEAD = """# Benchmarks

Written by `make bench`: one run, one machine, one local server that answers at once or after a delay, and an environment of
its own, with what a user installs and the peers. Each time is the median of several runs, from the start of the command to
its end, with the fastest and the slowest. What is compared ran in turn, and a ratio is the median of those of the pairs.
"""


def page(
    found: dict[str, Measured],
    limits: list[Limit],
    requests: int,
    simulated: tuple[float, float],
    archive: tuple[str, str, str, list[str]],
) -> str:
    """Return the tables, and the promises."""
    return "\n".join(
        [
            HEAD,
            f"{machine()}.",
            "",
            "![Time to start recordings: voiceops.telnyx beside uri, Mitogen and the SDK](pictures/time-of-calls.svg)",
            *_loops(found),
            *_many(found),
            *_tasks_and_hosts(found),
            *_inventories(found),
            *_lists(found, requests),
            *_one(found),
            *_growth(found),
            *_archive_page(found),
            *_table(*archive),
            *_simulator(*simulated),
            *_limits(limits),
            "",
        ]
    )


def _table(title: str, text: str, columns: str, rows: list[str]) -> list[str]:
    lines = ["", f"## {title}", "", *([text, ""] if text else []), f"| {columns} |"]
    return [*lines, f"|{' --- |' * (columns.count('|') + 1)}", *(f"| {row} |" for row in rows)]


def _loops(found: dict[str, Measured]) -> list[str]:
    calls = per_call(found)
    names = {
        "debug": "`debug`, the floor that Ansible sets",
        "ours": "ours",
        "mitogen": "`uri` under Mitogen",
        "module": "ours, as a module",
        "uri": "`uri`",
    }
    return _table(
        "One call after the other: a loop",
        "A call is the difference between the loop and a loop of one item, so that no start-up is in it.",
        "what | one item, seconds | items | the loop, seconds | ms a call",
        [
            f"{what} | {found[name]} | {items(name)} | {found[f'{name} loop']} | {calls[name]:.2f}"
            for name, what in names.items()
        ],
    )


def _many(found: dict[str, Measured]) -> list[str]:
    times = per_call(found)

    def row(what: str, name: str, calls: int = MANY) -> str:
        return f"{what} | {calls:,} | {found[name]} | {times[name]:.2f}"

    sdk = "the vendor's Python SDK, asyncio, 64 at a time"
    return _table(
        "Many calls at the same time",
        "Of ours, a call is without the time of an empty playbook; of the SDK, it is with its start.",
        "what | calls | seconds | ms a call",
        [
            row("ours, `max_concurrency: 8`", "many 8"),
            row("ours, `max_concurrency: 64`", "many 64"),
            row(sdk, "sdk many"),
            row("ours, `max_concurrency: 8`, 100 ms", "slow 8"),
            row("ours, `max_concurrency: 64`, 100 ms", "slow 64"),
            row(f"{sdk}, 100 ms", "slow sdk"),
            row("ours without Ansible, 8 threads", "engine", AT_ONCE),
            row("a bare `requests.Session.post`, 8 threads", "bare", AT_ONCE),
        ],
    )


def _tasks_and_hosts(found: dict[str, Measured]) -> list[str]:
    return _table(
        "Many tasks, many hosts",
        "Each task has a worker of its own on each host. For the hosts there are 5 forks.",
        "what | `debug`, seconds | ours, seconds",
        [
            f"{TASKS} tasks in a play | {found['debug tasks']} | {found['tasks']}",
            f"{HOSTS} hosts | {found['debug hosts']} | {found['hosts']}",
        ],
    )


def _inventories(found: dict[str, Measured]) -> list[str]:
    return [
        *_table(
            "An inventory of live calls",
            "Ours fetches them, in pages of 1,000. The script prints what `ansible-inventory --list --export` made of them.",
            "what | calls | seconds",
            [
                f"{what} | {LEGS:,} | {found[name]}"
                for what, name in {"ours": "inventory", "a script with the same JSON": "stored inventory"}.items()
            ],
        ),
        *_table(
            "Recording an inventory",
            "Two queues with different options, 5 forks.",
            "what | hosts | seconds",
            [
                f"{what} | {CALL_HOSTS:,} | {found[name]}"
                for what, name in {"`record_inventory`": "queues", "one task of `debug`": "debug queues"}.items()
            ],
        ),
    ]


def _lists(found: dict[str, Measured], requests: int) -> list[str]:
    return [
        *_table(
            "A list of the account", "", "recordings, at 50 ms a page | requests | seconds",
            [f"{RECORDINGS:,} | {requests} | {found['list']}"],
        ),
        *_table(
            "A large list of the account",
            "Without Ansible, from a server that answers at once.",
            "what | recordings | seconds | peak memory, MiB",
            [
                f"{what} | {LARGE:,} | {found[name]} | {found[name].memory:.0f}"
                for what, name in {"ours": "large list", "pages fetched and parsed": "bare list"}.items()
            ],
        ),
        *_table(
            "Live legs of a connection",
            "With the details of each, at 100 ms a request, 64 at a time.",
            "legs | seconds | peak memory of a process, MiB",
            [f"{LEGS:,} | {found['legs']} | {found['legs'].memory:.0f}"],
        ),
    ]  # fmt: skip


def _one(found: dict[str, Measured]) -> list[str]:
    return _table(
        "One call, from start to end",
        "",
        "what | seconds",
        [
            f"an empty playbook (one `debug` task) | {found['empty']}",
            f"ours | {found['one']}",
            f"the vendor's Python SDK, alone | {found['sdk one']}",
        ],
    )


def _growth(found: dict[str, Measured]) -> list[str]:
    rows = {
        "none (an empty playbook)": "empty",
        "100": "100",
        "1,000": "many 8",
        "10,000": "10000",
        "100,000": "100000",
    }
    rows |= {f"{calls:,}, with `results_path`": f"file {calls}" for calls in (10 * MANY, LARGE)}
    return _table(
        "Growth",
        "![Seconds and memory of one task, by the number of its calls](pictures/growth.svg)",
        "calls in one task | seconds | peak memory of a process, MiB",
        [f"{calls} | {found[name]} | {found[name].memory:.0f}" for calls, name in rows.items()],
    )


def _archive_page(found: dict[str, Measured]) -> list[str]:
    return _table(
        "The page of an archive",
        "In a headless Chromium, from files: until the list is painted. Of the filters, the slowest one.",
        "what | recordings | seconds",
        [
            f"{what} | {PAGE_ROWS:,} | {found[name]}"
            for what, name in {"first rows, with the start": "page first", "a filter": "page filter"}.items()
        ],
    )


def _simulator(simulated: float, bare: float) -> list[str]:
    names = {"the simulator": simulated, "the bare application": bare}
    return _table(
        "The simulator",
        "It checks each request and each reply against the description. The bare application runs on the same server, reads"
        " the form, and answers a constant.",
        "what | ms of CPU a start request | start requests a second of CPU",
        [f"{what} | {seconds * 1000:.2f} | {1 / seconds:,.0f}" for what, seconds in names.items()],
    )


def _limits(limits: list[Limit]) -> list[str]:
    return _table(
        "Limits",
        "",
        "what | measured | promised",
        [
            f"{one.what} | {one.measured:.3g} | {one.bound} {one.promised}{'' if one.kept else ', **missed**'}"
            for one in limits
        ],
    )


def machine() -> str:
    """Return the machine, and the versions of all that was measured."""
    names = ("ansible-core", "requests", "urllib3", "jsonschema", "mitogen", "telnyx")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}, {versions}"
