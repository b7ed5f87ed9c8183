# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import parallel as _parallel
from support.clock import PATIENCE


def test_results_keep_the_order_of_the_items() -> None:
    done = [threading.Event() for _number in range(6)]
    done[5].set()

    def work(number: int) -> int:
        # The last one is the first to be done.
        assert done[number + 1].wait(PATIENCE)
        done[number].set()
        return number * 10

    assert _parallel.each(work, [0, 1, 2, 3, 4], 5) == [0, 10, 20, 30, 40]


@pytest.mark.parametrize(("limit", "most"), [(1, 1), (3, 3), (50, 10)])
def test_no_more_than_the_limit_at_a_time(limit: int, most: int) -> None:
    running, seen, lock, full = 0, 0, threading.Lock(), threading.Event()

    def work(number: int) -> None:
        nonlocal running, seen
        with lock:
            running += 1
            seen = max(seen, running)
            if running == most:
                full.set()
        full.wait(PATIENCE)
        time.sleep(0.01)
        with lock:
            running -= 1

    _parallel.each(work, list(range(10)), limit)
    assert seen == most


def test_ticks_have_the_results_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "TICK", 0.1)
    ticks: list[tuple[int, float]] = []
    ticked = threading.Semaphore(0)

    def work(number: int) -> int:
        assert ticked.acquire(timeout=PATIENCE)
        return number

    def tick(results: list[int], seconds: float) -> None:
        ticks.append((len(results), seconds))
        ticked.release()

    _parallel.each(work, list(range(5)), 1, tick)
    counts = [count for count, _seconds in ticks]
    # Each of the five has waited for one.
    assert len(ticks) >= 5
    assert counts == sorted(counts)
    assert (counts[0], counts[-1] < 5) == (0, True)
    assert [seconds >= number * 0.1 for number, (_count, seconds) in enumerate(ticks, start=1)] == [True] * len(ticks)


def test_every_item_is_worked_on_once() -> None:
    seen: list[int] = []
    _parallel.each(seen.append, list(range(2000)), 64)
    assert sorted(seen) == list(range(2000))


def test_what_goes_wrong_is_raised_and_ends_it() -> None:
    begun: dict[int, threading.Thread] = {}
    raised = threading.Event()

    def work(number: int) -> None:
        begun[number] = threading.current_thread()
        if number == 3:
            raise ValueError("three")
        if number == 2:
            assert raised.wait(PATIENCE)

    with pytest.raises(ValueError, match="three"):
        _parallel.each(work, list(range(1000)), 2)
    raised.set()
    for thread in set(begun.values()):
        thread.join(PATIENCE)
    assert sorted(begun) == [0, 1, 2, 3]


def test_no_further_item_is_begun_when_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_parallel, "TICK", 0.05)
    begun: dict[int, threading.Thread] = {}
    interrupted = threading.Event()

    def work(number: int) -> None:
        begun[number] = threading.current_thread()
        assert interrupted.wait(PATIENCE)

    def interrupt(results: list[None], seconds: float) -> None:
        if len(begun) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _parallel.each(work, list(range(1000)), 2, interrupt)
    interrupted.set()
    for thread in begun.values():
        thread.join(PATIENCE)
    assert sorted(begun) == [0, 1]


def test_host_that_allows_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = threading.Thread.start
    started: list[threading.Thread] = []

    def start(thread: threading.Thread) -> None:
        if len(started) == 2:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        whole(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    assert _parallel.each(lambda number: number, list(range(50)), 64) == list(range(50))


def test_host_that_allows_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    with pytest.raises(RuntimeError, match="new thread"):
        _parallel.each(lambda number: number, [1, 2], 1)


def test_single_item_needs_no_thread() -> None:
    assert _parallel.each(lambda number: (number, threading.current_thread()), [7], 8) == [
        (7, threading.current_thread())
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_single_item_that_is_interrupted(error: type[BaseException]) -> None:
    def work(number: int) -> None:
        raise error

    with pytest.raises(error):
        _parallel.each(work, [1], 8)
