# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides: every file and every command in them, run as written, each guide on its own simulator."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support import guides, runs
from support.inventories import command
from support.runs import KEY, Run, playbook
from support.simulator import Simulator, running

# These have tests of their own: what runs their files is not ansible-playbook.
ELSEWHERE = ("guide_awx", "guide_events", "guide_eda_controller")
PAGES = {page.stem: page for page in guides.GUIDES if page.stem not in ELSEWHERE}


# Whose commands run in a test of their own, or need a program that is not everywhere.
NOT_HERE = {"make_bucket.yml", "archive_s3.yml"} | ({"archive_rsync.yml"} if shutil.which("rsync") is None else set())


@pytest.fixture
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """Run a simulator without any recordings."""
    with running(tmp_path_factory.mktemp("simulator") / "state") as one:
        yield one


def variables(simulator: Simulator) -> dict[str, str]:
    return {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}


def run_commands(page: Path, folder: Path, given: dict[str, str]) -> list[Run]:
    """Run the commands of a page, each of which must succeed. Variables that one prints are exported for the next."""
    done = []
    for program, *arguments in guides.commands(page):
        if program == "sqlite3":
            done.append(query(folder, *arguments))
            continue
        if program in ("ansible", "ansible-inventory"):
            one = command(folder, program, *arguments, **{**given, "ANSIBLE_VERBOSITY": "0"})
            assert one.returncode == 0, one.stderr
            done.append(Run(0, one.stdout, []))
            continue
        if program in ("bagit.py", "env", "python3"):
            done.append(shell(folder, program, *arguments))
            continue
        if arguments[0] in NOT_HERE:
            continue
        assert program == "ansible-playbook"
        if arguments[0] == "voiceops.telnyx.tour":
            # It needs ansible-rulebook; test_tour.py runs it.
            continue
        done.append(playbook(folder, *arguments, **given))
        assert done[-1].code == 0, done[-1].output
        given.update(re.findall(r'"export (\w+)=(\S+)"', done[-1].output))
    return done


def query(folder: Path, option: str, name: str, statement: str) -> Run:
    """Do what the program sqlite3 does, which need not be installed."""
    assert option == "-readonly"
    with contextlib.closing(sqlite3.connect(f"file:{folder / name}?mode=ro", uri=True)) as database:
        rows = database.execute(statement).fetchall()
    return Run(0, "\n".join("|".join(map(str, row)) for row in rows), [])


