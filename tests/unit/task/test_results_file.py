# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The results of a large task: numbers, failures, and a file of the rest."""

from __future__ import annotations

import json
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import InvalidArguments
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import states
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import results_file as _results_file
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import summary as _summary
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.results_file import Filed
from ansible_collections.voiceops.telnyx.plugins.module_utils._task.task import Task, review
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.reply import Reply
from support import tasks
from support.tasks import KEY, Scripted, reply

FILED = Filed(("outcomes", "recordings"), ("started", "rejected"))


def run(path: Path, result: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    """Return what a task with this result returns."""
    params = {"results_path": str(path), "api_key": KEY}
    with FILED.opened(params, {}, check_mode) as file:
        assert file
        return file.result(dict(result))


def outcome(sid: str, what: str = "started", **more: Any) -> dict[str, Any]:
    return {
        "call_sid": sid, "outcome": what, "changed": what == "started", "msg": "", "http_status": None, **more
    }  # fmt: skip


RESULT = {
    "changed": True,
    "failed": True,
    "msg": "1 failed.",
    "ansible_facts": {"telnyx_call_recordings": {}},
    "diff": [],
    "outcomes": [outcome("a"), outcome("b", "rejected", msg="No.", http_status=404, errors=[{"detail": "x" * 9000}])],
    "recordings": [{"sid": "r"}],
    "recording": {"sid": "r"},
}


def test_result_has_numbers_and_failures_and_the_file_has_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert run(path, RESULT) == {
        "changed": True,
        "failed": True,
        "msg": "1 failed.",
        "results_path": str(path),
        "summary": {"started": 1, "rejected": 1, "changed": 1, "failed": 1, "outcomes": 2, "recordings": 1},
        "failures": [{"call_sid": "b", "outcome": "rejected", "msg": "No.", "http_status": 404}],
    }
    expected = {name: value for name, value in RESULT.items() if name not in ("ansible_facts", "diff")}
    assert json.loads(path.read_text()) == expected
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["results.json"]


def test_each_entry_has_a_line(tmp_path: Path) -> None:
    run(tmp_path / "r", {"changed": True, "outcomes": [outcome("a\nb"), outcome("c")], "recordings": []})
    lines = (tmp_path / "r").read_text().splitlines()
    assert [json.loads(line.rstrip(","))["call_sid"] for line in lines if '"call_sid"' in line] == ["a\nb", "c"]


def test_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "r"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("old")
    path.symlink_to(elsewhere)
    for number in range(2):
        run(path, {"changed": False, "outcomes": [outcome(str(number))], "recordings": []})
        assert json.loads(path.read_text())["outcomes"][0]["call_sid"] == str(number)
    assert elsewhere.read_text() == "old"
    assert not path.is_symlink()


def test_failures_and_warnings_are_bounded(tmp_path: Path) -> None:
    many = 1000
    outcomes = [outcome(str(number), "rejected", msg="No.") for number in range(many)]
    warnings = [f"warning {number}" for number in range(many)]
    result = run(tmp_path / "r", {"changed": False, "outcomes": outcomes, "warnings": warnings})
    assert len(result["failures"]) == _summary.SHOWN
    assert len(result["warnings"]) == 11
    assert result["warnings"][-1] == "990 more warnings are in the file of results."
    written = json.loads((tmp_path / "r").read_text())
    assert written["outcomes"] == outcomes
    assert written["warnings"] == warnings


def test_every_failing_outcome_is_a_failure() -> None:
    assert set(states.OUTCOMES.values()) - {"started"} < set(_summary.FAILURES)


def test_no_key_in_the_file(tmp_path: Path) -> None:
    result = run(tmp_path / "r", {"changed": True, "msg": KEY, "recordings": [{"sid": "r", "uri": f"x{KEY}x"}]})
    assert KEY not in (tmp_path / "r").read_text()
    assert KEY not in str(result)
    assert json.loads((tmp_path / "r").read_text())["recordings"] == [{"sid": "r", "uri": "x********x"}]


def test_check_mode_writes_nothing(tmp_path: Path) -> None:
    result = run(tmp_path / "r", RESULT, check_mode=True)
    assert os.listdir(tmp_path) == []
    assert result["summary"]["outcomes"] == 2
    assert "results_path" not in result
    assert not set(FILED.lists) & set(result)


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("name", ["missing/r", "", "file/r"])
def test_path_that_cannot_be_written_is_an_error_first(tmp_path: Path, name: str, check_mode: bool) -> None:
    (tmp_path / "file").touch()
    params = {"results_path": str(tmp_path / name).rstrip("/"), "api_key": KEY}
    with pytest.raises(InvalidArguments, match="a file, in a folder"), FILED.opened(params, {}, check_mode):
        raise AssertionError("it began")


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file become larger than this."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [1000, 60_000])
def test_nothing_is_lost_with_a_full_disk(tmp_path: Path, size: int) -> None:
    path = tmp_path / "r"
    path.write_text("old")
    outcomes = [outcome(str(number)) for number in range(500)]
    params = {"results_path": str(path), "api_key": KEY}
    # With the larger one, the lists fit, and the file that has both does not.
    with disk_of(size), FILED.opened(params, {}, False) as file:
        assert file
        for at in range(0, 500, 7):
            file.add("outcomes", outcomes[at : at + 7])
            file.add("recordings", [{"sid": "r" * 400}])
        result = file.result({"changed": True, "msg": "Was.", "failed": True})
    assert result["outcomes"] == outcomes
    assert len(result["recordings"]) == 72
    assert result["failed"]
    assert result["msg"].startswith(f"The results could not be written to {path} (File too large)")
    assert result["msg"].endswith("Was.")
    assert "results_path" not in result
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["r"]


def test_task_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    def interrupt() -> None:
        params = {"results_path": str(tmp_path / "r"), "api_key": KEY}
        with FILED.opened(params, {}, False) as file:
            assert file
            file.add("recordings", [{}])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert os.listdir(tmp_path) == []


def started(request: Request) -> Reply:
    sid = request.url.split("/")[-2]
    if sid == "refused":
        return reply({"errors": [{"detail": "no"}]}, 404)
    return reply({"sid": f"r-{sid}", "call_sid": sid, **({"channels": "two"} if sid == "odd" else {})})


def record(path: Path | None, calls: list[str], **options: Any) -> dict[str, Any]:
    """Run a task of call_recording through its life cycle, without a network."""
    params = tasks.params(call_sid=calls, max_concurrency=2, **options)
    client = tasks.client(Scripted(started), params)
    behaviour = call_recording.BEHAVIOUR
    if path is None:
        return behaviour.run(params, client, Task())
    params["results_path"] = str(path)
    assert behaviour.results_file
    with behaviour.results_file(params, behaviour.replies, False) as file:
        assert file
        return file.result(behaviour.run(params, client, Task(file=file)))


@pytest.mark.parametrize("portion", [1, 3, 1000])
def test_portions_make_no_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, portion: int) -> None:
    calls = [*map(str, range(7)), "refused", "last"]
    whole = record(None, calls)
    monkeypatch.setattr(call_recording, "PORTION", portion)
    assert record(None, calls) == whole
    result = record(tmp_path / "r", calls)
    written = json.loads((tmp_path / "r").read_text())
    assert written == {name: value for name, value in whole.items() if name != "ansible_facts"}
    assert (result["summary"]["started"], result["summary"]["rejected"]) == (8, 1)
    assert result["msg"] == whole["msg"]
    assert "ansible_facts" not in result


