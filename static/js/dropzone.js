/* A file field one can drop on, folders too. The input lies over the whole area; this shows what was chosen.

   A form with `data-one-by-one` (the address of the page to go to in the end) sends its files one after the other, with the
   progress of each, so that a line that breaks or a file that is refused does not take the others along. */
const UNITS = ["B", "kB", "MB", "GB"];

function readable(bytes) {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

function rowOf(file, limit) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const size = document.createElement("span");
  name.textContent = file.name;
  size.textContent = file.size > limit ? `${readable(file.size)}: larger than ${readable(limit)}` : readable(file.size);
  row.classList.toggle("too-big", file.size > limit);
  row.append(name, size);
  return row;
}

function list(zone, input) {
  const limit = Number(zone.dataset.maxBytes) || Infinity;
  zone.querySelector(".dropzone__files").replaceChildren(...[...input.files].map((file) => rowOf(file, limit)));
  input.setCustomValidity([...input.files].some((file) => file.size > limit) ? `Choose files of at most ${readable(limit)}.` : "");
}

document.addEventListener("change", (event) => {
  const zone = event.target.closest?.(".dropzone");
  if (zone && event.target.type === "file") list(zone, event.target);
});

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.(".dropzone")?.classList.toggle("is-over", over));
}

/* --- a dropped folder: the input itself would take it for an unreadable file --- */

const entriesOf = (folder) =>
  new Promise((done, failed) => {
    const reader = folder.createReader();
    const found = [];
    /* A reader hands out a hundred at a time. */
    const more = () => reader.readEntries((some) => (some.length ? (found.push(...some), more()) : done(found)), failed);
    more();
  });

async function filesIn(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => entry.file(done, failed))];
  const found = [];
  for (const each of await entriesOf(entry)) found.push(...(await filesIn(each)));
  /* What systems leave behind in every folder. */
  return found.filter((file) => !file.name.startsWith(".") && file.name !== "Thumbs.db" && file.name !== "desktop.ini");
}

document.addEventListener("drop", async (event) => {
  const zone = event.target.closest?.(".dropzone");
  const input = zone?.querySelector('input[type="file"][multiple]');
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!input || !entries.some((entry) => entry.isDirectory)) return;
  event.preventDefault();
  const chosen = new DataTransfer();
  for (const entry of entries) for (const file of await filesIn(entry)) chosen.items.add(file);
  input.files = chosen.files;
  list(zone, input);
});

/* --- one by one --- */

function send(form, field, file, shown) {
  const data = new FormData();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") data.set(name, value);
  data.set(field, file);
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Quorum-Upload", "1");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const said = request.getResponseHeader("Content-Type")?.startsWith("text/plain") ? request.responseText : "";
      done(request.status === 204 ? "" : said || "The server did not take it. Reload the page and try it again.");
    });
    request.addEventListener("error", () => done("The server cannot be reached. Try it again."));
    request.send(data);
  });
}

async function sendAll(form, input) {
  const button = form.querySelector("button:not([type=button])");
  const rows = [...form.querySelectorAll(".dropzone__files li")];
  button.disabled = true;
  let failed = 0;
  for (const [number, file] of [...input.files].entries()) {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Uploading ${file.name}`);
    const state = rows[number].lastElementChild;
    state.replaceChildren(bar);
    const trouble = await send(form, input.name, file, (part) => (bar.value = part));
    state.textContent = trouble || "uploaded";
    rows[number].classList.toggle("too-big", Boolean(trouble));
    failed += trouble ? 1 : 0;
  }
  if (failed) {
    /* Say it and wait: a person has to read it before the page changes. */
    button.disabled = false;
    button.textContent = "Go on with the others";
    button.type = "button";
    button.addEventListener("click", () => location.assign(form.dataset.oneByOne), { once: true });
    input.value = "";
    return;
  }
  location.assign(form.dataset.oneByOne);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const input = form.dataset?.oneByOne && form.querySelector('.dropzone input[type="file"]');
  if (!input?.files.length) return;
  event.preventDefault();
  sendAll(form, input);
});

/* Leaving while files are on their way would lose the rest of them. */
addEventListener("beforeunload", (event) => {
  if (document.querySelector(".dropzone__files progress")) event.preventDefault();
});
