/* The columns that only some reports fill are folded away, outcome by outcome; what a person opened stays open. */
export function foldFurther(form) {
  for (const section of form.querySelectorAll("[data-block]")) {
    const button = section.querySelector("[data-further-toggle]");
    if (!button) continue;
    const name = `further-${section.dataset.block}`;
    const show = (open) => {
      section.toggleAttribute("data-further", open);
      button.setAttribute("aria-expanded", String(open));
    };
    if (sessionStorage.getItem(name)) show(true);
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-expanded") !== "true";
      show(open);
      if (open) sessionStorage.setItem(name, "1");
      else sessionStorage.removeItem(name);
    });
  }
}
