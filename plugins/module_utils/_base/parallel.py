# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module is private to this collection and can change at any time.

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
    started = time.monotonic()
    results: dict[int, Result] = {}
    todo = iter(range(len(items)))
    lock = threading.Lock()
    done: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
    stopped = False

    def worker() -> None:
        while not stopped:
            with lock:
                index = next(todo, None)
            if index is None:
                return
            try:
                results[index] = work(items[index])
            except BaseException as error:
                done.put(error)
                return
            done.put(None)

    ticks = 1
    left = len(items)
    try:
        _start(worker, min(limit, len(items)))
        while left:
            try:
                error = done.get(timeout=max(0.0, started + ticks * TICK - time.monotonic()))
            except queue.Empty:
                ticks += 1
                if tick:
                    tick(list(results.values()), time.monotonic() - started)
                continue
            if error:
                raise error
            left -= 1
    finally:
        stopped = True
    return [results[index] for index in range(len(items))]


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
