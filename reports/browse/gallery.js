// Pictures and clips in tiles: a list whose lines hold as many tiles as fit. A grey tile says why nothing is shown.
"use strict";

const TILE = 196; // pixels, the least width
const TALL = 250;

class Gallery {
  constructor(section) {
    this.rows = new Rows("media");
    this.numbers = null;
    const { bar, ask } = sieveBar(this.rows, (numbers) => {
      this.numbers = numbers;
      this.arrange();
    });
    this.box = make("div", { class: "box tiles", role: "grid", "aria-label": section.dataset.title });
    section.append(bar, this.box);
    this.list = new List(this.box, { height: TALL, render: (line) => this.line(line) });
    new ResizeObserver(() => this.across !== this.fitting && this.arrange()).observe(this.box);
    ask();
  }

  get fitting() {
    return Math.max(1, Math.floor(this.box.clientWidth / TILE));
  }

  arrange() {
    this.across = this.fitting;
    this.box.style.setProperty("--across", this.across);
    this.total = this.numbers ? this.numbers.length : this.rows.total;
    this.list.reset(Math.ceil(this.total / this.across));
  }

  line(line) {
    const start = line * this.across;
    const places = Array.from({ length: Math.max(0, Math.min(this.across, this.total - start)) }, (_, index) => start + index);
    return Promise.all(places.map(async (place) => tile(await this.rows.row(this.numbers ? this.numbers[place] : place))));
  }
}

function tile(row) {
  if (!row) return make("figure", { role: "gridcell" }, make("div", { class: "blank" }, say("missing")));
  const picture = row.picture
    ? make("img", { src: row.picture, alt: say("report.tile_blurred"), decoding: "async" })
    : make("div", { class: "blank" }, say(`report.${row.reason}`));
  const size = row.width && row.height ? ` ${row.width} × ${row.height}` : "";
  const place = row.latitude === null ? null : make("div", {}, `${row.latitude.toFixed(5)}, ${row.longitude.toFixed(5)}`);
  const caption = make("figcaption", {},
    make("div", { class: "name", title: row.path }, text(row.path.split("/").at(-1) || row.path)),
    make("div", {}, `${word("kind", row.kind)}${size}${row.duration_s === null ? "" : ` ${number(row.duration_s)} s`}`),
    row.taken_at ? make("div", {}, time(row.taken_at)) : null,
    row.camera ? make("div", {}, text(row.camera)) : null,
    place,
    row.deleted ? make("div", { class: "deleted" }, say("report.state_deleted")) : null,
    row.finding ? toFinding(row.finding) : null);
  return make("figure", { role: "gridcell", class: row.notable || row.finding ? "hit" : null }, picture, caption);
}
