# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import generate_page
import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.page_source import PAGE


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources."""
    monkeypatch.setattr(generate_page, "ROOT", tmp_path)
    monkeypatch.setattr(generate_page, "TARGET", Path(shutil.copy(generate_page.TARGET, tmp_path)))
    folder = Path(shutil.copytree(generate_page.SOURCES, tmp_path / "page"))
    monkeypatch.setattr(generate_page, "SOURCES", folder)
    return folder


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["generate_page.py", *arguments])
    return generate_page.main()


def test_what_is_shipped_is_what_is_generated() -> None:
    assert generate_page.page() == PAGE


def test_the_policy_names_the_style_and_the_script() -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", PAGE, re.DOTALL)
    policy = re.findall(r'Security-Policy" content="([^"]*)"', PAGE)[0]
    assert f"style-src {generate_page.digest(style)};" in policy
    assert f"script-src 'strict-dynamic' {generate_page.digest(script)};" in policy
    assert policy.split()[:2] == ["default-src", "'none';"]
    # Of an empty text, as everybody computes it.
    assert generate_page.digest("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


def test_the_page_names_no_other_place() -> None:
    assert set(re.findall(r"https?://[^\s)]+", PAGE)) == {"https://www.gnu.org/licenses/gpl-3.0.txt"}
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\son\w+=", PAGE)
    assert PAGE.count("SPDX-License-Identifier") == 1


def test_check(sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--check") == 0
    before = generate_page.TARGET.read_bytes()
    with (sources / "page.css").open("a") as file:
        file.write("b { color: red; }\n")
    assert run(monkeypatch, "--check") == 1
    assert "page_source.py is stale: run 'make generate' and commit it" in capsys.readouterr().err
    assert generate_page.TARGET.read_bytes() == before
    assert run(monkeypatch) == 0
    assert "b { color: red; }" in generate_page.TARGET.read_text()
    assert run(monkeypatch, "--check") == 0


@pytest.mark.parametrize("text", ['const tag = "</script>";\n', 'const quotes = `"""`;\n'])
def test_what_would_end_its_place_is_refused(
    text: str, sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (sources / "text.js").write_text(text)
    assert run(monkeypatch) == 1
    assert capsys.readouterr().err
