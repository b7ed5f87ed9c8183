# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of time and memory as the calls of a task grow."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pictures.style import MEDIUM, OURS, TEXT, bare, figure, place

ROWS = {100: "100", 1_000: "many 8", 10_000: "10000", 100_000: "100000"}


def draw(found: dict[str, Any]) -> Figure:
    """Draw the seconds and the peak memory of one task, by the number of its calls."""
    rows = {calls: found["measured"][name] for calls, name in ROWS.items()}
    made = figure(
        3.2,
        "One task, from 100 to 100,000 calls",
        "Eight calls at a time, on a server that answers at once. Logarithmic axes.",
    )
    seconds = place(made, 0.1, 1.1, 4.0, 1.75)
    line(seconds, "Seconds from start to end", {calls: one["median"] for calls, one in rows.items()})
    memory = place(made, 4.5, 1.1, 4.0, 1.75)
    line(memory, "Peak memory of a process, MiB", {calls: one["peak_mib"] for calls, one in rows.items()})
    return made


def line(axes: Axes, title: str, values: dict[int, float]) -> None:
    """Draw a line on logarithmic axes, with its values as text."""
    bare(axes)
    axes.set(xscale="log", yscale="log", xlim=(55, 190_000))
    axes.set_ylim(min(values.values()) / 1.3, max(values.values()) * 2)
    axes.set_xticks(list(values), [f"{calls:,}" for calls in values])
    axes.set_xticks([], minor=True)
    axes.set_yticks([])
    axes.set_yticks([], minor=True)
    axes.grid(axis="x")
    axes.plot(list(values), list(values.values()), "o-", color=OURS, linewidth=2.5, markersize=8)
    for calls, value in values.items():
        axes.annotate(
            f"{value:.1f}" if value < 50 else f"{value:,.0f}", (calls, value), (-5, 10), textcoords="offset points",
            ha="center", fontweight="bold", color=OURS,
        )  # fmt: skip
    axes.set_title(title, loc="left", fontsize=MEDIUM, fontweight="bold", color=TEXT, pad=10)
