# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions that the collection is tested with, and the virtual environments that have them."""

from __future__ import annotations

import functools
import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from support.runs import ROOT

CACHE = ROOT / ".cache" / "matrix"
REQUIREMENTS = ROOT / "requirements.txt"
SIMULATOR = ROOT / "roles" / "simulator" / "files" / "requirements.txt"
# What the tests import that run here; "make test" has more.
TESTS = ("bagit", "hypothesis", "pytest", "trustme")


class Row(NamedTuple):
    """A row of the matrix. Of each version, the newest release is used."""

    core: str
    python: str
    target: str = ""
    """The Python of another host, which has requests. Without one, everything runs on the controller's."""
    oldest: bool = False
    """requests and jsonschema are as old as requirements.txt allows."""
    sanity: bool = False
    background: bool = False
    """The host has jsonschema as well, since a task in the background validates there."""


MATRIX = (
    Row("2.16", "3.11", sanity=True),
    Row("2.18", "3.11"),
    Row("2.19", "3.11", sanity=True),
    Row("2.20", "3.12"),
    Row("2.21", "3.13", sanity=True),
    Row("2.22", "3.13", sanity=True),
    Row("2.16", "3.11", target="3.8", background=True),
    Row("2.20", "3.12", target="3.9"),
    Row("2.18", "3.11", target="3.10"),
    Row("2.22", "3.13", target="3.11"),
    Row("2.19", "3.11", target="3.12"),
    Row("2.21", "3.13", target="3.13"),
    Row("2.16", "3.11", oldest=True),
    Row("2.22", "3.13", oldest=True),
    Row("2.19", "3.11", target="3.8", oldest=True),
)


class Place(NamedTuple):
    """Where a row runs: the bin folders of its virtual environments, and the collections of its controller."""

    controller: Path
    target: Path
    simulator: Path
    collections: Path

    def versions(self) -> list[str]:
        """Return what the table says: ansible-core, Python, the target's, requests where it is used, jsonschema."""
        return [
            version(self.controller, "ansible-core"),
            version(self.controller, "python"),
            version(self.target, "python"),
            version(self.target, "requests"),
            version(self.controller, "jsonschema"),
        ]


class Missing(Exception):
    """This machine does not have what a row needs."""


def place(row: Row) -> Place:
    """Make the environments of a row, and install the collection. Raises Missing, or CalledProcessError."""
    controller = _controller(row.core, row.python, row.oldest)
    target = _target(row) if row.target else controller
    # The simulator wants a newer jsonschema than the oldest of ours.
    simulator = _controller(row.core, row.python, False)
    return Place(controller, target, simulator, _collections(controller))


def floors() -> dict[str, str]:
    """Return the oldest versions that requirements.txt allows."""
    return dict(re.findall(r"^([a-z]+)>=([0-9.]+)$", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))


def pytest(where: Place, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run tests at a place."""
    paths = " ".join(str(path) for path in (where.collections, SIMULATOR.parent, ROOT / "tools", ROOT / "tests"))
    given = {
        "MATRIX_COLLECTIONS": str(where.collections),
        "MATRIX_SIMULATOR_PYTHON": str(where.simulator / "python"),
        "MATRIX_TARGET_PYTHON": str(where.target / "python"),
    }
    return subprocess.run(
        [str(where.controller / "python"), "-m", "pytest", "-o", f"pythonpath={paths}", *arguments],
        cwd=ROOT,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def install(folder: Path, *requirements: str) -> None:
    """Install requirements, and what they need, in the newest releases that are allowed. Raises CalledProcessError."""
    pip = [str(folder / "python"), "-m", "pip", "-qq", "--disable-pip-version-check", "install"]
    newest = ["--upgrade", "--upgrade-strategy", "eager"]
    subprocess.run([*pip, *newest, *requirements], check=True, capture_output=True, text=True)


def version(folder: Path, package: str) -> str:
    """Return the version of a package of an environment, or of its Python."""
    code = "import platform as p; print(p.python_version())"
    if package != "python":
        code = f"import importlib.metadata as m; print(m.version({package!r}))"
    done = subprocess.run([str(folder / "python"), "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def python(release: str) -> str:
    """Return a Python that can make virtual environments, from PATH or pyenv. Raises Missing."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for command in (f"python{release}", *map(str, sorted(pyenv.glob(f"{release}.*/bin/python")))):
        # Trying is the only way to know: pyenv has commands also for the Pythons that it does not run.
        check = "import ensurepip, ssl, sys, venv; print(sys.executable, '%s.%s' % sys.version_info[:2])"
        try:
            done = subprocess.run([command, "-c", check], capture_output=True, text=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        path, found = done.stdout.rsplit(maxsplit=1)
        if found == release:
            return path
    raise Missing(f"no Python {release}")


def venv(name: str, release: str) -> Path:
    """Return the bin folder of a virtual environment, which is made if it is not there. Raises Missing."""
    folder = CACHE / name
    if not (folder / "bin" / "pip").exists():
        subprocess.run([python(release), "-m", "venv", "--clear", str(folder)], check=True)
    return folder / "bin"


def _libraries(oldest: bool) -> dict[str, str]:
    return {name: f"{name}{'==' if oldest else '>='}{release}" for name, release in floors().items()}


@functools.cache
def _controller(core: str, release: str, oldest: bool) -> Path:
    folder = venv(f"core-{core}-python-{release}{'-oldest' if oldest else ''}", release)
    needs = [*_libraries(oldest).values(), *TESTS, *([] if oldest else ["-r", str(SIMULATOR)])]
    try:
        install(folder, f"ansible-core~={core}.0", *needs)
    except subprocess.CalledProcessError:
        # Before its first release there are previews, which pip takes only where one is named.
        install(folder, f"ansible-core~={core}.0b1", *needs)
    return folder


def _target(row: Row) -> Path:
    name = f"target-{row.target}{'-oldest' if row.oldest else ''}{'-background' if row.background else ''}"
    folder = venv(name, row.target)
    libraries = _libraries(row.oldest)
    install(folder, libraries["requests"], *([libraries["jsonschema"]] if row.background else []))
    return folder


@functools.cache
def _collections(controller: Path) -> Path:
    galaxy = [str(controller / "ansible-galaxy"), "collection"]
    folder = controller.parent / "collections"
    environment = {**os.environ, "ANSIBLE_HOME": str(controller.parent / "ansible")}
    run = functools.partial(subprocess.run, check=True, capture_output=True, text=True, cwd=ROOT, env=environment)
    built = run([*galaxy, "build", "--force", "--output-path", str(controller.parent)])
    tarball = built.stdout.split()[-1]
    run([*galaxy, "install", "--force", "--collections-path", str(folder), tarball])
    return folder
