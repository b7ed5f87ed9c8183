// Copyright (c) 2026 voiceops.telnyx contributors
// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Which recordings the form asks for. Each filter returns a test of a row, for a value that is not empty.

const DOTS = "•••";
const FILTERS = {
  words: (value) => {
    const words = wordsOf(value);
    return (row) => words.every((word) => row.spoken.includes(word));
  },
  number: (value) => {
    const wanted = compact(value);
    return (row) => row.numbers.some((number) => number.includes(wanted) || isMaskOf(number, wanted));
  },
  sid: (value) => {
    const wanted = value.trim().toLowerCase();
    return (row) => row.sids.includes(wanted);
  },
  from: (value) => {
    const begin = startOf(value, 0);
    return (row) => row.time >= begin;
  },
  to: (value) => {
    const end = startOf(value, 1);
    return (row) => row.time < end;
  },
  direction: (value) => (row) => row.way === value,
  least: (value) => (row) => row.seconds !== null && row.seconds >= value * 60,
  most: (value) => (row) => row.seconds !== null && row.seconds <= value * 60,
  mark: (value) => (row) => row.mark === (value === "kept" ? "" : value),
};

/** Add to a row what the filters compare. */
function prepared(row, at) {
  row.at = at;
  row.time = Date.parse(row.started);
  row.numbers = [row.from, row.to].map(compact);
  row.sids = [row.sid, row.call, row.conference].join(" ").toLowerCase();
  row.spoken = (row.transcript || "").toLowerCase();
  row.way = Object.keys(DIRECTIONS).find((name) => String(row.direction).startsWith(name)) || "unknown";
  return row;
}

function wordsOf(text) {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Return a number without what people write between its digits. */
function compact(number) {
  return String(number ?? "").toLowerCase().replace(/[\s()./+-]/g, "");
}

/** Return whether a masked number can be this one. */
function isMaskOf(masked, number) {
  const [first, last] = masked.split(DOTS);
  if (last === undefined || first.length + last.length < 4) return false;
  return number.length > first.length + last.length && number.startsWith(first) && number.endsWith(last);
}

/** Return when a day begins in the reader's zone, or the day some days after it. */
function startOf(day, after) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after).getTime();
}

/** Return the fields of the form that are filled in. */
function filled(form) {
  return [...new FormData(form)].filter(([name, value]) => name in FILTERS && value.trim());
}

/** Return the rows that pass every filter. */
function filtered(rows, form) {
  const tests = filled(form).map(([name, value]) => FILTERS[name](value));
  return rows.filter((row) => tests.every((test) => test(row)));
}

/** Return in words what the form asks for. */
function filtersInWords(form) {
  return filled(form).map(([name, value]) => {
    const field = form.elements[name];
    const label = field.labels[0].firstChild.textContent.trim();
    return `${label}: ${field.selectedOptions ? field.selectedOptions[0].textContent : value}`;
  });
}

/** Fill in the form as the address of the page asks. */
function readAddress(form) {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const name of Object.keys(FILTERS)) form.elements[name].value = wanted.get(name) ?? "";
}

/** Keep the filters in the address, so that it can be passed on. */
function writeAddress(form) {
  history.replaceState(null, "", `#${new URLSearchParams(filled(form))}`);
}
