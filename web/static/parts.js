// Putting the parts of an answer where they belong.

import { mark } from "./echo.js";

const policy = globalThis.trustedTypes?.createPolicy("fragment", { createHTML: (html) => html });

/** Put every part of an answer into the element it names; what did not change is left alone. */
export function apply(form, html) {
  const answer = document.createElement("template");
  answer.innerHTML = policy ? policy.createHTML(html) : html;
  for (const part of answer.content.querySelectorAll("[data-for]")) {
    const target = document.getElementById(part.dataset.for);
    if (!target || target.innerHTML.trim() === part.innerHTML.trim()) continue;
    keepUnfolded(target, part);
    const held = target.contains(document.activeElement) ? document.activeElement.id : "";
    target.replaceChildren(...part.childNodes);
    if (held) hold(target, held);
    if (part.dataset.focus) goOn(part.dataset.focus);
  }
  for (const echo of answer.content.querySelectorAll("[data-echo]")) mark(form, echo);
  for (const field of form.querySelectorAll("textarea, input")) {
    const fault = document.getElementById(`${field.id}-fault`);
    if (fault?.textContent.trim()) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

/** What the reader unfolded stays unfolded. */
function keepUnfolded(before, after) {
  const open = new Set([...before.querySelectorAll("details[open]")].map((fold) => fold.dataset.key));
  for (const fold of after.querySelectorAll("details")) if (open.has(fold.dataset.key)) fold.open = true;
}

/** Who works with the keyboard stays where the pressed button was, or at the nearest fold. */
function hold(target, id) {
  document.getElementById(id)?.focus();
  if (!target.contains(document.activeElement)) target.querySelector("summary")?.focus();
}

function goOn(id) {
  const field = document.getElementById(id);
  if (!field) return;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
