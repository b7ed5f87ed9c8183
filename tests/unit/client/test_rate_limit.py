# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import email.utils
import time

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.dates import http_date
from ansible_collections.voiceops.telnyx.plugins.module_utils._client import rate_limit as _rate_limit
from ansible_collections.voiceops.telnyx.plugins.module_utils._client.rate_limit import (
    RateLimit,
    retry_after,
)
from support.clock import Clock

pytestmark = pytest.mark.usefixtures("clock")


def ago(seconds: float) -> float:
    return time.monotonic() - seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "0"}, 0),
        ({"x-ratelimit-reset": "3"}, 3),
        ({"Retry-After": "7", "x-ratelimit-reset": "3"}, 7),
        ({"Retry-After": "soon", "x-ratelimit-reset": "3"}, 3),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        # However long: it is for ages, and not unknown.
        ({"Retry-After": "999999999"}, 999999999),
        ({"Retry-After": "1000000000"}, 1e9),
        ({"Retry-After": "9" * 5000}, 1e9),
        ({"Retry-After": "1." + "0" * 5000}, 1),
        ({"Retry-After": "9" * 5000, "x-ratelimit-reset": "3"}, 1e9),
        # A Unix time is no number of seconds to wait.
        ({"x-ratelimit-reset": "1790000000"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "٣"}, None),
        ({"x-ratelimit-reset": ""}, None),
        # By the clock of the reply, whatever this host's says.
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT", "Date": "Sun, 06 Nov 1994 08:49:30 GMT"}, 7),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT", "Date": "Sun, 06 Nov 1994 08:50:00 GMT"}, 0),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0),
    ],
)
def test_seconds_that_the_api_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_date_without_the_date_of_the_reply() -> None:
    found = retry_after({"Retry-After": email.utils.formatdate(time.time() + 30, usegmt=True)})
    assert found is not None
    # The date has whole seconds.
    assert 29 <= found <= 30


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "soon",
        "Sun, 99 Nov 1994 99:49:37 GMT",
        "Sun, 22 Nov 2026 10.00.00.0 GMT",
        "Sun, 06 Nov 99999999 08:49:37 GMT",
    ],
)
def test_no_http_date(date: str | None) -> None:
    assert http_date(date) is None


def test_pause_is_as_long_as_the_api_says() -> None:
    limit = RateLimit(60)
    assert limit.refused(ago(0.1), {"Retry-After": "3"})
    assert limit.remaining == 3


def test_pause_is_over_some_time(clock: Clock) -> None:
    limit = RateLimit(60)
    assert limit.refused(ago(0.1), {"Retry-After": "0"})
    assert limit.wait() == 0
    assert clock.passed == _rate_limit.SHORTEST
    assert limit.remaining == 0


def test_without_a_word_of_the_api_pauses_grow(clock: Clock) -> None:
    limit = RateLimit(1000)
    pauses = []
    for _time in range(7):
        assert limit.refused(time.monotonic(), {})
        pauses.append(limit.remaining)
        clock.sleep(limit.remaining + 0.1)
    expected = [1, 2, 4, 8, 16, 16, 16]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, expected)), pauses
    limit.accepted(time.monotonic(), {})
    clock.sleep(0.1)
    assert limit.refused(time.monotonic(), {})
    assert limit.remaining <= 1


def test_pauses_have_jitter() -> None:
    def first() -> float:
        limit = RateLimit(60)
        limit.refused(ago(0.1), {})
        return round(limit.remaining, 3)

    assert len({first() for _time in range(20)}) > 5


def test_one_wave_of_refusals_is_one_pause() -> None:
    limit = RateLimit(60)
    sent = ago(0.1)
    assert all(limit.refused(sent, {}) for _worker in range(64))
    assert limit.remaining <= 1


def test_seconds_of_workers_that_wait_together_count_once() -> None:
    limit = RateLimit(3)
    sent = ago(0.1)
    assert all(limit.refused(sent, {"Retry-After": "2"}) for _worker in range(64))
    assert not limit.refused(sent, {"Retry-After": "4"})


def test_longer_than_the_task_may_wait() -> None:
    limit = RateLimit(5)
    assert not limit.refused(ago(0.1), {"Retry-After": "6"})
    assert limit.remaining == 0
    # What has not been sent is not sent until then.
    assert limit.wait() == 6


def test_for_ages() -> None:
    limit = RateLimit(3600)
    assert not limit.refused(ago(0.1), {"Retry-After": "9" * 20})
    assert limit.wait() > 900_000_000


def test_what_is_left_is_used_up() -> None:
    limit = RateLimit(0.4)
    assert limit.refused(time.monotonic(), {})
    assert limit.wait() == 0
    assert limit.remaining == 0
    assert not limit.refused(time.monotonic(), {})


def test_zero_turns_it_off() -> None:
    limit = RateLimit(0)
    assert not limit.refused(ago(0.1), {"Retry-After": "1"})
    assert not limit.refused(ago(0.1), {})
    limit.accepted(ago(0.1), {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"})
    assert limit.wait() == limit.remaining == 0


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"}, 5),
        ({"x-ratelimit-remaining": "0"}, 1),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "5"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "3600"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1790000000"}, 1),
        ({}, 0),
    ],
)
def test_announced_limit(headers: dict[str, str], pause: float) -> None:
    limit = RateLimit(60)
    limit.accepted(ago(0.1), headers)
    assert limit.remaining == pause
