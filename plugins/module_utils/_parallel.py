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
    `work` must not raise.
    """
    started = time.monotonic()
    results: dict[int, Result] = {}
    todo = iter(range(len(items)))
    lock = threading.Lock()
    done: queue.SimpleQueue[int] = queue.SimpleQueue()

    def worker() -> None:
        while True:
            with lock:
                index = next(todo, None)
            if index is None:
                return
            results[index] = work(items[index])
            done.put(index)

    for _each in range(min(limit, len(items))):
        # As daemons, they do not keep the process when a signal ends the task.
        threading.Thread(target=worker, daemon=True).start()
    ticks = 1
    left = len(items)
    while left:
        try:
            done.get(timeout=max(0.0, started + ticks * TICK - time.monotonic()))
            left -= 1
        except queue.Empty:
            ticks += 1
            if tick:
                tick(list(results.values()), time.monotonic() - started)
    return [results[index] for index in range(len(items))]
