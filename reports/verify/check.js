// What is checked of a bundle. A result is { ok: true | false | null, words: key of a sentence, values: what it names }.
"use strict";

const MANIFEST = "manifest.json";
const SIGNATURE = "manifest.sig";
const LOG = "data/custody.jsonl";
const AGENCY = "agency/files.json.p7s";
const PIECE = 4 << 20;
const START = "0".repeat(64);
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// The end of a line as the log writes it: keys in order, so digest to subject follow the data. Quotes inside text are escaped.
const EVENT =
  /^(\{"action":.*),"digest":"([0-9a-f]{64})"(,"number":(\d+),"previous":"([0-9a-f]{64})"),"signature":"([0-9a-f]{128})"(,"subject":"(?:[^"\\]|\\.)*","zone":"(?:[^"\\]|\\.)*"\})$/su;

const found = (ok, words, values = {}) => ({ ok, words, values });

/** Every check of the files of a bundle, by path within it. `told` is called with the share done, 0 to 1. */
async function checkBundle(files, told = () => {}) {
  const signed = await signature(files);
  if (!signed.manifest) return [signed];
  const results = [found(true, "signature_holds", { signer: signed.fingerprint })];
  const bad = await changedFiles(files, signed.manifest.files, told);
  results.push(...bad);
  const count = Object.keys(signed.manifest.files).length;
  if (!bad.length) results.push(found(true, "files_hold", { files: count }));
  if (files.has(LOG)) results.push(...(await custody(files.get(LOG), signed)));
  return [...results, ...notes(signed.manifest, files)];
}

/** What a reader should know and this page does not check. */
function notes({ agency, exhibit }, files) {
  const signedToo = files.has(AGENCY) ? [found(null, "agency_not_checked", { holder: agency ?? "—" })] : [];
  const wholeLog = exhibit && files.has(LOG) ? [found(null, "log_of_whole_case", { exhibit })] : [];
  return [...signedToo, ...wholeLog];
}

/** The name of the bundle's folder cut off: what was chosen may be the bundle or a folder around it. */
function withinBundle(files) {
  const named = Array.from(files, (file) => [file.webkitRelativePath || file.name, file]);
  const roots = named.map(([path]) => path.split("/")).filter((parts) => [MANIFEST, SIGNATURE].includes(parts.at(-1)));
  const depth = Math.min(...roots.map((parts) => parts.length));
  const [root] = roots.filter((parts) => parts.length === depth);
  const start = root ? root.slice(0, -1).map((part) => `${part}/`).join("") : "";
  return new Map(named.filter(([path]) => path.startsWith(start)).map(([path, file]) => [path.slice(start.length), file]));
}

/** The short form of a public key, as paper has it. */
function fingerprint(publicKey) {
  return hex(sha256(unhex(publicKey)).subarray(0, 16)).match(/.{4}/g).join(" ");
}

async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}

async function signature(files) {
  for (const name of [MANIFEST, SIGNATURE]) if (!files.has(name)) return found(false, "file_missing", { file: name });
  const manifest = await bytesOf(files.get(MANIFEST));
  const facts = parsed(await bytesOf(files.get(SIGNATURE)));
  const { public_key: key, signature: signed, fingerprint: short } = facts ?? {};
  const whole = /^[0-9a-f]{64}$/.test(key) && /^[0-9a-f]{128}$/.test(signed) && short === fingerprint(key);
  const canonical = `{"fingerprint":"${short}","public_key":"${key}","signature":"${signed}"}`;
  if (!whole || UTF8.decode(await bytesOf(files.get(SIGNATURE))) !== canonical) return found(false, "signature_broken");
  if (!ed25519(unhex(key), unhex(signed), manifest)) return found(false, "signature_fails");
  const content = parsed(manifest);
  if (!content || typeof content.files !== "object" || content.files === null) return found(false, "manifest_broken");
  return { manifest: content, publicKey: key, fingerprint: short };
}

