# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guide of troubleshooting: each message that it quotes is brought about here, in the way that it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from support import guides, raw_server, runs
from support.runs import KEY, playbook, task
from support.simulator import Simulator

(GUIDE,) = (page for page in guides.GUIDES if page.stem == "guide_troubleshooting")
MESSAGES = re.findall(r"^``(.*)``\n\^+$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
CHANGE = "voiceops.telnyx.call_recording_status"
# No test waits for what is not its own subject.
IMPATIENT = {"rate_limit_timeout": 0, "reconcile_timeout": 0}


@pytest.fixture(autouse=True)
def _behaves_again(simulator: Simulator) -> Iterator[None]:
    yield
    simulator.ask("PUT", "misbehaviour", {})


class World:
    """What a message is brought about with. Every method returns all that a task said."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.call = simulator.fresh()

    def start(self, **options: Any) -> str:
        """Start a recording on a call, with some options changed; None leaves an option out."""
        given = {**self.simulator.connection, **IMPATIENT, "call_sid": self.call, **options}
        return self._run({name: value for name, value in given.items() if value is not None}, runs.MODULE)

    def play(self, **options: Any) -> str:
        """Start a recording in a play, which checks its options before there is a module."""
        given = {**self.simulator.connection, **IMPATIENT, "call_sid": self.call, **options}
        args = {name: value for name, value in given.items() if value is not None}
        run = playbook(self.folder, runs.play(task(args, ignore_errors=True)))
        assert KEY not in run.output
        return str(run.result("record")["msg"])

    def change(self, **options: Any) -> str:
        """Change the state of the recording of a call."""
        return self._run({**self.simulator.connection, "call_sid": self.call, "status": "paused", **options}, CHANGE)

    def download(self, state: str, *kinds: str, **options: Any) -> str:
        """Download a recording, from a media host that misbehaves so."""
        (sid,) = self.recordings(state)
        self.simulator.ask("PUT", "misbehaviour", {"media": list(kinds)})
        given = {**self.simulator.connection, "recording_sid": sid, "dest": str(self.folder / "one.wav"), **options}
        return self._run(given, "voiceops.telnyx.recording_media")

    def at(self, *answers: raw_server.Answer, tls: bool = False, **options: Any) -> str:
        """Start a recording on another server."""
        context = None
        if tls:
            context = raw_server.ssl.SSLContext(raw_server.ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
        with raw_server.serving(*answers, context=context) as server:
            return self.start(base_url=server.base_url, **options)

    def misbehaving(self, *kinds: str, calls: int = 1, more: dict[str, Any] | None = None, **options: Any) -> str:
        """Start recordings while the service misbehaves."""
        named = [self.call, *(self.simulator.fresh() for _more in range(calls - 1))]
        self.simulator.ask("PUT", "misbehaviour", {"calls": {sid: list(kinds) for sid in named}, **(more or {})})
        return self.start(call_sid=named, max_concurrency=1, **options)

    def recordings(self, *states: str) -> list[str]:
        """Start recordings as somebody else, and return their SIDs."""
        body = {"call_sid": self.call}
        return [self.simulator.ask("POST", "recordings", {**body, "status": state})["sid"] for state in states]

    def journal(self, text: str = "") -> str:
        """Start a recording with a journal that has a line of its own and `text`."""
        path = self.folder / "a.journal"
        self.start(journal=str(path))
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
        return self.start(journal=str(path))

    def without(self, library: str) -> str:
        """Start a recording with a Python that lacks a library."""
        (self.folder / f"{library}.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
        return self._run({**self.simulator.connection, "call_sid": self.call}, runs.MODULE, PYTHONPATH=str(self.folder))

    def behind(self, proxy: str) -> str:
        """Start a recording on another host, with a proxy in the environment."""
        args = {**self.simulator.connection, "base_url": "https://api.invalid/v2", "call_sid": self.call}
        return self._run(args, runs.MODULE, HTTPS_PROXY=proxy)

    def candidates(self) -> str:
        """Lose the reply to a start while others start recordings."""
        # Dated while our start is under way, whenever exactly that is.
        self.simulator.ask("PUT", "misbehaviour", {"clock_offset": 30})
        self.recordings("in-progress")
        return self.misbehaving("drop_after", timeout=60, reconcile_timeout=1)

    def taken_port(self) -> str:
        """Start a simulator on a port that is taken."""
        with raw_server.serving() as server:
            role = {"ansible.builtin.include_role": {"name": "voiceops.telnyx.simulator"}}
            return playbook(self.folder, runs.play({**role, "vars": {"simulator_port": server.port}})).output

    def _run(self, args: dict[str, Any], module: str, **variables: str) -> str:
        result = runs.run_module(self.folder, args, module, **variables)
        assert KEY not in str(result)
        said = [result.get("msg", ""), *(one["msg"] for one in result.get("failures", []))]
        return "\n".join([*said, *map(str, result.get("warnings", []))])


CAUSES: dict[str, Callable[[World], str]] = {
    "api_key is missing": lambda world: world.play(api_key=None),
    "api_key does not look right": lambda world: world.start(api_key="KEY 1\n"),
    "base_url is 'http://…'; it must be an absolute https URL": lambda world: world.start(
        base_url="http://e.example/v2"
    ),
    "… is not an option; did you mean …?": lambda world: world.play(callsid="v3:a"),
    "HTTPS_PROXY does not look right": lambda world: world.behind("localhost:3128"),
    "it must be another call than call_sid[…], since each call is recorded once": lambda world: world.start(
        call_sid=["v3:a", "v3%3Aa"]
    ),
    "it must be left out where call_sid has several calls": lambda world: world.change(
        call_sid=["v3:a", "v3:b"], recording_sid="7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7"
    ),
    "journal is '…'; it must be an absolute path of a file": lambda world: world.start(journal="/tmp/"),
    "journal is '…'; it must be a file, in a folder that exists, on the host of the task": lambda world: world.start(
        journal=str(world.folder / "missing" / "a.journal")
    ),
    "journal is '…', where line … is not as it was written": lambda world: world.journal("{}\n"),
    "Failed to import the required Python library (requests)": lambda world: world.without("requests"),
    "The API answered 401": lambda world: world.start(api_key="KEY-of-somebody-else"),
    "The API answered 403": lambda world: world.at(raw_server.reply("403 Forbidden", b"{}")),
    "The API answered 404: Resource not found": lambda world: world.start(call_sid=runs.ENDED),
    "The API answered 422: The call has not been answered yet": lambda world: world.start(call_sid=runs.RINGING),
    "The API answered 429": lambda world: world.misbehaving("rate_limited"),
    "The API wants to be left alone for … seconds more, longer than rate_limit_timeout allows": (
        lambda world: world.misbehaving(
            "rate_limited_retry_after", calls=2, more={"retry_after": 9}, rate_limit_timeout=3
        )
    ),
    "a redirect to …, which is not followed": lambda world: world.misbehaving("redirect"),
    "A recording may be running; look at the recordings of the call before you start it again": (
        lambda world: world.misbehaving("drop_after")
    ),
    "For … seconds the call's list showed no recording of it": lambda world: world.misbehaving(
        "drop_before", reconcile_timeout=1
    ),
    "that may be of it, in candidates, and it cannot be told which": World.candidates,
    "So unless_recording cannot tell whether the call is being recorded": lambda world: world.misbehaving(
        "error_before", unless_recording=True
    ),
    "… did not reply within … seconds": lambda world: world.at(raw_server.silence(), timeout=1),
    "The connection to … broke before a reply came": lambda world: world.at(raw_server.reset),
    "with a body that is not a JSON object (…), perhaps from a proxy": lambda world: world.misbehaving("html_before"),
    "No connection to … could be made": lambda world: world.start(
        base_url=f"http://127.0.0.1:{raw_server.refused_port()}/v2"
    ),
    "No TLS connection to … could be made": lambda world: world.at(tls=True),
    "The name of … could not be resolved": lambda world: world.start(base_url="https://api.invalid/v2"),
    "The call has no active recording that could be …": World.change,
    "The call has … active recordings, so recording_sid must name one": lambda world: (
        str(world.recordings("in-progress", "in-progress")) and world.change()
    ),
    "The call has no recording …": lambda world: world.change(recording_sid="7d4b34c5-dbd3-46e4-be09-c9306f0d0cb7"),
    "Recording … is …, which is final": lambda world: world.change(recording_sid=world.recordings("stopped")[0]),
    "The recording is …. It can be downloaded when it is complete": lambda world: world.download("in-progress"),
    "What the media host sent is …, and no audio. No file was written": lambda world: world.download(
        "stopped", *["media_wrong"] * 9, wait=True
    ),
    "The connection to … broke (…). No file was written": lambda world: world.download(
        "stopped", *["media_truncated"] * 40, wait=True
    ),
    "dest is '…'; it must be in a folder that exists, or end with a slash to be one": lambda world: world.download(
        "in-progress", dest="/no/such/folder/one.wav"
    ),
    "recording_status_callback_method is GET": lambda world: world.start(recording_status_callback_method="GET"),
    "Left alone, since its recording is paused": lambda world: (
        str(world.recordings("paused")) and world.start(unless_recording=True)
    ),
    "The last line of the journal … was cut off, for example by a crash, and does not count": lambda world: (
        world.journal('{"en')
    ),
    "port …: Address already in use": World.taken_port,
}


def test_every_quoted_message_has_a_cause() -> None:
    assert sorted(CAUSES) == sorted(MESSAGES)


@pytest.mark.parametrize("message", CAUSES)
def test_message_is_what_the_code_says(simulator: Simulator, tmp_path: Path, message: str) -> None:
    said = CAUSES[message](World(simulator, tmp_path))
    pattern = ".+".join(re.escape(part) for part in message.split("…"))
    assert re.search(pattern, said), said
