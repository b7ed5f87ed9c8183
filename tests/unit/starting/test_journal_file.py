# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting import database, journal_file
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.journal_file import Damaged, Entry, JournalFile

SPAWN = multiprocessing.get_context("spawn")
KEY = "https://api.telnyx.com/v2/texml/Accounts/a/Calls/v3:{}/Recordings.json"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@contextlib.contextmanager
def opened(path: Path, read_only: bool = False) -> Iterator[JournalFile]:
    journal = JournalFile(str(path), read_only)
    try:
        yield journal
    finally:
        journal.close()


def events(path: Path, key: str, read_only: bool = True) -> list[str]:
    with opened(path, read_only) as journal:
        return [entry.event for entry in journal.history(key)]


def in_threads(number: int, work: Callable[[int], object]) -> None:
    threads = [threading.Thread(target=work, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


# What it keeps


def test_history_of_a_key(path: Path) -> None:
    before = time.time()
    with opened(path) as journal:
        first = journal.append("a", "intent", {"form": {"RecordingChannels": "dual"}}, 0)
        assert first
        other = journal.append("b", "intent", {}, 0)
        second = journal.append("a", "outcome", {"note": "\u20ac \0 '"}, first)
        here = journal.history("a")
    with opened(path) as journal:
        there = journal.history("a")
        assert journal.history("c") == []
        run = journal.run
    assert here == there
    assert (first, other, second) == (1, 2, 3)
    assert [entry[:2] + entry[3:4] + entry[5:] for entry in here] == [
        (1, "a", "intent", {"form": {"RecordingChannels": "dual"}}),
        (3, "a", "outcome", {"note": "\u20ac \0 '"}),
    ]
    assert before <= here[0].time <= here[1].time <= time.time()
    assert len({entry.run for entry in here} | {run}) == 2


def test_entry_is_added_only_after_the_newest_of_its_key(path: Path) -> None:
    with opened(path) as one, opened(path) as two:
        first = one.append("a", "intent", {}, 0)
        assert first == 1
        assert two.append("a", "intent", {}, 0) is None
        assert two.append("a", "late", {}, 7) is None
        second = two.append("a", "outcome", {}, first)
        assert second == 2
        assert one.append("a", "again", {}, first) is None
        assert [(entry.number, entry.event, entry.run) for entry in one.history("a")] == [
            (1, "intent", one.run),
            (2, "outcome", two.run),
        ]


def test_keys_whose_hash_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "_hash", lambda key: 7)
    with opened(path) as journal:
        assert journal.append("a", "intent", {}, 0) == 1
        assert journal.append("b", "intent", {}, 0) == 2
        assert journal.append("a", "outcome", {}, 1) == 3
        assert [entry.number for entry in journal.history("a")] == [1, 3]
        assert [entry.number for entry in journal.history("b")] == [2]


def test_created_for_its_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        with opened(path) as journal:
            journal.append("a", "intent", {}, 0)
            found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert found == {"journal": 0o600, "journal-journal": 0o600}


def test_a_person_can_read_it(path: Path) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {"to": 1}, 0)
    rows = sqlite3.connect(path).execute("SELECT number, key, event, details FROM entries").fetchall()
    assert rows == [(1, "a", "intent", '{"to": 1}')]


def test_settings_that_survive_a_power_cut(path: Path) -> None:
    with opened(path) as journal, journal._database.reading() as execute:
        settings = ("journal_mode", "synchronous", "fullfsync")
        assert [execute(f"PRAGMA {setting}") for setting in settings] == [[("persist",)], [(2,)], [(1,)]]


def test_look_ups_do_not_grow_with_the_journal(path: Path) -> None:
    with opened(path) as journal, journal._database.reading() as execute:
        for query, values in (
            (journal_file.NUMBERS, "a"),
            (journal_file.ROWS, "a"),
            (journal_file.NEWEST_NUMBER, "a"),
            (journal_file.NEWEST_ROW, "ab"),
            (journal_file.LAST, ""),
        ):
            plan = [row[-1] for row in execute(f"EXPLAIN QUERY PLAN {query}", tuple(values))]
            assert len(plan) == 1
            assert plan[0].startswith("SEARCH"), plan


