# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import itertools
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from ansible_collections.voiceops.telnyx.plugins.module_utils._base.errors import InvalidArguments, NoReply
from ansible_collections.voiceops.telnyx.plugins.module_utils._task import task as _task
from ansible_collections.voiceops.telnyx.plugins.module_utils._telnyx.operation import Request
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire import adapters as _http
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire import transport as _transport
from ansible_collections.voiceops.telnyx.plugins.module_utils._wire.connection import Connection
from support import raw_server
from support.clock import wait_until

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*PROXIES, "requests_ca_bundle", "curl_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def transport(base_url: str, **options: Any) -> _transport.Transport:
    return _transport.Transport(connection(base_url, **options))


def connection(base_url: str, **options: Any) -> Connection:
    return Connection(base_url, "a", "KEY-1", **{"timeout": 60, "connect_timeout": 60, **options})


def request(base_url: str) -> Request:
    return Request("POST", f"{base_url}/start", "application/x-www-form-urlencoded", {"PlayBeep": "true"})


def failure(base_url: str, **options: Any) -> NoReply:
    with pytest.raises(NoReply) as caught:
        transport(base_url, **options).send(request(base_url))
    assert "KEY-1" not in str(caught.value)
    return caught.value


def test_reply() -> None:
    with raw_server.serving() as server:
        reply = transport(server.base_url).send(request(server.base_url))
    assert (reply.status, reply.body) == (200, raw_server.RECORDING)
    assert reply.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize(
    "form", [{}, {"PlayBeep": "true", "RecordingStatusCallback": "https://me:p@e/ä?a=b&c=d +%20~"}]
)
@pytest.mark.parametrize("path", ["/start", "/a/../b/%7eä/v3:a%3a?Page=1&DateCreated=%3E2026", "//x", "?a=b c"])
def test_bytes_are_those_of_a_session_of_requests(method: str, form: dict[str, str], path: str) -> None:
    content_type = "application/x-www-form-urlencoded" if method == "POST" else None
    form = form if content_type else {}
    with raw_server.serving() as server, requests.Session() as session:
        url = server.base_url + path
        transport(server.base_url).send(Request(method, url, content_type, form))
        session.headers.update({**_transport.HEADERS, "Accept": "application/json"})
        session.auth = lambda request: request.headers.update({"Authorization": "Bearer KEY-1"}) or request
        session.request(method, url, data=form, headers={"Content-Type": content_type} if content_type else {})
    ours, theirs = server.requests
    assert ours == theirs


def test_connection_is_kept_after_each_reply() -> None:
    with raw_server.serving(
        raw_server.reply("200 OK", b""), raw_server.reply("404 Not Found"), raw_server.reply()
    ) as server:
        sender = transport(server.base_url)
        assert [sender.send(request(server.base_url)).status for _each in range(3)] == [200, 404, 200]
    assert server.connections == 1


def test_connection_is_not_used_again_after_renew() -> None:
    with raw_server.serving() as server:
        sender = transport(server.base_url)
        for _number in range(2):
            sender.send(request(server.base_url))
        assert server.connections == 1
        sender.renew()
        sender.send(request(server.base_url))
        assert server.connections == 2


def test_rest_of_a_large_reply_is_not_taken_for_the_next() -> None:
    large = raw_server.reply("200 OK", b" " * 2 * _transport.MAX_BODY_BYTES)
    with raw_server.serving(large, raw_server.reply()) as server:
        sender = transport(server.base_url)
        assert sender.send(request(server.base_url)).body is None
        assert sender.send(request(server.base_url)).body == raw_server.RECORDING
    assert server.connections == 2


def test_netrc_does_not_replace_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password other\ndefault login me password other\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with raw_server.serving() as server:
        transport(server.base_url).send(request(server.base_url))
    assert b"\r\nAuthorization: Bearer KEY-1\r\n" in server.requests[0]
    assert b"Basic" not in server.requests[0]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_redirect_is_not_followed(status: str) -> None:
    with raw_server.serving() as other, raw_server.serving(
        raw_server.reply(status, b"", f"Location: {other.base_url}/x")
    ) as server:
        reply = transport(server.base_url).send(request(server.base_url))
    assert reply.status == int(status.split()[0])
    assert other.requests == []
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["http://[", "http://h/\xe9", ""])
def test_redirect_to_nowhere_keeps_its_status(location: str) -> None:
    data = f"HTTP/1.1 307 Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    with raw_server.serving(raw_server.raw(data)) as server:
        assert transport(server.base_url).send(request(server.base_url)).status == 307


