// Positions on a plain map: outlines and a grid of degrees, drawn here; nothing is fetched. The list beside it says the same in words.
"use strict";

const NEAR = 7; // pixels around a pointer

class Chart {
  constructor(section) {
    this.rows = new Rows("positions");
    this.points = [];
    const { bar, ask } = sieveBar(this.rows, (numbers) => this.take(numbers));
    this.canvas = make("canvas", { tabindex: "0", role: "img", "aria-label": say("map_label") });
    const buttons = [["＋", "zoom_in", () => this.zoom(0.6)], ["－", "zoom_out", () => this.zoom(1 / 0.6)], ["⌂", "zoom_all", () => this.fit()]];
    this.tools = make("div", { class: "tools" }, ...buttons.map(([sign, words, act]) => make("button", { type: "button", title: say(words), "aria-label": say(words), onclick: act }, sign)));
    this.detail = make("div", { class: "place", role: "status" });
    this.box = make("div", { class: "box", role: "grid", "aria-label": section.dataset.title });
    this.box.style.setProperty("--columns", "11rem 18rem 8rem minmax(8rem, 1fr) minmax(8rem, 1fr)");
    section.append(bar, make("div", { class: "map" }, this.canvas, this.tools), this.detail, this.box);
    this.list = new List(this.box, { height: 32, render: (place) => this.cells(place), open: (place) => this.mark(place) });
    this.listen();
    this.begin(ask);
  }

  async begin(ask) {
    const [box, near, far] = (await chunk("outlines", 0, "data/outlines.js")) ?? [[-180, -60, 180, 80], [], []];
    Object.assign(this, { home: box, near: near.flat(), far: far.flat() });
    this.view = [...box];
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    ask();
  }

  async take(numbers) {
    const chosen = numbers && new Set(numbers);
    this.points = [];
    await this.rows.scan((row, place) => {
      if (!chosen || chosen.has(place)) this.points.push([row[1], row[0], place]);
    });
    this.marked = null;
    this.list.reset(this.points.length);
    this.draw();
  }

  fit() {
    this.view = [...this.home];
    this.draw();
  }

  zoom(factor, x = (this.view[0] + this.view[2]) / 2, y = (this.view[1] + this.view[3]) / 2) {
    const [west, south, east, north] = this.view;
    if (factor < 1 && east - west < 0.002) return;
    if (factor > 1 && east - west > 360) return;
    this.view = [x - (x - west) * factor, y - (y - south) * factor, x + (east - x) * factor, y + (north - y) * factor];
    this.draw();
  }

