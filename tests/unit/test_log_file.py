# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import threading
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils import _log_file
from ansible_collections.voiceops.telnyx.plugins.module_utils._log_file import LogFile, Tampered
from support.clock import PATIENCE, wait_until


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log"


def write(path: Path, *numbers: int) -> None:
    log = LogFile(str(path))
    for number in numbers:
        log.append({"number": number})
    log.close()


def read(path: Path, read_only: bool = True) -> list[int]:
    log = LogFile(str(path), read_only)
    log.close()
    return [entry["number"] for entry in log.entries]


def test_entries_are_kept_in_lines_of_json(path: Path) -> None:
    write(path, 1, 2)
    write(path, 3)
    assert read(path) == [1, 2, 3]
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == [1, 2, 3]


def test_created_for_its_owner_only(path: Path) -> None:
    before = os.umask(0)
    try:
        write(path, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_entry_is_on_the_disk_before_append_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    fsync = os.fsync
    monkeypatch.setattr(_log_file.os, "fsync", lambda file: (fsync(file), synced.append(path.stat().st_size)))
    log = LogFile(str(path))
    synced.clear()
    log.append({"number": 1})
    log.append({"number": 2})
    log.close()
    assert len(synced) == 2
    assert synced[-1] == path.stat().st_size


def test_new_file_is_in_its_folder_after_a_power_cut(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders: list[bool] = []
    fsync = os.fsync
    monkeypatch.setattr(
        _log_file.os, "fsync", lambda file: (fsync(file), folders.append(stat.S_ISDIR(os.fstat(file).st_mode)))
    )
    write(path, 1)
    assert folders == [True, False]


def test_threads_share_their_writes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []

    def slow(file: int) -> None:
        writes.append(file)
        if len(writes) == 1:
            # Until all others wait.
            wait_until(lambda: len(log._batch.entries) == 99)

    log = LogFile(str(path))
    monkeypatch.setattr(_log_file.os, "fsync", slow)
    threads = [threading.Thread(target=log.append, args=({"number": number},)) for number in range(100)]
    threads[0].start()
    wait_until(lambda: writes)
    for thread in threads[1:]:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    assert sorted(read(path)) == list(range(100))
    assert len(writes) == 2


@pytest.mark.parametrize("cut", range(1, 20))
def test_last_line_that_was_cut_off_is_taken_out(path: Path, cut: int) -> None:
    write(path, 1, 2)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1][:-cut])
    log = LogFile(str(path), read_only=True)
    assert log.torn
    assert len(log.entries) == 1
    log.close()
    assert path.read_bytes() == whole[:-1][:-cut]
    log = LogFile(str(path))
    assert log.torn
    log.append({"number": 3})
    log.close()
    assert read(path) == [1, 3]


def test_any_flipped_bit_is_refused(path: Path) -> None:
    write(path, 1, 2)
    whole = path.read_bytes()
    for position in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[position] ^= 1 << bit
            path.write_bytes(changed)
            with pytest.raises(Tampered):
                LogFile(str(path))
            assert path.read_bytes() == changed


def test_last_line_without_its_end_is_whole(path: Path) -> None:
    write(path, 1, 2)
    path.write_bytes(path.read_bytes()[:-1])
    assert read(path) == [1, 2]
    log = LogFile(str(path))
    assert not log.torn
    log.append({"number": 3})
    log.close()
    assert read(path) == [1, 2, 3]


LINES = 4


@pytest.mark.parametrize("number", range(1, LINES + 1))
@pytest.mark.parametrize(
    "what", ["value", "space", "garbage", "empty", "not an object", "taken out", "twice", "swapped"]
)
def test_line_that_was_tampered_with_is_named(path: Path, number: int, what: str) -> None:
    write(path, *range(1, LINES + 1))
    lines = path.read_bytes().splitlines(keepends=True)
    line = lines[number - 1]
    wrong = number
    if what == "taken out":
        del lines[number - 1]
        if number == LINES:
            # Nobody can tell; the line may never have been written.
            return
    elif what == "twice":
        lines.insert(number, line)
        wrong = number + 1
    elif what == "swapped":
        if number == LINES:
            return
        lines[number - 1], lines[number] = lines[number], line
    else:
        lines[number - 1] = {
            "value": line.replace(b'"number": ', b'"number": 9'),
            "space": line.replace(b": ", b":  ", 1),
            "garbage": b"\0" * len(line[:-1]) + b"\n",
            "empty": b"\n",
            "not an object": b"7\n",
        }[what]
    changed = b"".join(lines)
    path.write_bytes(changed)
    with pytest.raises(Tampered, match=f"^line {wrong} is not as it was written$"):
        LogFile(str(path))
    assert path.read_bytes() == changed


