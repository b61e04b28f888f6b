// The page itself: a folder is chosen or dropped, the results are told in both languages. Names are text and nothing else.
"use strict";

const TEXTS = JSON.parse(document.getElementById("texts").textContent);
const MARKS = new Map([[true, "✓"], [false, "✕"], [null, "!"]]);
const byId = (id) => document.getElementById(id);
const state = { language: "id", results: null, signer: "", name: "" };

function say(key, values = {}) {
  const text = TEXTS[state.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(String(values[name])));
}

/** Characters that cannot be seen are written as escapes. */
function shown(text) {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

function speak(language) {
  state.language = language;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  if (state.results) tell();
}

async function check(files) {
  byId("result").hidden = true;
  byId("busy").hidden = false;
  state.results = null;
  const bundle = withinBundle(files);
  try {
    state.results = await checkBundle(bundle, (share) => {
      byId("progress").value = share;
    });
  } catch (error) {
    state.results = [found(false, "not_checked", { reason: String(error) })];
  }
  state.signer = state.results.find((result) => result.words === "signature_holds")?.values.signer ?? "";
  byId("busy").hidden = true;
  tell();
}

function tell() {
  const bad = state.results.filter((result) => result.ok === false).length;
  const verdict = byId("verdict");
  verdict.textContent = bad ? say("fails", { n: bad }) : say("holds");
  verdict.className = bad ? "bad" : "good";
  byId("signer").textContent = state.signer || "—";
  const list = byId("results");
  list.replaceChildren(...state.results.map(line));
  byId("result").hidden = false;
  compare();
  verdict.focus();
}

function line(result) {
  const item = document.createElement("li");
  const mark = document.createElement("span");
  item.className = new Map([[true, "good"], [false, "bad"], [null, "note"]]).get(result.ok);
  mark.className = "mark";
  mark.textContent = MARKS.get(result.ok);
  mark.setAttribute("aria-hidden", "true");
  const words = document.createElement("bdi");
  words.textContent = say(result.words, result.values);
  item.append(mark, words);
  return item;
}

/** The fingerprint as typed from paper against the one that signed. */
function compare() {
  const typed = byId("paper").value.toLowerCase().replace(/[^0-9a-f]/g, "");
  const same = typed === state.signer.replaceAll(" ", "");
  const words = typed ? (same ? "paper_same" : "paper_differs") : "paper_empty";
  byId("compared").textContent = say(words);
  byId("compared").className = typed ? (same ? "good" : "bad") : "note";
}

byId("folder").addEventListener("change", (event) => {
  const files = Array.from(event.target.files);
  event.target.value = ""; // the same folder can be chosen again
  if (files.length) check(files);
});
byId("paper").addEventListener("input", compare);
for (const kind of ["dragenter", "dragleave", "drop"])
  byId("folder").addEventListener(kind, () => byId("drop").classList.toggle("over", kind === "dragenter"));
for (const button of document.querySelectorAll("[data-language]"))
  button.addEventListener("click", () => speak(button.dataset.language));
speak(navigator.language.startsWith("id") ? "id" : document.documentElement.lang);
