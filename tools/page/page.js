// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The list: read, filtered, and drawn as far as it is looked at.

// Rows that are drawn at once: more than a window shows, and few enough to be there at once.
const CHUNK = 30;
const page = {rows: [], found: [], words: [], drawn: 0, playing: null};
const form = byId("filters");
const sight = new IntersectionObserver(([end]) => end.isIntersecting && draw(CHUNK), {rootMargin: "1200px"});

/** Filter, and draw the list from its beginning. */
function update() {
  page.words = wordsOf(form.elements.words.value);
  page.found = filtered(page.rows, form);
  page.drawn = 0;
  byId("rows").replaceChildren();
  draw(CHUNK);
  drawCount();
  drawEmpty();
}

/** Draw so many rows more. */
function draw(more) {
  const chunk = page.found.slice(page.drawn, page.drawn + more);
  page.drawn += chunk.length;
  byId("rows").append(...chunk.map((row) => drawn(row, page.words)));
  byId("more").hidden = page.drawn === page.found.length;
  byId("more").textContent = `Show more: ${count(page.drawn)} of ${count(page.found.length)} are shown`;
  if (page.playing) drawPlaying();
  // Is the end still in sight? Only a new observation is sure to report it.
  sight.disconnect();
  sight.observe(byId("more"));
}

function drawCount() {
  const all = page.rows.length;
  const some = page.found.length;
  const seconds = page.found.reduce((sum, row) => sum + (row.seconds || 0), 0);
  const noun = all === 1 ? "recording" : "recordings";
  const parts = [some === all ? `${count(all)} ${noun}` : `${count(some)} of ${count(all)} ${noun}`];
  if (some) parts.push(total(seconds));
  for (const mark of ["missing", "altered"]) {
    const number = page.found.filter((row) => row.mark === mark).length;
    if (number) parts.push(`${count(number)} ${mark}`);
  }
  byId("count").textContent = parts.join(" · ");
}

function drawEmpty() {
  const none = !page.found.length;
  byId("table").hidden = none;
  byId("empty").hidden = !none;
  byId("clear").hidden = !page.rows.length;
  const text = page.rows.length ? "No recording matches these filters." : "This archive has no recordings yet.";
  byId("empty").firstElementChild.textContent = text;
}

/** Have a recording in sight, even if the list was not drawn that far. */
function show(row) {
  const at = page.found.indexOf(row);
  if (at >= page.drawn) draw(at - page.drawn + CHUNK);
  lineOf(row)?.scrollIntoView({block: "nearest"});
}

function lineOf(row) {
  return byId("rows").querySelector(`tr[data-at="${row?.at}"]`);
}

function onClick(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const line = button.closest("tr");
  const row = page.rows[line.dataset.at];
  if (button.closest(".play")) toggle(row);
  else toggleDetails(button, line, row);
}

function toggleDetails(button, line, row) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  if (open) line.nextElementSibling.remove();
  else line.after(drawnDetails(row, page.words));
}

/** Draw all that was found, for paper. */
function drawForPrint() {
  const filters = filtersInWords(form);
  const which = filters.length ? filters.join("; ") : "all recordings";
  byId("printed").textContent = `Printed ${local(Date.now())} (${utc(Date.now())}). Filters: ${which}.`;
  draw(page.found.length - page.drawn);
}

function clear() {
  form.reset();
  form.elements.words.focus();
}

function start() {
  // A file of something else, or none.
  if (typeof archive === "undefined") return fail();
  page.rows = archive.rows.map(prepared);
  byId("masked").hidden = !archive.masked;
  byId("zone").textContent = `(${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  byId("more-filters").open = matchMedia("(min-width: 48rem)").matches;
  readAddress(form);
  update();
}

function fail() {
  byId("count").textContent = "The recordings could not be read: recordings.js belongs beside this page.";
}

function listen() {
  form.addEventListener("input", update);
  form.addEventListener("change", () => writeAddress(form));
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are empty only after the event.
  form.addEventListener("reset", () => setTimeout(() => (update(), writeAddress(form))));
  window.addEventListener("hashchange", () => (readAddress(form), update()));
  byId("clear").addEventListener("click", clear);
  byId("rows").addEventListener("click", onClick);
  byId("more").addEventListener("click", () => draw(CHUNK));
  window.addEventListener("beforeprint", drawForPrint);
  startPlayer();
}

/** Read recordings.js, the only script that this page trusts beside itself. */
function read() {
  const script = document.createElement("script");
  const name = "recordings.js";
  const policy = window.trustedTypes?.createPolicy("recordings", {createScriptURL: () => name});
  script.src = policy ? policy.createScriptURL("") : name;
  script.addEventListener("load", start);
  script.addEventListener("error", fail);
  document.head.append(script);
}

listen();
read();