def test_file_that_is_something_else(path: Path) -> None:
    path.write_text("[defaults]\nforks = 5\n")
    with pytest.raises(Tampered, match="line 1"):
        LogFile(str(path))
    assert path.read_text() == "[defaults]\nforks = 5\n"


def test_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("fifo", ".", "no such folder/log"):
        for read_only in (True, False):
            with pytest.raises(OSError, match=r"regular file|directory|No such"):
                LogFile(str(tmp_path / name), read_only)


def test_read_only_creates_nothing(path: Path) -> None:
    assert read(path) == []
    assert not path.exists()


def hold(path: str, ready: Event, waits: Event) -> None:
    log = LogFile(path)
    ready.set()
    waits.wait(PATIENCE)
    log.append({"number": 1})
    os._exit(0)


def test_one_at_a_time(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, waits = context.Event(), context.Event()
    other = context.Process(target=hold, args=(str(path), ready, waits))
    other.start()
    assert ready.wait(PATIENCE)
    log = LogFile(str(path), waiting=waits.set)
    assert [entry["number"] for entry in log.entries] == [1]
    assert waits.is_set()
    log.close()
    other.join()


def test_disk_that_is_full(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, 1)
    log = LogFile(str(path))
    whole = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) < 10:
            raise OSError(28, "No space left on device")
        return whole(file, data[: len(data) - 5])

    monkeypatch.setattr(_log_file.os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        log.append({"number": 2})
    monkeypatch.undo()
    log.append({"number": 3})
    log.close()
    assert read(path) == [1, 3]


def test_edited_last_line_without_its_end_is_no_torn_one(path: Path) -> None:
    write(path, 1, 2)
    path.write_bytes(path.read_bytes()[:-1].replace(b'"number": 2', b'"number": 3'))
    with pytest.raises(Tampered, match="line 2"):
        LogFile(str(path))


def test_file_that_was_replaced_takes_nothing_more(path: Path) -> None:
    log = LogFile(str(path))
    log.append({"number": 1})
    path.rename(path.with_name("old"))
    with pytest.raises(OSError, match="removed or replaced"):
        log.append({"number": 2})
    other = LogFile(str(path))
    with pytest.raises(OSError, match="removed or replaced"):
        log.append({"number": 2})
    other.close()
    log.close()


def test_file_that_was_replaced_while_waiting(path: Path) -> None:
    first = LogFile(str(path))
    first.append({"number": 1})

    def waiting() -> None:
        path.unlink()
        threading.Timer(0.1, first.close).start()

    log = LogFile(str(path), waiting=waiting)
    log.append({"number": 2})
    log.close()
    assert read(path) == [2]


def test_nothing_is_written_after_half_a_line_that_stays(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(path, 1)
    log = LogFile(str(path))

    def fail(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(_log_file.os, "fsync", fail)
    monkeypatch.setattr(_log_file.os, "ftruncate", fail)
    for _time in range(2):
        with pytest.raises(OSError, match=r"output error|half a line"):
            log.append({"number": 2})
    monkeypatch.undo()
    with pytest.raises(OSError, match="half a line"):
        log.append({"number": 3})
    log.close()


def test_whatever_goes_wrong_in_a_batch_is_told_to_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = LogFile(str(path))
    told: list[str] = []
    together = threading.Barrier(4)

    def fail(entry: object, before: str) -> None:
        raise MemoryError

    monkeypatch.setattr(_log_file, "_sealed", fail)

    def append(number: int) -> None:
        together.wait()
        try:
            log.append({"number": number})
        except MemoryError:
            told.append("told")

    threads = [threading.Thread(target=append, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    monkeypatch.undo()
    log.close()
    assert told == ["told"] * 4
    assert read(path) == []


def test_relative_path_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match="not an absolute path"):
        LogFile("journal")


def test_readers_do_not_wait_for_each_other(path: Path) -> None:
    write(path, 1)

    def waiting() -> None:
        raise AssertionError("waits")

    first = LogFile(str(path), read_only=True)
    second = LogFile(str(path), read_only=True, waiting=waiting)
    first.close()
    second.close()