  listen() {
    const { canvas } = this;
    let from = null;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, ...this.earth(event));
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      from = [event.offsetX, event.offsetY, ...this.view];
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => from && this.drag(from, event));
    canvas.addEventListener("pointerup", (event) => {
      if (from && Math.hypot(event.offsetX - from[0], event.offsetY - from[1]) < 4) this.pick(event);
      from = null;
    });
    canvas.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (move) this.shift(move[0] * 0.15, move[1] * 0.15);
      else if (event.key === "+" || event.key === "=") this.zoom(0.6);
      else if (event.key === "-") this.zoom(1 / 0.6);
      else return;
      event.preventDefault();
    });
  }

  shift(across, up) {
    const [west, south, east, north] = this.view;
    const [x, y] = [(east - west) * across, (north - south) * up];
    this.view = [west + x, south + y, east + x, north + y];
    this.draw();
  }

  drag([x, y, west, south, east, north], event) {
    const [dx, dy] = [(event.offsetX - x) / this.scale, (event.offsetY - y) / this.scale];
    this.view = [west - dx, south + dy, east - dx, north + dy];
    this.draw();
  }

  /** Pixels a degree, the same both ways, so that the whole view fits. */
  measure() {
    const [west, south, east, north] = this.view;
    const { clientWidth: wide, clientHeight: tall } = this.canvas;
    this.scale = Math.min(wide / (east - west), tall / (north - south));
    this.middle = [(west + east) / 2, (south + north) / 2, wide / 2, tall / 2];
  }

  pixel(x, y) {
    return [this.middle[2] + (x - this.middle[0]) * this.scale, this.middle[3] - (y - this.middle[1]) * this.scale];
  }

  earth(event) {
    return [this.middle[0] + (event.offsetX - this.middle[2]) / this.scale, this.middle[1] - (event.offsetY - this.middle[3]) / this.scale];
  }

  draw() {
    const { canvas } = this;
    if (!canvas.clientWidth || !this.view) return;
    const ratio = devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    this.measure();
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);
    pen.fillStyle = colour("--sea");
    pen.fillRect(0, 0, canvas.clientWidth, canvas.clientHeight);
    this.land(pen, this.far, colour);
    this.land(pen, this.near, colour);
    this.grid(pen, colour);
    this.dots(pen, colour);
  }

  land(pen, rings, colour) {
    pen.fillStyle = colour("--land");
    pen.strokeStyle = colour("--shore");
    pen.lineWidth = 0.8;
    pen.beginPath();
    for (const ring of rings) {
      ring.forEach(([x, y], index) => (index ? pen.lineTo(...this.pixel(x, y)) : pen.moveTo(...this.pixel(x, y))));
      pen.closePath();
    }
    pen.fill("evenodd");
    pen.stroke();
  }

  grid(pen, colour) {
    const wide = this.canvas.clientWidth / this.scale;
    const step = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30].find((each) => wide / each < 9) ?? 60;
    const [x0, y1] = this.earth({ offsetX: 0, offsetY: 0 });
    const [x1, y0] = this.earth({ offsetX: this.canvas.clientWidth, offsetY: this.canvas.clientHeight });
    pen.strokeStyle = colour("--grid");
    pen.fillStyle = colour("--soft");
    pen.font = "11px sans-serif";
    pen.lineWidth = 0.5;
    for (let x = Math.ceil(x0 / step) * step; x < x1; x += step) this.rule(pen, x, true, step);
    for (let y = Math.ceil(y0 / step) * step; y < y1; y += step) this.rule(pen, y, false, step);
  }

  rule(pen, at, upright, step) {
    const [x, y] = this.pixel(at, at);
    const digits = Math.max(0, Math.ceil(-Math.log10(step)));
    pen.beginPath();
    pen.moveTo(upright ? x : 0, upright ? 0 : y);
    pen.lineTo(upright ? x : this.canvas.clientWidth, upright ? this.canvas.clientHeight : y);
    pen.stroke();
    pen.fillText(`${at.toFixed(digits)}°`, upright ? x + 3 : 3, upright ? this.canvas.clientHeight - 4 : y - 3);
  }

  dots(pen, colour) {
    pen.fillStyle = colour("--dot");
    pen.strokeStyle = colour("--paper");
    pen.lineWidth = 1.5;
    const drawn = new Set();
    for (const [x, y] of this.points) {
      const [px, py] = this.pixel(x, y).map(Math.round);
      const key = px * 100000 + py;
      if (drawn.has(key)) continue;
      drawn.add(key);
      pen.beginPath();
      pen.arc(px, py, 5, 0, 7);
      pen.fill();
      pen.stroke();
    }
    if (!this.marked) return;
    pen.strokeStyle = colour("--hit");
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(...this.pixel(this.marked[0], this.marked[1]), 10, 0, 7);
    pen.stroke();
  }

  pick(event) {
    const near = this.points.findIndex(([x, y]) => {
      const [px, py] = this.pixel(x, y);
      return Math.hypot(px - event.offsetX, py - event.offsetY) <= NEAR;
    });
    if (near >= 0) this.list.choose(near, true);
  }

  async mark(place) {
    this.marked = this.points[place];
    const [x, y, number_] = this.marked;
    if (!this.inView(x, y)) this.view = [x - 0.5, y - 0.35, x + 0.5, y + 0.35];
    this.draw();
    const row = await this.rows.row(number_);
    this.detail.replaceChildren(`${row.latitude.toFixed(6)}, ${row.longitude.toFixed(6)} · `, word("kind", row.kind), " · ", time(row.at, { both: true }), " · ", row.what ? folded(row.what, 120) : "", " · ", text(row.exhibit), ": ", folded(row.path, 160), " ", row.finding ? toFinding(row.finding) : "");
  }

  inView(x, y) {
    const [px, py] = this.pixel(x, y);
    return px > 0 && py > 0 && px < this.canvas.clientWidth && py < this.canvas.clientHeight;
  }

  async cells(place) {
    const row = await this.rows.row(this.points[place][2]);
    if (!row) return [make("div", { role: "gridcell", class: "missing" }, say("missing"))];
    const values = [`${row.latitude.toFixed(5)}, ${row.longitude.toFixed(5)}`, time(row.at), word("kind", row.kind ?? "—"), row.what ? text(row.what) : "—", text(row.path)];
    return values.map((each) => make("div", { role: "gridcell" }, each));
  }
}
