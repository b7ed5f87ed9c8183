# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the simulator: the CPU time of a start request, with all of its checks, beside an application without any."""

from __future__ import annotations

import http.client
import json
import os
import signal
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = HERE.parent / "roles" / "simulator" / "files"
# A user's environment, in which the rest is measured, has no server.
PYTHON = HERE.parent / ".venv" / "bin" / "python"
REQUESTS, CONNECTIONS, RUNS = 4000, 8, 5
FORM = "PlayBeep=false&RecordingChannels=single&RecordingTrack=inbound"
HEADERS = {"Authorization": "Bearer KEY", "Content-Type": "application/x-www-form-urlencoded"}
SETTINGS = {"api_key": "KEY", "account_sid": "a", "calls": [{"sid": "v3:a"}], "port": 0}


def measure(folder: Path) -> tuple[float, float]:
    """Return the seconds of CPU that a start request takes at the simulator, and at the bare application."""
    simulated, bare = [], []
    for number in range(RUNS):
        directory = folder / str(number)
        simulated.append(_simulator(directory / "busy", REQUESTS) - _simulator(directory / "idle", 0))
        bare.append(_bare(REQUESTS) - _bare(0))
    return statistics.median(simulated) / REQUESTS, statistics.median(bare) / REQUESTS


def _simulator(directory: Path, requests: int) -> float:
    directory.mkdir(parents=True)
    with subprocess.Popen(
        [str(PYTHON), "-m", "simulator", "serve", str(directory)], cwd=FILES, stdin=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin
        child.stdin.write(json.dumps(SETTINGS))
        child.stdin.close()
        state = directory / "simulator.state"
        while not state.exists():
            time.sleep(0.01)
        base_url = json.loads(state.read_text(encoding="utf-8"))["base_url"]
        return _cpu(child, int(base_url.rpartition(":")[2].partition("/")[0]), requests)


def _bare(requests: int) -> float:
    with subprocess.Popen([str(PYTHON), str(HERE / "bare_app.py")], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        return _cpu(child, int(child.stdout.readline()), requests)


def _cpu(child: subprocess.Popen[str], port: int, requests: int) -> float:
    """Return the seconds of CPU that a server has taken when it has answered some requests and ended."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(_ask, [port] * CONNECTIONS, [requests // CONNECTIONS] * CONNECTIONS))
    child.send_signal(signal.SIGTERM)
    _pid, _status, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_utime + usage.ru_stime


def _ask(port: int, requests: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for _number in range(requests):
        connection.request("POST", "/v2/texml/Accounts/a/Calls/v3:a/Recordings.json", FORM, HEADERS)
        reply = connection.getresponse()
        body = json.load(reply)
        if reply.status != 200 or body["call_sid"] != "v3:a":
            raise RuntimeError(f"{reply.status}: {body}")
    connection.close()


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        ours, floor = measure(Path(scratch))
    print(f"{1 / ours:.0f} and {1 / floor:.0f} start requests a second of CPU; {ours / floor:.2f} times the bare one")
