# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in an archive the files of a recording are."""

from __future__ import annotations

import datetime
import re

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.layout import DEFAULT, Layout, escaped
from hypothesis import given
from hypothesis import strategies as st

DATE = datetime.datetime(2026, 11, 4, 7, 8, 9, tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        (DEFAULT, "2026/11/04/RE1"),
        ("{date}/{sid}", "2026-11-04/RE1"),
        ("{from}/{to}_{direction}/{date:%H%M%S}-{sid}", "+13125550101/unknown_inbound/070809-RE1"),
        ("{source}/{call_sid}={sid}", "unknown/v3:a=RE1"),
    ],
)
def test_path(layout: str, path: str) -> None:
    values = {"sid": "RE1", "call_sid": "v3:a", "from": "+13125550101", "to": None, "direction": "inbound"}
    assert Layout(layout).path(values, DATE) == path


def test_recording_without_a_date() -> None:
    assert Layout(DEFAULT).path({"sid": "RE1"}, None) == "undated/RE1"


@given(st.text(), st.text())
def test_texts_of_strangers_stay_in_their_place(sid: str, name: str) -> None:
    path = Layout("{from}/{to}/{sid}").path({"sid": sid, "from": name, "to": name}, None)
    assert re.fullmatch(r"([A-Za-z0-9_+@:=-][A-Za-z0-9._+@:=-]*/?){3,}", path)
    assert path.count("/") == 2
    assert all(len(part) <= 60 for part in path.split("/")[:2])


@given(st.text(), st.text())
def test_different_sids_have_different_paths(one: str, other: str) -> None:
    assert (escaped(one, None) == escaped(other, None)) == (one == other)
