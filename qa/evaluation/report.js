"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 50;
const byId = new Map(data.rows.map((row, place) => [row.id, place]));
const haystacks = data.rows.map((row) => `${row.id}\n${row.q}`.toLowerCase());
const compared = document.querySelector("[data-sort=d]") !== null;
const search = document.getElementById("search");
const show = document.getElementById("show");
const rows = document.getElementById("rows");
let order = { key: null, down: false };
let first = 0;
let matching = [];

// Text from articles and questions enters the page as text only, never as markup.
function make(tag, given, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) element.setAttribute(name, value);
  for (const each of inside.flat()) if (each !== null && each !== undefined && each !== "") element.append(each);
  return element;
}

const number = (value, decimals = 3) => (value === undefined || value === null ? "–" : value.toFixed(decimals).replace("-", "−"));
const signed = (value) => (value === undefined || value === null ? "–" : (value > 0 ? "+" : "") + number(value));
const hit = (value) => (value === undefined ? "–" : value > 0 ? "yes" : "no");
const nth = (rank) => {
  const ending = [11, 12, 13].includes(rank % 100) ? "th" : { 1: "st", 2: "nd", 3: "rd" }[rank % 10] || "th";
  return rank + ending;
};
const titled = (article) => data.articles[article][1] || data.articles[article][0];

