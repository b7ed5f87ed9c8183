# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of module_utils have an order: each imports only from those below it."""

from __future__ import annotations

import ast

from support import imports
from support.runs import ROOT

# _starting, _download and _finding are siblings that do not know each other.
RANKS = {name: rank for rank, name in enumerate(("_base", "_telnyx", "_wire", "_client", "_task", "_starting"))}
RANKS |= {
    "_download": RANKS["_starting"],
    "_finding": RANKS["_starting"],
    "_archive": len(RANKS),
    "_modules": len(RANKS) + 1,
}
ENTRY_POINTS = ("modules", "action", "plugin_utils")
# Ansible's workers inherit what the base of the action plugins has imported.
BEFORE_THE_FORK = {("_action.py", "_client.client"), ("_action.py", "_wire.transport")}


def test_every_file_is_in_a_package_with_a_rank() -> None:
    assert {one.name for one in imports.UTILS.iterdir()} - {"__pycache__"} == set(RANKS)
    assert all((imports.UTILS / name / "__init__.py").is_file() for name in RANKS)


def test_packages_import_only_from_those_below() -> None:
    wrong = []
    for path in sorted(imports.UTILS.rglob("*.py")):
        own = path.relative_to(imports.UTILS).parts[0]
        others = {(name.split(".")[0], name) for name in imports.utils(path)} - {(own, own)}
        wrong += [f"{path}: {name}" for to, name in others if to != own and RANKS[to] >= RANKS[own]]
    assert wrong == []


def test_entry_points_import_only_modules_and_task() -> None:
    paths = [path for name in ENTRY_POINTS for path in sorted((ROOT / "plugins" / name).rglob("*.py"))]
    found = [(path.name, name) for path in paths for name in imports.utils(path)]
    wrong = [one for one in found if one[1].split(".")[0] not in ("_modules", "_task")]
    assert set(wrong) - BEFORE_THE_FORK == set()


def test_init_files_are_one_line_docstrings() -> None:
    for path in imports.UTILS.rglob("__init__.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert len(tree.body) == 1, path
        assert "\n" not in (ast.get_docstring(tree) or "\n"), path
