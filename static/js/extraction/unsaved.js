/* Leaving a form that was changed and not sent asks first. */
for (const form of document.querySelectorAll("[data-unsaved]")) {
  let changed = form.matches("[data-unsaved-already]") || form.querySelector(".errorlist") !== null;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    changed = false;
  });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
