/* Closing things: messages (data-dismiss), menus (a click elsewhere, Escape), dialogs (data-dialog-open, data-dialog-close). */
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return;

  target.closest("[data-dismiss]")?.closest("[data-dismissible]")?.remove();

  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }

  const opener = target.closest("[data-dialog-open]");
  if (opener) document.getElementById(opener.dataset.dialogOpen)?.showModal();

  if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
  /* A click on the backdrop lands on the dialog itself; its content covers the rest. */
  if (target instanceof HTMLDialogElement && target.hasAttribute("data-light-dismiss")) target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* In a bar that scrolls sideways, the section one is in should be in sight. */
const here = document.querySelector(".rail__link[aria-current]");
const bar = here?.closest(".rail__list");
if (bar && bar.scrollWidth > bar.clientWidth) {
  bar.scrollLeft = here.offsetLeft - (bar.clientWidth - here.offsetWidth) / 2;
}
