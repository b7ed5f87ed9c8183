# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the same for many items at the same time."""

from __future__ import annotations

import queue
import threading
import time
import typing as t
from collections.abc import Sequence

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")

# Seconds between two calls of `tick`.
TICK = 2.0
# Items that wait for a thread: two pages of a list. More of them would only take memory.
AHEAD = 2000


def each(
    work: t.Callable[[Item], Result],
    items: t.Iterable[Item],
    limit: int,
    tick: t.Callable[[list[Result], float], None] | None = None,
) -> list[Result]:
    """Return what `work` returns for each item, in their order, with at most `limit` items at the same time.

    Items that come one after the other, from the pages of a list, say, are worked on while the next ones are fetched.
    `tick` gets the results so far, in the order in which they came, and the seconds since the start, every TICK seconds.
    If `work` raises, or this is interrupted, no further item is begun, and the exception is raised. A single item needs no
    thread, and has no ticks.
    """
    if isinstance(items, Sequence):
        if len(items) == 1:
            return [work(items[0])]
        limit = min(limit, len(items))
    crew = _Crew(work, tick)
    try:
        _start(crew.work_on, limit)
        crew.take_on(items)
    finally:
        crew.stop(limit)
    return [crew.results[index] for index in range(len(crew.results))]


class _Crew(t.Generic[Item, Result]):
    """Threads that work on the same items."""

    def __init__(self, work: t.Callable[[Item], Result], tick: t.Callable[[list[Result], float], None] | None) -> None:
        self.results: dict[int, Result] = {}
        self._work = work
        self._tick = tick
        self._stopped = False
        self._todo: queue.SimpleQueue[tuple[int, Item] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._left = 0
        self._started = time.monotonic()
        self._ticks = 1

    def work_on(self) -> None:
        """Work on one item after the other until there are no more. What a thread does."""
        while True:
            task = self._todo.get()
            if task is None or self._stopped:
                return
            try:
                self.results[task[0]] = self._work(task[1])
            except BaseException as error:
                self._done.put(error)
                return
            self._done.put(None)

    def take_on(self, items: t.Iterable[Item]) -> None:
        """Return when all items are done, or raise what one of them has raised."""
        for task in enumerate(items):
            self._todo.put(task)
            self._left += 1
            self._collect(wait=False)
            while self._left > AHEAD:
                self._collect(wait=True)
        while self._left:
            self._collect(wait=True)

    def stop(self, threads: int) -> None:
        """Begin no further item."""
        self._stopped = True
        for _thread in range(threads):
            self._todo.put(None)

    def _collect(self, wait: bool) -> None:
        """Count one item that is done, or raise what it has raised, or tick."""
        due = self._started + self._ticks * TICK - time.monotonic()
        try:
            error = self._done.get(wait, max(0.0, due))
        except queue.Empty:
            if due <= 0 or wait:
                self._ticks += 1
                if self._tick:
                    self._tick(list(self.results.values()), time.monotonic() - self._started)
            return
        if error:
            raise error
        self._left -= 1


def _start(worker: t.Callable[[], None], count: int) -> None:
    """Start threads, as many as the host allows, but one at least."""
    for number in range(count):
        try:
            # As daemons, they do not keep the process when a signal ends the task.
            threading.Thread(target=worker, daemon=True).start()
        except RuntimeError:
            if number == 0:
                raise
            return
