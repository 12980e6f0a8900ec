// The layer behind a text area: the same text, with the marks the server put in.

const echoOf = (area) => document.getElementById(`${area.id}-echo`);

/** Show the text without marks; it keeps the height of the field in step where the browser does not. */
export function plain(area) {
  const echo = echoOf(area);
  if (echo) echo.textContent = area.value;
}

/** Move the marks the server sent behind the field, if it still says exactly what they were made for. */
export function mark(form, sent) {
  const area = form.elements[sent.dataset.echo];
  if (!area || sent.textContent !== area.value) return;
  if (sent.dataset.lang) area.lang = sent.dataset.lang;
  echoOf(area).replaceChildren(...sent.childNodes);
}
