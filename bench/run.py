# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the collection beside what people use today, in one run on one machine, and writes docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
PLAYBOOK = str(Path(sys.executable).parent / "ansible-playbook")
LOOP = 100
MANY = 1000


class Measured(NamedTuple):
    """Wall times in seconds, and the largest resident set of a process in MiB."""

    seconds: list[float]
    memory: float

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        return f"{self.median:.3f} ({min(self.seconds):.3f} to {max(self.seconds):.3f})"


def measure(runs: int, command: list[str], **variables: str) -> Measured:
    """Run a command several times. Raises RuntimeError with its output if it fails."""
    seconds, memory = [], 0
    environment = {**os.environ, "ANSIBLE_FORKS": "1", "ANSIBLE_NOCOLOR": "1", **variables}
    for _run in range(runs):
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            child = subprocess.Popen(command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
            _pid, status, usage = os.wait4(child.pid, 0)
            seconds.append(time.perf_counter() - started)
            memory = max(memory, usage.ru_maxrss)
            if status:
                output.seek(0)
                raise RuntimeError(f"{command}: {output.read().decode()[-3000:]}")
    return Measured(seconds, memory / 1024)


@contextmanager
def server(delay: float) -> Iterator[int]:
    """Run the server, and give its port."""
    child = subprocess.Popen([sys.executable, str(HERE / "server.py"), str(delay)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout
        yield int(child.stdout.readline())
    finally:
        child.kill()
        child.wait()


class Bench:
    """Plays against one server, written to a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._base_url = f"http://127.0.0.1:{port}/v2"
        self._port = port

    def play(self, task: dict[str, Any], runs: int, **variables: str) -> Measured:
        """Measure a play of one task."""
        python = {"ansible_python_interpreter": sys.executable}
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": python, "tasks": [task]}
        path = self._folder / "play.yml"
        path.write_text(json.dumps([play]), encoding="utf-8")
        return measure(runs, [PLAYBOOK, "-i", "localhost,", str(path)], **variables)

    def record(self, calls: Any, **more: Any) -> dict[str, Any]:
        """Return a task of ours."""
        options = {name: more.pop(name) for name in ("max_concurrency",) if name in more}
        connection = {"api_key": "KEY", "account_sid": "a", "base_url": self._base_url}
        return {
            "name": "Record",
            "voiceops.telnyx.call_recording": {**connection, "call_sid": calls, **options},
            **more,
        }

    def uri(self, items: str) -> dict[str, Any]:
        """Return the loop that people write today."""
        return {
            "name": "Record",
            "ansible.builtin.uri": {
                "url": f"{self._base_url}/texml/Accounts/a/Calls/{{{{ item }}}}/Recordings.json",
                "method": "POST",
                "headers": {"Authorization": "Bearer KEY"},
                "body_format": "form-urlencoded",
                "body": {"PlayBeep": "true"},
                "return_content": True,
            },
            "loop": items,
        }

    def sdk(self, calls: int, runs: int) -> Measured:
        """Measure the vendor's Python SDK."""
        return measure(runs, [sys.executable, str(HERE / "sdk.py"), str(self._port), str(calls)])


def sids(count: int) -> str:
    """Return a template of that many call SIDs."""
    return f"{{{{ ['v3:'] | product(range({count}) | list) | map('join') | list }}}}"


def mitogen() -> dict[str, str]:
    """Return the settings that run a play under Mitogen."""
    found = importlib.util.find_spec("ansible_mitogen")
    assert found
    assert found.submodule_search_locations
    plugins = Path(found.submodule_search_locations[0]) / "plugins" / "strategy"
    return {"ANSIBLE_STRATEGY_PLUGINS": str(plugins), "ANSIBLE_STRATEGY": "mitogen_linear"}


def run(folder: Path) -> str:
    """Measure everything, and return the page."""
    found: dict[str, Measured] = {}

    def note(name: str, measured: Measured) -> None:
        found[name] = measured
        print(f"{name}: {found[name]}", file=sys.stderr, flush=True)

    debug = {"name": "Say", "ansible.builtin.debug": {"msg": "hello"}}
    with server(0) as port:
        bench = Bench(folder, port)
        note("empty", bench.play(debug, 9))
        note("one", bench.play(bench.record("v3:a"), 9))
        note("sdk one", bench.sdk(1, 5))
        by_module = {"voiceops_telnyx_in_process": False}
        # A loop of one too, so that a time per call is without what each needs to start.
        for suffix, items, runs in (("", sids(1), 5), (" loop", sids(LOOP), 3)):
            note(f"debug{suffix}", bench.play({**debug, "loop": items}, runs))
            note(f"ours{suffix}", bench.play(bench.record("{{ item }}", loop=items), runs))
            note(f"module{suffix}", bench.play(bench.record("{{ item }}", loop=items, vars=by_module), runs))
            note(f"uri{suffix}", bench.play(bench.uri(items), runs))
            note(f"mitogen{suffix}", bench.play(bench.uri(items), runs, **mitogen()))
        note("sdk many", bench.sdk(MANY, 5))
        note("100", bench.play(bench.record(sids(100)), 5))
        note("many 8", bench.play(bench.record(sids(MANY), max_concurrency=8), 5))
        note("many 64", bench.play(bench.record(sids(MANY), max_concurrency=64), 5))
        note("10000", bench.play(bench.record(sids(10 * MANY)), 3))
    with server(0.1) as port:
        bench = Bench(folder, port)
        note("slow sdk", bench.sdk(MANY, 3))
        note("slow 8", bench.play(bench.record(sids(MANY), max_concurrency=8), 3))
        note("slow 64", bench.play(bench.record(sids(MANY), max_concurrency=64), 5))
    return page(found)


def page(found: dict[str, Measured]) -> str:
    """Return the tables, and the ratios that the collection promises."""
    empty = found["empty"].median

    def looped(name: str) -> float:
        return (found[f"{name} loop"].median - found[name].median) / (LOOP - 1)

    def loop_row(what: str, name: str) -> str:
        return f"| {what} | {found[name]} | {found[f'{name} loop']} | {looped(name) * 1000:.2f} |"

    def many_row(what: str, name: str, start: float = empty) -> str:
        return f"| {what} | {found[name]} | {(found[name].median - start) / MANY * 1000:.2f} |"

    limit = MANY * 0.1 / 64
    ratios = [
        ("our loop, beside `uri` in a loop, a call", looped("uri") / looped("ours"), "at least", 40),
        ("our loop, beside `uri` under Mitogen, a call", looped("mitogen") / looped("ours"), "at least", 1.3),
        (
            "1,000 calls at 100 ms, 64 at a time, beside 1,000 × 0.1 s / 64 and an empty playbook",
            found["slow 64"].median / (limit + empty),
            "at most",
            1.4,
        ),
        (
            "1,000 calls, beside the SDK with asyncio, each from its start to its end",
            found["sdk many"].median / found["many 8"].median,
            "at least",
            1.5,
        ),
        ("10,000 calls, beside 1,000", found["10000"].median / found["many 8"].median, "at most", 11),
        ("one call from start to end, beside an empty playbook", found["one"].median / empty, "at most", 1.25),
    ]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`: one run, one machine, one local server that answers at once or after 100 ms. Each time is",
        "the median of several runs, from the start of the command to its end, with the fastest and the slowest.",
        "",
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions()}.",
        "",
        f"## One call after the other: a loop of {LOOP} items",
        "",
        "A call is the difference between the loop and a loop of one item, so that no start-up is in it.",
        "",
        "| what | one item, seconds | the loop, seconds | ms a call |",
        "| --- | --- | --- | --- |",
        loop_row("`debug`, the floor that Ansible sets", "debug"),
        loop_row("ours", "ours"),
        loop_row("`uri` under Mitogen", "mitogen"),
        loop_row("ours, as a module", "module"),
        loop_row("`uri`", "uri"),
        "",
        f"## {MANY:,} calls at the same time",
        "",
        "A call is without the time of an empty playbook; for the SDK it is with its start.",
        "",
        "| what | seconds | ms a call |",
        "| --- | --- | --- |",
        many_row("ours, `max_concurrency: 8`", "many 8"),
        many_row("ours, `max_concurrency: 64`", "many 64"),
        many_row("the vendor's Python SDK, asyncio, 64 at a time", "sdk many", 0),
        many_row("ours, `max_concurrency: 8`, 100 ms", "slow 8"),
        many_row("ours, `max_concurrency: 64`, 100 ms", "slow 64"),
        many_row("the vendor's Python SDK, asyncio, 64 at a time, 100 ms", "slow sdk", 0),
        "",
        "## One call, from start to end",
        "",
        "| what | seconds |",
        "| --- | --- |",
        f"| an empty playbook (one `debug` task) | {found['empty']} |",
        f"| ours | {found['one']} |",
        f"| the vendor's Python SDK, alone | {found['sdk one']} |",
        "",
        "## Growth",
        "",
        "| calls in one task | seconds | peak memory of a process, MiB |",
        "| --- | --- | --- |",
        f"| none (an empty playbook) | {found['empty']} | {found['empty'].memory:.0f} |",
        *(
            f"| {calls} | {found[name]} | {found[name].memory:.0f} |"
            for calls, name in (("100", "100"), ("1,000", "many 8"), ("10,000", "10000"))
        ),
        "",
        "## Ratios",
        "",
        "| what | measured | promised |",
        "| --- | --- | --- |",
        *(f"| {what} | {value:.2f} | {bound} {promised} |" for what, value, bound, promised in ratios),
        "",
    ]
    return "\n".join(lines)


def versions() -> str:
    """Return the versions of all that was measured."""
    names = ("ansible-core", "requests", "urllib3", "jsonschema", "mitogen", "telnyx")
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        text = run(Path(scratch))
    (ROOT / "docs" / "benchmarks.md").write_text(text, encoding="utf-8")
    print(text)
