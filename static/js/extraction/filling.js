/* A form that is filled in: saves what changes and says so, and takes quotes from the PDF beside it. Without it the Save
   button sends the whole form. The server decides what is a number or a date. */
import { Saver } from "./saver.js";

const form = document.querySelector("[data-sheet]");
const count = form.querySelector("[data-open]");
const cells = [...form.querySelectorAll("[data-cell]")];
const answerOf = (element) => element.closest("[data-answer]");
const cellOf = (answer) => answer.querySelector("[data-cell]");

/* Several boxes are one answer: what is ticked, one on each line. */
for (const group of form.querySelectorAll("[data-choices]")) {
  const boxes = [...group.querySelectorAll("input")];
  Object.defineProperty(group, "value", {
    get: () => boxes.filter((box) => box.checked).map((box) => box.value).join("\n"),
    set: (text) => {
      const lines = text.split("\n");
      for (const box of boxes) box.checked = lines.includes(box.value);
    },
  });
}

const saver = new Saver(form, { shown: show });
let current = null;

/** What has to be decided about an answer that two tabs wrote. */
function show(cell) {
  answerOf(cell).querySelector("[data-choice]").hidden = !saver.trouble(cell)?.now;
}

function sources(answer) {
  return Object.fromEntries([...answer.querySelectorAll("[data-source]")].map((part) => [part.dataset.source, part.value]));
}

/** Where an answer was read, in the line that opens the fields for it. */
function tell(answer) {
  const { quote, page } = sources(answer);
  const start = quote.length > 60 ? `${quote.slice(0, 59)}…` : quote;
  answer.querySelector("[data-told]").textContent = [page, quote && `“${start}”`].filter(Boolean).join(" ");
}

function tally() {
  const open = cells.filter((cell) => !cell.value.trim()).length;
  if (count) count.textContent = open ? `${open} without an answer` : "everything is answered";
}

form.addEventListener("focusin", (event) => {
  current = answerOf(event.target) ?? current;
});
form.addEventListener("input", (event) => {
  const answer = answerOf(event.target);
  if (!answer) return;
  saver.write(cellOf(answer), sources(answer));
  tell(answer);
  tally();
});
form.addEventListener("change", (event) => {
  if (answerOf(event.target)) saver.soon(0);
});
form.addEventListener("click", (event) => {
  const answer = answerOf(event.target);
  if (event.target.closest("[data-mine]")) saver.keepMine(cellOf(answer));
  if (!event.target.closest("[data-theirs]")) return;
  saver.takeTheirs(cellOf(answer));
  const now = saver.now(cellOf(answer));
  for (const part of answer.querySelectorAll("[data-source]")) part.value = now[part.dataset.source];
  tell(answer);
  tally();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  saver.flush();
});

/* A sentence selected in the PDF is where the answer that had the focus last was read. */
document.addEventListener("pdf:quote", (event) => {
  const { text, page, reportId } = event.detail;
  const answer = current ?? form.querySelector("[data-answer]");
  if (!answer) return event.preventDefault();
  const found = { quote: text, page: String(page), report: String(reportId) };
  for (const part of answer.querySelectorAll("[data-source]")) {
    const value = found[part.dataset.source];
    if (part.tagName !== "SELECT" || [...part.options].some((option) => option.value === value)) part.value = value;
  }
  answer.querySelector(".source").open = true;
  answer.querySelector("[data-quote-target]").dispatchEvent(new Event("input", { bubbles: true }));
  saver.soon(0);
});

const finish = document.querySelector("[data-finish]");
finish?.addEventListener("submit", async (event) => {
  if (!saver.open) return;
  event.preventDefault();
  if (await saver.flush()) finish.submit();
  else answerOf(saver.firstTrouble ?? cells[0])?.querySelector("input, select, textarea")?.focus();
});
