# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the pictures look: readable on white and on dark pages, with their numbers as text, the same bytes from the same data."""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# A page may be white or dark, and a picture cannot know. A contrast of 4.35 on both is the most that there is.
TEXT = "#747b87"
OURS = "#1f7ae0"
WRONG = "#c9590a"
NAME = "voiceops.telnyx"
LARGE, MEDIUM, SMALL = 13, 11.5, 10

HEAD = """<!--
Copyright (c) 2026 voiceops.telnyx contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->
"""

# Whatever matplotlibrc says.
mpl.rcdefaults()
mpl.rcParams.update(
    {
        "font.family": "DejaVu Sans",  # comes with matplotlib, so that the layout is the same everywhere
        "font.size": MEDIUM,
        "svg.fonttype": "none",
        "svg.hashsalt": "voiceops.telnyx",
        "text.color": TEXT,
        "xtick.color": TEXT,
        "ytick.color": TEXT,
        "grid.color": TEXT,
        "grid.alpha": 0.35,
        "grid.linewidth": 0.8,
    }
)


WIDTH = 8.6


def figure(height: float, title: str, subtitle: str) -> Figure:
    """Return a figure as wide as a page, of a height in inches, with its title."""
    made = Figure(figsize=(WIDTH, height))
    made.text(0.012, 1 - 0.1 / height, title, fontsize=LARGE, fontweight="bold", va="top")
    made.text(0.012, 1 - 0.38 / height, subtitle, fontsize=SMALL, va="top")
    return made


def place(made: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Return axes in a figure: inches from its left and from its top, and their size."""
    whole = made.get_figheight()
    return made.add_axes((left / WIDTH, 1 - (top + height) / whole, width / WIDTH, height / whole))


def bare(axes: Axes) -> None:
    """Leave of an axes what is measured."""
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def bars(axes: Axes, rows: list[tuple[str, float, str]], colours: list[str], most: float) -> None:
    """Draw a bar for each row, from the top: its name, its value as text, and its colour. `most` fills the axes."""
    bare(axes)
    axes.set_xlim(0, most)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xticks([])
    axes.set_yticks(range(len(rows)), [name for name, _value, _text in rows])
    for y, ((name, value, text), colour) in enumerate(zip(rows, colours, strict=True)):
        axes.barh(y, value, height=0.56, color=colour)
        axes.annotate(
            text, (value, y), (6, -0.5), textcoords="offset points", va="center", fontweight="bold", color=colour
        )
        if name.startswith(NAME):
            axes.get_yticklabels()[y].set(color=OURS, fontweight="bold")


def svg(drawn: Figure) -> str:
    """Return a figure as SVG, without a date."""
    file = io.StringIO()
    drawn.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    declaration, _newline, rest = file.getvalue().partition("\n")
    # Verdana is as wide as DejaVu Sans, which few browsers have.
    text = rest.replace("'DejaVu Sans'", "'DejaVu Sans', Verdana, Arial, sans-serif")
    return f"{declaration}\n{HEAD}" + "".join(f"{line.rstrip()}\n" for line in text.splitlines())
