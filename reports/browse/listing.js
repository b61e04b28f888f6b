// A set of rows with search, choices, order and details: what files, calls, visits and all other views are shown with.
"use strict";

/** What narrows a set: words that must all occur, and values of columns. The numbers of the rows that pass. */
class Sieve {
  constructor(rows) {
    this.rows = rows;
    this.words = [];
    this.values = new Map();
    this.turn = 0;
  }

  get open() {
    return !this.words.length && !this.values.size;
  }

  /** Numbers of the rows that pass, in order; null: all of them. Undefined where another question came in between. */
  async numbers(told) {
    const turn = ++this.turn;
    if (this.open) return null;
    const found = [];
    await this.rows.scan((row, number) => {
      if (turn !== this.turn) return false;
      if (this.passes(row)) found.push(number);
      return true;
    }, told);
    return turn === this.turn ? found : undefined;
  }

  passes(row) {
    for (const [column, wished] of this.values) if (String(row[this.rows.at.get(column)]) !== wished) return false;
    return !this.words.length || this.holds(row);
  }

  holds(row) {
    const whole = row.filter((each) => typeof each === "string" && !each.startsWith("data:")).join("\n").toLowerCase();
    return this.words.every((each) => whole.includes(each));
  }
}

/** Search field and choices over a set; calls `changed(numbers)` when an answer is there. */
function sieveBar(rows, changed) {
  const sieve = new Sieve(rows);
  const status = make("span", { class: "status", role: "status" });
  const search = make("input", { type: "search", placeholder: say("search"), "aria-label": say("search"), autocomplete: "off", spellcheck: "false" });
  const ask = async () => {
    status.textContent = sieve.open ? "" : say("searching", { share: 0 });
    const numbers = await sieve.numbers((share) => {
      status.textContent = say("searching", { share: Math.round(share * 100) });
    });
    if (numbers === undefined) return;
    status.textContent = numbers ? say("found", { n: number(numbers.length), total: number(rows.total) }) : say("all", { total: number(rows.total) });
    changed(numbers);
  };
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      sieve.words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      ask();
    }, 250);
  });
  const choices = Object.entries(rows.facets).map(([column, values]) => choice(sieve, column, values, ask));
  return { bar: make("div", { class: "sieve", role: "search" }, search, ...choices, status), ask, sieve };
}

function choice(sieve, column, values, ask) {
  const select = make("select", { "aria-label": label(column) }, make("option", { value: "" }, `${label(column)}: ${say("any")}`));
  for (const each of values) select.append(make("option", { value: each }, word(column, each)));
  select.addEventListener("change", () => {
    if (select.value) sieve.values.set(column, select.value);
    else sieve.values.delete(column);
    ask();
  });
  return select;
}

/** A whole listing in a section. */
class Listing {
  constructor(section, name) {
    this.rows = new Rows(name);
    this.shown = this.rows.columns.slice(0, FACTS.shown[name]);
    this.numbers = null;
    this.descending = false;
    const { bar, ask } = sieveBar(this.rows, (numbers) => this.take(numbers));
    this.head = make("div", { class: "head", role: "row" }, ...this.shown.map((column) => this.header(column)));
    this.box = make("div", { class: "box", role: "grid", "aria-label": section.dataset.title });
    this.detail = make("aside", { class: "detail", "aria-live": "polite", hidden: true });
    section.append(bar, make("div", { class: "split" }, make("div", { class: "table", "data-columns": this.shown.length }, this.head, this.box), this.detail));
    for (const line of [this.head, this.box]) line.style.setProperty("--columns", this.shown.map(width).join(" "));
    this.list = new List(this.box, { height: 32, render: (place) => this.cells(place), open: (place) => this.tell(place) });
    ask();
  }

  header(column) {
    const button = make("button", { type: "button", onclick: () => this.sort(column) }, label(column));
    return make("div", { role: "columnheader", "aria-sort": "none", "data-column": column }, button);
  }

  take(numbers) {
    this.numbers = numbers;
    this.sorted = null;
    for (const head of this.head.children) head.setAttribute("aria-sort", "none");
    this.list.reset(numbers ? numbers.length : this.rows.total);
  }

  number(place) {
    return this.numbers ? this.numbers[place] : place;
  }

  async cells(place) {
    const row = await this.rows.row(this.number(place));
    if (!row) return [make("div", { role: "gridcell", class: "missing" }, say("missing"))];
    return this.shown.map((column) => make("div", { role: "gridcell", class: typeof row[column] === "number" ? "n" : null }, value(column, row[column])));
  }

  /** By a column; again: the other way round. Rows without a value come last. */
  async sort(column) {
    const at = this.rows.at.get(column);
    this.descending = this.sorted === column && !this.descending;
    this.sorted = column;
    const keys = new Map();
    const chosen = this.numbers && new Set(this.numbers);
    await this.rows.scan((row, number) => {
      if (!chosen || chosen.has(number)) keys.set(number, row[at]);
    });
    const turn = this.descending ? -1 : 1;
    this.numbers = [...keys.keys()].sort((one, two) => ordered(keys.get(one), keys.get(two), turn) || one - two);
    for (const head of this.head.children)
      head.setAttribute("aria-sort", head.dataset.column === column ? (this.descending ? "descending" : "ascending") : "none");
    this.list.reset(this.numbers.length);
  }

  async tell(place) {
    const row = await this.rows.row(this.number(place));
    if (!row) return;
    const facts = Object.entries(row).map(([column, content]) => make("div", {}, make("dt", {}, label(column)), make("dd", {}, value(column, content, { both: true }))));
    const close = make("button", { type: "button", onclick: () => this.close() }, say("close"));
    this.detail.replaceChildren(make("header", {}, make("h3", {}, say("details")), close), make("dl", {}, ...facts));
    this.detail.hidden = false;
  }

  close() {
    this.detail.hidden = true;
    this.box.focus();
  }
}

const WIDTHS = new Map(Object.entries({ size: "6.5rem", exhibit: "9rem", path: "minmax(14rem, 3fr)", mime: "minmax(7rem, 1fr)", url: "minmax(10rem, 2fr)", body: "minmax(12rem, 3fr)", message: "minmax(12rem, 2fr)", status: "7.5rem", count: "5rem", direction: "7rem", kind: "8rem", app: "8rem", state: "7rem", version: "5rem", mentions: "6rem", rows: "6rem", duration_s: "6rem", latitude: "7rem", longitude: "7rem", accuracy_m: "6rem", list_kind: "7rem", how: "8rem", stage: "9rem" }));
const width = (column) => WIDTHS.get(column) ?? (isTime(column) ? "13rem" : "minmax(8rem, 1fr)");

function ordered(one, two, turn) {
  if (one === two) return 0;
  if (one === null) return 1;
  if (two === null) return -1;
  return (one < two ? -1 : 1) * turn;
}
