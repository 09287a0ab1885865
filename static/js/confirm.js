/* data-confirm="What will happen" on a form, a submit button or a link asks first, in a dialog; hx-confirm uses the same one. */
const dialog = document.getElementById("confirm-dialog");

function ask({ question, title, action, danger }) {
  dialog.querySelector("[data-confirm-title]").textContent = title || "Are you sure?";
  dialog.querySelector("[data-confirm-text]").textContent = question;
  const yes = dialog.querySelector("[data-confirm-yes]");
  yes.textContent = action || "Continue";
  yes.classList.toggle("button--danger", danger);
  yes.classList.toggle("button--primary", !danger);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

const terms = (element, question) => ({
  question,
  title: element.dataset.confirmTitle,
  action: element.dataset.confirmAction,
  danger: element.dataset.confirmTone !== "plain",
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm || form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(terms(source, source.dataset.confirm)))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
}, true);

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-confirm]");
  if (!link) return;
  event.preventDefault();
  if (await ask(terms(link, link.dataset.confirm))) location.assign(link.href);
});

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(terms(event.detail.elt, event.detail.question))) event.detail.issueRequest(true);
});
