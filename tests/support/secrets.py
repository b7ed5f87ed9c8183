# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the key in what runs have left."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

from support import runs

# What the tests themselves write, with the key in it, for Ansible to read.
GIVEN = {"play.yml"}


def files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and path.name not in GIVEN)


def with_key(folder: Path) -> list[Path]:
    """Return the files that have the key, as it is or in base64, wherever it begins."""
    key = runs.KEY.encode()
    needles = [key, *(base64.b64encode(b"-" * shift + key)[4:-4] for shift in range(3))]
    return [path for path in files(folder) if any(needle in path.read_bytes() for needle in needles)]
