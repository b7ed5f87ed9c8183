// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Values as text.

const UNKNOWN = "Not known";
const DIRECTIONS = {inbound: "Inbound", outbound: "Outbound"};
const MARKS = {
  "": {name: "In place"},
  missing: {name: "Missing", sign: "✕", why: "The audio is not in the archive."},
  altered: {name: "Altered", sign: "▲", why: "A file of the recording is missing, or is not what was archived: its SHA-256 differs."},
  removed: {name: "Removed", sign: "–", why: "The audio was kept as long as it should be, and then removed."},
};
// What would change the direction or the lines of the text around it.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** Return a text of a stranger without what would change the text around it. */
function shown(text) {
  return text == null ? "" : String(text).replace(CONTROLS, "\ufffd");
}

function padded(number) {
  return String(number).padStart(2, "0");
}

/** Return a time in the reader's zone. */
function local(time) {
  const date = new Date(time);
  const day = [date.getFullYear(), padded(date.getMonth() + 1), padded(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(padded).join(":")}`;
}

function utc(time) {
  return new Date(time).toISOString().replace("T", " ").replace(/\..*/, " UTC");
}

/** Return seconds as 0:12 or 1:02:03. */
function length(seconds) {
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${padded(minutes)}:${padded(whole % 60)}` : `${minutes}:${padded(whole % 60)}`;
}

/** Return seconds as 12 s, 3 min 12 s, or 56 h 3 min. */
function total(seconds) {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  if (whole < 60) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
}

function count(number) {
  return number.toLocaleString("en");
}

function direction(row) {
  return DIRECTIONS[row.direction] || shown(row.direction) || "Direction not known";
}

/** Return what a recording is called where nothing else of it can be seen. */
function title(row) {
  const when = Number.isNaN(row.time) ? "unknown time" : local(row.time);
  return `${when}, ${shown(row.from) || "unknown"} to ${shown(row.to) || "unknown"}`;
}
