# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.voiceops.telnyx.plugins.module_utils._secrets import hide


def test_key_is_hidden_everywhere() -> None:
    value = {"a": ["x KEY-1 y", {"KEY-1": 1, "b": ("KEY-1",)}], "n": None, "i": 7, "t": True}
    assert hide(value, "KEY-1") == {
        "a": ["x ******** y", {"********": 1, "b": ["********"]}],
        "n": None,
        "i": 7,
        "t": True,
    }


def test_credentials_in_urls_are_hidden_and_nothing_else() -> None:
    text = "no route to https://me:hunter2@e.example/a@b?c=d@e and http://f.example:80/ or me@example.com"
    shown = "no route to https://********@e.example/a@b?c=d@e and http://f.example:80/ or me@example.com"
    assert hide(text, "") == shown


def test_short_password_does_not_damage_what_is_returned() -> None:
    result = {"sid": "1-2-1", "form": {"RecordingStatusCallback": "https://me:1@e.example/"}}
    assert hide(result, "KEY-1") == {
        "sid": "1-2-1",
        "form": {"RecordingStatusCallback": "https://********@e.example/"},
    }