function parsed(bytes) {
  try {
    const value = JSON.parse(UTF8.decode(bytes));
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

async function changedFiles(files, listed, told) {
  const bad = [];
  const due = new Map(Object.entries(listed));
  const total = Array.from(due.values(), (facts) => facts.size).reduce((sum, size) => sum + size, 1);
  let done = 0;
  for (const name of [...new Set([...due.keys(), ...files.keys()])].sort()) {
    if (name === MANIFEST || name === SIGNATURE) continue;
    const words = await failure(files.get(name), due.get(name), (read) => told((done + read) / total));
    if (words) bad.push(found(false, words, { file: name }));
    done += due.get(name)?.size ?? 0;
  }
  return bad;
}

/** What is wrong with a file, null where nothing is. */
async function failure(file, facts, told) {
  if (!file) return "file_missing";
  if (!facts) return "file_extra";
  if (file.size !== facts.size) return "file_changed";
  const digest = new Sha256();
  try {
    for (let start = 0; start < file.size; start += PIECE) {
      digest.update(await bytesOf(file.slice(start, start + PIECE)));
      told(start);
    }
  } catch {
    return "file_unreadable";
  }
  return hex(digest.digest()) === facts.sha256 ? null : "file_changed";
}

/** The custody log: each line's own digest, its link to the line before, its signature; the head; the signer's key. */
async function custody(file, signed) {
  const log = { number: 0, digest: START, key: "", keys: new Set(), holds: 0, line: 0, unread: null, warned: [] };
  const bytes = await bytesOf(file);
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(10, start);
    const end = feed < 0 ? bytes.length : feed;
    const words = nextLine(log, bytes, start, end);
    if (words) return [...log.warned, found(false, words, { line: log.line, events: log.holds })];
    start = end + 1;
  }
  return [...log.warned, ...ended(log, signed)];
}

function ended(log, { manifest, publicKey, fingerprint: signer }) {
  const head = manifest.custody_head ?? {};
  if (log.unread) return [found(false, "line_broken", { line: log.unread.line, events: log.holds })];
  if (log.number !== head.number || log.digest !== head.digest) return [found(false, "head_differs", { number: head.number })];
  const values = { events: log.holds, number: log.number, digest: log.digest };
  const by = log.keys.has(publicKey) ? [] : [found(false, "other_key", { signer })];
  return [found(true, "custody_holds", values), ...by];
}

/** One line; the key of what is wrong with it, null where it holds. */
function nextLine(log, bytes, start, end) {
  log.line++;
  const event = eventOf(bytes.subarray(start, end));
  if (!event) {
    log.unread ??= { line: log.line, start };
    log.unread.end = end;
    return null;
  }
  if (log.unread && !declared(log, event, bytes)) {
    log.line = log.unread.line;
    return "line_broken";
  }
  if (!log.unread && event.action === "custody.torn") return "line_broken";
  log.unread = null;
  if (event.number !== log.number + 1 || event.previous !== log.digest) return "line_moved";
  return signedLine(log, event);
}

/** Whether bytes that are no event were declared by the event after them, as a crash leaves them. */
function declared(log, event, bytes) {
  const { start, end, line } = log.unread;
  const { offset, length, sha256: digest } = event.data;
  const told = [end, end + 1].some((last) => offset === start && length === last - start && digest === hex(sha256(bytes.subarray(start, last))));
  if (event.action !== "custody.torn" || !told) return false;
  log.warned.push(found(null, "line_torn", { line }));
  return true;
}

function signedLine(log, event) {
  const states = event.number === 1 || ["key", "custody.torn"].includes(event.action);
  const key = states && typeof event.data.public_key === "string" ? event.data.public_key : log.key;
  const whole = /^[0-9a-f]{64}$/.test(key);
  if (!whole || !ed25519(unhex(key), unhex(event.signature), unhex(event.digest))) return "line_unsigned";
  if (log.key && log.key !== key) log.warned.push(found(null, "key_changed", { line: log.line, signer: fingerprint(key) }));
  log.key = key;
  log.keys.add(key);
  log.number = event.number;
  log.digest = event.digest;
  log.holds++;
  return null;
}

/** The event of a line whose digest is that of its content; null where it is none. */
function eventOf(bytes) {
  try {
    const line = UTF8.decode(bytes);
    const match = EVENT.exec(line);
    const event = JSON.parse(line);
    const covered = new TextEncoder().encode(match[1] + match[3] + match[7]);
    return hex(sha256(covered)) === event.digest && event.digest === match[2] ? event : null;
  } catch {
    return null;
  }
}
