/* Says so when the line is down or the server did not answer; nobody should wonder whether a click counted. */
const banner = document.getElementById("offline");
const toasts = document.getElementById("toasts");
const template = document.getElementById("toast-template");

const reflect = () => {
  if (banner) banner.hidden = navigator.onLine;
};
addEventListener("online", reflect);
addEventListener("offline", reflect);
reflect();

function tell(text) {
  if (!toasts || !template) return;
  const toast = template.content.cloneNode(true);
  toast.querySelector("[data-toast-text]").textContent = text;
  toasts.replaceChildren(toast);
}

const REASONS = {
  401: "You have been signed out. Sign in again in another tab, then repeat what you did.",
  403: "You may not do this, or this page is too old. Reload it and try again.",
  404: "This is no longer there. Reload the page to see what changed.",
  409: "Somebody changed this at the same moment. Reload the page to see it.",
  413: "The file is too large.",
  429: "Too many requests. Wait a moment and try again.",
};

document.addEventListener("htmx:responseError", (event) => {
  tell(REASONS[event.detail.xhr.status] ?? "The server could not do this, and nothing was saved. Try again in a moment.");
});
document.addEventListener("htmx:sendError", () => tell("The server cannot be reached, and nothing was saved. Check the connection and try again."));
document.addEventListener("htmx:timeout", () => tell("The server did not answer in time. Reload the page to see whether it was saved."));
