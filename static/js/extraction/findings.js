/* What does not follow from the numbers of the sheet: marked at its cells, told for the focused one; drawn anew with
   each answer of the server, for the outcomes that the answer is about. */
const panel = document.querySelector("[data-findings]");
const list = panel?.querySelector("[data-findings-list]");
const count = panel?.querySelector("[data-findings-count]");

const cellsOf = (item) => item.dataset.cells.split(" ").filter(Boolean);
const items = () => [...(list?.children ?? [])];

function mark(form) {
  for (const cell of form.querySelectorAll("[data-finding]")) delete cell.dataset.finding;
  for (const item of items().reverse()) {
    for (const key of cellsOf(item)) {
      const cell = form.elements[`v-${key}`];
      if (cell) cell.dataset.finding = item.dataset.severity;
    }
  }
  panel.hidden = items().length === 0;
  count.textContent = items().length === 1 ? "1 check" : `${items().length} checks`;
}

function item(finding) {
  const row = document.createElement("li");
  Object.assign(row.dataset, { cells: finding.cells.join(" "), severity: finding.severity, outcome: finding.outcome });
  const words = document.createElement("p");
  const severity = Object.assign(document.createElement("strong"), {
    textContent: finding.severity === "serious" ? "Serious: " : "Note: ",
  });
  words.append(severity, `${finding.found}.`);
  const more = Object.assign(document.createElement("p"), {
    className: "soft",
    textContent: `Expected: ${finding.expected}. ${finding.usual_cause}`,
  });
  row.append(words, more);
  return row;
}

/** The findings of some outcomes take the place of the earlier ones. */
export function redrawFindings(form, answer) {
  if (!panel || !answer) return;
  const outcomes = answer.outcomes.map(String);
  for (const row of items()) if (outcomes.includes(row.dataset.outcome)) row.remove();
  list.append(...answer.list.map(item));
  mark(form);
}

/** Those that speak of the focused cell stand out, and the first of them is told in `place`, which stays in sight. */
export function pointAt(cell, place) {
  const here = items().filter((row) => cellsOf(row).includes(cell.dataset.cell));
  for (const row of items()) row.toggleAttribute("data-here", here.includes(row));
  place.hidden = here.length === 0;
  place.dataset.severity = here[0]?.dataset.severity ?? "";
  const more = here.length > 1 ? ` And ${here.length - 1} more.` : "";
  place.textContent = here.length ? `${here[0].firstElementChild.textContent}${more}` : "";
}

if (panel) mark(document.querySelector("[data-sheet]"));
