# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules: what their behaviours declare, with what their documentation says."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
# The files of module_utils import each other relatively, so they can be read without an installed collection.
sys.path.insert(0, str(ROOT))


class Inconsistent(Exception):
    """The sources do not say enough, or a file has other markers than it should."""


class Option(NamedTuple):
    """An option, as its module has it."""

    name: str
    spec: dict[str, Any]
    sentence: str
    """The first of its description."""
    api_default: str | None
    """What the API does if it is not sent, if the description says so."""

    @property
    def variable(self) -> str | None:
        """The environment variable that is used if it is not set."""
        return str(self.spec["fallback"][1][0]) if "fallback" in self.spec else None

    @property
    def required(self) -> bool:
        """Whether a role or a playbook must have it. The module alone takes it from the environment."""
        return bool(self.spec.get("required")) and not self.variable


def connection_options() -> list[Option]:
    """Return the options that every module has."""
    documented = _documentation(ROOT / "plugins" / "doc_fragments" / "connection.py")
    return _described(_imported("_task.options").CONNECTION, documented["options"])


def own_options(module: str) -> list[Option]:
    """Return the other options of a module."""
    shared = _imported("_task.options").CONNECTION
    declared = _imported(f"_modules.{module}").BEHAVIOUR.options
    documented = _documentation(ROOT / "plugins" / "modules" / f"{module}.py")
    described = {**_of_fragments(documented), **documented.get("options", {})}
    return _described({name: one for name, one in declared.items() if name not in shared}, described)


def _imported(module: str) -> Any:
    return importlib.import_module(f"plugins.module_utils.{module}")


def _of_fragments(documented: dict[str, Any]) -> dict[str, Any]:
    """Return the options that a module has from fragments of this collection."""
    prefix = "voiceops.telnyx."
    names = [name.removeprefix(prefix) for name in documented["extends_documentation_fragment"] if prefix in name]
    fragments = [_documentation(ROOT / "plugins" / "doc_fragments" / f"{name}.py") for name in names]
    return {name: option for fragment in fragments for name, option in fragment["options"].items()}


def _documentation(path: Path) -> dict[str, Any]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DOCUMENTATION":
            return dict(yaml.safe_load(ast.literal_eval(node.value)))
    raise Inconsistent(f"{path.relative_to(ROOT)} has no DOCUMENTATION")


def _described(declared: dict[str, Any], documented: dict[str, Any]) -> list[Option]:
    missing = sorted(set(declared) - set(documented))
    if missing:
        raise Inconsistent(f"{', '.join(missing)}: declared in a behaviour, and not in the documentation")
    return [_option(name, one.spec, documented[name]["description"]) for name, one in declared.items()]


def _option(name: str, spec: dict[str, Any], description: list[str]) -> Option:
    sentence = re.match(r".+?\.(?= |$)", description[0])
    if sentence is None:
        raise Inconsistent(f"{name}: its description does not begin with a sentence")
    default = re.search(r"The API's default is V\(([^)]+)\)\.", " ".join(description))
    return Option(name, spec, sentence[0], default[1] if default else None)
