# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The picture of the architecture is drawn by hand; here it is held against the packages and their imports."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._starting.states import OUTCOMES
from support import imports
from support.runs import ROOT

pytestmark = pytest.mark.once

PICTURES = ROOT / "docs" / "pictures"
SVG = "{http://www.w3.org/2000/svg}"


def boxes(picture: str) -> list[tuple[str, float]]:
    """Return the packages of a picture, each with its top."""
    found = []
    for group in ElementTree.parse(PICTURES / picture).iter(f"{SVG}g"):
        names = [text.text or "" for text in group.iter(f"{SVG}text") if "name" in text.get("class", "").split()]
        place = re.fullmatch(r"translate\([\d.]+, ([\d.]+)\)", group.get("transform", ""))
        assert place
        found += [(name, float(place[1])) for name in names if name.startswith("_")]
    return found


def packages() -> set[str]:
    return {path.name for path in imports.UTILS.iterdir() if path.name != "__pycache__"}


def test_every_package_is_in_the_picture() -> None:
    names = [name for name, _top in boxes("architecture.svg")]
    assert sorted(names) == sorted(packages())


def test_each_package_is_drawn_above_what_it_imports() -> None:
    top = dict(boxes("architecture.svg"))
    found = {
        (path.relative_to(imports.UTILS).parts[0], name.split(".")[0])
        for path in imports.UTILS.rglob("*.py")
        for name in imports.utils(path)
    }
    assert [(own, other) for own, other in found if own != other and top[own] >= top[other]] == []


def test_path_of_a_call_goes_through_packages_to_the_outcomes() -> None:
    assert {name for name, _top in boxes("path-of-a-call.svg")} <= packages()
    groups = ElementTree.parse(PICTURES / "path-of-a-call.svg").iter(f"{SVG}g")
    assert {one.get("id") for one in groups if one.get("class") == "outcome"} == set(OUTCOMES.values())
