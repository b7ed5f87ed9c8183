# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the README says about versions is what "make matrix" found, and what requirements.txt says."""

from __future__ import annotations

from pathlib import Path

import pytest
from matrix import environments, run
from matrix.environments import MATRIX
from matrix.run import BEGIN, END, HEAD, README, prepared, table, written


def test_table_has_the_rows_of_the_matrix() -> None:
    text = README.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert text == table(written()) + "\n"
    assert all(len(line) == len(HEAD) for line in written())
    for (core, python, target, *_rest), row in zip(written(), MATRIX, strict=True):
        assert f"{core}.".startswith(f"{row.core}.")
        assert f"{python}.".startswith(f"{row.python}.")
        assert f"{target}.".startswith(f"{row.target or row.python}.")


def test_everything_in_the_table_was_run_and_passed() -> None:
    assert all(tests.endswith(" passed") for *_versions, tests, _sanity in written())
    assert [sanity.startswith("passed") for *_rest, sanity in written()] == [row.sanity for row in MATRIX]


def test_rows_with_the_oldest_libraries_have_the_floors() -> None:
    floors = environments.floors()
    assert sorted(floors) == ["jsonschema", "requests"]
    for (*_pythons, requests, jsonschema, _tests, _sanity), row in zip(written(), MATRIX, strict=True):
        if row.oldest:
            assert (requests, jsonschema) == (floors["requests"], floors["jsonschema"])
    assert " ".join(f"'{name}>={release}'" for name, release in floors.items()) in README.read_text(encoding="utf-8")


def test_missing_python_is_not_a_pass() -> None:
    row = MATRIX[0]._replace(core="2.99", python="3.99")
    assert prepared(row) == "not run: no Python 3.99"


def test_rows_that_were_not_tried_keep_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "README.md"
    page.write_text(f"before\n{BEGIN}{END}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(run, "README", page)
    first = {row: [f"{index}", *"bcdefg"] for index, row in enumerate(MATRIX)}
    run.write(first)
    run.write({MATRIX[1]: [*"ABCDEFG"]})
    assert written() == [*{**first, MATRIX[1]: [*"ABCDEFG"]}.values()]
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}| ansible-core |")
    assert text.endswith(f"|\n{END}\nafter\n")
