/* The extraction sheet: moves between cells like a spreadsheet, shows the words around the focused cell, saves what
   changes, and says so. Without it the Save button sends the whole sheet. The server decides what is a number. */
import { Grid } from "./grid.js";
import { Saver } from "./saver.js";

const form = document.querySelector("[data-sheet]");
const part = (name) => form.querySelector(`[data-panel-${name}]`);
const panel = {
  name: part("name"), outcome: part("outcome"), open: part("open"), quote: part("quote"), page: part("page"),
  report: part("report"), line: part("line"), error: part("error"), message: part("message"), choice: part("choice"),
  mine: part("mine"), theirs: part("theirs"), keys: part("keys"),
};
const grid = new Grid(form);
const saver = new Saver(form, { shown: show });
let current = null;

/** The words around a cell go into the bar. */
function show(cell) {
  if (!cell) return;
  current = cell;
  const { quote, page, report } = saver.now(cell);
  panel.name.textContent = cell.dataset.name;
  panel.outcome.textContent = cell.dataset.outcome;
  panel.open.value = cell.dataset.cell;
  if (panel.quote.value !== quote) panel.quote.value = quote;
  if (panel.page.value !== page) panel.page.value = page;
  panel.report.value = report;
  const trouble = saver.trouble(cell);
  panel.error.hidden = !trouble;
  panel.message.textContent = trouble?.message ?? "";
  panel.choice.hidden = !trouble?.now;
}

function wordsChanged() {
  if (!current) return;
  saver.write(current, { quote: panel.quote.value, page: panel.page.value, report: panel.report.value });
}

for (const field of [panel.quote, panel.page, panel.report]) {
  field.addEventListener("input", wordsChanged);
  field.addEventListener("change", () => saver.soon(0));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !current) return;
    event.preventDefault();
    current.focus();
  });
}

form.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-cell]")) show(event.target);
});
form.addEventListener("input", (event) => {
  if (event.target.matches("[data-cell]")) saver.write(event.target, {});
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-cell]")) saver.soon(0);
});

form.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-cell]");
  if (!cell || event.isComposing || event.altKey || event.metaKey) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    panel.quote.focus();
    panel.quote.select();
  } else if (event.key === "Escape") {
    saver.restore(cell);
    cell.select?.();
  } else if (!event.ctrlKey && grid.move(cell, event)) {
    event.preventDefault();
  }
});

form.addEventListener("paste", (event) => {
  const cell = event.target.closest("[data-cell]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  for (const [target, value] of grid.block(cell, text)) {
    target.value = value;
    saver.write(target, {});
  }
  saver.soon(0);
});

panel.line.hidden = false;
panel.keys.hidden = false;
panel.line.addEventListener("click", () => {
  if (!current) return;
  const words = { quote: panel.quote.value, page: panel.page.value, report: panel.report.value };
  for (const cell of grid.line(current)) if (cell.value) saver.write(cell, words);
  saver.soon(0);
});
panel.mine.addEventListener("click", () => saver.keepMine(current));
panel.theirs.addEventListener("click", () => saver.takeTheirs(current));

form.addEventListener("submit", (event) => {
  event.preventDefault();
  saver.flush();
});

const finish = document.querySelector("[data-finish]");
finish?.addEventListener("submit", async (event) => {
  if (!saver.open) return;
  event.preventDefault();
  if (await saver.flush()) finish.submit();
  else (saver.firstTrouble ?? grid.cells[0])?.focus();
});

show(grid.cells.find((cell) => cell.dataset.cell === panel.open.value) ?? grid.cells[0]);