# Runs at the same time


def test_threads_share_their_transactions(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions: list[int] = []
    with opened(path) as journal:
        writing = journal._database.writing

        def slow() -> Any:
            transactions.append(1)
            time.sleep(0.02)
            return writing()

        monkeypatch.setattr(journal._database, "writing", slow)
        numbers: list[int | None] = []
        in_threads(100, lambda index: numbers.append(journal.append(f"{index}", "intent", {}, 0)))
        assert sorted(number or 0 for number in numbers) == list(range(1, 101))
        assert all(len(journal.history(f"{index}")) == 1 for index in range(100))
    assert len(transactions) < 20


def claims(one: JournalFile, two: JournalFile, key: str) -> list[int | None]:
    """Have 32 threads claim a key at the same time, and return what each was given."""
    numbers: list[int | None] = []
    together = threading.Barrier(32)

    def claim(index: int) -> None:
        together.wait()
        numbers.append((one, two)[index % 2].append(key, "intent", {"index": index}, 0))

    in_threads(32, claim)
    return numbers


def test_one_of_many_threads_claims_a_key(path: Path) -> None:
    with opened(path) as one, opened(path) as two:
        for key in ("a", "b", "c"):
            numbers = claims(one, two, key)
            assert len(numbers) == 32
            assert sum(number is not None for number in numbers) == 1
            assert len(one.history(key)) == 1


def claim_all(path: str, keys: list[str], threads: int, claimed: Any) -> None:
    journal = JournalFile(path)
    mine: list[str] = []

    def work(index: int) -> None:
        for key in random.sample(keys, len(keys)):
            if journal.append(key, "intent", {"thread": index}, 0):
                mine.append(key)

    in_threads(threads, work)
    journal.close()
    claimed.put(mine)


def test_one_of_many_processes_claims_a_key(path: Path) -> None:
    keys = [KEY.format(number) for number in range(60)]
    claimed = SPAWN.Queue()
    runs = [SPAWN.Process(target=claim_all, args=(str(path), keys, 4, claimed)) for _run in range(3)]
    for run in runs:
        run.start()
    found = [key for _run in runs for key in claimed.get(timeout=120)]
    for run in runs:
        run.join()
        assert run.exitcode == 0
    assert sorted(found) == sorted(keys)
    with opened(path) as journal:
        assert all(len(journal.history(key)) == 1 for key in keys)


def test_process_that_keeps_it_locked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
        usual = database.LOCKED_SECONDS
        monkeypatch.setattr(database, "LOCKED_SECONDS", 0.3)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        for use in (
            lambda: journal.append("b", "intent", {}, 0),
            lambda: journal.history("a"),
            lambda: events(path, "a"),
        ):
            started = time.monotonic()
            with pytest.raises(OSError, match="another process has locked"):
                use()
            assert 0.3 <= time.monotonic() - started < usual
        other.execute("ROLLBACK")
        other.execute("BEGIN")
        other.execute("SELECT * FROM entries").fetchall()
        with pytest.raises(OSError, match="another process has locked"):
            journal.append("b", "intent", {}, 0)
        other.close()
        assert journal.append("b", "intent", {}, 0) == 2


def test_whatever_goes_wrong_in_a_transaction_is_reported_to_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(4)
    reported: list[str] = []

    def fail(*_args: object) -> str:
        raise MemoryError

    def append(index: int) -> None:
        together.wait()
        with pytest.raises(MemoryError):
            journal.append(f"{index}", "intent", {}, 0)
        reported.append("reported")

    with opened(path) as journal:
        monkeypatch.setattr(journal_file, "_digest", fail)
        in_threads(4, append)
        monkeypatch.undo()
        assert reported == ["reported"] * 4
        assert journal.append("a", "intent", {}, 0) == 1
        assert journal.history("0") == []


def test_details_that_are_not_json_stop_nobody_else(path: Path) -> None:
    with opened(path) as journal:
        with pytest.raises(TypeError):
            journal.append("a", "intent", {"bytes": b""}, 0)
        assert journal.append("a", "intent", {}, 0) == 1


def test_closed(path: Path) -> None:
    journal = JournalFile(str(path))
    journal.close()
    journal.close()
    with pytest.raises(OSError, match="closed"):
        journal.append("a", "intent", {}, 0)
    with pytest.raises(OSError, match="closed"):
        journal.history("a")


def test_fork_during_transactions(path: Path) -> None:
    added: list[int | None] = []
    with opened(path) as journal:
        writers = threading.Thread(
            target=in_threads,
            args=(8, lambda index: added.extend(journal.append(f"{index}/{at}", "intent", {}, 0) for at in range(25))),
        )
        writers.start()
        for _child in range(20):
            child = os.fork()
            if not child:
                signal.alarm(10)
                try:
                    journal.append("child", "intent", {}, 0)
                except OSError as error:
                    journal.close()
                    os._exit(0 if "another process" in str(error) else 1)
                os._exit(2)
            assert os.waitpid(child, 0)[1] == 0
        writers.join()
        assert len(added) == 200
        assert all(journal.history(f"{index}/{at}") for index in range(8) for at in range(25))


# Where it is


def test_relative_path(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    for name in ("journal", "/tmp/\0"):
        with pytest.raises(OSError, match="not an absolute path"):
            JournalFile(name)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("name", ["fifo", ".", "no such folder/journal", "file/journal"])
def test_no_regular_file(path: Path, name: str, read_only: bool) -> None:
    os.mkfifo(path.with_name("fifo"))
    path.with_name("file").touch()
    with pytest.raises(OSError, match=r"regular file|No such|Not a directory"):
        JournalFile(str(path.parent / name), read_only)


def test_characters_of_a_path(path: Path) -> None:
    for name in ("a?mode=memory", "a#b", "a%20b", "\u20ac", os.fsdecode(b"\xff"), ":memory:"):
        file = path.with_name(name)
        with opened(file) as journal:
            journal.append("a", "intent", {}, 0)
        assert file.stat().st_size
        assert events(file, "a") == ["intent"]


def test_symbolic_link_is_the_same_journal(path: Path) -> None:
    link = path.parent / "folder" / "link"
    link.parent.mkdir()
    link.symlink_to(path)
    with opened(path) as one, opened(link) as two:
        assert one._database._path == two._database._path
        assert one.append("a", "intent", {}, 0) == 1
        assert two.append("a", "intent", {}, 0) is None
    assert [file.name for file in link.parent.iterdir()] == ["link"]


def test_hard_link_would_be_another_journal_after_a_crash(path: Path) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
    path.with_name("link").hardlink_to(path)
    with pytest.raises(OSError, match="several names"):
        JournalFile(str(path))


@pytest.mark.parametrize("read_only", [False, True])
def test_rollback_journal_of_somebody_else(path: Path, read_only: bool) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
    other = path.with_name("journal-journal")
    content = other.read_bytes()
    other.unlink()
    other.symlink_to(path.with_name("other"))
    with pytest.raises(OSError, match="journal-journal was made by somebody else"):
        JournalFile(str(path), read_only)
    other.unlink()
    other.write_bytes(content)
    assert events(path, "a", read_only) == ["intent"]
    if os.geteuid():
        pytest.skip("only root can give a file away")
    os.chown(other, 12345, -1)
    with pytest.raises(OSError, match="journal-journal was made by somebody else"):
        JournalFile(str(path), read_only)


@pytest.mark.parametrize("read_only", [False, True])
def test_folder_or_file_that_cannot_be_written(path: Path, read_only: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
    for closed in (path.parent, path):
        monkeypatch.setattr(os, "access", lambda name, mode, closed=closed: Path(name) != closed)
        with pytest.raises(PermissionError):
            JournalFile(str(path), read_only)


def test_read_only_changes_nothing(path: Path) -> None:
    for content in (None, b""):
        if content is not None:
            path.write_bytes(content)
        with opened(path, read_only=True) as journal:
            assert journal.history("a") == []
            with pytest.raises(OSError, match="reading only"):
                journal.append("a", "intent", {}, 0)
        assert path.exists() == (content is not None)
        assert not path.exists() or not path.stat().st_size
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with opened(path, read_only=True) as journal:
        assert len(journal.history("a")) == 1
        with pytest.raises(OSError, match="reading only"):
            journal.append("b", "intent", {}, 0)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("replaced", [False, True])
def test_file_that_was_removed_or_replaced(path: Path, replaced: bool) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
        path.rename(path.with_name("old"))
        if replaced:
            JournalFile(str(path)).close()
        for use in (lambda: journal.append("b", "intent", {}, 0), lambda: journal.history("a")):
            with pytest.raises(OSError, match="removed or replaced"):
                use()
    if replaced:
        assert events(path, "b") == []


def test_python_without_sqlite(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "sqlite3", None)
    with pytest.raises(OSError, match="this Python has no sqlite3 module"):
        JournalFile(str(path))
    assert not path.exists()


# What is not a journal


def sqlite(path: Path, *statements: str) -> None:
    other = sqlite3.connect(path)
    for statement in statements:
        other.execute(statement)
    other.commit()
    other.close()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"entry": "intent", "url": "a"}\n', "JSON lines"),
        (b"[defaults]\nforks = 5\n", "not a database"),
        (b"\0", "not a database"),
        (b"\0" * 8192, "not a database"),
    ],
)
def test_file_that_is_something_else(path: Path, content: bytes, message: str, read_only: bool) -> None:
    path.write_bytes(content)
    with pytest.raises(Damaged, match=message):
        JournalFile(str(path), read_only)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        (["DROP INDEX by_hash"], "tables"),
        (["DROP TABLE entries"], "tables"),
        (["CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END"], "tables"),
        (["PRAGMA user_version = 2"], "version 2 of its format, not 1"),
        (["PRAGMA application_id = 0"], "another program"),
        (["UPDATE entries SET event = 'outcome' WHERE number = 2"], "entry 2 is not as it was written"),
        (["UPDATE entries SET time = 1 WHERE number = 1"], "entry 1 is not as it was written"),
        (["UPDATE entries SET details = CAST(details AS BLOB)"], "entry 1 is not as it was written"),
        (["DELETE FROM entries WHERE number = 1"], "entry 2 is not as it was written"),
        (["UPDATE entries SET number = 9 WHERE number = 1"], "entry 2 is not as it was written"),
    ],
)
def test_database_that_was_changed(path: Path, statements: list[str], message: str) -> None:
    with opened(path) as journal:
        journal.append("a", "intent", {}, 0)
        journal.append("a", "intent", {}, 1)
    sqlite(path, *statements)
    with pytest.raises(Damaged, match=message):
        events(path, "a", read_only=False)


