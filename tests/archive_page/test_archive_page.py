# Copyright (c) 2026 voiceops.telnyx contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of an archive, in a browser."""

from __future__ import annotations

import functools
import http.server
import threading
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import browser as browsers
import pytest
from ansible_collections.voiceops.telnyx.plugins.module_utils._archive.page import Row, write_page
from playwright.sync_api import Browser, Page, expect
from support.archive import sidecar

EVIL = '</script><script>window.hit = 1</script><img src=x onerror="window.hit = 1">'
RTL = "\u202egpj.exe"
LONG = "9" * 300
AXE = browsers.INSTALLED / "node_modules" / "axe-core" / "axe.min.js"

Open = Callable[..., Page]


def call(caller: Any, callee: Any, direction: Any) -> dict[str, Any]:
    return {"from": caller, "to": callee, "direction": direction}


ROWS = [
    Row(
        sidecar("RE-in", call=call("+13125550055", "+493012345678", "inbound"), duration={"reported": 45, "measured": 45}),
        "a/RE-in.wav",
        "The invoice is wrong.\nIch prüfe das: 日本 🎉 (a+b).",
    ),
    Row(
        # In Chicago, this is the day before.
        sidecar(
            "RE-out",
            started="2026-11-24T05:30:00Z",
            call=call("sip:ann@example.com", "+13125550077", "outbound"),
            duration={"reported": 600, "measured": None},
            conference_sid="CF-one",
        ),
        "a b/#RE-out?.wav",
        mark="altered",
    ),
    Row(sidecar("RE-gone", started="2026-11-20T12:00:00Z", call=call(RTL, LONG, "inbound")), "a/RE-gone.wav", mark="missing"),
    Row(
        sidecar("RE-old", started=None, created=None, call=None, duration={"reported": None, "measured": None}),
        "a/RE-old.wav",
        mark="removed",
    ),
    Row(
        sidecar(EVIL, started="2026-11-19T12:00:00Z", call=call(EVIL, "javascript:window.hit=1", EVIL)), "<script>.wav", EVIL * 9
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as one:
        yield one


@pytest.fixture
def seen() -> dict[str, list[str]]:
    """What the browser requested, and what it complained about."""
    return {"requests": [], "faults": []}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    write(tmp_path, ROWS)
    return tmp_path


@pytest.fixture
def opened(browser: Browser, archive: Path, seen: dict[str, list[str]]) -> Iterator[Open]:
    """Give a function that opens the page of the archive, in Chicago. In the end, nothing went wrong in it."""
    contexts = []

    def visit(url: str = "", **options: Any) -> Page:
        given = {"timezone_id": "America/Chicago", "viewport": {"width": 1280, "height": 900}, **options}
        contexts.append(browser.new_context(**given))
        page = contexts[-1].new_page()
        page.on("request", lambda request: seen["requests"].append(request.url))
        page.on("console", lambda message: seen["faults"].append(message.text))
        page.on("pageerror", lambda error: seen["faults"].append(str(error)))
        page.goto(url if "://" in url else f"{(archive / 'index.html').as_uri()}{url}")
        expect(page.locator("#count")).not_to_have_text("Loading")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert seen["faults"] == []


def write(folder: Path, rows: list[Row], mask: bool = True) -> None:
    write_page(str(folder), rows, mask)
    for row in rows:
        if row.mark in ("", "altered"):
            path = folder / row.audio
            path.parent.mkdir(parents=True, exist_ok=True)
            with wave.open(str(path), "wb") as file:
                file.setparams((1, 1, 8000, 0, "NONE", "NONE"))
                file.writeframes(b"\x80" * 8000 * 60)


def sids(page: Page) -> list[str]:
    """Return the SIDs of the list, of which that of the stranger is long."""
    return [text if text != EVIL else "EVIL" for text in page.locator("td.sid").all_text_contents()]


def line(page: Page, sid: str) -> Any:
    return page.locator("#rows tr", has_text=sid)


def paused(page: Page) -> bool:
    found: bool = page.evaluate("document.querySelector('audio').paused")
    return found


def at(page: Page) -> float:
    found: float = page.evaluate("document.querySelector('audio').currentTime")
    return found


def playing(page: Page) -> str:
    return page.locator("tr[aria-current=true] td.sid").text_content() or ""


def test_from_a_file_without_network(opened: Open, archive: Path, seen: dict[str, list[str]]) -> None:
    page = opened()
    expect(page.locator("#count")).to_have_text("5 recordings · 11 min 9 s · 1 missing · 1 altered")
    assert sids(page) == ["RE-in", "RE-out", "RE-gone", "EVIL", "RE-old"]
    first = line(page, "RE-in")
    expect(first.locator("time")).to_have_text("2026-11-24 04:00:00")
    expect(first.locator(".utc")).to_have_text("2026-11-24 10:00:00 UTC")
    expect(first.locator(".numbers")).to_contain_text("+1312•••0055")
    assert seen["requests"] == [(archive / name).as_uri() for name in ("index.html", "recordings.js")]
    # Nothing of a stranger is markup, and the browser refuses what would be.
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, svg script").count() == 0
    assert "<img src=x onerror" in (page.locator(".from").all_text_contents()[3])
    with pytest.raises(Exception, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<img>'")
    seen["faults"][:] = [text for text in seen["faults"] if "TrustedHTML" not in text]


@pytest.mark.long
@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("words", "INVOICE wrong", ["RE-in"]),
        ("words", "prüfe 日本", ["RE-in"]),
        ("words", "🎉", ["RE-in"]),
        ("words", "(a+b).", ["RE-in"]),
        ("words", "<img", ["EVIL"]),
        ("words", "nothing of this", []),
        ("number", "0055", ["RE-in"]),
        ("number", "+1 312", ["RE-in", "RE-out"]),
        ("number", "(312) 555-0055", []),
        ("number", "+1 (312) 555-0055", ["RE-in"]),
        ("number", "13125550077", ["RE-out"]),
        ("number", "sip:ann@example.com", ["RE-out"]),
        ("sid", "re-o", ["RE-out", "RE-old"]),
        ("sid", "v3:call-of-RE-gone", ["RE-gone"]),
        ("sid", " CF-one ", ["RE-out"]),
        ("from", "2026-11-24", ["RE-in"]),
        ("from", "2026-11-23", ["RE-in", "RE-out"]),
        ("to", "2026-11-23", ["RE-out", "RE-gone", "EVIL"]),
        ("to", "2026-11-18", []),
        ("direction", "inbound", ["RE-in", "RE-gone"]),
        ("direction", "outbound", ["RE-out"]),
        ("direction", "unknown", ["EVIL", "RE-old"]),
        ("least", "0.75", ["RE-in", "RE-out"]),
        ("least", "10.1", []),
        ("most", "0.75", ["RE-in", "RE-gone", "EVIL"]),
        ("mark", "kept", ["RE-in", "EVIL"]),
        ("mark", "missing", ["RE-gone"]),
        ("mark", "altered", ["RE-out"]),
        ("mark", "removed", ["RE-old"]),
    ],
)
def test_filter(field: str, value: str, found: list[str], opened: Open) -> None:
    page = opened()
    one = page.locator(f"[name={field}]")
    if field in ("direction", "mark"):
        one.select_option(value)
    else:
        one.fill(value)
    assert sids(page) == found
    expect(page.locator("#count")).to_contain_text(f"{len(found)} of 5 recordings")
    expect(page.locator("#empty")).to_be_visible(visible=not found)
    expect(page.get_by_role("table")).to_be_visible(visible=bool(found))


@pytest.mark.long
def test_filters_together_and_in_the_address(opened: Open) -> None:
    page = opened()
    page.locator("[name=sid]").fill("re-")
    page.locator("[name=direction]").select_option("inbound")
    assert sids(page) == ["RE-in", "RE-gone"]
    address = page.url
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("#rows tr")).to_have_count(5)
    again = opened(url=address)
    assert sids(again) == ["RE-in", "RE-gone"]
    assert again.locator("[name=direction]").input_value() == "inbound"
    # What an address asks for is a value of a field, and nothing else.
    other = opened(url=f"#words={'<img src=x onerror=window.hit=1>'}&other=1&form=2")
    assert sids(other) == []
    assert other.evaluate("window.hit") is None
    other.locator("#clear").click()
    expect(other.locator("#rows tr")).to_have_count(5)
    expect(other.locator("[name=words]")).to_be_focused()


