# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One more option is declared and described; the generator writes it into all the other places."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.runs import ROOT

BEHAVIOUR = "plugins/module_utils/_modules/call_recording.py"
DOCUMENTATION = "plugins/modules/call_recording.py"
DECLARED = '    "unless_recording": Option('
DESCRIBED = "  unless_recording:\n"
PLACES = {
    "docs/reference.md",
    "playbooks/record_call.yml",
    "playbooks/record_inventory.yml",
    "playbooks/record_live_calls.yml",
    "roles/record_call/README.md",
    "roles/record_call/defaults/main.yml",
    "roles/record_call/meta/argument_specs.yml",
    "roles/record_call/tasks/main.yml",
}


def generate(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "tools" / "generate_options.py"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def stale(root: Path) -> set[str]:
    """Return the files of which `--check` says that they are stale."""
    done = generate(root, "--check")
    found = {line.partition(" is stale: run 'make generate'")[0] for line in done.stderr.splitlines()}
    assert (done.returncode, done.stdout) == (bool(found), "")
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for folder in ("docs", "plugins", "tools", "playbooks", "roles/archive", "roles/record_call"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def declare(clone: Path, option: str) -> None:
    change(clone / BEHAVIOUR, DECLARED, f"    {option}\n{DECLARED}")


def describe(clone: Path, *sentences: str) -> None:
    description = "".join(f"      - {sentence}\n" for sentence in sentences)
    change(clone / DOCUMENTATION, DESCRIBED, f"  max_minutes:\n    description:\n{description}{DESCRIBED}")


def test_generated_options_are_up_to_date() -> None:
    assert stale(ROOT) == set()


def test_one_more_option_is_written_everywhere(clone: Path) -> None:
    declare(clone, '"max_minutes": Option({"type": "int", "default": 30}),')
    describe(clone, "After how many minutes to stop, as O(retry_unknown) does not. More of it.")
    assert stale(clone) == PLACES
    assert generate(clone).returncode == 0
    assert stale(clone) == set()

    text = {place: (clone / place).read_text(encoding="utf-8") for place in PLACES}
    sentence = "After how many minutes to stop, as `{}retry_unknown` does not"
    assert f"| `max_minutes` | `30` | {sentence.format('')} |\n" in text["docs/reference.md"]
    role = f"| `record_call_max_minutes` | `30` | {sentence.format('record_call_')} |\n"
    assert role in text["roles/record_call/README.md"]
    (play,) = yaml.safe_load(text["playbooks/record_call.yml"])
    assert play["tasks"][0]["voiceops.telnyx.call_recording"]["max_minutes"] == "{{ max_minutes | default(omit) }}"
    assert yaml.safe_load(text["roles/record_call/defaults/main.yml"])["record_call_max_minutes"] == 30
    specs = yaml.safe_load(text["roles/record_call/meta/argument_specs.yml"])["argument_specs"]["main"]["options"]
    assert specs["record_call_max_minutes"] == {
        "description": ["After how many minutes to stop, as O(record_call_retry_unknown) does not."],
        "type": "int",
        "default": 30,
    }
    block = yaml.safe_load(text["roles/record_call/tasks/main.yml"])[1]["block"]
    passed = block[0]["voiceops.telnyx.call_recording"]["max_minutes"]
    assert passed == "{{ record_call_max_minutes | default(omit) }}"


def test_option_without_a_default_tells_that_of_the_api(clone: Path) -> None:
    declare(clone, '"max_minutes": Option({"type": "str", "choices": ["few", "many"]}),')
    describe(clone, "For how long.", "The API's default is V(few).")
    assert stale(clone) == PLACES - {"roles/record_call/defaults/main.yml"}
    assert generate(clone).returncode == 0
    assert "| `max_minutes` | `few` (the API's) | For how long: `few`, `many` |\n" in (
        clone / "docs/reference.md"
    ).read_text(encoding="utf-8")
    specs = yaml.safe_load((clone / "roles/record_call/meta/argument_specs.yml").read_text(encoding="utf-8"))
    assert specs["argument_specs"]["main"]["options"]["record_call_max_minutes"] == {
        "description": ["For how long.", "The API's default is V(few)."],
        "type": "str",
        "choices": ["few", "many"],
    }


def test_option_that_is_not_described(clone: Path) -> None:
    declare(clone, '"max_minutes": Option({"type": "int"}),')
    for options in (("--check",), ()):
        done = generate(clone, *options)
        assert done.returncode == 1
        assert done.stderr == "max_minutes: declared in a behaviour, and not in the documentation\n"


def test_description_without_a_sentence(clone: Path) -> None:
    declare(clone, '"max_minutes": Option({"type": "int"}),')
    describe(clone, "As long as that")
    assert generate(clone).stderr == "max_minutes: its description does not begin with a sentence\n"


def test_markers_that_are_lost(clone: Path) -> None:
    change(clone / "playbooks/record_call.yml", "# begin generated: connection", "# connection")
    done = generate(clone, "--check")
    assert done.returncode == 1
    assert done.stderr.startswith("playbooks/record_call.yml: ")


def test_line_in_a_generated_block_is_not_kept(clone: Path) -> None:
    page = clone / "docs/reference.md"
    before = page.read_text(encoding="utf-8")
    change(page, "<!-- begin generated: options -->\n", "<!-- begin generated: options -->\n| by hand |\n")
    assert stale(clone) == {"docs/reference.md"}
    generate(clone)
    assert page.read_text(encoding="utf-8") == before
