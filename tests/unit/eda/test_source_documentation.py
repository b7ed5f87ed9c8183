# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event sources document is what they do."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.events import SOURCES, load
from support.runs import COLLECTION, KEY

pytestmark = pytest.mark.once
REQUIRED: dict[str, dict[str, Any]] = {
    "callback": {"public_key": "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=", "spool": "/nowhere"},
    "recordings": {"api_key": KEY, "account_sid": "account"},
}
# As the sources have them.
NAMES = {"public_key": "keys", "certfile": "tls", "keyfile": "tls", "password": "tls"}


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("API_KEY", "ACCOUNT_SID", "BASE_URL", "PUBLIC_KEY"):
        monkeypatch.delenv(f"TELNYX_{name}", raising=False)


@pytest.mark.parametrize("name", REQUIRED)
def test_options(name: str) -> None:
    source = load(name)
    documented = yaml.safe_load(source.DOCUMENTATION)["options"]
    assert list(documented) == list(source.OPTIONS)
    assert {option for option, one in documented.items() if one.get("required")} == set(REQUIRED[name])
    defaults = {option: one["default"] for option, one in documented.items() if "default" in one}
    # A default that is written out does the same as one that is left to the source.
    assert _plain(source.read_options({**REQUIRED[name], **defaults})) == _plain(source.read_options(REQUIRED[name]))
    for option, default in defaults.items():
        if isinstance(default, (int, bool)):
            assert getattr(source.read_options(REQUIRED[name]), option) == default
    assert documented.get("status", {}).get("choices") == (list(source.STATUSES) if name == "recordings" else None)


def _plain(options: Any) -> list[Any]:
    return [
        [key.public_bytes_raw() for key in one] if name == "keys" else one for name, one in options._asdict().items()
    ]


@pytest.mark.parametrize("name", REQUIRED)
def test_examples(name: str, tmp_path: Path) -> None:
    source = load(name)
    for example in yaml.safe_load(source.EXAMPLES):
        given = example[f"voiceops.telnyx.{name}"]
        assert set(given) <= set(source.OPTIONS)
        assert isinstance(example["name"], str)


def test_types_of_events_are_documented() -> None:
    callback = load("callback")
    text = " ".join(yaml.safe_load(callback.DOCUMENTATION)["description"])
    for kind, types in callback.TYPES.items():
        for one in types.values():
            assert f"C({one})" in text
        fields = callback.FIELDS.get(kind, ())
        assert all(f"C({field})" in text for field in fields)


@pytest.mark.parametrize("name", REQUIRED)
def test_source_runs_by_itself(name: str) -> None:
    """ansible-rulebook runs the file, without the collection."""
    found = runpy.run_path(str(SOURCES / f"{name}.py"))
    assert callable(found["main"])
    assert "ansible" not in {one.split(".")[0] for one in found if one.startswith("ansible")}


def test_extensions_are_declared() -> None:
    declared = yaml.safe_load((COLLECTION / "meta" / "extensions.yml").read_text(encoding="utf-8"))
    folders = [COLLECTION / "extensions" / one["args"]["ext_dir"] for one in declared["extensions"]]
    assert folders == [SOURCES]
