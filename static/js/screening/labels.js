/* The labels of the record that is read, in a dialog where single keys press them. Without it the same forms unfold in the card. */
const dialog = document.getElementById("labels-dialog");
const here = dialog?.querySelector("[data-labels-here]");

export function labelsOf(root, { send }) {
  let home = null;

  function open(details) {
    home = details;
    here.replaceChildren(...details.querySelectorAll("form"));
    dialog.showModal();
  }

  dialog.addEventListener("close", () => {
    home?.append(...here.children);
    home = null;
  });
  dialog.querySelector("[data-labels-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-label-form]")) return;
    event.preventDefault();
    toggle(event.submitter);
  });
  root.addEventListener("click", (event) => {
    const details = event.target.closest("[data-labels] > summary")?.parentElement;
    if (!details) return;
    event.preventDefault();
    open(details);
  });

  function toggle(button) {
    if (!button) return;
    const on = button.getAttribute("aria-pressed") !== "true";
    const card = home.closest("[data-card]");
    send({ kind: "label", title: button.querySelector("span").textContent, said: on ? "put on" : "taken off", fields: { record: card.dataset.card, [on ? "on" : "off"]: button.value } });
    button.setAttribute("aria-pressed", String(on));
    button.name = on ? "off" : "on";
    const chip = card.querySelector(`[data-chip="${button.value}"]`);
    chip.hidden = !on && !("others" in chip.dataset);
  }
}
