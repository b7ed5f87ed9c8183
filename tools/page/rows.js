// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Rows of the table. What strangers chose becomes text nodes only.

const EXCERPT = 160;
// Characters of an excerpt before the word that was found.
const BEFORE = 40;

function byId(id) {
  return document.getElementById(id);
}

function cloned(template) {
  return byId(template).content.firstElementChild.cloneNode(true);
}

/** Return a row of the table. */
function drawn(row, words) {
  const line = cloned("row");
  const put = (selector, text) => {
    line.querySelector(selector).textContent = text;
  };
  line.dataset.at = row.at;
  if (row.mark) line.dataset.mark = row.mark;
  drawTime(row, put, line.querySelector("time"));
  put(".from", shown(row.from) || UNKNOWN);
  put(".to", shown(row.to) || UNKNOWN);
  put(".direction", direction(row));
  put("td.length", row.seconds === null ? UNKNOWN : length(row.seconds));
  put("td.sid", shown(row.sid));
  put(".toggle .unseen", `Details of ${title(row)}`);
  line.querySelector(".said").append(...marked(excerpt(row.transcript, words), words));
  drawMark(row, line.querySelector(".mark"));
  const button = line.querySelector(".play button");
  button.disabled = !playable(row);
  button.setAttribute("aria-label", `Play ${title(row)}`);
  return line;
}

function drawTime(row, put, time) {
  put("time", Number.isNaN(row.time) ? UNKNOWN : local(row.time));
  if (Number.isNaN(row.time)) return;
  time.dateTime = new Date(row.time).toISOString();
  put(".utc", utc(row.time));
}

function drawMark(row, mark) {
  const {name, sign, why} = MARKS[row.mark] || {name: shown(row.mark)};
  if (sign) mark.append(element("span", {"aria-hidden": "true"}, `${sign} `));
  if (why) mark.title = why;
  mark.append(name);
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Return the row with all that is known of a recording. */
function drawnDetails(row, words) {
  const line = cloned("details");
  for (const [name, value] of facts(row)) {
    if (value) line.querySelector("dl").append(element("dt", {}, name), element("dd", {}, value));
  }
  if (row.transcript) line.querySelector(".transcript p").append(...marked(shown(row.transcript), words));
  else line.querySelector(".transcript").remove();
  return line;
}

function facts(row) {
  const bdi = (text) => text && element("bdi", {}, shown(text));
  return [
    ["Audio", (MARKS[row.mark] || {}).why],
    ["From", bdi(row.from)],
    ["To", bdi(row.to)],
    ["Recording SID", bdi(row.sid)],
    ["Call SID", bdi(row.call)],
    ["Conference SID", bdi(row.conference)],
    ["Source", bdi(row.source)],
    ["Channels", row.channels === null ? "" : String(row.channels)],
    ["File", row.link && file(row)],
    ["Bytes", row.bytes === null ? "" : count(row.bytes)],
    ["SHA-256", bdi(row.sha256)],
    ["Archived", row.archived && `${local(Date.parse(row.archived))} (${utc(Date.parse(row.archived))})`],
  ];
}

/** Return the name of the audio's file, with a link to it if it is there. */
function file(row) {
  const name = shown(readable(row.link));
  return playable(row) ? element("a", {href: row.link}, element("bdi", {}, name)) : element("bdi", {}, name);
}

function readable(link) {
  try {
    return decodeURIComponent(link);
  } catch {
    // Of bytes that are no UTF-8.
    return link;
  }
}

/** Return the part of a transcript that a row has room for: its beginning, or where the first word was found. */
function excerpt(transcript, words) {
  if (!transcript) return "";
  const found = words.length ? transcript.search(patternOf(words)) : 0;
  const from = found > BEFORE ? found - BEFORE : 0;
  // An emoji of which half is cut off is no character.
  const text = shown(transcript.slice(from, from + EXCERPT).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "").replace(/\s+/g, " "));
  return (from ? "…" : "") + text + (from + EXCERPT < transcript.length ? "…" : "");
}

/** Return a text as nodes in which the words are marked. */
function marked(text, words) {
  if (!words.length) return [text];
  const parts = text.split(patternOf(words));
  return parts.map((part, at) => (at % 2 ? element("mark", {}, part) : part));
}

function patternOf(words) {
  return new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|")})`, "iu");
}
