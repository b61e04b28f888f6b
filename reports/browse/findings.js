// Findings as cards, a page of them at a time; one may be asked for by its number (#/findings=12).
"use strict";

const CARDS = 20;

class Findings {
  constructor(section) {
    this.rows = new Rows("findings");
    this.numbers = null;
    this.page = 0;
    const { bar, ask } = sieveBar(this.rows, (numbers) => {
      this.numbers = numbers;
      this.show(0);
    });
    this.cards = make("div", { class: "cards" });
    this.pages = [pager((page) => this.show(page)), pager((page) => this.show(page))];
    section.append(bar, this.pages[0].bar, this.cards, this.pages[1].bar);
    ask();
  }

  get total() {
    return this.numbers ? this.numbers.length : this.rows.total;
  }

  async show(page) {
    this.page = page;
    const places = Array.from({ length: Math.max(0, Math.min(CARDS, this.total - page * CARDS)) }, (_, index) => page * CARDS + index);
    const rows = await Promise.all(places.map((place) => this.rows.row(this.numbers ? this.numbers[place] : place)));
    this.cards.replaceChildren(...rows.map((row) => (row ? card(row) : make("p", { class: "missing" }, say("missing")))));
    if (!places.length) this.cards.append(make("p", {}, say("nothing")));
    for (const each of this.pages) each.at(page, Math.ceil(this.total / CARDS));
  }

  /** The finding of this number, whatever was searched before. */
  async go(found) {
    this.numbers = null;
    await this.show(Math.floor((found - 1) / CARDS));
    const target = document.getElementById(`finding-${found}`);
    target?.scrollIntoView({ block: "start" });
    target?.focus({ preventScroll: true });
  }
}

function card(row) {
  const head = make("header", {}, make("h3", {}, say("finding", { number: row.number }), " — ", folded(row.name, 120)), make("span", { class: `certainty ${row.certainty}` }, row.word));
  const groups = row.groups.map(([title, style, lines]) => group(title, style, lines));
  return make("article", { class: "card", id: `finding-${row.number}`, tabindex: "-1" }, head, make("dl", {}, ...groups));
}

function group(title, style, lines) {
  if (style === "code") {
    const whole = lines.join("\n");
    const copy = make("button", { type: "button", onclick: () => copied(copy, whole) }, say("copy"));
    return make("div", { class: "code" }, make("dt", {}, title), make("dd", {}, make("pre", { dir: "ltr" }, whole), copy));
  }
  return make("div", { class: style }, make("dt", {}, title), make("dd", {}, ...lines.map((line) => make("div", {}, folded(line)))));
}

/** Into the clipboard where the browser lets a page from a disk do that; else selected, ready to be copied. */
async function copied(button, whole) {
  try {
    await navigator.clipboard.writeText(whole);
    button.textContent = say("copied");
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
  }
}

/** First, previous, next, last, and where one is. */
function pager(go) {
  const state = { page: 0, pages: 1 };
  const button = (words, target) => make("button", { type: "button", onclick: () => go(Math.max(0, Math.min(state.pages - 1, target()))) }, say(words));
  const where = make("span", { role: "status" });
  const bar = make("nav", { class: "pager", "aria-label": say("pages") }, button("first", () => 0), button("previous", () => state.page - 1), where, button("next", () => state.page + 1), button("last", () => state.pages - 1));
  const at = (page, pages) => {
    Object.assign(state, { page, pages: Math.max(1, pages) });
    where.textContent = say("page_of", { page: number(page + 1), pages: number(state.pages) });
    bar.hidden = pages <= 1;
    const [first, previous, , next, last] = bar.children;
    first.disabled = previous.disabled = page === 0;
    next.disabled = last.disabled = page >= state.pages - 1;
  };
  return { bar, at };
}
