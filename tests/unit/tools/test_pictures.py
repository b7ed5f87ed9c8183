# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures can be read on any page, and show the numbers of the pages. `make check` draws them again; nothing here draws."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from chaos import run as chaos
from chaos.verdict import Verdict
from support.runs import ROOT

pytestmark = pytest.mark.once

DOCS = ROOT / "docs"
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))
# Rows that are newer than the measured numbers.
NEW = (
    "inventory",
    "stored inventory",
    "queues",
    "debug queues",
    "page first",
    "page filter",
    "file 10000",
    "file 100000",
)
ARCHIVE = ("Archives", "", "what | seconds", ["small files | 1.00"])
SVG = "{http://www.w3.org/2000/svg}"
WHITE, DARK = "#ffffff", "#0d1117"
# The best of both is 4.35.
CONTRAST = 4.2
COUNTS = ("calls", "recorded", "twice", "lost", "invented", "unknown")


def texts(picture: str) -> list[str]:
    """Return the texts of a picture, each line on its own."""
    root = ElementTree.parse(DOCS / "pictures" / f"{picture}.svg").getroot()
    return ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]


def data(page: str) -> dict[str, Any]:
    return dict(json.loads((DOCS / f"{page}.json").read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def times(measured: dict[str, float]) -> str:
    return f"{measured['median']:.3f} ({measured['fastest']:.3f} to {measured['slowest']:.3f})"


def missing(found: dict[str, Any], text: str) -> list[str]:
    """Return which numbers of the benchmarks are not in their page."""
    wanted = [f"| {times(one)} |" for one in found["measured"].values()]
    wanted += [f" {one:.2f} |" for one in (*found["ms_per_call"].values(), *found["ms_of_cpu"].values())]
    wanted += [f"| {found['requests_of_list']} |", found["machine"]]
    return [one for one in wanted if one not in f"{text} "]


def rows(found: dict[str, Any]) -> list[str]:
    return [f"| {run['seed']} | {' | '.join(str(run[count]) for count in COUNTS)} |" for run in found["runs"]]


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_picture_can_be_read_on_any_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    colours = set(re.findall(r"#[0-9a-f]{6}\b", text))
    assert colours
    assert {
        one: round(contrast(one, back), 2)
        for one in colours
        for back in (WHITE, DARK)
        if contrast(one, back) < CONTRAST
    } == {}
    tags = {node.tag.removeprefix(SVG) for node in ElementTree.parse(path).iter()}
    assert "text" in tags
    assert tags & {"image", "script", "foreignObject", "a"} == set()
    assert "dc:date" not in text
    assert "SPDX-License-Identifier" in text


def test_numbers_of_the_benchmarks_are_on_their_page() -> None:
    assert missing(data("benchmarks"), (DOCS / "benchmarks.md").read_text(encoding="utf-8")) == []


def test_numbers_of_the_benchmarks_are_in_the_pictures() -> None:
    found = data("benchmarks")
    measured = found["measured"]
    calls = [found["ms_per_call"][name] for name in ("uri", "mitogen", "ours", "debug")]
    calls += [measured[name]["median"] for name in ("sdk many", "many 8", "slow sdk", "slow 64")]
    assert {f"{one:.1f}" for one in calls} <= set(texts("time-of-calls"))
    growth = [measured[name] for name in ("100", "many 8", "10000", "100000")]
    seconds = [one["median"] for one in growth]
    wanted = {f"{one:.1f}" if one < 50 else f"{one:,.0f}" for one in (*seconds, *(one["peak_mib"] for one in growth))}
    assert wanted <= set(texts("growth"))


def test_reliability_page_and_picture_show_its_numbers() -> None:
    found = data("reliability")
    text = (DOCS / "reliability.md").read_text(encoding="utf-8")
    assert [row for row in rows(found) if row not in text] == []
    assert text.count("| 2000 |") == len(found["runs"])
    assert found["versions"] in text
    first = [one for one in found["runs"] if one["seed"] == 1]
    assert len(first) == 4
    shown = texts("misbehaviour")
    for count in ("twice", "lost", "invented", "unknown"):
        assert {f"{one[count]:,}" for one in first} <= set(shown)


def test_benchmarks_save_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    page, results, measure = (importlib.import_module(name) for name in ("page", "results", "measure"))
    monkeypatch.setattr(page, "machine", lambda: "3 cores")
    names = [*data("benchmarks")["measured"], "large list", "bare list", "legs", *NEW]
    found = {
        name: measure.Measured([number + part for part in (0.25, 0.125, 0.5)], 50 + number)
        for number, name in enumerate(names, start=1)
    }
    saved = results.results(found, 10, (0.0007, 0.0005), page.machine())
    assert missing(saved, page.page(found, [], 10, (0.0007, 0.0005), ARCHIVE)) == []
    assert set(saved) == set(data("benchmarks"))
    assert set(saved["ms_per_call"]) == set(data("benchmarks")["ms_per_call"])
    assert saved["measured"]["100000"]["peak_mib"] == round(found["100000"].memory)
    # 2,000 calls; 1,000 calls without the start of Ansible; and 299 items more than one.
    assert saved["ms_per_call"]["engine"] == pytest.approx(found["engine"].median / 2, abs=0.01)
    assert saved["ms_per_call"]["slow 8"] == pytest.approx(found["slow 8"].median - found["empty"].median, abs=0.01)
    loop = found["ours loop"].median - found["ours"].median
    assert saved["ms_per_call"]["ours"] == pytest.approx(loop / 299 * 1000, abs=0.01)


def test_chaos_saves_what_is_drawn() -> None:
    verdict = Verdict(calls=2000, recorded=1901, twice=7, lost=6, invented=5, unknown=4, unsaid=0)
    found = [(name, seed, verdict._replace(unknown=seed)) for name in chaos.SHORT for seed in (1, 2)]
    saved = chaos.data(found)
    assert {one["client"] for one in saved["runs"]} == {one["client"] for one in data("reliability")["runs"]}
    assert [row for row in rows(saved) if row not in chaos.page(found)] == []
    assert set(data("reliability")["runs"][0]) <= set(saved["runs"][0])
