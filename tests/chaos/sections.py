# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/reliability.md, of which each part of the chaos writes a section."""

from __future__ import annotations

import re

from support.runs import ROOT

DOCS = ROOT / "docs"
PAGE = DOCS / "reliability.md"
_BEGIN = re.compile(r"^(?=##? )", re.MULTILINE)


def write(section: str) -> None:
    """Replace the section with the same title, or add it at the end."""
    title = section.splitlines()[0]
    sections = [one.strip() for one in _BEGIN.split(PAGE.read_text(encoding="utf-8")) if one.strip()]
    titles = [one.splitlines()[0] for one in sections]
    at = titles.index(title) if title in titles else len(sections)
    sections[at : at + 1] = [section.strip()]
    PAGE.write_text("\n\n".join(sections) + "\n", encoding="utf-8")
