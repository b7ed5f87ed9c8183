# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the same for many items at the same time."""

from __future__ import annotations

import queue
import threading
import time
import typing as t

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")

# Seconds between two calls of `tick`.
TICK = 2.0


def each(
    work: t.Callable[[Item], Result],
    items: t.Sequence[Item],
    limit: int,
    tick: t.Callable[[list[Result], float], None] | None = None,
) -> list[Result]:
    """Return what `work` returns for each item, in their order, with at most `limit` items at the same time.

    `tick` gets the results so far, in the order in which they came, and the seconds since the start, every TICK seconds.
    If `work` raises, or this is interrupted, no further item is begun, and the exception is raised. A single item needs no
    thread, and has no ticks.
    """
    if len(items) == 1:
        return [work(items[0])]
    crew = _Crew(work, items)
    try:
        _start(crew.work_on, min(limit, len(items)))
        crew.wait(tick)
    finally:
        crew.stopped = True
    return [crew.results[index] for index in range(len(items))]


class _Crew(t.Generic[Item, Result]):
    """Threads that work on the same items."""

    def __init__(self, work: t.Callable[[Item], Result], items: t.Sequence[Item]) -> None:
        self.results: dict[int, Result] = {}
        self.stopped = False
        self._work = work
        self._items = items
        self._todo = iter(range(len(items)))
        self._lock = threading.Lock()
        self._done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def work_on(self) -> None:
        """Work on one item after the other until there are no more. What a thread does."""
        while not self.stopped:
            with self._lock:
                index = next(self._todo, None)
            if index is None:
                return
            try:
                self.results[index] = self._work(self._items[index])
            except BaseException as error:
                self._done.put(error)
                return
            self._done.put(None)

    def wait(self, tick: t.Callable[[list[Result], float], None] | None) -> None:
        """Wait until all items are done, or raise what one of them has raised."""
        started = time.monotonic()
        ticks = 1
        left = len(self._items)
        while left:
            try:
                error = self._done.get(timeout=max(0.0, started + ticks * TICK - time.monotonic()))
            except queue.Empty:
                ticks += 1
                if tick:
                    tick(list(self.results.values()), time.monotonic() - started)
                continue
            if error:
                raise error
            left -= 1


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
