/* A sentence selected in the PDF (`pdf:quote`) goes to where the person was writing: the quote of the sheet's focused cell, or
   the last [data-quote-target] that had the focus. The fields are filled as if typed, so whatever saves them goes on doing so. */
let target = null;

document.addEventListener("focusin", ({ target: field }) => {
  if (field.matches("[data-quote-target]")) target = field;
  else if (field.matches("[data-cell]")) target = document.querySelector("[data-panel] [data-quote-target]");
  else target = field.closest("[data-quote-scope]")?.querySelector("[data-quote-target]") ?? target;
});

function write(field, value) {
  if (!field || field.disabled || field.value === value) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

/* The bar of the sheet: quote, page and report of its cell. */
function intoPanel(panel, { text, page, reportId }) {
  const part = (name) => panel.querySelector(`[data-panel-${name}]`);
  const report = part("report");
  if ([...report.options].some((option) => option.value === String(reportId))) write(report, String(reportId));
  write(part("page"), String(page));
  write(part("quote"), text);
  const cell = document.querySelector(`[data-cell="${CSS.escape(part("open").value)}"]`);
  (cell ?? part("quote")).focus();
}

/* A text of one's own: the quote is added to it, with its page; false when it would become too long. */
function intoText(field, { text, page }) {
  const quoted = `“${text}” (p. ${page})`;
  const before = field.value.trimEnd();
  const whole = before ? `${before}\n${quoted}` : quoted;
  if (field.maxLength > 0 && whole.length > field.maxLength) return false;
  write(field, whole);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  field.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("pdf:quote", (event) => {
  const { detail } = event;
  const field = target?.isConnected && !target.disabled ? target : document.querySelector("[data-quote-target]:not(:disabled)");
  const panel = field?.closest("[data-panel]");
  if (panel) intoPanel(panel, detail);
  else if (!field || !intoText(field, detail)) event.preventDefault();
});
