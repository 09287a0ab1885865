/* Switches of how somebody reads: at once on the page, and kept by the server for this person. */
export function switchesOf(root, { send }) {
  for (const button of root.querySelectorAll("[data-switch]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      if (button.dataset.off) root.classList.toggle(button.dataset.off, !on);
      if (button.dataset.on) root.classList.toggle(button.dataset.on, on);
      const box = root.querySelector(`[data-preference] [name="${button.dataset.switch}"]`);
      if (box) box.checked = on;
      send({ kind: "switch", fields: on ? { switch: button.dataset.switch, on: "on" } : { switch: button.dataset.switch } });
    });
  }
}
