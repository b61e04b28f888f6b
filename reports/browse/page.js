// Going about the page: one section at a time, by the address after #/ so that the browser's back works. Nothing is loaded before it is shown.
"use strict";

const MAKERS = { findings: Findings, media: Gallery, talks: Talks, timeline: Timeline, map: Chart };
const made = new Map();

function show() {
  const [name, argument] = location.hash.slice(2).split("=");
  const section = document.getElementById(`s-${name}`) ?? document.getElementById("s-summary");
  for (const each of document.querySelectorAll("main > section")) each.hidden = each !== section;
  for (const link of document.querySelectorAll("#menu a")) {
    if (link.hash === `#/${section.id.slice(2)}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${section.dataset.title} · ${document.body.dataset.case}`;
  build(section);
  if (argument) made.get(section.id)?.go?.(Number(argument));
  else scrollTo(0, 0);
}

function build(section) {
  const kind = section.dataset.kind;
  if (!kind || made.has(section.id)) return;
  const Maker = MAKERS[kind];
  made.set(section.id, Maker ? new Maker(section) : new Listing(section, kind));
}

// Links into the report stay in it; the browser's own handling of # is enough. Everything else is no link.
addEventListener("hashchange", show);
document.getElementById("pick").addEventListener("change", (event) => {
  location.hash = `/${event.target.value}`;
});
show();
