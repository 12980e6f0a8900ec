// The draft is kept in this tab, and nowhere else, until the tab is closed.

const KEY = "okr-coach-draft";

/** Keep the form; false where the browser keeps nothing. */
export function remember(form) {
  try {
    const areas = [...form.querySelectorAll("textarea")];
    if (areas.some((area) => area.value.trim())) {
      sessionStorage.setItem(KEY, new URLSearchParams(new FormData(form)).toString());
    } else sessionStorage.removeItem(KEY);
    return true;
  } catch {
    return false;
  }
}

/** Return the kept form as it is to be sent, for a circle if the address names one. */
export function recall(circle) {
  try {
    const kept = sessionStorage.getItem(KEY);
    if (!kept) return null;
    const data = new URLSearchParams(kept);
    if (circle) data.set("circle", circle);
    data.set("do", "restore");
    return data;
  } catch {
    return null;
  }
}
