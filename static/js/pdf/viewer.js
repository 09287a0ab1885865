/* A PDF in our own viewer: pictures of the pages with selectable words over them. Selecting a sentence and pressing Enter
   tells the page, by the event `pdf:quote` on document: { text, page, documentId, reportId }. Whoever wants a sentence shown
   dispatches `pdf:show` on document with { quote, page, documentId }. Without this module the pages are still there. */
import { Finder } from "./finding.js";
import { Pages } from "./pages.js";
import { remembered } from "./place.js";
import { Quoting } from "./quoting.js";
import { Selecting } from "./selecting.js";

const typing = (target) => target.matches("input, textarea, select");

function begin(root) {
  const part = (name) => root.querySelector(`[data-pdf-${name}]`);
  const say = (text) => {
    part("said").textContent = text;
  };
  const note = (text) => {
    part("note").hidden = !text;
    part("note").textContent = text;
    if (text) say(text);
  };
  const viewer = { root, part, say, note, id: Number(root.dataset.pdf), report: Number(root.dataset.pdfReport) };
  viewer.pages = new Pages(viewer);
  viewer.selecting = new Selecting(viewer);
  viewer.quoting = new Quoting(viewer);
  viewer.finder = new Finder(viewer);
  part("bar").hidden = false;
  bar(viewer);
  keys(viewer);
  const asked = new URLSearchParams(location.search);
  const [quote, page] = [asked.get("quote") ?? "", Number.parseInt(asked.get("page"), 10) || 0];
  remembered(viewer, { ignored: Boolean(quote || page) });
  if (quote) viewer.finder.show(quote, page);
  else if (page) viewer.pages.go(page);
  document.addEventListener("pdf:show", ({ detail }) => {
    if (!detail.documentId || Number(detail.documentId) === viewer.id) viewer.finder.show(detail.quote ?? "", detail.page);
  });
}

function bar({ part, pages }) {
  const number = part("number");
  pages.onTurn((page) => {
    if (document.activeElement !== number) number.value = page;
    part("previous").disabled = page <= 1;
    part("next").disabled = page >= pages.count;
  });
  pages.onZoom((percent) => {
    part("percent").textContent = `${Math.round(percent)} %`;
  });
  part("previous").addEventListener("click", () => pages.go(pages.now - 1));
  part("next").addEventListener("click", () => pages.go(pages.now + 1));
  number.addEventListener("focus", () => number.select());
  number.addEventListener("change", () => {
    const page = Number.parseInt(number.value, 10);
    if (page >= 1) pages.go(Math.min(page, pages.count));
    number.value = pages.now;
  });
  number.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    number.dispatchEvent(new Event("change"));
    part("scroll").focus({ preventScroll: true });
  });
  part("in").addEventListener("click", () => pages.zoom(1));
  part("out").addEventListener("click", () => pages.zoom(-1));
  part("fit").addEventListener("click", () => pages.zoom(0));
}

/* Keys count where the viewer has the focus, so they take nothing from the form beside it. */
function keys({ root, part, pages, quoting, selecting }) {
  root.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "f") {
      event.preventDefault();
      part("query").focus();
      part("query").select();
      return;
    }
    if (event.ctrlKey || event.metaKey || typing(event.target)) return;
    const done = event.altKey ? withAlt(event, selecting) : plain(event, { part, pages, quoting });
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function withAlt(event, selecting) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
  selecting.sentence(event.key === "ArrowDown" ? 1 : -1);
  return true;
}

function plain(event, { part, pages, quoting }) {
  const steps = { "+": 1, "=": 1, "-": -1, "−": -1, 0: 0 };
  if (event.key in steps) pages.zoom(steps[event.key]);
  else if (event.key === "Enter" && event.target === part("scroll")) return quoting.use();
  else if (event.key === "Escape") getSelection().removeAllRanges();
  else return false;
  return true;
}

for (const root of document.querySelectorAll("[data-pdf]")) begin(root);
