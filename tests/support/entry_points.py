# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entry points of a module, through which the fixture `run_task` runs a task."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

RunTask = Callable[..., dict[str, Any]]

ENTRY_POINTS = ["in-process", "handed over", "module"]
# For the tests that go through each of them even in "make test".
every_entry_point = pytest.mark.every_entry_point
background = pytest.mark.skipif(
    " " in sys.executable, reason="Ansible's async tasks do not run with a Python whose path has a space"
)
