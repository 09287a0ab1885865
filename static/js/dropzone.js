/* A file field one can drop on. The input lies over the whole area, so the browser's own drop works; this shows what was chosen. */
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

function list(zone, input) {
  const limit = Number(zone.dataset.maxBytes) || Infinity;
  const rows = [...input.files].map((file) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    const size = document.createElement("span");
    name.textContent = file.name;
    size.textContent = file.size > limit ? `${readable(file.size)}: larger than ${readable(limit)}` : readable(file.size);
    row.classList.toggle("too-big", file.size > limit);
    row.append(name, size);
    return row;
  });
  zone.querySelector(".dropzone__files").replaceChildren(...rows);
  input.setCustomValidity([...input.files].some((file) => file.size > limit) ? `Choose files of at most ${readable(limit)}.` : "");
}

document.addEventListener("change", (event) => {
  const zone = event.target.closest?.(".dropzone");
  if (zone && event.target.type === "file") list(zone, event.target);
});

for (const [name, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.(".dropzone")?.classList.toggle("is-over", over));
}
