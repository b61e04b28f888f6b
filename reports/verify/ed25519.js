// Ed25519 (RFC 8032, section 5.1.7): verification only. Own code: not every browser has it.
"use strict";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value) => {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
};

function power(base, exponent) {
  let result = 1n;
  for (let factor = mod(base), left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * factor) % P;
    factor = (factor * factor) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** A number from bytes, the least first. */
function littleEndian(bytes) {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** The point that 32 bytes stand for, as [X, Y, Z, T]; null where they stand for none. */
function decoded(bytes) {
  const value = littleEndian(bytes);
  const sign = value >> 255n;
  const y = value & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_ONE);
  else if (mod(v * x * x) !== u) return null;
  if (x === 0n && sign) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function twice([x, y, z]) {
  const a = mod(x * x);
  const b = mod(y * y);
  const h = a + b;
  const e = h - mod((x + y) * (x + y));
  const g = a - b;
  const f = 2n * mod(z * z) + g;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function encoded([x, y, z]) {
  const inverse = power(z, P - 2n);
  const value = mod(y * inverse) | ((mod(x * inverse) & 1n) << 255n);
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
}

const BASE = decoded(encoded([0n, mod(4n * power(5n, P - 2n)), 1n, 0n]));

/** m times the first point plus n times the second, bit by bit for both at once. */
function combined(m, first, n, second) {
  const table = [null, first, second, sum(first, second)];
  let result = [0n, 1n, 1n, 0n];
  for (let bit = 252n; bit >= 0n; bit--) {
    result = twice(result);
    const chosen = Number((m >> bit) & 1n) + 2 * Number((n >> bit) & 1n);
    if (chosen) result = sum(result, table[chosen]);
  }
  return result;
}

/** Whether a signature of 64 bytes over the message is by the holder of this public key of 32 bytes. */
function ed25519(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const point = decoded(publicKey);
  const s = littleEndian(signature.subarray(32));
  if (!point || s >= ORDER) return false;
  const k = littleEndian(sha512(signature.subarray(0, 32), publicKey, message)) % ORDER;
  const negated = [mod(-point[0]), point[1], point[2], mod(-point[3])];
  const expected = encoded(combined(s, BASE, k, negated));
  return expected.every((byte, index) => byte === signature[index]);
}
