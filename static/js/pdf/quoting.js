/* What is selected becomes a quote: a button beside the selection, or Enter. */
const LONGEST = 5000;

export class Quoting {
  constructor({ part, pages, id, report, say, note }) {
    Object.assign(this, { pages, id, report, say, note });
    this.button = part("quote");
    this.scroll = part("scroll");
    /* Somebody has to want it: a page without a form shows no button, and what is selected can be copied. */
    this.isWanted = document.querySelector("[data-quote-target]") !== null;
    document.addEventListener("selectionchange", () => this.#place());
    document.addEventListener("copy", (event) => this.#copy(event));
    this.button.addEventListener("mousedown", (event) => event.preventDefault());
    this.button.addEventListener("click", () => this.use());
  }

  /** What is selected here, as running text, and the page on which it begins; null if nothing is. */
  get selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const parts = [];
    for (const page of this.pages.all) {
      const words = page.querySelector(".pdf__words");
      if (!words?.firstChild || !range.intersectsNode(words)) continue;
      const here = range.cloneRange();
      if (!words.contains(here.startContainer)) here.setStartBefore(words.firstChild);
      if (!words.contains(here.endContainer)) here.setEndAfter(words.lastChild);
      const text = here.toString().replace(/\s+/g, " ").trim();
      if (text) parts.push({ text, page: Number(page.dataset.pdfPage) });
    }
    if (!parts.length) return null;
    return { text: parts.map(({ text }) => text).join(" "), page: parts[0].page };
  }

  /** Tells the page; false when nothing is selected. */
  use() {
    const selected = this.isWanted ? this.selected : null;
    if (!selected) return false;
    const text = selected.text.slice(0, LONGEST);
    const detail = { text, page: selected.page, documentId: this.id, reportId: this.report };
    if (!document.dispatchEvent(new CustomEvent("pdf:quote", { detail, cancelable: true }))) {
      this.note("It was not quoted: there is no field for it, or its text would become too long.");
      return true;
    }
    this.note("");
    this.say(`Quoted from page ${selected.page}.`);
    getSelection().removeAllRanges();
    return true;
  }

  /* Running text, without the line ends of the paper. */
  #copy(event) {
    if (!this.scroll.contains(getSelection().anchorNode)) return;
    const selected = this.selected;
    if (!selected) return;
    event.clipboardData.setData("text/plain", selected.text);
    event.preventDefault();
  }

  #place() {
    const range = getSelection().rangeCount ? getSelection().getRangeAt(0) : null;
    const isHere = this.isWanted && range && !range.collapsed && this.scroll.contains(range.commonAncestorContainer) && this.selected;
    this.button.hidden = !isHere;
    if (!isHere) return;
    const rects = [...range.getClientRects()].filter((rect) => rect.width > 0);
    const last = rects.at(-1) ?? range.getBoundingClientRect();
    const around = this.scroll.getBoundingClientRect();
    const room = this.scroll.clientWidth - this.button.offsetWidth - 8;
    const left = Math.max(8, Math.min(room, last.right - around.left - this.button.offsetWidth / 2));
    this.button.style.insetInlineStart = `${left + this.scroll.scrollLeft}px`;
    this.button.style.insetBlockStart = `${last.bottom - around.top + this.scroll.scrollTop + 6}px`;
  }
}
