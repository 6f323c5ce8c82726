// What the pages do beyond Gradio: judge in place, mark an answer in an article, show a report at its full height.
// Everything here works without it as well, by links and forms, but for marking, which must read a selection.
"use strict";

const TOLD = {right: "Marked right", wrong: "Marked wrong", absent: "Marked: right to refuse", withdrawn: "Removed"};
const count = (text) => [...text].length; // code points, as the server counts; a string's length is in UTF-16

/** Send a judgement; gives what is wrong as a sentence, or null when it is kept. */
async function send(fields) {
  try {
    const answer = await fetch("/judge", {
      method: "POST", headers: {accept: "text/plain"}, body: new URLSearchParams(fields),
    });
    return answer.ok ? null : await answer.text();
  } catch {
    return "the app does not answer. Is it still running?";
  }
}

/** Show in place of the choices what was said, and the way to take it back. */
function settle(box, told, fields) {
  const choices = box.querySelector(".choices");
  const elsewhere = box.querySelector(".elsewhere");
  const said = document.createElement("span");
  said.className = "said";
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  const undo = document.createElement("button");
  undo.type = "button";
  undo.textContent = "Undo";
  undo.addEventListener("click", async () => {
    const {verdict, text, ...place} = fields;
    const wrong = await send({...place, verdict: "withdrawn"});
    if (wrong) return complain(box, wrong);
    complain(box, "");
    said.remove();
    choices.hidden = false;
    if (elsewhere) elsewhere.hidden = false;
    choices.querySelector("a, button")?.focus();
  });
  said.append(words, " ", undo);
  choices.hidden = true;
  if (elsewhere) elsewhere.hidden = fields.verdict === "right";
  choices.after(said);
  words.textContent = told;
  undo.focus({preventScroll: true});
}

function complain(box, wrong) {
  let line = box.querySelector(".wrong-told");
  if (!line) {
    line = document.createElement("span");
    line.className = "wrong-told";
    line.setAttribute("role", "alert");
    box.append(line);
  }
  line.textContent = wrong && `Not kept: ${wrong}`;
}

async function judge(box, fields, told) {
  if (box.ariaBusy === "true") return;
  box.ariaBusy = "true";
  const wrong = await send(fields);
  box.ariaBusy = "false";
  complain(box, wrong ?? "");
  if (wrong) return;
  if (fields.verdict === "withdrawn") {
    document.querySelector("#refresh")?.click();
  } else {
    settle(box, told, fields);
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.judge");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const fields = Object.fromEntries(new URL(link.href).searchParams);
  judge(link.closest(".judging"), fields, TOLD[fields.verdict]);
}, true);

/** The words selected inside an article's text, without white space around them, and their place in code points. */
function chosen(text) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(text)) return null;
  const within = document.createRange();
  within.selectNodeContents(text);
  if (range.compareBoundaryPoints(Range.START_TO_START, within) > 0) within.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, within) < 0) within.setEnd(range.endContainer, range.endOffset);
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(within.startContainer, within.startOffset);
  const words = within.toString();
  const trimmed = words.trim();
  if (!trimmed) return null;
  const start = count(before.toString()) + count(words.slice(0, words.indexOf(trimmed)));
  return {text: trimmed, start, end: start + count(trimmed)};
}

const here = document.getElementById("here");
if (here) {
  const text = document.querySelector(".text");
  const shown = here.querySelector(".chosen");
  const button = here.querySelector("button");
  let last = null; // a touch on the button may end the selection before it is read
  here.hidden = false;
  document.addEventListener("selectionchange", () => {
    const now = chosen(text);
    if (!now) return;
    last = now;
    button.disabled = false;
    shown.textContent = now.text.length > 160 ? `“${now.text.slice(0, 80)} … ${now.text.slice(-60)}”` : `“${now.text}”`;
  });
  here.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!last) return;
    const fields = {...Object.fromEntries(new FormData(here)), ...last};
    judge(here, fields, `Kept: ${shown.textContent} answers “${fields.question}”.`);
  });
}

// A report stands in its page at its full height, so that there is one scroll bar.
document.addEventListener("load", (event) => {
  if (!event.target.matches?.("iframe.evaluation")) return;
  const frame = event.target;
  const body = frame.contentDocument?.body;
  if (!body) return;
  const top = body.querySelector("header.top"); // the page around it has one already
  if (top) top.style.display = "none";
  new frame.contentWindow.ResizeObserver(() => { frame.style.height = `${body.offsetHeight}px`; }).observe(body);
  if (new URLSearchParams(location.search).has("id")) frame.previousElementSibling.scrollIntoView();
}, true);
