# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An execution environment: what ansible-builder makes of the collection, without the container around it."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support import runs

pytestmark = pytest.mark.once

EXAMPLE = runs.ROOT / "docs" / "awx" / "execution-environment.yml"


def command(*words: str | Path) -> str:
    """Run a command of this environment, or by its path. Return what it printed."""
    program = Path(sys.executable).parent / words[0]
    done = subprocess.run([program, *words[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def introspected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of the Python requirements that ansible-builder finds in the collection."""
    path = tmp_path_factory.mktemp("introspected") / "requirements.txt"
    found = yaml.safe_load(command("ansible-builder", "introspect", runs.COLLECTIONS, "--write-pip", path))
    assert found["system"] == []
    return path


def test_requirements_of_the_collection_are_found(introspected: Path) -> None:
    wanted = (runs.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition("#")[0].strip() for line in introspected.read_text(encoding="utf-8").splitlines()]
    assert sorted(filter(None, found)) == sorted(line for line in wanted if line and not line.startswith("#"))


def test_example_is_taken(tmp_path: Path) -> None:
    context = tmp_path / "context"
    command("ansible-builder", "create", "--file", EXAMPLE, "--context", context, "--output-filename", "Containerfile")
    text = (context / "_build" / "requirements.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {"collections": ["voiceops.telnyx"]}
    assert (context / "Containerfile").exists()


@pytest.mark.long
def test_demo_runs_with_what_was_found(introspected: Path, tmp_path: Path) -> None:
    folder = tmp_path / "environment"
    command("python", "-m", "venv", folder)
    core = f"ansible-core=={importlib.metadata.version('ansible-core')}"
    command(folder / "bin" / "python", "-m", "pip", "-qq", "install", core, "-r", introspected)
    galaxy = [folder / "bin" / "ansible-galaxy", "collection"]
    command(*galaxy, "build", runs.ROOT, "--output-path", tmp_path)
    (tarball,) = tmp_path.glob("*.tar.gz")
    # Even if another folder has it.
    command(*galaxy, "install", "--force", tarball, "--collections-path", tmp_path / "collections")
    # The simulator stands for the service: it is not in an execution environment, and has requirements of its own.
    demo = ["voiceops.telnyx.demo", "-e", f"simulator_python={sys.executable}"]
    given = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "collections"), "PATH": f"{folder}/bin:{os.environ['PATH']}"}
    done = subprocess.run(
        [folder / "bin" / "ansible-playbook", *demo],
        env=runs.environment(tmp_path, **given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing was sent. recording_track is 'sideways'" in done.stdout