def shell(folder: Path, *command: str) -> Run:
    """Run a command that has nothing to do with Ansible."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env={"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return Run(0, done.stdout, [])


def updates(simulator: Simulator) -> list[str]:
    """Return the requested updates of recordings."""
    return [one["body"] for one in simulator.ledger() if one["body"].startswith("Status=")]


def starts(simulator: Simulator) -> list[str]:
    """Return the recordings that were started."""
    return [one["recording"] for one in simulator.ledger() if one["recording"] and one["method"] == "POST"]


def check_bridge(done: list[Run], simulator: Simulator) -> None:
    _started, _found, _checked, recorded, looked, stopped, kept = done
    assert len(recorded.result("Show the SIDs of the recordings")["msg"]) == 2
    shown = [one["msg"] for one in looked.result("Show their states")["results"]]
    assert [text.split(" is ")[1] for text in shown] == ["in-progress"] * 2
    assert len(stopped.result("Stop the recordings")["recordings"]) == 2
    assert all(Path(path).read_bytes().startswith(b"RIFF") for path in kept.result("Show the files")["msg"])
    assert len(kept.result("Show the files")["msg"]) == 2


def check_live(done: list[Run], simulator: Simulator) -> None:
    _started, checked, recorded, again, *_others = done
    numbers = [re.findall(r"\d+", run.result("Show the summary")["msg"]) for run in (checked, recorded, again)]
    assert numbers == [["3", "2", "0", "1", "0", "0"]] * 2 + [["3", "0", "2", "1", "0", "0"]]
    assert guides.files(PAGES["guide_live"])["summary"].strip() == recorded.result("Show the summary")["msg"]


def check_inventory(done: list[Run], simulator: Simulator) -> None:
    _started, graph, checked, recorded, again, single = done
    files = guides.files(PAGES["guide_inventory"])
    first, _ellipsis, last = files["graph"].partition("  …\n")
    assert graph.output.startswith(first)
    assert last in graph.output
    shown = [run.result("Show the summary")["msg"] for run in (checked, recorded, again)]
    assert shown[1] == files["summary"].strip()
    assert shown[0].startswith("3 calls: 3 would be started, 0 already recorded, ")
    assert shown[2] == shown[1].replace("2 started, 0", "0 started, 2")
    assert " | SUCCESS => " in single.output
    (batch,) = recorded.result("Start the recordings, one task for each set of options")["results"]
    assert [recording["channels"] for recording in batch["recordings"]] == [1, 1]


def check_card_data(done: list[Run], simulator: Simulator) -> None:
    assert updates(simulator) == [f"Status={state}" for state in ("paused", "in-progress") * 2] + ["Status=stopped"]


def check_recorded_once(done: list[Run], simulator: Simulator) -> None:
    assert [one.result("Start the recording")["changed"] for one in done[:2]] == [True, False]
    assert re.findall(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\|([a-z ]+)\|https?://\S+$", done[2].output, re.MULTILINE) == [
        "intended",
        "accepted",
    ]
    assert len(done[3].result("Start the recordings")["recordings"]) == 2
    # Of the other incident, whose journal is another one.
    assert len(starts(simulator)) == 1 + 2
    (outcome,) = done[4].result("Show the outcome")["recorded.outcomes"]
    assert (outcome["outcome"], outcome["reconciled"]) == ("started", True)


def check_speed(done: list[Run], simulator: Simulator) -> None:
    assert len(done[0].result("Start the recordings")["recordings"]) == 2


def prepare_archive(simulator: Simulator) -> None:
    """Record two calls in the month that the guide seals."""
    then = datetime.datetime(2026, 10, 15, tzinfo=datetime.timezone.utc).timestamp()
    simulator.ask("PUT", "misbehaviour", {"clock_offset": then - time.time()})
    for call in (runs.LIVE, runs.LIVE_TOO):
        sid = simulator.ask("POST", "recordings", {"call_sid": call})["sid"]
        simulator.ask("PATCH", f"recordings/{sid}", {"status": "completed"})
    simulator.ask("PUT", "misbehaviour", {})


def check_archive(done: list[Run], simulator: Simulator) -> None:
    last = "Archive the recordings, delete what may be deleted, and write the page"
    planned, kept, *copied, examined, _sealed, _sums, _bag, chain = done
    assert [step["action"] for step in planned.result(last)["plan"]].count("archive") == 2
    counts = kept.result("Show the summary")["archive_result.summary"]
    assert {name: counts[name] for name in ("archived", "deleted", "held")} == {"archived": 2, "deleted": 1, "held": 1}
    for run in copied:
        assert len(run.result("Read their sizes and digests where they are now")["results"]) == 4
    assert examined.result("Show the summary")["archive_result.summary"]["examined"] == 4
    assert chain.output == "True\n"


def check_playbooks(done: list[Run], simulator: Simulator) -> None:
    named = [arguments[1].split(".")[-1] for arguments in guides.commands(PAGES["playbooks"])]
    there = {path.stem for path in (runs.ROOT / "playbooks").glob("*.yml")}
    assert set(named) == there
    text = PAGES["playbooks"].read_text(encoding="utf-8")
    assert set(re.findall(r"^voiceops\.telnyx\.(\w+)\n-+$", text, re.MULTILINE)) == there


CHECKS: dict[str, Callable[[list[Run], Simulator], None]] = {
    "guide_archive": check_archive,
    "guide_bridge": check_bridge,
    "guide_live": check_live,
    "guide_inventory": check_inventory,
    "guide_card_data": check_card_data,
    "guide_recorded_once": check_recorded_once,
    "guide_speed": check_speed,
    "playbooks": check_playbooks,
}


PREPARED = {"guide_archive": prepare_archive}


@pytest.mark.long
@pytest.mark.parametrize("page", CHECKS)
def test_guide_works_as_written(page: str, fresh: Simulator, tmp_path: Path) -> None:
    guides.write(PAGES[page], tmp_path)
    given = variables(fresh)
    PREPARED.get(page, lambda simulator: None)(fresh)
    try:
        done = run_commands(PAGES[page], tmp_path, given)
    finally:
        playbook(tmp_path, "voiceops.telnyx.simulator", "-e", "simulator_state=stopped")
    CHECKS[page](done, fresh)


@pytest.mark.parametrize("page", guides.GUIDES, ids=lambda page: page.stem)
def test_every_sample_is_found(page: Path) -> None:
    assert guides.other_code(page) == []
    for block in guides.blocks(page):
        assert block.language in ("console", "text", "yaml", "yaml+jinja")
        assert bool(block.name) == (block.language != "console"), block.text
    assert len(guides.files(page)) == len([block for block in guides.blocks(page) if block.name])
    assert page.stem in CHECKS or page.stem in ELSEWHERE or guides.blocks(page) == []


@pytest.mark.parametrize("page", CHECKS)
def test_every_sample_is_used(page: str) -> None:
    run = {arguments[1] for arguments in guides.commands(PAGES[page])}
    text = "\n".join([*guides.files(PAGES[page]).values(), *(" ".join(line) for line in guides.commands(PAGES[page]))])
    for name, content in guides.files(PAGES[page]).items():
        # Ansible finds variables by the names of their files.
        if name in guides.texts(PAGES[page]) or name.startswith("group_vars/"):
            continue
        plays = yaml.safe_load(content) if name.endswith(".yml") else None
        if isinstance(plays, list) and "hosts" in plays[0]:
            assert name in run
        else:
            assert name in text


def test_every_guide_is_in_the_index() -> None:
    index = yaml.safe_load((runs.ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))
    listed = [name for section in index["sections"] for name in section["toctree"]]
    assert sorted(listed) == [page.stem for page in guides.GUIDES]


@pytest.mark.long
def test_bridge_of_which_one_call_is_ringing(fresh: Simulator, tmp_path: Path) -> None:
    guides.write(PAGES["guide_bridge"], tmp_path)
    # As find_bridge.yml would.
    calls = yaml.safe_dump({"bridge_calls": [runs.LIVE, runs.RINGING]})
    (tmp_path / "calls.yml").write_text(calls, encoding="utf-8")
    options: list[Any] = ["record_bridge.yml", "-e", "@calls.yml", "-e", "incident=1"]
    first = playbook(tmp_path, *options, **variables(fresh))
    assert first.code == 2
    assert first.result("Fail if a call is not being recorded")["msg"].startswith(
        "1 of 2 recordings started, 1 failed."
    )
    fresh.ask("PATCH", f"calls/{runs.RINGING}", {"status": "in-progress"})
    assert playbook(tmp_path, *options, **variables(fresh)).code == 0
    assert [len(fresh.recordings(call)) for call in (runs.LIVE, runs.RINGING)] == [1, 1]


def card_data(folder: Path, simulator: Simulator, payment: str) -> Run:
    guides.write(PAGES["guide_card_data"], folder)
    (folder / "payment.yml").write_text(payment, encoding="utf-8")
    return playbook(folder, "card_data.yml", "-e", f"call_sid={runs.LIVE}", **variables(simulator))


@pytest.mark.long
def test_recording_goes_on_after_a_payment_that_failed(fresh: Simulator, tmp_path: Path) -> None:
    run = card_data(tmp_path, fresh, "- name: Decline\n  ansible.builtin.fail:\n    msg: declined\n")
    assert run.code == 2
    assert updates(fresh) == ["Status=paused", "Status=in-progress"]


@pytest.mark.long
def test_no_payment_is_taken_while_the_recording_runs(fresh: Simulator, tmp_path: Path) -> None:
    # The start, the look and three updates, each of which has no effect.
    kinds = ["none", "none", *["error_before", "none", "none", "none", "none", "none"] * 3]
    fresh.ask("PUT", "misbehaviour", {"calls": {runs.LIVE: kinds}})
    run = card_data(tmp_path, fresh, "- name: Take it\n  ansible.builtin.debug:\n    msg: taken\n")
    assert run.code == 2
    assert [one["task"] for one in run.tasks] == ["Record the call", "Pause", "Resume"]