// Offsets count code points, JavaScript's strings count UTF-16 units.
function units(text, points) {
  if (!/[\ud800-\udfff]/.test(text)) return points;
  let at = 0;
  for (; points > 0 && at < text.length; points -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}
const slice = (text, start, end) => text.slice(units(text, start), units(text, end));

// Pieces of a text, those inside a range wrapped; ranges may overlap.
function wrapped(text, ranges) {
  const cuts = [...new Set([0, text.length, ...ranges.flatMap((range) => [range.start, range.end])])]
    .filter((cut) => cut >= 0 && cut <= text.length)
    .sort((a, b) => a - b);
  return cuts.slice(1).map((end, place) => {
    const start = cuts[place];
    let piece = document.createTextNode(text.slice(start, end));
    for (const range of ranges) if (range.start <= start && end <= range.end) piece = make(range.tag, range.given, piece);
    return piece;
  });
}

function matched(text, words) {
  const wanted = new Set((words || []).map((word) => word.toLowerCase()));
  const found = text.matchAll(/[\p{L}\p{N}]+(?:['’]\p{L}+)?/gu);
  return [...found]
    .filter((word) => wanted.has(word[0].toLowerCase()))
    .map((word) => ({ start: word.index, end: word.index + word[0].length, tag: "mark" }));
}

function golden(text, article, start, row) {
  return (row.g || [])
    .filter(([where, from, to]) => where === article && to > start && from < start + text.length)
    .map(([, from, to]) => ({
      start: units(text, Math.max(0, from - start)), end: units(text, to - start), tag: "span", given: { class: "gold" },
    }));
}

const said = (right, yes, no) => (right === true ? yes : right === false ? no : "not judged");
const tone = (right) => ({ class: right === true ? "good" : right === false ? "bad" : "" });

function quoted(quote) {
  const [article, start, words, answer, right] = quote;
  let text = words;
  if (Array.isArray(words)) {
    const passage = data.passages[words[0]];
    text = slice(passage[3], start - passage[2], start - passage[2] + words[1]);
  }
  const at = answer ? text.indexOf(answer) : -1;
  const ranges = at < 0 ? [] : [{ start: at, end: at + answer.length, tag: "mark" }];
  return make("li", tone(right),
    make("p", { class: "words" }, wrapped(text, ranges)),
    make("p", { class: "line" }, make("span", { class: "flag" }, said(right, "✓ holds the answer", "✗ does not hold the answer")), ` · ${titled(article)}`));
}

function ranked(found, place, row, words) {
  const [passage, score, right, ranks] = found;
  const [article, name, start, text] = data.passages[passage];
  const ways = Object.entries(ranks).map(([way, rank]) => `${nth(rank)} ${way === "lexical" ? "by words" : way === "dense" ? "by meaning" : "by " + way}`);
  const relevant = (row.r || []).some(([id]) => id === article);
  const flag = right ? "✓ holds the answer" : relevant ? "right article" : "";
  const line = [`${place + 1}. `, make("span", { class: "flag" }, flag), flag ? " · " : "", `${titled(article)}, passage ${name} · score ${score}${ways.length ? " · " + ways.join(", ") : ""}`];
  return make("li", { class: right ? "good" : "" }, make("p", { class: "line" }, line),
    text ? make("p", { class: "words" }, wrapped(text, [...matched(text, words), ...golden(text, article, start, row)]))
      : make("p", { class: "none" }, "The words of this passage were not kept."));
}

function places(row) {
  return (row.g || []).map(([article, start, end]) => {
    const home = data.passages.find(([where, , from, text]) => where === article && from <= start && end <= from + text.length);
    const words = home ? `“${slice(home[3], start - home[2], end - home[2])}”` : `characters ${start} to ${end}`;
    return make("li", { class: "good" }, make("p", { class: "words" }, words), make("p", { class: "line" }, titled(article)));
  });
}

function list(title, items, empty) {
  return [make("h4", null, title), items.length ? make("ol", null, items) : make("p", { class: "none" }, empty)];
}

// One run's part of a panel: its name, then what it quoted and found.
function run(name, came, row) {
  const offered = ["right", "wrong", "overreached"].includes(came.o);
  const kind = came.o === "unjudged" ? "Quotes, not judged" : offered ? "Quotes, offered as an answer" : "Quotes, held back";
  return make("section", null,
    name ? make("h3", null, name) : null,
    came !== row ? make("p", { class: "verdict" }, came.v || "") : null,
    came.s ? make("p", { class: "line" }, `Searched for: ${came.s}`) : null,
    came.k ? make("p", { class: "line" }, `It said: ${came.k}`) : null,
    list(kind, (came.u || []).map(quoted), "Nothing was quoted."),
    list("Passages found", (came.f || []).map((found, place) => ranked(found, place, row, came.w)), "Nothing was found."));
}

function panel(row) {
  const known = [...(row.a || []).map((answer) => make("li", { class: "good" }, make("p", { class: "words" }, answer))), ...places(row)];
  const right = (row.r || []).map(([article, , rank]) => make("li", { class: "" }, make("p", { class: "line" },
    `${titled(article)} – ${rank ? "came " + nth(rank) : "was not found"}`)));
  const none = row.o === "overreached" || row.o === "declined" ? "The articles do not answer it." : "No answer is known.";
  return make("div", { class: "panel", role: "group", "aria-label": "What became of this question" },
    make("p", { class: "verdict" }, row.v || ""),
    make("p", { class: "line" }, `${row.id} · confidence ${number(row.p)} · nDCG@10 ${number(row.n)} · quote_hit@1 ${hit(row.t)} `, make("a", { href: "#q-" + encodeURIComponent(row.id) }, "link to this question")),
    (row.h || []).length ? list("Asked before it", row.h.map((text) => make("li", null, text)), "") : null,
    list("What is known to answer", known, none),
    right.length ? list("Right articles", right, "") : null,
    Object.entries(row.l || {}).map(([family, why]) => make("p", { class: "line" }, `Left out of ${family}: ${why}.`)),
    make("p", { class: "line" }, "In the passages, ", make("mark", null, "words of the question"), " are marked and ",
      make("span", { class: "gold" }, "a place that answers"), " is underlined."),
    row.b ? make("div", { class: "runs" }, run("This run", row, row), run("The other run", row.b, row)) : run("", row, row));
}

function toggle(line, row, open) {
  const button = line.querySelector("button");
  const next = line.nextElementSibling;
  if (next && next.classList.contains("detail")) next.remove();
  line.classList.toggle("opened", open);
  button.setAttribute("aria-expanded", String(open));
  if (open) {
    const cell = make("td", { role: "cell", colspan: String(line.children.length) }, panel(row));
    line.after(make("tr", { class: "detail", role: "row" }, cell));
  }
}

function line(row) {
  const button = make("button", { type: "button", class: "open", "aria-expanded": "false" }, row.q || "(no words)");
  const cell = (label, text, kind) => make("td", { role: "cell", class: "number " + (kind || ""), "data-label": label }, text);
  const element = make("tr", { role: "row", id: "q-" + row.id },
    make("th", { scope: "row", role: "rowheader" }, button),
    make("td", { role: "cell", class: "is-" + row.o }, data.outcomes[row.o]),
    cell("confidence", number(row.p, 2)),
    cell("nDCG@10", number(row.n)),
    compared ? cell("change", signed(row.d), row.d > 0 ? "is-right" : row.d < 0 ? "is-wrong" : "") : null,
    cell("quote hit", hit(row.t)));
  button.addEventListener("click", () => toggle(element, row, button.getAttribute("aria-expanded") === "false"));
  return element;
}

function draw() {
  const shown = matching.slice(first, first + PAGE);
  rows.replaceChildren(...shown.map((place) => line(data.rows[place])));
  const from = matching.length ? first + 1 : 0;
  document.getElementById("status").textContent = matching.length
    ? `${from.toLocaleString("en")}–${(first + shown.length).toLocaleString("en")} of ${matching.length.toLocaleString("en")} questions`
    : "No question matches. Clear the search, or show all questions.";
  document.getElementById("back").disabled = first === 0;
  document.getElementById("on").disabled = first + PAGE >= matching.length;
}

function admitted(row, name) {
  return name === "all" || row.o === name || (row.c || []).includes(name) || (name === "changed" && row.x === true);
}

function choose() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  matching = [...data.rows.keys()].filter((place) => admitted(data.rows[place], show.value) && words.every((word) => haystacks[place].includes(word)));
  if (order.key !== null) {
    const value = (place) => (order.key === "o" ? data.outcomes[data.rows[place].o] : data.rows[place][order.key]);
    const empty = (given) => given === undefined || given === null;
    matching.sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      if (empty(left) || empty(right)) return empty(left) - empty(right) || a - b;
      const way = typeof left === "string" ? left.localeCompare(right) : left - right;
      return (order.down ? -way : way) || a - b;
    });
  }
  first = 0;
  draw();
}

function sort(key, down) {
  order = { key, down };
  for (const button of document.querySelectorAll("[data-sort]"))
    button.closest("th").setAttribute("aria-sort", button.dataset.sort !== key ? "none" : down ? "descending" : "ascending");
}

function follow() {
  let wanted = location.hash.slice(1);
  try { wanted = decodeURIComponent(wanted); } catch { return; }
  if (wanted.startsWith("show-") && [...show.options].some((option) => option.value === wanted.slice(5))) {
    show.value = wanted.slice(5);
    search.value = "";
    sort(show.value === "changed" && compared ? "d" : null, false);
    choose();
    document.getElementById("questions").scrollIntoView();
    show.focus({ preventScroll: true });
  } else if (wanted.startsWith("q-") && byId.has(wanted.slice(2))) {
    const place = byId.get(wanted.slice(2));
    if (!matching.includes(place)) { show.value = "all"; search.value = ""; sort(null, false); choose(); }
    first = PAGE * Math.floor(matching.indexOf(place) / PAGE);
    draw();
    const opened = rows.children[matching.indexOf(place) - first];
    toggle(opened, data.rows[place], true);
    opened.scrollIntoView();
    opened.querySelector("button").focus({ preventScroll: true });
  }
}

for (const button of document.querySelectorAll("[data-sort]"))
  button.addEventListener("click", () => {
    sort(button.dataset.sort, order.key === button.dataset.sort && !order.down);
    choose();
  });
for (const [id, step] of [["back", -PAGE], ["on", PAGE]])
  document.getElementById(id).addEventListener("click", () => {
    first += step;
    draw();
    document.getElementById("status").scrollIntoView();
  });
for (const link of document.querySelectorAll("a.cause"))
  link.addEventListener("click", () => { if (location.hash === link.getAttribute("href")) follow(); });
search.closest("form").addEventListener("submit", (event) => event.preventDefault());
search.addEventListener("input", choose);
show.addEventListener("change", choose);
window.addEventListener("hashchange", follow);
document.getElementById("needs-script").hidden = true;
document.getElementById("list").hidden = false;
choose();
follow();
