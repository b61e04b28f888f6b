// Conversations: the list of them, and the chosen one as bubbles, a page at a time. Words are searched in one or in all.
"use strict";

const BUBBLES = 100;

class Talks {
  constructor(section) {
    this.threads = new Rows("threads");
    this.messages = new Rows("messages");
    this.numbers = null;
    const { bar, ask } = sieveBar(this.threads, (numbers) => {
      this.numbers = numbers;
      this.list.reset(numbers ? numbers.length : this.threads.total);
    });
    this.box = make("div", { class: "box threads", role: "listbox", "aria-label": section.dataset.title });
    this.talk = make("div", { class: "talk", "aria-live": "polite" }, make("p", { class: "hint" }, say("choose_talk")));
    const all = make("input", { type: "search", placeholder: say("search_messages"), "aria-label": say("search_messages"), spellcheck: "false" });
    all.addEventListener("change", () => this.search(all.value));
    section.append(make("div", { class: "sieve" }, all), make("div", { class: "talks" }, make("div", { class: "left" }, bar, this.box), this.talk));
    this.list = new List(this.box, { height: 60, role: "option", render: (place) => this.line(place), open: (place) => this.open(this.number(place)) });
    ask();
  }

  number(place) {
    return this.numbers ? this.numbers[place] : place;
  }

  async line(place) {
    const row = await this.threads.row(this.number(place));
    if (!row) return [say("missing")];
    const name = row.name || row.thread;
    return [
      make("div", { class: "name" }, name ? text(name) : say("report.thread_unnamed"), row.finding ? make("span", { class: "mark" }, say("has_finding")) : null),
      make("div", { class: "meta" }, text(row.app), ` · ${say("report.messages_n", { n: number(row.messages) })} · `, time(row.last_at)),
    ];
  }

  async open(thread, place = null) {
    const row = await this.threads.row(thread);
    if (!row) return;
    this.thread = row;
    const name = row.name || row.thread;
    const head = make("header", {}, make("h3", {}, name ? folded(name, 120) : say("report.thread_unnamed")),
      make("p", { class: "meta" }, text(row.app), row.account ? make("span", {}, ` · ${say("report.account")} `, text(row.account)) : null, " · ", row.thread ? folded(row.thread, 80) : null,
        ` · ${say("report.messages_n", { n: number(row.messages) })} · `, time(row.first_at), " – ", time(row.last_at)));
    this.bubbles = make("div", { class: "bubbles", tabindex: "0" });
    this.pager = pager((page) => this.page(page));
    this.talk.replaceChildren(head, this.pager.bar, this.bubbles);
    const pages = Math.ceil(row.messages / BUBBLES);
    await this.page(place === null ? pages - 1 : Math.floor((place - row.start) / BUBBLES));
    const target = place === null ? this.bubbles.lastElementChild : document.getElementById(`message-${place}`);
    target?.scrollIntoView({ block: "nearest" });
    target?.classList.toggle("sought", place !== null);
  }

  async page(page) {
    const { start, messages } = this.thread;
    const from = start + page * BUBBLES;
    const to = Math.min(start + messages, from + BUBBLES);
    const rows = await Promise.all(Array.from({ length: Math.max(0, to - from) }, (_, index) => this.messages.row(from + index)));
    const made = [];
    let day = "";
    for (const [index, row] of rows.entries()) {
      const [shown] = moment(row?.sent_at);
      if (row && shown.slice(0, 10) !== day) made.push(make("p", { class: "date" }, (day = shown.slice(0, 10))));
      made.push(row ? bubble(row, from + index) : make("p", { class: "missing" }, say("missing")));
    }
    this.bubbles.replaceChildren(...made);
    this.bubbles.scrollTop = 0;
    this.pager.at(page, Math.ceil(messages / BUBBLES));
  }

  /** Messages of all conversations that hold the words, the first 500 of them. */
  async search(question) {
    const words = question.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return;
    const found = [];
    const status = make("p", { role: "status" }, say("searching", { share: 0 }));
    const list = make("div", { class: "bubbles" });
    this.talk.replaceChildren(status, list);
    const columns = ["body", "sender", "sender_name", "attachment"].map((column) => this.messages.at.get(column));
    await this.messages.scan((row, place) => {
      const whole = columns.map((column) => row[column] ?? "").join("\n").toLowerCase();
      if (words.every((each) => whole.includes(each))) found.push(place);
      return found.length < 500;
    }, (share) => {
      status.textContent = say("searching", { share: Math.round(share * 100) });
    });
    status.textContent = say(found.length < 500 ? "found_messages" : "found_many", { n: number(found.length) });
    for (const place of found) list.append(await this.answer(place));
  }

  async answer(place) {
    const row = await this.messages.row(place);
    const go = make("button", { type: "button", onclick: () => this.open(row.thread, place) }, say("in_talk"));
    return make("div", { class: "answer" }, bubble(row, place), go);
  }
}

function bubble(row, place) {
  const side = ["in", "out"].includes(row.direction) ? row.direction : "unknown";
  const who = row.sender_name || row.sender;
  const named = who ? [folded(who, 120), row.sender_name && row.sender ? make("small", {}, " (", text(row.sender), ")") : null] : [say(side === "out" ? "report.owner" : "report.sender_not_said")];
  return make("div", { class: `bubble ${side}${row.deleted ? " gone" : ""}`, id: `message-${place}` },
    make("div", { class: "who" }, ...named),
    row.deleted ? make("div", { class: "deleted" }, `${say("report.message_deleted")}: ${word("deleted", row.deleted)}`) : null,
    row.kind && !["text", row.deleted].includes(row.kind) ? make("div", { class: "kind" }, `[${word("kind", row.kind)}]`) : null,
    row.chosen ? make("div", { class: "kind" }, say("report.line_chosen")) : null,
    row.assumed ? make("div", { class: "kind" }, `${say("report.message_assumed")}: `, folded(row.assumed)) : null,
    row.body ? make("div", { class: "body" }, folded(row.body, 1200)) : null,
    row.attachment || row.finding ? attachment(row) : null,
    make("div", { class: "when" }, time(row.sent_at), " · ", word("direction", row.direction), " · ", folded(row.where_ ?? "", 80)));
}

function attachment(row) {
  const mark = row.finding ? toFinding(row.finding) : row.notable ? make("span", { class: "mark" }, say("report.is_hit")) : null;
  return make("div", { class: "attachment" }, `${say("report.attachment")}: `, row.attachment ? folded(row.attachment, 120) : "—", " ", mark);
}
