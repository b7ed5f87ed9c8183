# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
import yaml
from simulator.misbehaviour import CALLBACK_KINDS, DEFAULTS, KINDS, Misbehaviour
from support.runs import ROOT

CALLS = [f"v3:{number}" for number in range(1000)]


def drawn(calls: list[str], requests: int = 3, **settings: Any) -> dict[tuple[str, int], str | None]:
    """Return what goes wrong with each request on each call; requests of different calls take turns."""
    misbehaviour = Misbehaviour(settings)
    return {(call, number): misbehaviour.kind(call) for number in range(requests) for call in calls}


def test_same_seed_same_draw_in_any_order_of_the_calls() -> None:
    settings = {"chance": 0.3, "seed": 7}
    first = drawn(CALLS[:100], **settings)
    assert drawn(CALLS[:100], **settings) == first
    assert drawn(CALLS[:100][::-1], **settings) == first
    one_by_one = Misbehaviour(settings)
    assert {(call, number): one_by_one.kind(call) for call in CALLS[:100] for number in range(3)} == first


def test_other_seed_other_draw() -> None:
    assert drawn(CALLS, chance=0.3, seed=1) != drawn(CALLS, chance=0.3, seed=2)


@pytest.mark.parametrize("chance", [0, 0.1, 0.5, 1])
def test_share(chance: float) -> None:
    kinds = list(drawn(CALLS, chance=chance).values())
    share = sum(kind is not None for kind in kinds) / len(kinds)
    assert share == pytest.approx(chance, abs=0.03 if 0 < chance < 1 else 0)


def test_every_kind_is_drawn_but_none() -> None:
    assert set(drawn(CALLS, chance=1).values()) == set(KINDS)
    assert set(drawn(CALLS, chance=1, kinds=["truncated", "redirect"]).values()) == {"truncated", "redirect"}


def test_call_with_a_list_behaves_after_it() -> None:
    misbehaviour = Misbehaviour({"calls": {"v3:a": ["redirect", "none", "truncated"], "v3:b": []}, "chance": 1})
    assert [misbehaviour.kind("v3:a") for _request in range(5)] == ["redirect", None, "truncated", None, None]
    assert misbehaviour.kind("v3:b") is None
    assert misbehaviour.kind("v3:c") in KINDS


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, "misbehaviour is None; it must be a dict with any of calls, chance, seed,"),
        ({"lag": 1}, "misbehaviour has the unknown key 'lag'; it may have calls, chance, seed, kinds, delay, "),
        (
            {"calls": ["v3:a"]},
            "misbehaviour.calls is ['v3:a']; it must be a dict of call SIDs, each with a list of none,",
        ),
        ({"calls": {"v3:a": "none"}}, "misbehaviour.calls is {'v3:a': 'none'}; it must be a dict of call SIDs,"),
        ({"calls": {"v3:a": ["late"]}}, "misbehaviour.calls is {'v3:a': ['late']}; it must be a dict of call SIDs,"),
        ({"chance": 1.5}, "misbehaviour.chance is 1.5; it must be a number from 0 to 1."),
        ({"chance": True}, "misbehaviour.chance is True; it must be a number from 0 to 1."),
        ({"chance": "0.5"}, "misbehaviour.chance is '0.5'; it must be a number from 0 to 1."),
        ({"chance": float("nan")}, "misbehaviour.chance is nan; it must be a number from 0 to 1."),
        ({"seed": 1.5}, "misbehaviour.seed is 1.5; it must be a whole number."),
        ({"kinds": []}, "misbehaviour.kinds is []; it must be a list of one or more of drop_before, "),
        ({"kinds": ["none"]}, "misbehaviour.kinds is ['none']; it must be a list of one or more of drop_before, "),
        ({"kinds": "drop_before"}, "misbehaviour.kinds is 'drop_before'; it must be a list of one or more of "),
        ({"delay": -1}, "misbehaviour.delay is -1; it must be a number of seconds from 0 to 31536000."),
        ({"retry_after": 0.5}, "misbehaviour.retry_after is 0.5; it must be a whole number of seconds from 0 to "),
        ({"list_lag": None}, "misbehaviour.list_lag is None; it must be a number of seconds from 0 to 31536000."),
        (
            {"clock_offset": 1e99},
            "misbehaviour.clock_offset is 1e+99; it must be a number of seconds from -31536000 to ",
        ),
    ],
)
def test_fault_names_the_key_and_what_is_allowed(settings: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is what the test is about
        Misbehaviour(settings)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(".")


def test_all_faults_are_told() -> None:
    with pytest.raises(ValueError, match=r"misbehaviour\.delay is 'a'; .* misbehaviour\.seed is 'b'; "):
        Misbehaviour({"delay": "a", "seed": "b"})


def test_documented_as_it_is() -> None:
    specs = yaml.safe_load((ROOT / "roles/simulator/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = specs["argument_specs"]["main"]["options"]["simulator_misbehaviour"]["options"]
    assert options["kinds"]["choices"] == KINDS
    assert {name: option.get("default", option.get("choices")) for name, option in options.items()} == DEFAULTS
    readme = (ROOT / "roles/simulator/README.md").read_text(encoding="utf-8")
    for name in ("none", *KINDS, *CALLBACK_KINDS, *DEFAULTS):
        assert f"`{name}`" in readme
