// Data in chunks, loaded when something of it is shown or searched: `data/<set>/<number>.js` calls `sigap`.
"use strict";

const FACTS = JSON.parse(document.getElementById("facts").textContent);
const KEPT = 60; // chunks held at a time
const AHEAD = 4; // chunks asked for together while everything is searched
const chunks = new Map(); // address -> promise of rows; the least recently used first
const arriving = new Map(); // address -> what takes the rows

/** What every data file calls. */
function sigap(name, number, rows) {
  arriving.get(`${name}/${number}`)?.(rows);
}

/** Rows of a chunk; null where its file is missing or damaged. */
function chunk(name, number, file = `data/${name}/${number}.js`) {
  const address = `${name}/${number}`;
  const known = chunks.get(address);
  chunks.delete(address);
  const rows = known ?? loaded(address, file);
  chunks.set(address, rows);
  if (chunks.size > KEPT) chunks.delete(chunks.keys().next().value);
  return rows;
}

function loaded(address, file) {
  return new Promise((settle) => {
    const script = document.createElement("script");
    const end = (rows) => {
      arriving.delete(address);
      script.remove();
      settle(rows);
    };
    arriving.set(address, end);
    script.addEventListener("load", () => arriving.has(address) && end(null));
    script.addEventListener("error", () => end(null));
    script.src = file;
    document.head.append(script);
  });
}

/** A set of rows: by number, or all of them in order. */
class Rows {
  constructor(name) {
    Object.assign(this, FACTS.sets[name], { name });
    this.at = new Map(this.columns.map((column, index) => [column, index]));
  }

  /** A row as an object of its columns; null where it cannot be had. */
  async row(number) {
    const rows = await chunk(this.name, Math.floor(number / this.size));
    const row = rows?.[number % this.size];
    return row ? Object.fromEntries(this.columns.map((column, index) => [column, row[index]])) : null;
  }

  /** Each row as the array it is, with its number, until `each` answers false; `told` is given the share done. */
  async scan(each, told = () => {}, from = 0, to = this.total) {
    const last = Math.ceil(to / this.size);
    for (let first = Math.floor(from / this.size); first < last; first += AHEAD) {
      const numbers = Array.from({ length: Math.min(AHEAD, last - first) }, (_, index) => first + index);
      const parts = await Promise.all(numbers.map((number) => chunk(this.name, number)));
      for (const [index, rows] of parts.entries()) {
        const start = numbers[index] * this.size;
        for (const [place, row] of (rows ?? []).entries()) {
          const number = start + place;
          if (number >= from && number < to && each(row, number) === false) return;
        }
      }
      told(Math.min(1, (first + AHEAD) / last));
    }
  }
}