@pytest.mark.long
def test_words_are_marked(opened: Open) -> None:
    page = opened()
    page.locator("[name=words]").fill("invoice (A+B)")
    assert page.locator("#rows mark").all_text_contents() == ["invoice", "(a+b)"]
    page.get_by_role("button", name="Details").click()
    assert page.locator(".transcript mark").all_text_contents() == ["invoice", "(a+b)"]
    expect(page.locator(".transcript p")).to_have_text("The invoice is wrong.\nIch prüfe das: 日本 🎉 (a+b).")


@pytest.mark.long
def test_keys(opened: Open) -> None:
    page = opened()
    assert page.locator("audio").get_attribute("preload") == "none"
    expect(page.locator("#player")).to_be_hidden()
    page.keyboard.press("k")
    expect(page.locator("tr.plays")).to_have_count(1)
    assert playing(page) == "RE-in"
    expect(page.get_by_role("button", name="Pause 2026-11-24 04:00:00")).to_be_visible()
    page.wait_for_function("() => document.querySelector('audio').duration === 60")
    page.keyboard.press("k")
    expect(page.locator("tr.plays")).to_have_count(0)
    begin = at(page)
    page.keyboard.press("l")
    assert at(page) == pytest.approx(begin + 10)
    page.keyboard.press("l")
    page.keyboard.press("j")
    assert at(page) == pytest.approx(begin + 10)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert at(page) == 0
    # The list goes on with what can be played.
    page.keyboard.press("n")
    expect(page.locator("#playing")).to_contain_text("2026-11-23 23:30:00")
    expect(page.locator("#playing")).to_contain_text("(altered)")
    page.keyboard.press("n")
    expect(page.locator("tr.plays td.sid")).to_have_text(EVIL)
    assert not paused(page)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.keyboard.press("n")
    page.keyboard.press("p")
    expect(page.locator("tr.plays td.sid")).to_have_text("RE-out")
    assert playing(page) == "RE-out"
    assert page.evaluate("window.hit") is None
    expect(page.locator("#fault")).to_be_empty()


