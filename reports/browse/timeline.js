// Activity by day and hour: a calendar of one year, the hours of a day, and the records of the day that was chosen.
"use strict";

const LEVELS = 5;

class Timeline {
  constructor(section) {
    this.section = section;
    this.rows = new Rows("events");
    this.off = new Set(["file"]);
    this.start();
  }

  async start() {
    this.days = (await chunk("days", 0, "data/days.js")) ?? [];
    this.kinds = [...new Set(this.days.flatMap(([, , kinds]) => Object.keys(kinds)))].sort();
    if (this.kinds.length === 1) this.off.clear();
    this.years = make("div", { class: "years", role: "group", "aria-label": say("year") });
    this.calendar = make("div", { class: "calendar" });
    this.hours = make("div", { class: "hours" });
    this.title = make("h3", {}, say("choose_day"));
    this.box = make("div", { class: "box", role: "grid", "aria-label": say("records_of_day") });
    this.box.style.setProperty("--columns", "18rem 10rem 10rem 8rem minmax(10rem, 2fr) minmax(8rem, 1fr)");
    this.section.append(this.legend(), this.years, this.calendar, this.hours, this.title, this.box);
    this.found = [];
    this.list = new List(this.box, { height: 32, render: async (place) => this.cells(await this.rows.row(this.found[place])) });
    this.draw();
  }

  /** Kinds of records, each of which can be left out. */
  legend() {
    const boxes = this.kinds.map((kind) => {
      const box = make("input", { type: "checkbox" });
      box.checked = !this.off.has(kind);
      box.addEventListener("change", () => {
        if (box.checked) this.off.delete(kind);
        else this.off.add(kind);
        this.draw();
      });
      return make("label", {}, box, word("event", kind));
    });
    return make("fieldset", { class: "kinds" }, make("legend", {}, say("kinds")), ...boxes);
  }

  count(kinds) {
    return Object.entries(kinds).reduce((sum, [kind, n]) => sum + (this.off.has(kind) ? 0 : n), 0);
  }

  draw() {
    const years = new Map();
    for (const [day, , kinds] of this.days) {
      const n = this.count(kinds);
      if (n) years.set(day.slice(0, 4), (years.get(day.slice(0, 4)) ?? 0) + n);
    }
    this.years.replaceChildren(...[...years].map(([year, n]) => make("button", { type: "button", "data-year": year, onclick: () => this.year(year) }, `${year} `, make("small", {}, number(n)))));
    if (!years.size) return this.calendar.replaceChildren(make("p", {}, say("nothing")));
    const fullest = [...years].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
    this.year(years.has(this.shown) ? this.shown : fullest);
  }

  year(year) {
    this.shown = year;
    for (const button of this.years.children) button.setAttribute("aria-pressed", String(button.dataset.year === year));
    const days = new Map(this.days.filter(([day]) => day.startsWith(`${year}-`)).map((each) => [each[0], each]));
    const most = Math.max(1, ...Array.from(days.values(), ([, , kinds]) => this.count(kinds)));
    const months = Array.from({ length: 12 }, (_, month) => this.month(year, month, days, most));
    this.calendar.replaceChildren(...months);
    const hours = new Array(24).fill(0);
    for (const [, , , counts] of days.values()) for (const [hour, n] of Object.entries(counts)) hours[hour] += n;
    this.clock(hours, say("hours_of_year", { year }));
  }

  month(year, month, days, most) {
    const first = new Date(Date.UTC(Number(year), month, 1));
    if (Number(year) < 100) first.setUTCFullYear(Number(year));
    const length = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 0)).getUTCDate();
    const gap = (first.getUTCDay() + 6) % 7; // weeks begin on Monday
    const cells = Array.from({ length: gap }, () => make("span", {}));
    for (let date = 1; date <= length; date++) cells.push(this.day(`${year}-${String(month + 1).padStart(2, "0")}-${String(date).padStart(2, "0")}`, days, most));
    return make("section", { class: "month" }, make("h4", {}, say(`paper.month_${month + 1}`)), make("div", { class: "days" }, ...cells));
  }

  day(day, days, most) {
    const found = days.get(day);
    const n = found ? this.count(found[2]) : 0;
    const level = n ? 1 + Math.floor((Math.log(n) / Math.log(most + 1)) * LEVELS) : 0;
    const title = say("on_day", { day, n: number(n) });
    if (!n) return make("span", { class: "day", title }, String(Number(day.slice(8))));
    return make("button", { type: "button", class: `day level${Math.min(LEVELS, level)}`, title, "aria-label": title, "data-day": day, onclick: () => this.open(found) }, String(Number(day.slice(8))));
  }

  clock(hours, title) {
    const most = Math.max(1, ...hours);
    const bars = hours.map((n, hour) => {
      const bar = make("span", { class: "bar" });
      bar.style.height = `${Math.round((n / most) * 100)}%`;
      return make("div", { title: `${String(hour).padStart(2, "0")}: ${number(n)}` }, make("span", { class: "room" }, bar), make("small", {}, String(hour)));
    });
    this.hours.replaceChildren(make("h4", {}, title), make("div", { class: "bars", role: "img", "aria-label": `${title}: ${hours.join(", ")}` }, ...bars));
  }

  async open([day, start, kinds, counts]) {
    for (const button of this.calendar.querySelectorAll("[data-day]")) button.setAttribute("aria-pressed", String(button.dataset.day === day));
    const all = Object.values(kinds).reduce((sum, n) => sum + n, 0);
    const found = [];
    const at = this.rows.at.get("kind");
    await this.rows.scan((row, place) => {
      if (!this.off.has(row[at])) found.push(place);
    }, undefined, start, start + all);
    this.found = found;
    this.title.textContent = say("on_day", { day, n: number(found.length) });
    this.list.reset(found.length);
    this.clock(Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0), say("hours_of_day", { day }));
    this.title.scrollIntoView({ block: "nearest" });
  }

  cells(row) {
    if (!row) return [make("div", { role: "gridcell", class: "missing" }, say("missing"))];
    const values = [time(row.at), word("event", row.kind), text(row.exhibit), row.app ? text(row.app) : "—", row.what ? text(row.what.replaceAll("\n", " ")) : "—", text(row.path)];
    return values.map((each) => make("div", { role: "gridcell" }, each));
  }
}
