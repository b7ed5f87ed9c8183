# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clone in a folder of its own, where nothing is set up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import runs

pytestmark = [pytest.mark.once, pytest.mark.long]


@pytest.fixture
def clone() -> Iterator[Path]:
    """Clone into a folder with a space. Not below pytest's own, where no key may be left: the tests have one."""
    with tempfile.TemporaryDirectory(prefix="my clones ") as folder:
        yield Path(folder) / "telnyx"


def test_demo_below_a_folder_with_a_space(clone: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(runs.ROOT), str(clone)], check=True, capture_output=True)
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "MATRIX_", "PYTEST_"))
    }
    done = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "demo"],
        cwd=clone,
        env=kept,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "unexpected operator" not in done.stdout
    assert "TASK [Start the recordings]" in done.stdout
