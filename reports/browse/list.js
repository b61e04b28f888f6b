// A list of any length: only the rows in sight exist. Moves by pointer and by keys, says to readers where it is.
"use strict";

const TALLEST = 8_000_000; // pixels that every browser can scroll; beyond that, rows are spread over them

class List {
  /**
   * `render(number)` gives the cells of row `number` of what is listed (a promise of nodes); `open(number)` is called when one is chosen.
   */
  constructor(box, { height, render, open, role = "row" }) {
    Object.assign(this, { box, height, render, open, role, total: 0, chosen: -1, turn: 0, base: `list${List.made++}` });
    this.space = make("div", { class: "space" });
    this.rows = make("div", { class: "rows" });
    box.append(this.space, this.rows);
    box.tabIndex = 0;
    box.addEventListener("scroll", () => this.draw(), { passive: true });
    box.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.draw()).observe(box);
  }

  /** List `total` rows from the start. */
  reset(total) {
    this.total = total;
    this.chosen = -1;
    this.space.style.height = `${Math.min(TALLEST, total * this.height)}px`;
    this.box.setAttribute("aria-rowcount", String(total));
    this.box.scrollTop = 0;
    this.drawn = "";
    this.draw();
  }

  get inSight() {
    return Math.max(1, Math.floor(this.box.clientHeight / this.height));
  }

  /** The first row in sight. */
  get first() {
    const spread = this.total * this.height - this.box.clientHeight;
    const room = this.space.offsetHeight - this.box.clientHeight;
    if (spread <= room || room <= 0) return Math.floor(this.box.scrollTop / this.height);
    return Math.floor(((this.box.scrollTop / room) * spread) / this.height);
  }

  show(number) {
    const room = this.space.offsetHeight - this.box.clientHeight;
    const spread = this.total * this.height - this.box.clientHeight;
    if (number >= this.first && number < this.first + this.inSight) return;
    const wished = (number < this.first ? number : number - this.inSight + 1) * this.height;
    this.box.scrollTop = spread <= room || room <= 0 ? wished : (wished / spread) * room;
  }

  async draw() {
    const first = Math.max(0, Math.min(this.first - 5, this.total - this.inSight - 10));
    const last = Math.min(this.total, first + this.inSight + 12);
    const key = `${first}-${last}-${this.total}`;
    if (key === this.drawn || !this.box.clientHeight) return this.place(first);
    this.drawn = key;
    const turn = ++this.turn;
    const numbers = Array.from({ length: last - first }, (_, index) => first + index);
    const cells = await Promise.all(numbers.map((number) => this.render(number)));
    if (turn !== this.turn) return;
    this.rows.replaceChildren(...numbers.map((number, index) => this.line(number, cells[index])));
    this.place(first);
  }

  line(number, cells) {
    const line = make("div", { class: "line", role: this.role, id: `${this.base}-${number}`, "aria-rowindex": number + 1 }, ...cells);
    line.style.height = `${this.height}px`;
    line.classList.toggle("chosen", number === this.chosen);
    line.addEventListener("click", (event) => event.target.closest("a, summary") ?? this.choose(number, true));
    return line;
  }

  place(first) {
    const scaled = this.total * this.height > TALLEST;
    const top = scaled ? this.box.scrollTop - (this.first - first) * this.height : first * this.height;
    this.rows.style.transform = `translateY(${top}px)`;
  }

  choose(number, opened) {
    this.chosen = Math.max(0, Math.min(this.total - 1, number));
    this.show(this.chosen);
    for (const line of this.rows.children) line.classList.toggle("chosen", line.id === `${this.base}-${this.chosen}`);
    this.box.setAttribute("aria-activedescendant", `${this.base}-${this.chosen}`);
    if (opened) this.open?.(this.chosen);
  }

  key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: this.inSight, PageUp: -this.inSight, Home: -this.total, End: this.total };
    if (event.target !== this.box || !this.total) return;
    if (event.key in steps) this.choose(this.chosen + steps[event.key], false);
    else if (event.key === "Enter" && this.chosen >= 0) this.choose(this.chosen, true);
    else return;
    event.preventDefault();
  }
}
List.made = 0;
