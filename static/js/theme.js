/* The theme switch: system → light → dark, remembered in this browser. */
const ORDER = ["system", "light", "dark"];
const ICONS = { system: "contrast", light: "sun", dark: "moon" };

const current = () => document.documentElement.dataset.theme ?? "system";

function remember(theme) {
  try {
    if (theme === "system") localStorage.removeItem("quorum.theme");
    else localStorage.setItem("quorum.theme", theme);
  } catch {
    /* Not remembered, but still applied to this page. */
  }
}

function show(button) {
  const theme = current();
  const next = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
  const label = `Colours: ${theme}. Switch to ${next}`;
  button.setAttribute("aria-label", label);
  button.title = label;
  const use = button.querySelector("use");
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*$/, `#${ICONS[theme]}`));
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.hidden = false;
  show(button);
  button.addEventListener("click", () => {
    const theme = ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length];
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    remember(theme);
    show(button);
  });
}
