# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of what each client did on a service that misbehaves."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from pictures.style import NAME, OURS, SMALL, TEXT, WRONG, bars, figure, place

SEED = 1  # the only one of which every client has a run
CLIENTS = {
    "ours": f"{NAME},\nkilled and run again",
    "retrying": f"{NAME},\nretry_unknown: true",
    "uri": "uri,\nretries: 3",
    "sdk": "Telnyx SDK,\nwith its own retries",
}
# What may not happen, and what a runbook can act on.
COLUMNS = {
    "twice": "Recorded twice\nor more",
    "invented": '"Started", and\nnot recorded',
    "lost": '"Failed", and\nrecorded',
    "unknown": '"Unknown":\nto be checked',
}
WIDTH = 1.62


def draw(found: dict[str, Any]) -> Figure:
    """Draw of how many calls each client did what."""
    runs = {one["client"]: one for one in found["runs"] if one["seed"] == SEED}
    made = figure(
        3.65,
        f"{runs['ours']['calls']:,} calls on a service that misbehaves",
        "It drops, delays, garbles or refuses 30 % of the requests, the same ones for each client. In quotes: what it reported.",
    )
    # The longest bar leaves space for its number.
    most = max(runs[client][name] for client in CLIENTS for name in COLUMNS) * 1.4
    for number, (name, title) in enumerate(COLUMNS.items()):
        axes = place(made, 2.15 + WIDTH * number, 1.2, WIDTH - 0.1, 2.35)
        rows = [(what, runs[client][name], f"{runs[client][name]:,}") for client, what in CLIENTS.items()]
        bars(axes, rows, [colour(what, value, name) for what, value, _text in rows], most)
        axes.set_title(title, loc="left", fontsize=SMALL, fontweight="bold", color=TEXT, pad=8)
        if number:
            axes.set_yticks([])
    return made


def colour(client: str, value: int, name: str) -> str:
    if name == "unknown":
        return TEXT
    return WRONG if value else OURS if client.startswith(NAME) else TEXT
