/* The list of records under the keys: J and K walk from title to title, X ticks, Shift and a click ticks a range. */
const list = document.querySelector("[data-list]");

function begin() {
  const rows = [...list.querySelectorAll("[data-row]")];
  const ticks = rows.map((row) => row.querySelector("[data-tick]")).filter(Boolean);
  const ticked = list.querySelector("[data-ticked]");
  const all = list.querySelector("[data-tick-all]");
  const listed = list.querySelector("[data-all]");
  let last = -1;

  const here = () => rows.findIndex((row) => row.contains(document.activeElement));

  function walk(step) {
    const place = here();
    const to = rows[place < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(place + step, 0), rows.length - 1)];
    to.querySelector("th a").focus();
    to.scrollIntoView({ block: "nearest" });
  }

  function count() {
    if (!ticked) return;
    const n = ticks.filter((tick) => tick.checked).length;
    ticked.textContent = n;
    all.checked = n === ticks.length;
    all.indeterminate = n > 0 && n < ticks.length;
    if (n < ticks.length && listed) listed.checked = false;
  }

  function range(to, on) {
    for (let place = Math.min(last, to); place <= Math.max(last, to); place += 1) ticks[place].checked = on;
  }

  list.querySelector("[data-walk]").hidden = false;
  list.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) walk(Number(step.dataset.step));
    if (event.target.closest("[data-tick-here]")) ticks[here()]?.click();
    const place = ticks.indexOf(event.target);
    if (place < 0) return;
    if (event.shiftKey && last >= 0) range(place, event.target.checked);
    last = place;
  });
  list.addEventListener("change", (event) => {
    if (event.target === all || (event.target === listed && listed.checked)) for (const tick of ticks) tick.checked = event.target.checked;
    count();
  });
  addEventListener("pageshow", count);
  count();
}

if (list) begin();
