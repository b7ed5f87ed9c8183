# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.page import Row, write_page
from support.archive import sidecar


def read(folder: Path) -> dict[str, Any]:
    text = (folder / "recordings.js").read_text(encoding="ascii")
    assert text.startswith('"use strict";\nconst archive = ')
    found: dict[str, Any] = json.loads(text.partition(" = ")[2].rstrip(";\n"))
    return found


def written(folder: Path, *rows: Row, mask: bool = True) -> list[dict[str, Any]]:
    assert write_page(str(folder), rows, mask)
    found: list[dict[str, Any]] = read(folder)["rows"]
    return found


def test_row(tmp_path: Path) -> None:
    one = sidecar("RE1", call={"from": "+13125550055", "to": "sip:ann@example.com", "direction": "inbound"})
    assert written(tmp_path, Row(one, "2026/11/24/RE1.mp3", "Hello.", "altered")) == [
        {
            "sid": "RE1",
            "call": one["call_sid"],
            "conference": None,
            "started": one["started"],
            "seconds": 12.04,
            "direction": "inbound",
            "from": "+1312•••0055",
            "to": "sip:a•••@example.com",
            "source": "StartCallRecordingAPI",
            "channels": 2,
            "bytes": one["audio"]["bytes"],
            "sha256": one["audio"]["sha256"],
            "archived": one["archived"]["at"],
            "link": "2026/11/24/RE1.mp3",
            "transcript": "Hello.",
            "mark": "altered",
        }
    ]


def test_of_a_call_that_nobody_remembers(tmp_path: Path) -> None:
    one = sidecar("RE1", call=None, started=None, duration={"reported": 7, "measured": None})
    (row,) = written(tmp_path, Row(one, "RE1.mp3"))
    assert (row["from"], row["direction"], row["started"], row["seconds"]) == (None, None, one["created"], 7)


def test_newest_first(tmp_path: Path) -> None:
    # Of different spellings: it is the time that counts.
    days = {
        "RE1": "2026-01-02T00:00:00Z",
        "RE2": "2026-01-02T00:30:00+01:00",
        "RE3": "2026-01-03T00:00:00Z",
        "RE4": None,
    }
    rows = [Row(sidecar(sid, started=day, created=day), f"{sid}.mp3") for sid, day in days.items()]
    assert [row["sid"] for row in written(tmp_path, *rows)] == ["RE3", "RE1", "RE2", "RE4"]


def test_a_number_is_nowhere_if_it_is_masked(tmp_path: Path) -> None:
    one = sidecar("RE1", call={"from": "+13125550055", "to": "sip:+13125550066@example.com;x=13125550066"})
    row = Row(one, "RE1.mp3", "My number is 312-555-0055, hers +13125550066.")
    written(tmp_path, row)
    text = (tmp_path / "recordings.js").read_text()
    assert "5550055" not in text.replace("-", "")
    assert "5550066" not in text
    assert read(tmp_path)["masked"] is True
    (shown,) = written(tmp_path, row, mask=False)
    assert (shown["from"], shown["transcript"]) == ("+13125550055", row.transcript)
    assert read(tmp_path)["masked"] is False


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "\u2028\u2029",
        "&lt;",
        "名前 🎉 \u202e",
        "x" * 300,
        "\udcff",
        '"\\\n',
    ],
)
def test_text_of_strangers_cannot_leave_its_string(text: str, tmp_path: Path) -> None:
    (row,) = written(tmp_path, Row(sidecar(text, call={"from": text, "to": text}), "a.mp3", text))
    assert (row["sid"], row["from"], row["to"], row["transcript"]) == (text,) * 4
    script = (tmp_path / "recordings.js").read_bytes()
    assert not set(b"<>&") & set(script)
    assert script.isascii()
    assert script.count(b"\n") == 4


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("2026/11/24/RE1.mp3", "2026/11/24/RE1.mp3"),
        ("a b/#1?.mp3", "a%20b/%231%3F.mp3"),
        ("javascript:alert(1).mp3", "javascript%3Aalert%281%29.mp3"),
        ("日本/🎉.wav", "%E6%97%A5%E6%9C%AC/%F0%9F%8E%89.wav"),
        (os.fsdecode(b"\xff.mp3"), "%FF.mp3"),
        ("..%2Fx.mp3", "..%252Fx.mp3"),
        ("<script>/x.mp3", "%3Cscript%3E/x.mp3"),
        ("a\\..\\b.mp3", "a%5C..%5Cb.mp3"),
        ("../x.mp3", None),
        ("a/../../x.mp3", None),
        ("/etc/passwd", None),
        ("//host/x.mp3", None),
    ],
)
def test_link(path: str, link: str | None, tmp_path: Path) -> None:
    (row,) = written(tmp_path, Row(sidecar("RE1"), path))
    assert row["link"] == link


def test_nothing_changes_what_is_the_same(tmp_path: Path) -> None:
    rows = [Row(sidecar("RE1"), "RE1.mp3"), Row(sidecar("RE2"), "RE2.mp3")]
    assert write_page(str(tmp_path), rows, True)
    before = {path.name: path.stat() for path in tmp_path.iterdir()}
    assert set(before) == {"index.html", "recordings.js"}
    assert not write_page(str(tmp_path), reversed(rows), True)
    assert {path.name: path.stat() for path in tmp_path.iterdir()} == before
    assert write_page(str(tmp_path), iter(rows[:1]), True)
    (tmp_path / "index.html").write_text("older")
    assert write_page(str(tmp_path), rows[:1], True)
    assert "<html" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_page(str(tmp_path), [], True)
    before = (tmp_path / "recordings.js").read_bytes()
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(os.fstat(number).st_size))

    def refuse(source: str, path: str) -> None:
        assert Path(source).parent == tmp_path
        assert stat.S_IMODE(Path(source).stat().st_mode) == 0o600
        # Only what is whole and on the disk is moved.
        assert synced == [Path(source).stat().st_size]
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_page(str(tmp_path), [Row(sidecar("RE1"), "RE1.mp3")], True, refuse)
    assert (tmp_path / "recordings.js").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"index.html", "recordings.js"}


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("not ours")
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "recordings.js").symlink_to(other)
    assert write_page(str(tmp_path / "page"), [], True)
    assert other.read_text() == "not ours"
    assert not (tmp_path / "page" / "recordings.js").is_symlink()


def test_the_folder_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_page(str(tmp_path / "missing"), [], True)
