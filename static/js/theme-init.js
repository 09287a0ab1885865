/* Runs before the first paint so that a chosen theme never flashes; theme.js holds the switch. */
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("quorum.theme");
  } catch {
    /* Storage may be forbidden; the system's theme is then the answer. */
  }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
