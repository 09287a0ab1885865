/* Where somebody was in a document, and how large it was, is there again the next time. Kept in this browser only. */
const nameOf = (id) => `quorum.pdf.${id}`;

function read(id) {
  try {
    return JSON.parse(localStorage.getItem(nameOf(id))) ?? {};
  } catch {
    return {};
  }
}

function write(id, place) {
  try {
    localStorage.setItem(nameOf(id), JSON.stringify(place));
  } catch {
    /* A browser that keeps nothing begins at the first page. */
  }
}

export function remembered({ id, pages }, { ignored }) {
  const before = read(id);
  if (before.zoom) pages.factor = before.zoom;
  if (before.page && !ignored) pages.place = before;
  let timer = 0;
  const now = () => write(id, { ...pages.place, zoom: pages.factor });
  const keep = () => {
    clearTimeout(timer);
    timer = setTimeout(now, 400);
  };
  addEventListener("pagehide", now);
  pages.scroll.addEventListener("scroll", keep, { passive: true });
  pages.onZoom(keep);
}
