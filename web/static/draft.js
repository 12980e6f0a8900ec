// The drafting page works without this. With it, the coach reads while you write.

import { apply } from "./parts.js";
import { plain } from "./echo.js";
import { recall, remember } from "./memory.js";

const PAUSE_MS = 400;
const form = document.getElementById("draft");
let timer;
let request;

/** Send the form as it is now, and put the answer into the page. */
async function send(button) {
  clearTimeout(timer);
  request?.abort();
  const mine = (request = new AbortController());
  const opinion = button?.value === "critique" && document.getElementById("opinion");
  if (opinion) opinion.textContent = opinion.dataset.asking;
  await ask(new URLSearchParams(new FormData(form, button)), mine);
  if (opinion && opinion.textContent === opinion.dataset.asking) opinion.replaceChildren(); // no answer came
}

async function ask(data, mine) {
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: data,
      headers: { Accept: "text/vnd.fragment+html" },
      signal: mine.signal,
    });
    if (answer.ok) apply(form, await answer.text());
    else say(form.dataset.refused);
    remember(form);
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof TypeError)) throw error; // fetch says "no connection" with a TypeError
    say(form.dataset.silent);
  } finally {
    if (request === mine) form.removeAttribute("aria-busy");
  }
}

function say(sentence) {
  document.getElementById("said").textContent = sentence;
}

function later() {
  clearTimeout(timer);
  request?.abort();
  timer = setTimeout(send, PAUSE_MS);
}

form.addEventListener("input", (event) => {
  plain(event.target);
  remember(form);
  if (!event.target.matches("select, [type=checkbox]")) later();
});

form.addEventListener("change", (event) => {
  if (!event.target.matches("select, [type=checkbox]")) return;
  if (event.target.id === "circle") address(event.target.value);
  send();
});

form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.hasAttribute("formaction")) {
    // Another language: the draft waits in this tab, so that the new page is one that can be reloaded.
    if (!remember(form)) return;
    event.preventDefault();
    location.assign(elsewhere(button.formAction));
    return;
  }
  event.preventDefault();
  send(button);
});

/** Keep the chosen circle in the address, so that a bookmark or a reload finds it again. */
function address(circle) {
  const url = new URL(location.href);
  if (circle) url.searchParams.set("circle", circle);
  else url.searchParams.delete("circle");
  history.replaceState(null, "", url);
}

function elsewhere(target) {
  const url = new URL(target);
  const circle = form.elements.circle?.value;
  if (circle) url.searchParams.set("circle", circle);
  return url.href;
}

const kept = form.hasAttribute("data-fresh") ? recall(new URL(location.href).searchParams.get("circle")) : null;
if (kept) ask(kept, (request = new AbortController()));
