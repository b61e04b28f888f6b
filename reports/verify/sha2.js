// SHA-256 and SHA-512 (FIPS 180-4), fed piece by piece. Own code: a page opened from a disk cannot count on the browser's.
"use strict";

const PRIMES = (() => {
  const found = [];
  for (let n = 2n; found.length < 80; n++) if (found.every((prime) => n % prime)) found.push(n);
  return found;
})();

/** The first `bits` bits of the fraction of the root of `value`, of the given degree (2n or 3n). */
function fractionOfRoot(value, degree, bits) {
  const goal = value << (degree * bits);
  let low = 0n;
  let high = 1n << (bits + 5n);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= goal) low = middle;
    else high = middle;
  }
  return low & ((1n << bits) - 1n);
}

const ROUNDS_512 = PRIMES.map((prime) => fractionOfRoot(prime, 3n, 64n));
const START_512 = PRIMES.slice(0, 8).map((prime) => fractionOfRoot(prime, 2n, 64n));
const low32 = (value) => Number(value & 0xffffffffn) | 0;
const high32 = (value) => Number(value >> 32n) | 0;
const K256 = Int32Array.from(ROUNDS_512.slice(0, 64), high32); // the same roots, cut at 32 bits
const K512_HIGH = Int32Array.from(ROUNDS_512, high32);
const K512_LOW = Int32Array.from(ROUNDS_512, low32);

/** What both share: blocks, the length, the padding. */
class Digest {
  constructor(block) {
    this.block = new Uint8Array(block);
    this.view = new DataView(this.block.buffer);
    this.used = 0;
    this.length = 0;
  }

  update(bytes) {
    this.length += bytes.length;
    let from = 0;
    while (from < bytes.length) {
      const taken = Math.min(bytes.length - from, this.block.length - this.used);
      this.block.set(bytes.subarray(from, from + taken), this.used);
      this.used += taken;
      from += taken;
      if (this.used === this.block.length) {
        this.compress();
        this.used = 0;
      }
    }
    return this;
  }

  finish() {
    const bits = BigInt(this.length) * 8n;
    this.block.fill(0, this.used);
    this.block[this.used] = 0x80;
    if (this.used + 1 > this.block.length - this.block.length / 8) {
      this.compress();
      this.block.fill(0);
    }
    this.view.setBigUint64(this.block.length - 8, bits);
    this.compress();
  }
}

class Sha256 extends Digest {
  constructor() {
    super(64);
    this.state = Int32Array.from(START_512, high32);
    this.words = new Int32Array(64);
  }

  compress() {
    const w = this.words;
    for (let t = 0; t < 16; t++) w[t] = this.view.getInt32(t * 4);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    const state = this.state;
    let a = state[0]; // one by one: this loop decides how long a bundle takes
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K256[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }

  digest() {
    this.finish();
    const out = new DataView(new ArrayBuffer(32));
    this.state.forEach((value, index) => out.setInt32(index * 4, value));
    return new Uint8Array(out.buffer);
  }
}

class Sha512 extends Digest {
  constructor() {
    super(128);
    this.state = BigUint64Array.from(START_512);
    this.high = new Int32Array(80);
    this.low = new Int32Array(80);
  }

  schedule() {
    const { high, low } = this;
    for (let t = 0; t < 16; t++) {
      high[t] = this.view.getInt32(t * 8);
      low[t] = this.view.getInt32(t * 8 + 4);
    }
    for (let t = 16; t < 80; t++) {
      const xh = high[t - 15];
      const xl = low[t - 15];
      const yh = high[t - 2];
      const yl = low[t - 2];
      const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
      const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
      const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
      const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
      const sum = (low[t - 16] >>> 0) + (s0l >>> 0) + (low[t - 7] >>> 0) + (s1l >>> 0);
      low[t] = sum | 0;
      high[t] = (high[t - 16] + s0h + high[t - 7] + s1h + Math.floor(sum / 0x100000000)) | 0;
    }
  }

  compress() {
    this.schedule();
    const h = Array.from(this.state, high32); // a to h, upper halves, then lower halves
    const l = Array.from(this.state, low32);
    for (let t = 0; t < 80; t++) {
      const [eh, el, ah, al] = [h[4], l[4], h[0], l[0]];
      const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
      const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
      const chh = (eh & h[5]) ^ (~eh & h[6]);
      const chl = (el & l[5]) ^ (~el & l[6]);
      const one = (l[7] >>> 0) + (s1l >>> 0) + (chl >>> 0) + (K512_LOW[t] >>> 0) + (this.low[t] >>> 0);
      const t1h = (h[7] + s1h + chh + K512_HIGH[t] + this.high[t] + Math.floor(one / 0x100000000)) | 0;
      const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
      const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
      const mah = (ah & h[1]) ^ (ah & h[2]) ^ (h[1] & h[2]);
      const mal = (al & l[1]) ^ (al & l[2]) ^ (l[1] & l[2]);
      const two = (s0l >>> 0) + (mal >>> 0);
      const t2h = (s0h + mah + Math.floor(two / 0x100000000)) | 0;
      for (let i = 7; i > 0; i--) {
        h[i] = h[i - 1];
        l[i] = l[i - 1];
      }
      const e = (l[4] >>> 0) + ((one | 0) >>> 0);
      l[4] = e | 0;
      h[4] = (h[4] + t1h + Math.floor(e / 0x100000000)) | 0;
      const a = ((one | 0) >>> 0) + ((two | 0) >>> 0);
      l[0] = a | 0;
      h[0] = (t1h + t2h + Math.floor(a / 0x100000000)) | 0;
    }
    for (let i = 0; i < 8; i++) this.state[i] += (BigInt(h[i] >>> 0) << 32n) | BigInt(l[i] >>> 0);
  }

  digest() {
    this.finish();
    const out = new DataView(new ArrayBuffer(64));
    this.state.forEach((value, index) => out.setBigUint64(index * 8, value));
    return new Uint8Array(out.buffer);
  }
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const sha256 = (...parts) => parts.reduce((digest, part) => digest.update(part), new Sha256()).digest();
const sha512 = (...parts) => parts.reduce((digest, part) => digest.update(part), new Sha512()).digest();