def test_replies_that_differ_are_reviewed(tmp_path: Path) -> None:
    result = record(tmp_path / "r", [*map(str, range(50)), "odd"])
    # As a module returns it.
    result = json.loads(json.dumps(result))
    assert len(result["unreviewed"]["recordings"]) == 2
    (warning,) = review(call_recording.BEHAVIOUR, result)
    assert "channels is 'two'" in warning
    assert "unreviewed" not in result


def test_portions_after_a_damaged_entry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(call_recording, "PORTION", 2)
    journal = tmp_path / "journal"
    record(None, ["c"], journal=str(journal))
    damage(journal)
    result = record(None, ["a", "b", "c", "d"], journal=str(journal))
    assert [one["outcome"] for one in result["outcomes"]] == ["started", "started", "not_sent", "started"]


def damage(journal: Path) -> None:
    import sqlite3

    with sqlite3.connect(journal) as database:
        (table,) = (name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))
        assert database.execute(f"UPDATE {table} SET details = '{{}}'").rowcount


def test_option_and_name_are_the_same() -> None:
    assert _results_file.OPTION in call_recording.OPTIONS


@pytest.mark.long
def test_awx_keeps_the_result_of_10000_calls(tmp_path: Path) -> None:
    result = record(tmp_path / "r", [f"v3:{number:055}" for number in range(9_999)] + ["refused"])
    assert len(json.dumps(result)) < 20_000
    assert result["summary"]["started"] == 9_999
