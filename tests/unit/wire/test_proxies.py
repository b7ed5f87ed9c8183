# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import InvalidArguments, MediaError, NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire import transport as _transport
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.connection import connection_of
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.media import MediaHost
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.proxies import proxies_for
from support import raw_server

SERVER = "https://api.example/v2"
PARAMS: dict[str, Any] = {
    "api_key": "KEY-1",
    "account_sid": "a",
    "call_sid": ["v3:a"],
    "base_url": SERVER,
    "timeout": 2,
    "connect_timeout": 1,
    "rate_limit_timeout": 0,
    "reconcile_timeout": 0,
}
SOCKS = ["socks5://me:hunter2@127.0.0.1:9", "socks5h://127.0.0.1:9", "socks4://127.0.0.1:9", "SOCKS5://127.0.0.1:9"]
UNUSABLE = [
    "ftp://me:hunter2@127.0.0.1:9",
    "tcp://127.0.0.1:9",
    "file:///etc/passwd",
    "localhost:9",
    "http:/127.0.0.1:9",
    "://127.0.0.1:9",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:123456",
    "http://127.0.0.1:abc",
    "http://127.0.0.1:-1",
    "http://127.0.0.1:0",
    "http://127.0.0.1:\u0663",
    "http://",
    "https:///",
    "http://:9",
    "http://me:hunter2@:9",
    "http://me:hunter2@",
    "http://me:hunter2@127.0.0.1:9@",
    "http://[::1",
    "http://me:hunter2@127.0.0.1:9\n",
    "\nhttp://127.0.0.1:9",
    " http://127.0.0.1:9",
    "http://127.0.0.1:9 ",
    "http://127.0.0.1:9\r\nX: y",
    "http://local host:9",
    "http://a..b:9",
    f"http://{'a' * 64}:9",
    "http://a%b:9",
    "http://127.0.0.1\udcff:9",
    "http://me:hunter2\u20ac@127.0.0.1:9",
    "http://me:hunter2%ff@127.0.0.1:9",
    "http://me:hunter2\udcff@127.0.0.1:9",
    "http://me:hunter2/x@127.0.0.1:9",
    "http://me:hunter2#x@127.0.0.1:9",
    "http://me:hunter2?x@127.0.0.1:9",
]
USABLE = [
    "http://127.0.0.1:{}",
    "127.0.0.1:{}",
    "//127.0.0.1:{}",
    "HTTP://127.0.0.1:{}",
    "http://127.0.0.1:{}/",
    "http://127.0.0.1:{}/path?a=b#c",
    "http://me@127.0.0.1:{}",
    "http://me:hunter2@127.0.0.1:{}",
    "http://me:h%40nter2\u00fc@127.0.0.1:{}",
    "https://127.0.0.1:{}",
    "http://[::1]:{}",
    "http://me:hunter2@proxy.invalid.:{}",
]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def _no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*arguments: Any) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)


@pytest.mark.usefixtures("_no_connections")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("proxy", UNUSABLE + SOCKS)
def test_unusable_proxy_is_named_before_anything_is_sent(
    proxy: str, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if proxy in SOCKS:
        monkeypatch.setattr("requests.adapters.SOCKSProxyManager", _without_pysocks)
    monkeypatch.setattr(_transport, "_connected", {})
    monkeypatch.setenv(variable, proxy)
    journal = tmp_path / "journal"
    behaviour = _call_recording.BEHAVIOUR
    params = _task.prepare(behaviour, {**PARAMS, "journal": str(journal)}, {})[0]
    with pytest.raises(_task.CannotRun) as caught:
        _task.execute(behaviour, params, _task.Task())
    result = caught.value.result
    problem = "is a SOCKS proxy, for which" if proxy in SOCKS else "is malformed (its value is not shown); it must"
    assert result["msg"].startswith(f"Nothing was sent. {variable} {problem}")
    assert [one["argument"] for one in result["argument_errors"]] == [variable]
    assert "hunter2" not in str(result)
    assert not journal.exists()


def _without_pysocks(*arguments: Any, **more: Any) -> None:
    import requests

    raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")


@pytest.mark.usefixtures("_no_connections")
@pytest.mark.parametrize("proxy", UNUSABLE)
def test_media_host_behind_an_unusable_proxy(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setenv("NO_PROXY", "api.example")
    with pytest.raises(MediaError, match=r"^HTTPS_PROXY is malformed") as caught, MediaHost(connection_of(PARAMS)).get(
        "https://media.example/one.wav", {}
    ):
        pass
    assert caught.value.lasting
    assert "hunter2" not in str(caught.value)
    assert proxies_for(urlsplit(SERVER)) == {}


@pytest.mark.parametrize("proxy", USABLE)
def test_usable_proxy_without_anybody_there_is_not_sent(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.format(raw_server.refused_port()))
    transport = _transport.Transport(connection_of(PARAMS))
    with pytest.raises(NoReply) as caught:
        transport.send(Request("POST", SERVER, None, {}))
    assert not caught.value.sent
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "server", "named"),
    [
        ({"http_proxy": "ftp://x", "HTTPS_PROXY": "http://e"}, SERVER, ""),
        ({"ALL_PROXY": "ftp://x", "HTTPS_PROXY": "http://e"}, SERVER, ""),
        ({"HTTPS_PROXY": "ftp://x", "https_proxy": "http://e"}, SERVER, ""),
        ({"HTTPS_PROXY": "http://e", "https_proxy": "ftp://x"}, SERVER, "https_proxy"),
        ({"HTTPS_PROXY": "ftp://x", "no_proxy": "api.example"}, SERVER, ""),
        ({"HTTPS_PROXY": "ftp://x", "no_proxy": "*"}, SERVER, ""),
        ({"HTTPS_PROXY": "ftp://x", "no_proxy": "other.example"}, SERVER, "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "ftp://x"}, "https://127.0.0.1/v2", ""),
        ({"HTTPS_PROXY": ""}, SERVER, ""),
    ],
)
def test_only_the_proxy_that_would_be_used_counts(
    environment: dict[str, str], server: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if named:
        with pytest.raises(InvalidArguments, match=f"Nothing was sent. {named} is malformed"):
            proxies_for(urlsplit(server))
    else:
        assert "ftp://x" not in proxies_for(urlsplit(server)).values()
