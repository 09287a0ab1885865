/* The calculators for one cell, in a dialog: the pages of the server, without leaving the sheet. */
const dialog = document.getElementById("calculators");
const body = dialog?.querySelector("[data-calculators-body]");
/* Where the focus goes: to what is most likely wanted next. */
const FIRST = ["[data-use-computed] button", ".error-summary", "input:not([type='hidden'])", "select", "a"];
let take = null;

/** Does some calculator give a number for this cell? */
export function isComputable(form, cell) {
  const field = cell.dataset.cell.split("-").slice(2).join("-");
  return form.dataset.computable.split(" ").includes(field);
}

async function load(url) {
  const address = new URL(url, location.href);
  address.searchParams.set("part", "1");
  try {
    const response = await fetch(address);
    if (response.redirected || ![200, 422].includes(response.status)) throw new Error(String(response.status));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    body.replaceChildren(...page.body.childNodes);
  } catch {
    body.textContent = "The calculators cannot be reached. Close this and try again.";
  }
  const first = FIRST.map((what) => body.querySelector(what)).find(Boolean);
  (first ?? dialog).focus();
}

/** Opens the dialog at `url`; what is used there is handed to `used`. */
export async function calculate(url, title, used) {
  take = used;
  dialog.querySelector("[data-calculators-cell]").textContent = title;
  body.replaceChildren();
  dialog.showModal();
  await load(url);
}

dialog?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.target.closest("[data-calculators-close]")) dialog.close();
  if (!link) return;
  event.preventDefault();
  if (link.hash) dialog.querySelector(link.hash)?.focus();
  else load(link.href);
});

dialog?.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.matches("[data-use-computed]")) {
    const { text, method, inputs } = form.dataset;
    dialog.close();
    take({ text, method, inputs: JSON.parse(inputs) });
  } else {
    const address = new URL(form.dataset.address, location.href);
    address.search = new URLSearchParams(new FormData(form)).toString();
    load(address);
  }
});
