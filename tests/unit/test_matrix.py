# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the README says about versions is what "make matrix" found, and what requirements.txt says."""

from __future__ import annotations

from matrix import environments
from matrix.environments import MATRIX
from matrix.run import BEGIN, END, HEAD, README, prepared

PAGE = README.read_text(encoding="utf-8")


def lines() -> list[list[str]]:
    """Return the cells of the table."""
    table = PAGE.partition(BEGIN)[2].partition(END)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]


def test_table_has_the_rows_of_the_matrix() -> None:
    head, dashes, *rows = lines()
    assert head == list(HEAD)
    assert set(dashes) == {"---"}
    assert all(len(row) == len(HEAD) for row in rows)
    for (core, python, target, *_rest), row in zip(rows, MATRIX, strict=True):
        assert f"{core}.".startswith(f"{row.core}.")
        assert f"{python}.".startswith(f"{row.python}.")
        assert f"{target}.".startswith(f"{row.target or row.python}.")


def test_everything_in_the_table_was_run_and_passed() -> None:
    _head, _dashes, *rows = lines()
    assert all(tests.endswith(" passed") for *_versions, tests, _sanity in rows)
    assert [sanity.startswith("passed") for *_rest, sanity in rows] == [row.sanity for row in MATRIX]


def test_rows_with_the_oldest_libraries_have_the_floors() -> None:
    floors = environments.floors()
    assert sorted(floors) == ["jsonschema", "requests"]
    for (*_pythons, requests, jsonschema, _tests, _sanity), row in zip(lines()[2:], MATRIX, strict=True):
        if row.oldest:
            assert (requests, jsonschema) == (floors["requests"], floors["jsonschema"])
    assert " ".join(f"'{name}>={release}'" for name, release in floors.items()) in PAGE


def test_missing_python_is_not_a_pass() -> None:
    row = MATRIX[0]._replace(core="2.99", python="3.99")
    assert prepared(row) == "not run: no Python 3.99"