def test_cookies_are_not_kept() -> None:
    with raw_server.serving(raw_server.reply("200 OK", b"{}", "Set-Cookie: a=b; Path=/")) as server:
        sender = transport(server.base_url)
        sender.send(request(server.base_url))
        sender.send(request(server.base_url))
    assert b"cookie" not in server.requests[1].lower()


def test_timeout_is_kept() -> None:
    with raw_server.serving(raw_server.silence()) as server:
        error = failure(server.base_url, timeout=1)
    assert error.sent
    assert "did not reply within 1 seconds" in str(error)
    assert len(server.requests) == 1


def test_connect_timeout_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[float | None] = []
    connect = socket.socket.connect

    def noted(sock: socket.socket, address: Any) -> None:
        allowed.append(sock.gettimeout())
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", noted)
    # A listener whose queue is full takes no further connection.
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _each in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        error = failure(f"http://127.0.0.1:{port}/v2", connect_timeout=1)
        for one in waiting:
            one.close()
    assert not error.sent
    assert "No connection to 127.0.0.1:" in str(error)
    assert "within 1 seconds" in str(error)
    assert allowed == [1]


def test_refused_connection() -> None:
    error = failure(f"http://127.0.0.1:{raw_server.refused_port()}/v2")
    assert not error.sent
    assert "refused" in str(error)


def test_unknown_host() -> None:
    error = failure("https://no-such-host.invalid/v2")
    assert not error.sent
    assert "The name of no-such-host.invalid could not be resolved" in str(error)


def test_host_that_cannot_be_a_name() -> None:
    assert not failure(f"https://{'a' * 70}.example/v2").sent


@pytest.mark.parametrize(
    "answer",
    [
        raw_server.reset,
        raw_server.raw(b""),
        raw_server.raw(b"HTTP/1.1 2"),
        raw_server.raw(b'HTTP/1.1 200 OK\r\nContent-Length: 11, 12\r\n\r\n{"sid":"x"}'),
    ],
)
def test_connection_that_breaks_before_a_reply(answer: raw_server.Answer) -> None:
    with raw_server.serving(answer) as server:
        error = failure(server.base_url)
    assert error.sent
    assert "broke before a reply came" in str(error)
    assert len(server.requests) == 1


def numbered(*interim: bytes) -> raw_server.Answer:
    """Return an answer of interim responses, and of the number of its request as the final one, a moment later."""
    numbers = itertools.count(1)

    def answer(request: bytes, connection: socket.socket) -> None:
        connection.sendall(b"".join(interim))
        time.sleep(0.05)
        raw_server.reply("200 OK", b'{"number": %d}' % next(numbers))(request, connection)

    return answer


EARLY_HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"


