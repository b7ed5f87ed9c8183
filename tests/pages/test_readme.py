# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""README.md: its commands, its output, its pictures and its links. Its playbook also runs in test_playbooks.py."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from chaos.run import PARTS
from support import runs
from support.runs import KEY, ROOT, playbook
from support.simulator import running

pytestmark = pytest.mark.once

README = (ROOT / "README.md").read_text(encoding="utf-8")
REPOSITORY = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
RAW = REPOSITORY.replace("https://github.com/", "https://raw.githubusercontent.com/") + "/main/"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    return [shlex.split(line) for line in "".join(blocks("console")).splitlines()]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_command_is_one_that_is_tested() -> None:
    assert [line for line in commands() if line[0] not in ("ansible-playbook", "make")] == [
        ["git", "clone", f"{REPOSITORY}.git"],
        ["cd", Path(REPOSITORY).name],
        # What `make demo` made.
        [".", ".venv/bin/activate"],
        ["export", "ANSIBLE_COLLECTIONS_PATH=$PWD/.collections"],
        # test_documentation.py has the packages.
        ["ansible-galaxy", "collection", "install", "voiceops.telnyx"],
        next(line for line in commands() if line[:4] == ["python3", "-m", "pip", "install"]),
    ]
    assert {language for language in re.findall(r"^```(\w*)$", README, re.MULTILINE) if language} == {
        "console",
        "text",
        "yaml",
    }
    assert len(blocks("yaml")) == 1
    assert "`record.yml`" in README


def test_every_target_is_there() -> None:
    named = {target for line in commands() if line[0] == "make" for target in line[1:]}
    assert {"demo", "test", "tour"} <= named
    assert named | set(re.findall(r"`make ([a-z-]+)`", README)) <= targets()


@pytest.mark.parametrize(
    "page", [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda page: page.stem
)
def test_targets_that_other_pages_name_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets()
    assert set(re.findall(r"`make chaos PART=([a-z]+)", text)) <= set(PARTS)


def test_section_of_callbacks_names_its_target() -> None:
    wanted = "Written by `make chaos PART=callbacks`"
    # Its section has the version of ansible-rulebook, which need not be installed.
    for name in ("tests/chaos/run_callbacks.py", "docs/reliability.md"):
        assert wanted in (ROOT / name).read_text(encoding="utf-8"), name


@pytest.mark.long
def test_commands_work_as_written(tmp_path: Path) -> None:
    (tmp_path / "record.yml").write_text(blocks("yaml")[0], encoding="utf-8")
    with running(tmp_path / "state") as simulator:
        given = {"TELNYX_API_KEY": KEY, "TELNYX_ACCOUNT_SID": runs.ACCOUNT, "TELNYX_BASE_URL": simulator.base_url}
        done = []
        for program, *arguments in commands():
            if program == "ansible-playbook":
                done.append(playbook(tmp_path, *arguments, **given))
                assert done[-1].code == 0, done[-1].output
                given.update(re.findall(r'"export (\w+)=(\S+)"', done[-1].output))
        assert len(simulator.recordings(runs.LIVE)) == 1
    _bridge, _started, own, _stopped = done
    assert given["TELNYX_BASE_URL"] != simulator.base_url
    assert own.result("Show its SID")["msg"]


@pytest.mark.long
def test_demo_prints_what_is_shown(tmp_path: Path) -> None:
    printed = [
        re.sub(r"\*+$", "*", line.strip()) for line in playbook(tmp_path, "voiceops.telnyx.demo").output.splitlines()
    ]
    (shown,) = blocks("text")
    for line in shown.splitlines():
        start = re.sub(r"\*+$", "*", line.strip()).removesuffix("…").strip()
        assert any(one.startswith(start) for one in printed), line


def test_pictures_are_found_from_everywhere() -> None:
    """Galaxy keeps the source of an image as it is, and knows no folder that it would be relative to."""
    pictures = re.findall(r"!\[(.+?)\]\((\S+)\)", README)
    assert len(pictures) == 3
    assert all(len(text) > 30 for text, _source in pictures)
    assert all(source.startswith(f"{RAW}docs/pictures/") for _text, source in pictures)
    assert all((ROOT / source.removeprefix(RAW)).is_file() for _text, source in pictures)


def test_links_lead_somewhere() -> None:
    links = re.findall(r"(?<!!)\[[^\]]+\]\((\S+?)\)", README)
    assert [link for link in links if not link.startswith("https://")] == []
    own = f"{REPOSITORY}/blob/main/"
    assert [link for link in links if link.startswith(own) and not (ROOT / link.removeprefix(own)).is_file()] == []


def test_readme_takes_three_minutes() -> None:
    """200 words take a minute, and code and pictures some seconds each. What comes after the requirements is for reference."""
    text, _heading, reference = README.partition("\n## Requirements\n")
    assert reference
    prose = re.sub(r"<!--.*?-->|^```.*?^```|\(http\S+\)", "", text, flags=re.MULTILINE | re.DOTALL)
    assert len(prose.split()) <= 500
    assert "\n| " not in README
