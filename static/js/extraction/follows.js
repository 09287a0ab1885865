/* What follows for an empty cell from the others of its line: drawn anew with each answer of the server. */
const idOf = (cell) => `follows-${cell.dataset.cell}`;

/** What follows for `cell` and stands beside it; null where nothing does, or something was typed meanwhile. */
export function followingOf(cell) {
  const place = document.getElementById(idOf(cell));
  if (!place || cell.value.trim()) return null;
  const { follows: text, method, inputs, warnings } = place.dataset;
  return { text, method, inputs: JSON.parse(inputs), warnings, rough: place.firstChild.textContent.trim() };
}

export function redraw(form, follows) {
  for (const [key, one] of Object.entries(follows ?? {})) {
    const cell = form.elements[`v-${key}`];
    if (!cell) continue;
    document.getElementById(idOf(cell))?.remove();
    const invalid = cell.getAttribute("aria-invalid") === "true";
    if (!invalid) cell.removeAttribute("aria-describedby");
    if (!one) continue;
    const place = document.createElement("p");
    Object.assign(place, { id: idOf(cell), className: "sheet__follows" });
    Object.assign(place.dataset, {
      follows: one.text, method: one.method, inputs: JSON.stringify(one.inputs), warnings: one.warnings.join(" "),
    });
    const from = Object.assign(document.createElement("span"), { textContent: `from ${one.from}` });
    place.append(`≈ ${one.rough} `, from);
    cell.closest("td").append(place);
    if (!invalid) cell.setAttribute("aria-describedby", place.id);
  }
}