@pytest.mark.parametrize(
    "interim",
    [
        [EARLY_HINTS],
        [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n", EARLY_HINTS],
        [EARLY_HINTS] * 10,
        [b"HTTP/1.1 199 What\r\nContent-Length: 5\r\n\r\n"],
    ],
)
def test_interim_responses_are_read_past(interim: list[bytes]) -> None:
    with raw_server.serving(numbered(*interim)) as server:
        sender = transport(server.base_url)
        bodies = [sender.send(request(server.base_url)).body for _each in range(3)]
    assert bodies == [b'{"number": 1}', b'{"number": 2}', b'{"number": 3}']
    assert server.connections == 1


@pytest.mark.parametrize("interim", [[EARLY_HINTS] * 1000, [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"]])
def test_response_that_never_becomes_final(interim: list[bytes]) -> None:
    with raw_server.serving(numbered(*interim), numbered()) as server:
        sender = transport(server.base_url)
        with pytest.raises(NoReply) as caught:
            sender.send(request(server.base_url))
        assert caught.value.sent
        assert sender.send(request(server.base_url)).body == b'{"number": 1}'
    assert server.connections == 2


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_body_that_breaks_off(data: bytes) -> None:
    with raw_server.serving(raw_server.raw(data)) as server:
        reply = transport(server.base_url).send(request(server.base_url))
    assert (reply.status, reply.body) == (200, None)


def test_large_body_is_not_read_to_its_end() -> None:
    with raw_server.serving(raw_server.reply("200 OK", b" " * (_transport.MAX_BODY_BYTES + 1))) as server:
        assert transport(server.base_url).send(request(server.base_url)).body is None


def test_tls_is_verified(server_context: ssl.SSLContext) -> None:
    with raw_server.serving(context=server_context) as server:
        error = failure(server.base_url)
    assert not error.sent
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert server.requests == []


@pytest.mark.parametrize("how", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "validate_certs"])
def test_tls_that_is_trusted(
    how: str, authority: trustme.CA, server_context: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    options: dict[str, Any] = {"ca_path": {"ca_path": str(bundle)}, "validate_certs": {"validate_certs": False}}.get(
        how, {}
    )
    if not options:
        monkeypatch.setenv(how, str(bundle))
    with raw_server.serving(context=server_context) as server:
        assert transport(server.base_url, **options).send(request(server.base_url)).status == 200


def test_certificate_of_another_host_is_refused(authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("api.example", "127.0.0.2").configure_cert(context)
    with raw_server.serving(context=context) as server:
        for base_url in (server.base_url, server.base_url.replace("127.0.0.1", "localhost")):
            error = failure(base_url, ca_path=str(bundle))
            assert not error.sent
            assert "127.0.0.1" in str(error) or "localhost" in str(error)
    assert server.requests == []


def test_server_without_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer_at_once() -> None:
            connection, _address = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer_at_once)
        thread.start()
        error = failure(f"https://127.0.0.1:{listener.getsockname()[1]}/v2")
        thread.join()
    assert not error.sent
    assert "No TLS connection" in str(error)


def test_missing_ca_path(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidArguments, match=r"ca_path is '.*nowhere'; it must be a file or folder of certificates .*No such file"
    ):
        transport("https://127.0.0.1/v2", ca_path=str(tmp_path / "nowhere"))


@pytest.mark.parametrize("how", ["ca_path", "REQUESTS_CA_BUNDLE"])
def test_ca_path_that_holds_no_certificate(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("nothing", encoding="utf-8")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with pytest.raises(InvalidArguments, match=f"{how} is '.*ca.pem'; it must be a file or folder of certificates"):
        transport("https://127.0.0.1/v2", ca_path=str(bundle) if how == "ca_path" else None)


def test_trusted_certificates_are_read_once(
    authority: trustme.CA, server_context: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    reads = []
    closed = []

    load = ssl.SSLContext.load_verify_locations

    def counting(context: ssl.SSLContext, *arguments: Any, **more: Any) -> None:
        reads.append(arguments)
        load(context, *arguments, **more)

    def close(request: bytes, connection: Any) -> None:
        raw_server.reply()(request, connection)
        connection.close()
        closed.append(connection)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", counting)
    with raw_server.serving(close, context=server_context) as server:
        sender = transport(server.base_url, ca_path=str(bundle))
        for number in range(3):
            assert sender.send(request(server.base_url)).status == 200
            wait_until(lambda: len(closed) > number)  # noqa: B023 - it is called at once
    assert server.connections == 3
    assert len(reads) == 1


def test_proxy_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server.serving(raw_server.reply("407 Proxy Authentication Required", b"")) as proxy:
        monkeypatch.setenv("https_proxy", f"http://me:hunter2@127.0.0.1:{proxy.port}")
        error = failure("https://api.example/v2")
    assert not error.sent
    assert proxy.requests[0].startswith(b"CONNECT api.example:443 ")
    assert "through the proxy of the environment" in str(error)
    assert "hunter2" not in str(error)
    assert all(b"KEY-1" not in one for one in proxy.requests)


def test_proxy_makes_a_tunnel(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("api.example").configure_cert(context)
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    inner: list[bytes] = []

    def tunnel(head: bytes, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as secured:
            while data := raw_server.receive(secured):
                inner.append(data)
                raw_server.reply()(data, secured)

    with raw_server.serving(tunnel) as proxy:
        monkeypatch.setenv("https_proxy", f"http://me:hunter2@127.0.0.1:{proxy.port}")
        sender = transport("https://api.example/v2", ca_path=str(bundle))
        assert [sender.send(request("https://api.example/v2")).status for _each in range(2)] == [200, 200]
    (connect,) = proxy.requests
    assert connect.startswith(b"CONNECT api.example:443 ")
    assert b"\r\nProxy-Authorization: Basic bWU6aHVudGVyMg==\r\n" in connect
    assert b"KEY-1" not in connect
    assert [one.partition(b"\r\n")[0] for one in inner] == [b"POST /v2/start HTTP/1.1"] * 2
    assert all(b"hunter2" not in one and b"Proxy-" not in one for one in inner)


@pytest.mark.parametrize("exempt", ["invalid", "no-such-host.invalid:443", "*"])
def test_no_proxy_is_honoured(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", exempt)
    error = failure("https://no-such-host.invalid/v2")
    assert "The name of no-such-host.invalid could not be resolved" in str(error)


def test_proxy_that_is_not_used_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "other.invalid")
    assert "proxy" not in str(failure("https://no-such-host.invalid/v2"))


def test_proxy_that_cannot_be_resolved_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://no-such-proxy.invalid:3128")
    assert "The name of the proxy of the environment could not be resolved" in str(failure("https://api.example/v2"))


@pytest.mark.filterwarnings("error")
def test_unverified_tls_prints_no_warning(server_context: ssl.SSLContext) -> None:
    with raw_server.serving(context=server_context) as server:
        assert transport(server.base_url, validate_certs=False).send(request(server.base_url)).status == 200


@pytest.mark.parametrize("base_url", ["http://api.example/v2", "https://me:secret@api.example/v2"])
def test_key_does_not_go_to_a_wrong_base_url(base_url: str) -> None:
    with pytest.raises(InvalidArguments, match="base_url is not allowed"):
        transport(base_url)


def test_loopback_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server.serving() as proxy, raw_server.serving() as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{proxy.port}")
        transport(server.base_url).send(request(server.base_url))
    assert (len(proxy.requests), len(server.requests)) == (0, 1)


def test_the_system_is_never_asked_for_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """On macOS that kills a forked worker: there, these functions of urllib ask the system."""
    import urllib.request

    def asked(*arguments: Any) -> Any:
        raise AssertionError("the system was asked for proxies")

    for module in (urllib.request, requests.utils):
        for name in ("getproxies", "proxy_bypass", "getproxies_macosx_sysconf", "proxy_bypass_macosx_sysconf"):
            monkeypatch.setattr(module, name, asked, raising=False)
    refuse = raw_server.reply("407 Proxy Authentication Required", b"")
    with raw_server.serving() as server, raw_server.serving(refuse) as proxy:
        transport(server.base_url).send(request(server.base_url))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        failure("https://api.invalid/v2")
        monkeypatch.setenv("no_proxy", "*")
        failure("https://api.invalid/v2")
    assert len(server.requests) == 1
    assert proxy.connections == 1


def test_transport_is_shared_in_a_process_and_not_with_a_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    first = _transport.connect(connection("https://e.example"))
    assert _transport.connect(connection("https://e.example")) is first
    assert _transport.connect(connection("https://e.example")._replace(api_key="KEY-2")) is not first
    assert _transport.connect(connection("https://e.example", timeout=3)) is not first
    monkeypatch.setattr("os.getpid", lambda: 0)
    assert _transport.connect(connection("https://e.example")) is not first


def test_missing_requests_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_transport, "REQUESTS_IMPORT_ERROR", "Traceback …")
    from ansible_collections.voiceops.telnyx.plugins.module_utils._modules import call_recording as _call_recording

    with pytest.raises(_task.CannotRun, match=r"Failed to import the required Python library \(requests\)"):
        _task.execute(_call_recording.BEHAVIOUR, {}, _task.Task(True))


def test_line_without_an_end_is_read_in_part() -> None:
    # Newer releases of urllib3 have a limit of their own.
    reader = _http._BoundedReader(io.BytesIO(b"1" * 200_000))  # type: ignore[arg-type]
    assert len(reader.readline()) == _http.MAX_LINE_BYTES
    assert len(reader.readline(70_000)) == 70_000
