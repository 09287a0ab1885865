/* Single-key shortcuts. An element says which keys press it: data-key="i" or data-key="j ArrowDown". `?` lists them.
   They can be turned off in that list, because speech input and shaky hands type single keys by accident (WCAG 2.1.4). */
const NAMES = { " ": "Space", ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc" };
const sheet = document.getElementById("keys-sheet");
const onOff = document.getElementById("keys-on");

const stored = () => {
  try {
    return localStorage.getItem("quorum.keys");
  } catch {
    return null;
  }
};
let enabled = stored() !== "off";

const typing = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])"));

const keysOf = (element) => (element.dataset.key === " " ? [" "] : element.dataset.key.trim().split(/\s+/)).map((key) => (key === "Space" ? " " : key));

const usable = (element) => !element.matches(":disabled, [aria-disabled=true]") && element.checkVisibility();

/* Inside an open dialog only its own shortcuts count. */
const scope = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;

function press(element) {
  if (element.matches("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select")) element.focus();
  else element.click();
}

function describe(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent;
  if (label) return label.trim();
  const copy = element.cloneNode(true);
  for (const hint of copy.querySelectorAll("kbd, .count, .visually-hidden")) hint.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function fill() {
  const list = sheet.querySelector(".keys");
  const seen = new Set();
  const rows = [];
  for (const element of document.querySelectorAll("[data-key]")) {
    const name = describe(element);
    if (!name || !usable(element) || seen.has(`${element.dataset.key}|${name}`)) continue;
    seen.add(`${element.dataset.key}|${name}`);
    const term = document.createElement("dt");
    for (const key of keysOf(element)) {
      const cap = document.createElement("kbd");
      cap.textContent = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
      term.append(cap);
    }
    const meaning = document.createElement("dd");
    meaning.textContent = name;
    rows.push(term, meaning);
  }
  sheet.querySelector("[data-keys-none]").hidden = rows.length > 0;
  list.replaceChildren(...rows);
}

function open() {
  if (!sheet || sheet.open) return;
  onOff.checked = enabled;
  fill();
  sheet.showModal();
}

onOff?.addEventListener("change", () => {
  enabled = onOff.checked;
  try {
    if (enabled) localStorage.removeItem("quorum.keys");
    else localStorage.setItem("quorum.keys", "off");
  } catch {
    /* Holds for this page only. */
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-open]")) open();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (!enabled || typing(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    open();
    return;
  }
  /* A held key must not cast a vote on every record that slides under it. */
  if (event.repeat) return;
  /* Enter and Space already mean something on what is focused. */
  if ((event.key === "Enter" || event.key === " ") && event.target.closest?.("a, button, summary, input")) return;
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const match = [...scope().querySelectorAll("[data-key]")].find(
    (element) => usable(element) && keysOf(element).some((key) => (key.length === 1 ? key.toLowerCase() : key) === wanted),
  );
  if (!match) return;
  event.preventDefault();
  press(match);
});