def test_entry_that_only_one_index_finds(path: Path) -> None:
    for index in journal_file.FORMAT.statements[1:]:
        path.unlink(missing_ok=True)
        with opened(path) as journal:
            journal.append("a", "intent", {}, 0)
            journal.append("b", "intent", {}, 0)
        # The file of an index that was never told of the last entry.
        drop = f"DROP INDEX {index.split()[2]}"
        hidden = index + " WHERE number < 2"
        sqlite(
            path,
            drop,
            hidden,
            "PRAGMA writable_schema = 1",
            f"UPDATE sqlite_master SET sql = '{index}' WHERE sql LIKE '{index} %'",
        )
        with opened(path) as journal:
            assert len(journal.history("a")) == 1
            with pytest.raises(Damaged, match="indexes disagree about b"):
                journal.history("b")
            with pytest.raises(Damaged, match="indexes disagree about b"):
                journal.append("b", "intent", {}, 0)


def test_message_is_bounded(path: Path) -> None:
    key = "k" * 5000
    with opened(path) as journal:
        journal.append(key, "intent", {}, 0)
    sqlite(path, "UPDATE entries SET hash = 1")
    with pytest.raises(Damaged) as damaged:
        events(path, key)
    assert len(str(damaged.value)) < 300


# Damage


class Sample:
    """A small journal whose trees have several levels, and what is true of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.keys = [*(KEY.format(number)[-40:] for number in range(12)), "k" * 300, "none"]
        with opened(path) as journal:
            last = dict.fromkeys(self.keys, 0)
            for event in ("intent", "outcome", "intent"):
                for key in self.keys[:-1]:
                    details = {"message": "long " * 120} if key == self.keys[3] else {}
                    last[key] = journal.append(key, event, details, last[key]) or 0
            self.truth = {key: journal.history(key) for key in self.keys}
        self.whole = path.read_bytes()

    def check(self, content: bytes, appending: bool = False) -> str:
        """Raise AssertionError if a history of a file with this content is wrong; it may be Damaged."""
        self.path.write_bytes(content)
        for name in ("journal", "wal", "shm"):
            self.path.with_name(f"{self.path.name}-{name}").unlink(missing_ok=True)
        try:
            journal = JournalFile(str(self.path))
        except Damaged:
            return "damaged"
        try:
            assert not self.wrong(journal, self.truth)
            if appending:
                self.check_appending(journal)
            return "true"
        finally:
            journal.close()

    def check_appending(self, journal: JournalFile) -> None:
        truth = dict(self.truth)
        try:
            for key in ("new", self.keys[5], self.keys[0]):
                before = truth.get(key, [])
                number = journal.append(key, "late", {}, before[-1].number if before else 0)
                truth[key] = [*before, Entry(number or 0, key, journal.run, "late", 0, {})]
        except (Damaged, OSError):
            pass
        assert not self.wrong(journal, truth)

    @staticmethod
    def wrong(journal: JournalFile, truth: dict[str, list[Entry]]) -> list[str]:
        wrong = []
        for key, entries in truth.items():
            with contextlib.suppress(Damaged):
                found = journal.history(key)
                if [entry._replace(time=0) for entry in found] != [entry._replace(time=0) for entry in entries]:
                    wrong.append(key)
        return wrong


@pytest.fixture
def sample(path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    monkeypatch.setattr(database, "PAGE_SIZE", 512)
    return Sample(path)


def test_flipped_bits(sample: Sample) -> None:
    bits = range(len(sample.whole) * 8)
    # The first page has the settings and the tables.
    name = sample.whole.index(b"by_key") * 8 + 7
    some = [name, *random.sample(bits[:4096], 200), *random.sample(bits, 800)]
    seen = [sample.check(flipped(sample.whole, bit), appending=not bit % 20) for bit in some]
    assert seen.count("damaged") > 100


@pytest.mark.long
@pytest.mark.parametrize("part", range(16))
def test_every_flipped_bit(sample: Sample, part: int) -> None:
    for bit in range(part, len(sample.whole) * 8, 16):
        sample.check(flipped(sample.whole, bit), appending=bit < 4096 or not bit % 11)


def flipped(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_cut_off(sample: Sample) -> None:
    check_lengths(sample, range(1, len(sample.whole), 41))


@pytest.mark.long
def test_cut_off_at_every_byte(sample: Sample) -> None:
    check_lengths(sample, range(1, len(sample.whole)))


def check_lengths(sample: Sample, lengths: range) -> None:
    for length in lengths:
        assert sample.check(sample.whole[:length]) == "damaged", length


def test_cut_off_entirely_is_new(path: Path) -> None:
    path.touch(0o640)
    with opened(path) as journal:
        assert journal.append("a", "intent", {}, 0) == 1
    assert events(path, "a") == ["intent"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_cut_off_while_it_is_open(sample: Sample) -> None:
    with opened(sample.path) as journal:
        os.truncate(sample.path, len(sample.whole) // 2)
        for use in (lambda: journal.append("new", "intent", {}, 0), lambda: journal.history("new")):
            with pytest.raises(Damaged):
                use()


# Crashes


def write_until_killed(path: str, run: int, reports: Any) -> None:
    journal = JournalFile(path)

    def work(thread: int) -> None:
        for number in range(100000):
            # Half of the keys are everyone's.
            key = f"{number}" if thread % 2 else f"{run}/{thread}/{number}"
            added = journal.append(key, "intent", {"run": run, "message": "long " * random.randrange(500)}, 0)
            if added:
                os.write(reports, f"{key} {added}\n".encode())

    in_threads(4, work)


def kill_writers(path: Path, seconds: float) -> list[tuple[str, int]]:
    """Kill several writers at random moments. Return what their appends returned."""
    fork = multiprocessing.get_context("fork")
    returned, reports = os.pipe()
    writers = [fork.Process(target=write_until_killed, args=(str(path), run, reports)) for run in range(3)]
    for writer in writers:
        writer.start()
    os.close(reports)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.extend(iter(lambda: os.read(returned, 65536), b"")))
    reader.start()
    for writer in writers:
        time.sleep(random.uniform(0, seconds))
        os.kill(writer.pid or 0, signal.SIGKILL)
    for writer in writers:
        writer.join()
    reader.join()
    os.close(returned)
    lines = b"".join(read).decode().splitlines()
    return [(key, int(number)) for key, number in (line.split() for line in lines)]


def check_killed(path: Path, rounds: int) -> None:
    returned: dict[str, int] = {}
    for number in range(rounds):
        new = kill_writers(path, 0.4)
        assert not returned.keys() & {key for key, _position in new}, "claimed twice"
        check_present(path, new, read_only=bool(number % 2))
        returned.update(new)
    assert len(returned) > 10
    check_present(path, list(returned.items()))
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def check_present(path: Path, entries: list[tuple[str, int]], read_only: bool = False) -> None:
    assert len(dict(entries)) == len(entries), "claimed twice"
    with opened(path, read_only) as journal:
        for key, position in entries:
            assert [entry.number for entry in journal.history(key)] == [position]


def test_killed(path: Path) -> None:
    check_killed(path, 4)


@pytest.mark.long
def test_killed_often(path: Path) -> None:
    check_killed(path, 60)


def die_half_way(path: str) -> None:
    """End in the middle of a transaction of which a part is in the file."""
    half = sqlite3.connect(path, isolation_level=None)
    half.execute("PRAGMA cache_size = 1")
    half.execute("PRAGMA journal_mode = PERSIST")
    half.execute("BEGIN IMMEDIATE")
    half.execute("UPDATE entries SET event = 'half'")
    half.execute(
        "WITH n (i) AS (SELECT 100 UNION SELECT i + 1 FROM n WHERE i < 300) "
        "INSERT INTO entries SELECT i, 'half' || i, i, '', '', 0, '', '' FROM n"
    )
    os._exit(0)


@pytest.mark.parametrize("read_only", [False, True])
def test_what_was_left_half_written_is_undone(sample: Sample, read_only: bool) -> None:
    run = SPAWN.Process(target=die_half_way, args=(str(sample.path),))
    run.start()
    run.join()
    assert sample.path.read_bytes()[: len(sample.whole)] != sample.whole
    with opened(sample.path, read_only) as journal:
        assert {key: journal.history(key) for key in sample.keys} == sample.truth
        assert journal.history("half100") == []
    assert sample.path.read_bytes() == sample.whole


# A disk that is full


def fill(path: str, limit: int | None) -> None:
    """Add entries until there is no room, then make room, and go on. Raises AssertionError."""
    journal = JournalFile(path)
    filler = Path(path).with_name("filler")
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    added: list[str] = []
    failed: list[str] = []

    def work(thread: int) -> None:
        for number in range(500):
            key = f"{thread}/{number}"
            try:
                assert journal.append(key, "intent", {"message": "long " * 500}, 0)
                added.append(key)
            except OSError:
                failed.append(key)
                return

    in_threads(4, work)
    assert added
    assert len(failed) == 4
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        filler.unlink()
    assert all(len(journal.history(key)) == 1 for key in added)
    assert all(journal.history(key) == [] for key in failed)
    assert all(journal.append(key, "intent", {}, 0) for key in failed)
    assert all(len(journal.history(key)) == 1 for key in added + failed)
    journal.close()


def fill_in_a_process(path: Path, limit: int | None) -> None:
    run = SPAWN.Process(target=fill, args=(str(path), limit))
    run.start()
    run.join()
    assert run.exitcode == 0
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("limit", [50_000, 100_003, 131_072])
def test_limit_of_file_size(path: Path, limit: int) -> None:
    fill_in_a_process(path, limit)


def test_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no right to mount a small disk")
    try:
        (disk / "filler").write_bytes(bytes(150_000))
        fill_in_a_process(disk / "journal", None)
        (disk / "filler").write_bytes(b"")
        with contextlib.suppress(OSError):
            (disk / "filler").write_bytes(bytes(400_000))
        with pytest.raises(OSError, match=r"No space|cannot be opened"):
            JournalFile(str(disk / "another"))
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
