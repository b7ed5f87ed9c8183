# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import fcntl
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base import scratch as _scratch
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.scratch import scratch, sweep


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_file_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    with scratch(str(tmp_path)) as file:
        assert names(tmp_path) == [Path(file.name).name]
        assert Path(file.name).stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == []
    with pytest.raises(KeyError), scratch(str(tmp_path)):
        raise KeyError
    assert names(tmp_path) == []


def test_file_that_was_moved_stays(tmp_path: Path) -> None:
    with scratch(str(tmp_path)) as file:
        Path(file.name).rename(tmp_path / "one.wav")
        sweep(str(tmp_path))
    assert names(tmp_path) == ["one.wav"]


def test_only_what_nobody_holds_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "a[b]*"
    folder.mkdir()
    left = [folder / ".voiceops.telnyx.abcdefgh", folder / ".voiceops.telnyx.empty"]
    left[0].write_bytes(b"RIFF")
    left[1].touch()
    others = [folder / "voiceops.telnyx.a", folder / ".voiceops", folder / "one.wav", tmp_path / ".voiceops.telnyx.out"]
    for one in others:
        one.touch()
    (folder / ".voiceops.telnyx.link").symlink_to(folder / "one.wav")
    (folder / ".voiceops.telnyx.folder").mkdir()
    os.mkfifo(folder / ".voiceops.telnyx.pipe")
    with scratch(str(folder)) as file:
        before = names(folder)
        sweep(str(folder))
        assert names(folder) == [name for name in before if name not in [one.name for one in left]]
        assert Path(file.name).exists()
    assert all(one.exists() for one in others)


def test_folder_that_is_not_there_is_clean(tmp_path: Path) -> None:
    sweep(str(tmp_path / "none"))


def test_without_locks_nothing_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_arguments: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with scratch(str(tmp_path)) as file:
        sweep(str(tmp_path))
        assert names(tmp_path) == [Path(file.name).name]


def test_file_that_is_swept_before_it_is_locked_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock
    swept = []

    def flock(file: Any, kind: int) -> None:
        if not kind & fcntl.LOCK_NB and not swept:
            swept.append(file.name)
            os.unlink(file.name)
        lock(file, kind)

    monkeypatch.setattr(_scratch.fcntl, "flock", flock)
    with scratch(str(tmp_path)) as file:
        assert swept
        assert names(tmp_path) == [Path(file.name).name]


def test_many_tasks_at_once_keep_their_files(tmp_path: Path) -> None:
    lost = []

    def work() -> None:
        for _time in range(50):
            sweep(str(tmp_path))
            with scratch(str(tmp_path)) as file:
                sweep(str(tmp_path))
                if not Path(file.name).exists():
                    lost.append(file.name)

    threads = [threading.Thread(target=work) for _number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert lost == names(tmp_path) == []
