// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// One native player for all recordings.

const STEP = 10;
const audio = byId("audio");
const KEYS = {
  k: () => toggle(page.playing || neighbour(1)),
  j: () => seek(-STEP),
  l: () => seek(STEP),
  n: () => toggle(neighbour(1)),
  p: () => toggle(neighbour(-1)),
};

/** Return whether there is audio to play. */
function playable(row) {
  return Boolean(row.link) && (row.mark === "" || row.mark === "altered");
}

/** Return the next recording of the list that can be played, or the one before it. */
function neighbour(step) {
  let at = page.found.indexOf(page.playing) + step;
  while (page.found[at] && !playable(page.found[at])) at += step;
  return page.found[at];
}

/** Play a recording, or pause it if it plays. */
function toggle(row) {
  if (!row) return;
  if (row !== page.playing) load(row);
  else if (!audio.paused) return audio.pause();
  byId("fault").textContent = "";
  // A fault is an event of the element.
  audio.play().catch(() => {});
}

function load(row) {
  page.playing = row;
  audio.src = row.link;
  const warning = row.mark ? ` (${MARKS[row.mark].name.toLowerCase()})` : "";
  byId("playing").textContent = title(row) + warning;
  byId("player").hidden = false;
  show(row);
}

function seek(seconds) {
  if (!page.playing) return;
  const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
  audio.currentTime = Math.max(0, Math.min(end, audio.currentTime + seconds));
}

function drawPlaying() {
  const plays = !audio.paused;
  for (const line of byId("rows").querySelectorAll("tr[data-at]")) {
    const current = line === lineOf(page.playing);
    if (!current && !line.hasAttribute("aria-current")) continue;
    if (current) line.setAttribute("aria-current", "true");
    else line.removeAttribute("aria-current");
    line.classList.toggle("plays", current && plays);
    const verb = current && plays ? "Pause" : "Play";
    const button = line.querySelector(".play button");
    button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/^\w+/, verb));
  }
  byId("previous").disabled = !neighbour(-1);
  byId("next").disabled = !neighbour(1);
}

function drawFault() {
  if (page.playing) byId("fault").textContent = "The audio could not be played: the file is missing, or of another format.";
}

function onKey(event) {
  const own = event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented;
  if (own || !byId("keys-on").checked || event.target.closest("input, select, textarea")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function startPlayer() {
  for (const name of ["play", "pause", "ended", "emptied"]) audio.addEventListener(name, drawPlaying);
  audio.addEventListener("error", drawFault);
  byId("previous").addEventListener("click", KEYS.p);
  byId("next").addEventListener("click", KEYS.n);
  document.addEventListener("keydown", onKey);
}
