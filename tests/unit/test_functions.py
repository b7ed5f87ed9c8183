# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast

from support.runs import ROOT

LINES = 50


def test_no_function_is_long() -> None:
    paths = [path for folder in ("plugins", "extensions", "tools") for path in sorted((ROOT / folder).rglob("*.py"))]
    functions = [
        (path, node)
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    assert functions
    long = [
        f"{path}:{node.lineno} {node.name}" for path, node in functions if (node.end_lineno or 0) - node.lineno >= LINES
    ]
    assert long == []
