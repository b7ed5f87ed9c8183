# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs Ansible's programs with an inventory of calls, and gives its export to jobs as AWX does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support import runs
from support.simulator import Simulator

STORED = """#!/bin/sh
cat <<'the end of the inventory'
{}
the end of the inventory
"""


def write(folder: Path, name: str = "calls", **options: Any) -> Path:
    """Write the file of an inventory."""
    path = folder / f"{name}.telnyx.yml"
    path.write_text(json.dumps({"plugin": "voiceops.telnyx.calls", **options}), encoding="utf-8")
    return path


def variables(simulator: Simulator) -> dict[str, str]:
    """Return the environment of a job: the credential, and where the API is."""
    account = {"TELNYX_API_KEY": runs.KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT}
    return {**account, "TELNYX_BASE_URL": simulator.base_url, "ANSIBLE_VERBOSITY": "0"}


def command(folder: Path, *words: str | Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Ansible, and return what it printed."""
    done = subprocess.run(
        [Path(sys.executable).parent / words[0], *words[1:]],
        env=runs.environment(folder, **given),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    runs.keep(folder, done.stdout + done.stderr)
    return done


def export(folder: Path, *sources: Path, **given: str) -> dict[str, Any]:
    """Return the inventory as AWX reads it from a source."""
    options = [word for source in sources for word in ("-i", source)]
    done = command(folder, "ansible-inventory", *options, "--list", "--export", **given)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def script(folder: Path, exported: Mapping[str, Any]) -> Path:
    """Write an export as the script that AWX gives to a job."""
    folder.mkdir(exist_ok=True)
    path = folder / "stored"
    path.write_text(STORED.format(json.dumps(exported)), encoding="utf-8")
    path.chmod(0o755)
    return path
