/* The extraction sheet: moves between cells like a spreadsheet, shows the words around the focused cell, saves what
   changes, and says so. Without it the Save button sends the whole sheet. The server decides what is a number. */
import { Block } from "./block.js";
import { calculate, isComputable } from "./calculate.js";
import { pointAt, redrawFindings } from "./findings.js";
import { followingOf, redraw } from "./follows.js";
import { foldFurther } from "./further.js";
import { Grid } from "./grid.js";
import { Saver } from "./saver.js";

const form = document.querySelector("[data-sheet]");
const part = (name) => form.querySelector(`[data-panel-${name}]`);
const panel = {
  name: part("name"), outcome: part("outcome"), open: part("open"), quote: part("quote"), page: part("page"),
  report: part("report"), line: part("line"), error: part("error"), message: part("message"), choice: part("choice"),
  mine: part("mine"), theirs: part("theirs"), keys: part("keys"), computed: part("computed"), how: part("how"),
  follows: part("follows"), result: part("result"), formula: part("formula"), warnings: part("warnings"), use: part("use"),
  calculate: part("calculate"), finding: part("finding"),
};
foldFurther(form);
const grid = new Grid(form);
const saver = new Saver(form, { shown: show, answered });
const block = new Block(grid);
let current = null;
/* What stood in cells before a block was pasted or a computed number used: Ctrl+Z brings it back. */
const before = [];

/** The words around a cell go into the bar. */
function show(cell) {
  if (!cell) return;
  current = cell;
  const { quote, page, report, method } = saver.now(cell);
  const { outcome } = cell.closest("[data-block]").dataset;
  panel.name.textContent = cell.getAttribute("aria-label").split(`, ${outcome}`)[0];
  panel.outcome.textContent = outcome;
  panel.open.value = cell.dataset.cell;
  if (panel.quote.value !== quote) panel.quote.value = quote;
  if (panel.page.value !== page) panel.page.value = page;
  panel.report.value = report;
  panel.calculate.hidden = !isComputable(form, cell);
  panel.calculate.href = `${panel.calculate.pathname}?cell=${cell.dataset.cell}`;
  panel.computed.hidden = !method;
  panel.how.textContent = method;
  showFollowing(cell);
  pointAt(cell, panel.finding);
  const trouble = saver.trouble(cell);
  panel.error.hidden = !trouble;
  panel.message.textContent = trouble?.message ?? "";
  panel.choice.hidden = !trouble?.now;
}

function showFollowing(cell) {
  const follows = followingOf(cell);
  panel.follows.hidden = !follows;
  if (!follows) return;
  panel.result.textContent = follows.rough;
  panel.formula.textContent = follows.method;
  panel.warnings.textContent = follows.warnings;
}

function answered(answer) {
  redraw(form, answer.follows);
  redrawFindings(form, answer.findings);
  if (current) show(current);
}

/** Puts a computed number into a cell. */
function use(cell, computed) {
  before.push([[cell, cell.value]]);
  saver.use(cell, computed);
  show(cell);
  grid.enter(cell);
}

function useFollowing(cell) {
  const follows = followingOf(cell);
  if (follows) use(cell, follows);
  return Boolean(follows);
}

/** The calculators for a cell work with what its line says: it is saved first. */
async function openCalculators(cell) {
  await saver.flush();
  await calculate(panel.calculate.href, panel.name.textContent, (computed) => use(cell, computed));
}

function bringBack() {
  const batch = before.pop();
  if (!batch) return false;
  for (const [cell, value] of batch) {
    cell.value = value;
    saver.typed(cell);
  }
  saver.soon(0);
  if (current) show(current);
  return true;
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
  if (!event.target.matches("[data-cell]")) return;
  if (!block.cells.includes(event.target)) block.clear();
  show(event.target);
});
form.addEventListener("input", (event) => {
  if (!event.target.matches("[data-cell]")) return;
  block.clear();
  before.length = 0;
  saver.typed(event.target);
  showFollowing(event.target);
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-cell]")) saver.soon(0);
});

form.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[data-cell]");
  if (!cell || event.isComposing || event.altKey) return;
  if (handled(cell, event)) event.preventDefault();
});

/** Does what a key means in a cell; false when the browser knows better. */
function handled(cell, event) {
  const { key, shiftKey } = event;
  const ctrlKey = event.ctrlKey || event.metaKey;
  if (key === "Enter" && ctrlKey) {
    panel.quote.focus();
    panel.quote.select();
    return true;
  }
  if (key === "Escape") {
    block.clear();
    saver.restore(cell);
    cell.select?.();
    return false;
  }
  if (key === "F2") {
    cell.setSelectionRange?.(cell.value.length, cell.value.length);
    return true;
  }
  if (key === "=" && !(cell instanceof HTMLSelectElement)) {
    if (!useFollowing(cell) && isComputable(form, cell)) openCalculators(cell);
    return true;
  }
  if (ctrlKey && key.toLowerCase() === "z") return bringBack();
  if (shiftKey && !ctrlKey && key.startsWith("Arrow")) return block.extend(cell, key);
  const moved = grid.move(cell, event);
  if (moved) block.clear();
  return moved;
}

form.addEventListener("copy", (event) => {
  if (block.cells.length < 2) return;
  event.preventDefault();
  event.clipboardData.setData("text/plain", block.text);
});

form.addEventListener("paste", (event) => {
  const cell = event.target.closest("[data-cell]");
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const cells = grid.block(cell, text);
  before.push(cells.map(([target]) => [target, target.value]));
  for (const [target, value] of cells) {
    target.value = value;
    saver.typed(target);
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
panel.use.addEventListener("click", (event) => {
  event.preventDefault();
  useFollowing(current);
});
panel.calculate.addEventListener("click", (event) => {
  event.preventDefault();
  openCalculators(current);
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
