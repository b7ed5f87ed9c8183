# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.urls import normal

URL = "https://api.telnyx.com/v2"


@pytest.mark.parametrize(
    "url",
    [
        URL,
        "HTTPS://API.Telnyx.com/v2",
        "https://api.telnyx.com:443/v2",
        "https://api.telnyx.com:0443/v2",
        "https://api.telnyx.com:/v2",
        "https://api.telnyx.com/v2/",
        "https://api.telnyx.com/v2/../v2",
        "https://api.telnyx.com/v2/./",
        "https://api.telnyx.com/./v2/.",
        "https://api.telnyx.com/../../v2",
        "https://api.telnyx.com/v2/x/..",
        "https://api.telnyx.com/v1/%2e%2E/v2",
        "https://api.telnyx.com/%762",
        "https://api.telnyx.com/v%32/",
    ],
)
def test_one_meaning_has_one_spelling(url: str) -> None:
    assert normal(url) == URL


@pytest.mark.parametrize(
    ("url", "spelling"),
    [
        ("https://api.telnyx.com", "https://api.telnyx.com"),
        ("https://api.telnyx.com/", "https://api.telnyx.com"),
        ("https://api.telnyx.com/..", "https://api.telnyx.com"),
        ("http://[::1]:80/v2", "http://[::1]/v2"),
        ("http://[::1]:8080/v2", "http://[::1]:8080/v2"),
        ("https://e.example:80/v2", "https://e.example:80/v2"),
        # These mean something else.
        ("https://e.example/V2", "https://e.example/V2"),
        ("https://e.example//v2", "https://e.example//v2"),
        ("https://e.example/a//../v2", "https://e.example/a/v2"),
        ("https://e.example/a%2f..%2Fv2", "https://e.example/a%2F..%2Fv2"),
        ("https://e.example/...", "https://e.example/..."),
        ("https://e.example/a.%2e/v2", "https://e.example/a../v2"),
        ("https://e.example/%252e%252e/v2", "https://e.example/%252e%252e/v2"),
    ],
)
def test_another_meaning_has_another_spelling(url: str, spelling: str) -> None:
    assert normal(url) == spelling
    assert normal(spelling) == spelling
