# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guides of events: what their rulebooks say is what the sources take and give."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment
from support import guides, runs
from support.events import load

pytestmark = pytest.mark.once
EVENTS, CONTROLLER = (
    next(page for page in guides.GUIDES if page.stem == name) for name in ("guide_events", "guide_eda_controller")
)
TEXT = " ".join(EVENTS.read_text(encoding="utf-8").split())
SHIPPED = sorted((runs.COLLECTION / "extensions/eda/rulebooks").glob("*.yml"))
SOURCES = {f"voiceops.telnyx.{name}": load(name) for name in ("callback", "recordings")}


def of_guides() -> list[tuple[str, list[dict[str, Any]]]]:
    files = [*guides.files(EVENTS).items(), *guides.files(CONTROLLER).items()]
    found = [(name, yaml.safe_load(text)) for name, text in files if name.endswith(".yml")]
    return [(name, one) for name, one in found if isinstance(one, list) and "sources" in one[0]]


RULEBOOKS = [*of_guides(), *((path.name, yaml.safe_load(path.read_text(encoding="utf-8"))) for path in SHIPPED)]


def test_there_are_rulebooks() -> None:
    assert {name for name, _one in RULEBOOKS} == {
        *("missed.yml", "archive_polled.yml", "record_answered.yml"),
        *("archive_recordings.yml", "record_answered_calls.yml"),
    }


@pytest.mark.parametrize(("name", "rulesets"), RULEBOOKS)
def test_sources_have_these_options(name: str, rulesets: list[dict[str, Any]]) -> None:
    for source in rulesets[0]["sources"]:
        (plugin,) = set(source) - {"name", "filters"}
        assert set(source[plugin]) <= set(SOURCES[plugin].OPTIONS)