@pytest.mark.long
def test_keys_are_left_to_others(opened: Open) -> None:
    page = opened()
    page.locator("[name=words]").press_sequentially("kjlnp")
    assert page.locator("[name=words]").input_value() == "kjlnp"
    page.locator("[name=words]").fill("")
    page.get_by_role("heading", name="Recordings").click()
    for key in ("Control+k", "Alt+n", "Meta+p", "Space", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("#player")).to_be_hidden()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("heading", name="Recordings").click()
    page.keyboard.press("k")
    expect(page.locator("#player")).to_be_hidden()


@pytest.mark.long
def test_marks(opened: Open) -> None:
    page = opened()
    marks = (
        ("RE-out", "▲ Altered", 1, "A file of the recording is missing, or is not what was archived"),
        ("RE-gone", "✕ Missing", 0, "The audio is not in the archive"),
        ("RE-old", "– Removed", 0, "The audio was kept as long as it should be"),
    )
    for sid, name, plays, why in marks:
        one = line(page, sid)
        expect(one.locator(".mark")).to_have_text(name)
        expect(one.locator(".play button")).to_be_enabled(enabled=bool(plays))
        one.locator(".toggle button").click()
        assert page.locator("tr.details a").count() == plays
        expect(page.locator("tr.details dd").first).to_contain_text(why)
        one.locator(".toggle button").click()
        expect(page.locator("tr.details")).to_have_count(0)
    assert page.locator("[data-mark=altered] .mark").evaluate("one => getComputedStyle(one).borderStyle") == "solid"
    assert page.locator("[data-mark=missing] .mark").evaluate("one => getComputedStyle(one).borderStyle") == "dashed"


@pytest.mark.long
def test_audio_that_went_away_meanwhile(opened: Open, archive: Path, seen: dict[str, list[str]]) -> None:
    page = opened()
    (archive / "a" / "RE-in.wav").unlink()
    line(page, "RE-in").locator(".play button").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be played")
    assert any("ERR_FILE_NOT_FOUND" in text for text in seen["faults"])
    seen["faults"].clear()


@pytest.mark.long
@pytest.mark.parametrize("width", [1280, 700, 360])
def test_strangers_do_not_break_the_page(width: int, opened: Open) -> None:
    page = opened(viewport={"width": width, "height": 800})
    for number in range(4, -1, -1):
        page.locator("#rows tr:not(.details) .toggle button").nth(number).click()
    assert page.evaluate("window.hit") is None
    assert page.locator("img").count() == 0
    assert "\u202e" not in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#rows tr").evaluate_all("all => all.every((one) => one.scrollWidth <= one.clientWidth)")
    # Cards keep what a table means.
    assert page.get_by_role("table").get_by_role("row").count() == 1 + 2 * 5
    assert [link.get_attribute("href") for link in page.locator("tr.details a").all()] == [
        *("a/RE-in.wav", "a%20b/%23RE-out%3F.wav", "%3Cscript%3E.wav")
    ]


