# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible sends to a host with each module: nothing that it does not use, and no more than before."""

from __future__ import annotations

import pytest
from support import imports
from support.runs import ROOT

# The bytes of its files at commit 42183dc, when module_utils was one folder. call_info and recording_archive are newer.
BEFORE = {
    "call_info": 165_000,
    "call_recording": 170280,
    "call_recording_status": 137738,
    "recording": 128981,
    "recording_archive": 330_000,
    "recording_info": 131750,
    "recording_media": 157720,
    "transcription": 129153,
    "transcription_info": 127356,
}
FILED = {"call_info", "call_recording", "call_recording_status", "recording_info"}
# Of the packages that only some need.
NEEDED = {
    "call_recording": {"_starting"},
    "recording_media": {"_download"},
    "recording_archive": {"_download", "_archive"},
    "call_info": {"_finding"},
}


def test_every_module_is_here() -> None:
    assert {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} == set(BEFORE)


@pytest.mark.parametrize("name", BEFORE)
def test_payload(name: str) -> None:
    files = imports.payload(ROOT / "plugins" / "modules" / f"{name}.py")
    packages = {path.parent.name for path in files}
    assert packages & {"_starting", "_download", "_finding", "_archive"} == NEEDED.get(name, set())
    assert "_task" in packages
    # A journal that several runs share takes more than a file of lines did.
    journal = 45_000 if name == "call_recording" else 0
    # So do results in a file, of which all have a few lines.
    filed = 17_000 if "results_file.py" in {path.name for path in files} else 2_200
    assert ("results_file.py" in {path.name for path in files}) == (name in FILED)
    assert sum(path.stat().st_size for path in files) < BEFORE[name] + journal + filed
