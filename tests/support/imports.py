# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What files of the collection import from each other, in functions and under TYPE_CHECKING too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from support.runs import ROOT

COLLECTION = "ansible_collections.voiceops.telnyx"
UTILS = ROOT / "plugins" / "module_utils"


def names(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Give the absolute name of everything that a file imports."""
    package = [*COLLECTION.split("."), *path.relative_to(root).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def utils(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Give the names below module_utils."""
    prefix = f"{COLLECTION}.plugins.module_utils."
    yield from (name[len(prefix) :] for name in names(path, root) if name.startswith(prefix))


def payload(module: Path, root: Path = ROOT) -> set[Path]:
    """Return the files that Ansible sends with a module, which are of this collection."""
    found: set[Path] = set()
    due = {module}
    while due:
        path = due.pop()
        found.add(path)
        for name in utils(path, root):
            parts = name.split(".")
            for length in range(1, len(parts) + 1):
                below = root.joinpath("plugins", "module_utils", *parts[:length])
                candidates = (below.with_suffix(".py"), below / "__init__.py")
                due.update(one for one in candidates if one.exists() and one not in found)
    return found