@pytest.mark.long
def test_numbers_are_masked_or_not(opened: Open, archive: Path) -> None:
    page = opened()
    expect(page.locator("#masked")).to_be_visible()
    assert "3125550055" not in page.content()
    write_page(str(archive), ROWS, False)
    page.reload()
    expect(page.locator("#masked")).to_be_hidden()
    expect(page.locator(".from").first).to_have_text("+13125550055")
    page.locator("[name=number]").fill("312 555")
    assert sids(page) == ["RE-in", "RE-out"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("UTC", "2026-11-24 10:00:00"),
        ("Asia/Kabul", "2026-11-24 14:30:00"),
        ("Pacific/Kiritimati", "2026-11-25 00:00:00"),
    ],
)
def test_zone_of_the_reader(zone: str, shown: str, opened: Open) -> None:
    page = opened(timezone_id=zone)
    expect(page.locator("th.when")).to_contain_text(zone)
    expect(page.locator("time").first).to_have_text(shown)
    expect(page.locator("time").first).to_have_attribute("datetime", "2026-11-24T10:00:00.000Z")
    expect(page.locator(".utc").first).to_have_text("2026-11-24 10:00:00 UTC")
    for name in ("from", "to"):
        page.locator(f"[name={name}]").fill(shown[:10])
    assert sids(page)[0] == "RE-in"


@pytest.mark.long
def test_print_has_the_whole_list(opened: Open, archive: Path) -> None:
    write_page(str(archive), [Row(sidecar(f"RE{number:03}"), f"{number}.wav") for number in range(250)], True)
    page = opened("#sid=RE")
    expect(page.locator("#more")).to_contain_text("of 250 are shown")
    page.pdf()
    expect(page.locator("#rows tr")).to_have_count(250)
    page.emulate_media(media="print")
    expect(page.locator("#printed")).to_contain_text("Filters: Recording or call SID: RE.")
    for hidden in ("#filters", "#keys", "#player", "#more", "td.play", "td.toggle"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("td.sid").nth(249)).to_be_visible()


@pytest.mark.long
def test_long_list_is_drawn_as_it_is_looked_at(opened: Open, archive: Path) -> None:
    write_page(str(archive), [Row(sidecar(f"RE{number:05}"), f"{number}.wav") for number in range(10_000)], True)
    page = opened()
    expect(page.locator("#count")).to_contain_text("10,000 recordings")
    first = page.locator("#rows tr").count()
    # More than the window shows, and far from all.
    assert 20 < first < 200
    page.locator("#more").scroll_into_view_if_needed()
    expect(page.locator("#rows tr")).not_to_have_count(first)
    drawn = page.locator("#rows tr").count()
    page.locator("#more").evaluate("one => one.click()")
    assert page.locator("#rows tr").count() > drawn
    # Enough of them on a high screen too, after a filter as before it.
    page.set_viewport_size({"width": 1280, "height": 6000})
    page.locator("[name=sid]").fill("RE")
    expect(page.locator("#more")).not_to_be_in_viewport()
    page.locator("[name=sid]").fill("RE0000")
    expect(page.locator("#rows tr")).to_have_count(10)


@pytest.mark.long
def test_from_a_web_server(opened: Open, archive: Path, seen: dict[str, list[str]]) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_given: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(archive))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/"
        page = opened(root)
        page.keyboard.press("k")
        page.wait_for_function("() => document.querySelector('audio').duration === 60")
        page.goto("about:blank")
        server.shutdown()
    assert {url.removeprefix(root) for url in seen["requests"] if url != "about:blank"} == {
        "",
        "recordings.js",
        "a/RE-in.wav",
    }


@pytest.mark.long
def test_an_archive_without_recordings(opened: Open, archive: Path, seen: dict[str, list[str]]) -> None:
    write_page(str(archive), [], True)
    page = opened()
    expect(page.locator("#empty p")).to_have_text("This archive has no recordings yet.")
    page.keyboard.press("k")
    expect(page.locator("#player")).to_be_hidden()
    (archive / "recordings.js").unlink()
    page.reload()
    expect(page.locator("#count")).to_contain_text("recordings.js belongs beside this page")
    assert all("ERR_FILE_NOT_FOUND" in text for text in seen["faults"])
    seen["faults"].clear()


@pytest.mark.long
@pytest.mark.parametrize("state", ["playing", "empty"])
@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: str, width: int, state: str, opened: Open) -> None:
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 2000})
    if state == "playing":
        for number in range(4, -1, -1):
            page.locator(".toggle button").nth(number).click()
        page.keyboard.press("k")
        expect(page.locator("tr.plays")).to_have_count(1)
    else:
        page.locator("[name=words]").fill("nothing of this")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert len(found["passes"]) > 20