@pytest.mark.parametrize(("name", "rulesets"), RULEBOOKS)
def test_conditions_are_about_events_that_there_are(name: str, rulesets: list[dict[str, Any]]) -> None:
    callback = SOURCES["voiceops.telnyx.callback"]
    documented = " ".join(yaml.safe_load(callback.DOCUMENTATION)["description"])
    for rule in rulesets[0]["rules"]:
        text = yaml.safe_dump([rule["condition"], rule.get("throttle"), rule["action"]], width=10_000)
        types = re.findall(r'event\.type == "([^"]+)"', rule["condition"])
        assert types
        assert all(f"C({one})" in documented for one in types)
        for thing, field in re.findall(r"event\.(call|recording|conference)\.(\w+)", text):
            assert field in callback.FIELDS[thing]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_variables_are_listed(path: Path) -> None:
    """Each variable is in the comment at the top, and those that must be set have no default."""
    text = path.read_text(encoding="utf-8")
    comment = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
    required, optional = comment.split("Optional:")
    names = set(re.findall(r"\b(?:record|callback|archive|recordings)_\w+", comment)) - {path.stem}
    used = set(re.findall(r"\{\{ (\w+)", text)) | set(re.findall(r"vars\.(?!yml)(\w+)", text))
    assert names == used - {"event"}
    with_default = set(re.findall(r"\{\{ (\w+) \| default", text))
    assert {name for name in names if re.search(rf"\b{name}\b", optional)} == with_default
    assert {name for name in names if re.search(rf"\b{name}\b", required)} == names - with_default


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_options_of_sources_are_variables(path: Path) -> None:
    """But for those that a rulebook of one's own has, and those that a source reads from the environment."""
    fixed = {
        "voiceops.telnyx.callback": {"include_url", "feedback"},
        "voiceops.telnyx.recordings": {"api_key", "account_sid", "base_url"},
    }
    for source in yaml.safe_load(path.read_text(encoding="utf-8"))[0]["sources"]:
        ((plugin, given),) = ((name, one) for name, one in source.items() if name != "name")
        assert set(given) == set(SOURCES[plugin].OPTIONS) - fixed[plugin]
        prefix = plugin.rsplit(".", 1)[1].removesuffix("s")
        for option, value in given.items():
            assert option == "status" or re.match(rf"\{{\{{ {prefix}s?_{option}\b", value), option


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_defaults_of_variables_are_those_of_the_sources(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ansible-rulebook renders them: none is an option that is not set."""
    for name in ("API_KEY", "ACCOUNT_SID"):
        monkeypatch.setenv(f"TELNYX_{name}", "x")
    monkeypatch.setenv("TELNYX_PUBLIC_KEY", "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=")
    required = {"callback_spool": "/nowhere", "recordings_state": "/nowhere"}
    native = NativeEnvironment(undefined=StrictUndefined)
    for source in yaml.safe_load(path.read_text(encoding="utf-8"))[0]["sources"]:
        ((plugin, given),) = ((name, one) for name, one in source.items() if name != "name")
        rendered = {name: native.from_string(value).render(required) for name, value in given.items()}
        needed = {name: "/nowhere" for name in ("spool", "state") if name in given}
        wanted = {**needed, **({"status": given["status"]} if "status" in given else {})}
        ours, plain = (SOURCES[plugin].read_options(args)._asdict() for args in (rendered, wanted))
        assert {**ours, "keys": None} == {**plain, "keys": None}


def test_guide_says_how_often_a_playbook_is_tried() -> None:
    (path,) = (one for one in SHIPPED if one.stem == "archive_recordings")
    action = yaml.safe_load(path.read_text(encoding="utf-8"))[0]["rules"][0]["action"]["run_playbook"]
    assert f"it is run {action['retries']} more times, {action['delay']} seconds apart" in TEXT


def test_numbers_of_the_guide_are_those_of_the_source() -> None:
    callback = SOURCES["voiceops.telnyx.callback"]
    defaults = {name: one.get("default") for name, one in yaml.safe_load(callback.DOCUMENTATION)["options"].items()}
    for sentence in (
        f"Closes each after {callback.SLOW} seconds. If {callback.MOST:,} are open, or as many as half of the files",
        f"{defaults['max_pending']:,} without ``callback_max_pending``",
        f"After {defaults['tolerance']} seconds, or ``callback_tolerance``,",
        f"for {callback.DUPLICATE_WINDOW // 3600} hours.",
    ):
        assert sentence in TEXT


def test_shown_event_is_the_one_that_comes() -> None:
    shown = yaml.safe_load(guides.files(EVENTS)["event.yml"])
    callback = SOURCES["voiceops.telnyx.callback"]
    link = {"RecordingUrl": "https://media.invalid/a"}
    event = callback.callback_event({**shown["payload"], **link}, include_url=False)
    event["meta"]["received_at"] = shown["meta"]["received_at"]
    assert event == shown


def test_credential_sets_what_the_sources_read() -> None:
    files = guides.files(CONTROLLER)
    inputs = yaml.safe_load(files["credential_type_inputs.yml"])["fields"]
    given = {one["id"]: f"the {one['id']}" for one in inputs}
    sandbox = ImmutableSandboxedEnvironment()
    injected = yaml.safe_load(files["credential_type_injectors.yml"])["env"]
    assert {name: sandbox.from_string(text).render(**given) for name, text in injected.items()} == {
        f"TELNYX_{name.upper()}": text for name, text in given.items()
    }
    assert [one["id"] for one in inputs if one.get("secret")] == ["api_key"]


def test_job_templates_take_what_the_rules_pass() -> None:
    """A job template runs a playbook of a project, which imports the collection's."""
    for name, rulesets in of_guides():
        for rule in rulesets[0]["rules"]:
            job = rule["action"].get("run_job_template")
            if job:
                (variable,) = job["job_args"]["extra_vars"]
                assert {"Record a call": "call_sid", "Archive a recording": "archive_recording_sid"}[
                    job["name"]
                ] == variable, name
