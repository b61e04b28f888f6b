// Elements and words. Text from evidence becomes a text node, isolated in its direction, and nothing else.
"use strict";

const LONG = 300; // characters that are shown before the rest folds away
const NUMBERS = new Intl.NumberFormat(FACTS.language === "id" ? "id-ID" : "en-GB");
const STAMP = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z?)$/;

function say(key, values = {}) {
  const text = FACTS.texts[key.includes(".") ? key : `browse.${key}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const has = (key) => Object.hasOwn(FACTS.texts, key);
const number = (value) => (value === null || value === undefined ? "—" : NUMBERS.format(value));

/** An element with attributes and children; a string among these is text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (name === "hidden") element.hidden = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Text from evidence. */
const text = (value) => make("bdi", { dir: "auto" }, String(value));

/** The same; what is very long folds away. */
function folded(value, limit = LONG) {
  const whole = String(value);
  if (whole.length <= limit) return text(whole);
  return make("details", { class: "fold" }, make("summary", {}, text(`${whole.slice(0, limit)}…`)), text(whole));
}

/** The word for a code of a column, where there is one; else the code itself. */
function word(column, code) {
  const name = String(code).replaceAll(/[ -]/g, "_");
  const key = WORDS.get(column)?.find((family) => has(`${family}_${name}`));
  return key ? say(`${key}_${name}`) : String(code);
}

// Families of texts that name the codes of a column.
const WORDS = new Map([
  ["status", ["browse.status"]],
  ["deleted", ["browse.deleted", "report.gone"]],
  ["direction", ["report.direction"]],
  ["kind", ["browse.kind", "report.message", "report.media", "problem", "browse.place"]],
  ["list_kind", ["report.list"]],
  ["how", ["report.how"]],
  ["outcome", ["report.outcome", "report.ran"]],
  ["certainty", ["paper.certain"]],
  ["state", ["paper.state"]],
  ["category", ["browse.category"]],
  ["event", ["browse.event"]],
]);

/** A moment as [date and clock, zone, UTC]: local where the evidence says UTC, as stored where it names no zone. */
function moment(stamp) {
  const match = STAMP.exec(stamp ?? "");
  if (!match) return [stamp ?? "—", "", ""];
  const written = `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}:${match[6]}`;
  if (!match[8]) return [written, say("report.zone_unknown"), ""];
  const local = new Date(Date.UTC(...match.slice(1, 7).map((part, index) => Number(part) - (index === 1 ? 1 : 0))) + FACTS.hours * 3600000);
  const shown = Number.isNaN(local.getTime()) ? written : local.toISOString().slice(0, 19).replace("T", " ");
  return [shown, FACTS.zone, `${written} UTC`];
}

function time(stamp, { both = false } = {}) {
  const [shown, zone, utc] = moment(stamp);
  const after = both && utc && FACTS.zone !== "UTC" ? ` (${utc})` : "";
  return make("span", { class: "time", title: utc || zone || null }, shown, make("small", {}, ` ${zone}${after}`));
}

/** Bytes in a round unit. */
function bytes(value) {
  if (value === null) return "—";
  const unit = ["TiB", "GiB", "MiB", "KiB"].findIndex((_, index) => value >= 1024 ** (4 - index));
  if (unit < 0) return `${number(value)} B`;
  return `${NUMBERS.format(Math.round((value / 1024 ** (4 - unit)) * 10) / 10)} ${["TiB", "GiB", "MiB", "KiB"][unit]}`;
}

const isTime = (column) => column.endsWith("_at") || ["modified", "accessed", "changed", "born", "at"].includes(column);

/** A value of a column as a node. */
function value(column, content, { both = false } = {}) {
  if (content === null || content === undefined || content === "") return make("span", { class: "none" }, "—");
  if (isTime(column)) return time(content, { both });
  if (column === "size" || column === "bytes_read") return make("span", { title: `${number(content)} B` }, bytes(content));
  if (WORDS.has(column)) return text(word(column, content));
  if (typeof content === "number" && !["entry_id", "latitude", "longitude"].includes(column)) return document.createTextNode(number(content));
  return both ? folded(content) : text(content);
}

const label = (column) => say(has(`browse.column_${column}`) ? `column_${column}` : column);

/** A link to a finding. */
function toFinding(found) {
  return make("a", { class: "mark", href: `#/findings=${found}` }, say("see_finding", { number: found }));
}
