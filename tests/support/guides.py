# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the guides: files with their names, and commands."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path
from typing import NamedTuple

from support.runs import ROOT

GUIDES = sorted((ROOT / "docs" / "docsite" / "rst").glob("*.rst"))

_BLOCK = re.compile(r"^\.\. code-block:: (\S+)\n((?: +:.*\n)*)\n((?: +.*\n|\n)+)", re.MULTILINE)
# Everything else that would show text as it is, or run on from a paragraph that ends with two colons.
_OTHER = re.compile(
    r"^ *\.\. (?:code|sourcecode|literalinclude|include|parsed-literal|highlight)::|^ +\.\. code-block::|^(?! *\.\.).*::$|^>>>",
    re.MULTILINE,
)


class Block(NamedTuple):
    """A block of code. `name` is the name of the file that it is, or empty."""

    language: str
    name: str
    text: str


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page, in order."""
    found = []
    for language, options, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        caption = re.search(r":caption: (.*)", options)
        found.append(Block(language, caption[1] if caption else "", textwrap.dedent(text).strip() + "\n"))
    return found


def other_code(page: Path) -> list[str]:
    """Return what `blocks` would not find."""
    text = page.read_text(encoding="utf-8")
    missed = len(re.findall("code-block::", text)) - len(blocks(page))
    return _OTHER.findall(text) + ["a code-block that is not understood"] * missed


def files(page: Path) -> dict[str, str]:
    """Return the files of a page by their names."""
    return {block.name: block.text for block in blocks(page) if block.name}


def texts(page: Path) -> list[str]:
    """Return the names of what is shown only, such as an output."""
    return [block.name for block in blocks(page) if block.language == "text"]


def lines(page: Path) -> list[str]:
    """Return the commands of a page as they are written, in order."""
    text = "".join(block.text for block in blocks(page) if block.language == "console")
    return text.replace("\\\n", " ").splitlines()


def commands(page: Path) -> list[list[str]]:
    """Return the words of the commands of a page."""
    return [shlex.split(line) for line in lines(page)]


def write(page: Path, folder: Path) -> None:
    """Write the files of a page into a folder."""
    for name, text in files(page).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
