# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of what calls cost, beside uri, Mitogen and the SDK."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from pictures.style import MEDIUM, NAME, OURS, TEXT, bars, figure, place

Rows = list[tuple[str, float, str]]
LOOPS = {"uri": "uri", "mitogen": "uri under Mitogen", "ours": NAME, "debug": "debug, which sends nothing"}
AT_ONCE = {"sdk many": "Telnyx SDK, asyncio", "many 8": NAME}
SLOWLY = {"slow sdk": "Telnyx SDK, 100 ms a reply", "slow 64": f"{NAME}, 100 ms"}


def draw(found: dict[str, Any]) -> Figure:
    """Draw the milliseconds of a call in a loop, and the seconds of many calls at the same time."""
    made = figure(
        3.7, "Time to start recordings", "A server on the same machine, and medians: the shorter, the better."
    )
    times = {name: one["median"] for name, one in found["measured"].items()}
    panel(made, 0.98, "One call after the other, in a loop: milliseconds a call", rows(LOOPS, found["ms_per_call"]))
    panel(made, 2.5, "1,000 calls at the same time: seconds from start to end", rows(AT_ONCE | SLOWLY, times))
    return made


def rows(names: dict[str, str], values: dict[str, float]) -> Rows:
    return [(what, values[name], f"{values[name]:.1f}") for name, what in names.items()]


def panel(made: Figure, top: float, title: str, values: Rows) -> None:
    axes = place(made, 2.75, top, 5.15, 1.12)
    colours = [OURS if name.startswith(NAME) else TEXT for name, _value, _text in values]
    bars(axes, values, colours, max(value for _name, value, _text in values))
    made.text(0.012, 1 - (top - 0.07) / made.get_figheight(), title, fontsize=MEDIUM, fontweight="bold")
