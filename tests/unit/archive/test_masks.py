# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.masks import masked_number, masked_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+13125550055", "+1312•••0055"),
        ("+1 (312) 555-0055", "+1312•••0055"),
        ("3125550055", "312•••0055"),
        ("+493012", "+•••012"),
        ("5550055", "•••0055"),
        ("911", "•••"),
        ("+٩٦٦٥٠١٢٣٤٥٦٧", "+٩٦٦٥•••٤٥٦٧"),
        ("sip:+13125550055@pbx.example.com:5060;user=phone", "sip:+1312•••0055@pbx.example.com:5060"),
        ("sip:alice@pbx.example.com;tel=13125550055", "sip:a•••@pbx.example.com"),
        ('"Alice" <sips:alice:secret@pbx.example.com>', "sips:a•••@pbx.example.com"),
        ("sip:100@13125550055.example.com", "sip:•••@1312•••0055.example.com"),
        ("tel:+1-312-555-0055;ext=1", "tel:+1312•••0055"),
        ("alice@example.com", "a•••@example.com"),
        ("anonymous", "anonymous"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Desk 3125550055", "Desk 312•••0055"),
        ("", ""),
        (None, None),
        (13125550055, "•••"),
    ],
)
def test_number(number: Any, shown: Any) -> None:
    assert masked_number(number) == shown


@given(
    st.from_regex(r"\+?[0-9]{4,30}", fullmatch=True),
    st.sampled_from(["{}", "sip:{}@host", "tel:{}", "Ann <sip:{}@host;x={}>"]),
)
def test_three_digits_are_always_hidden(number: str, form: str) -> None:
    digits = number.lstrip("+")
    shown = masked_number(form.replace("{}", number))
    assert digits not in shown
    assert len(re.findall(r"\d", shown)) <= len(digits) - 3


@given(st.text(max_size=300))
def test_any_text_can_be_masked(text: str) -> None:
    assert re.search(r"\d{7}", masked_number(text)) is None
    assert re.search(r"\d{7}", masked_text(text)) is None


def test_a_long_text_takes_no_long_time() -> None:
    # The pattern must not try every way to split it.
    for text in ("1 " * 50_000, " " * 100_000, "<" * 100_000, "1-2-3-4-5-6-a" * 10_000, "sip:" + " " * 100_000):
        masked_number(text)


def test_numbers_in_a_text() -> None:
    text = "Call me at 312-555-0055 or +1 (312) 555 0056.\nOrder 4711, on the 24th, 10 000 units."
    assert masked_text(text) == "Call me at 312•••0055 or +1312•••0056.\nOrder 4711, on the 24th, 10 000 units."
