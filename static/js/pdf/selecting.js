/* Selecting words: with a mouse by the nearest word, so that gaps and margins never make the selection jump; two clicks take a
   word, three a sentence; Alt and the arrows go from sentence to sentence. Fingers select as the browser lets them. */
export class Selecting {
  #from = null;
  #unit = 1;

  constructor({ part, pages, say }) {
    this.pages = pages;
    this.say = say;
    this.scroll = part("scroll");
    this.scroll.addEventListener("mousedown", (event) => this.#down(event));
    document.addEventListener("mousemove", (event) => this.#move(event));
    document.addEventListener("mouseup", () => {
      this.#from = null;
    });
  }

  #down(event) {
    const layer = this.pages.layerOf(event.target);
    if (event.button !== 0 || event.target.closest("button") || !layer?.words.length) return;
    const caret = layer.caret(event.clientX, event.clientY);
    event.preventDefault();
    this.scroll.focus({ preventScroll: true });
    this.#unit = Math.min(event.detail, 3);
    const selection = getSelection();
    if (event.shiftKey && this.#anchor(selection)) this.#from = this.#anchor(selection);
    else this.#from = caret;
    if (!event.shiftKey && this.#unit === 1) selection.removeAllRanges();
    else this.#select(this.#from, caret);
  }

  #anchor({ anchorNode, anchorOffset }) {
    const layer = this.pages.layerOf(anchorNode);
    const index = layer?.indexOf(anchorNode) ?? -1;
    return index < 0 ? null : { layer, index, offset: anchorOffset };
  }

  #move(event) {
    if (!this.#from || !(event.buttons & 1)) return;
    const around = this.scroll.getBoundingClientRect();
    if (event.clientY < around.top + 12) this.scroll.scrollBy(0, -24);
    else if (event.clientY > around.bottom - 12) this.scroll.scrollBy(0, 24);
    const under = document.elementFromPoint(event.clientX, Math.max(around.top + 1, Math.min(around.bottom - 1, event.clientY)));
    const layer = this.pages.layerOf(under) ?? this.#from.layer;
    const caret = (layer.words.length ? layer : this.#from.layer).caret(event.clientX, event.clientY);
    this.#select(this.#from, caret);
  }

  #select(from, to) {
    const forth = from.layer.number < to.layer.number || (from.layer === to.layer && (from.index < to.index || (from.index === to.index && from.offset <= to.offset)));
    const [start, end] = forth ? [from, to] : [to, from];
    const [first, last] = [this.#widened(start, 0), this.#widened(end, 1)];
    const ends = forth ? [first, last] : [last, first];
    getSelection().setBaseAndExtent(ends[0].node, ends[0].offset, ends[1].node, ends[1].offset);
  }

  /** To the edge of the letter, the word or the sentence. */
  #widened({ layer, index, offset }, side) {
    const at = this.#unit === 3 ? layer.sentence(index)[side] : index;
    const { node, text } = layer.words[at];
    if (this.#unit === 1) return { node, offset: Math.min(offset, text.length) };
    return { node, offset: side ? text.length : 0 };
  }

  /** From word to word of a page, or of a page and those after it. */
  async words([firstPage, first], [lastPage, last]) {
    const [begin, end] = await Promise.all([this.pages.layer(firstPage).ready, this.pages.layer(lastPage).ready]);
    const [from, to] = [begin.words[first], end.words[last]];
    if (!from || !to) return;
    getSelection().setBaseAndExtent(from.node, 0, to.node, to.text.length);
    this.pages.reveal(firstPage, [from.x, from.y, from.w, from.h]);
  }

  /** The sentence around a word. */
  async around([page, index]) {
    const layer = await this.pages.layer(page).ready;
    const [first, last] = layer.sentence(index);
    await this.words([page, first], [page, last]);
  }

  /** The next sentence or the one before; the first on this page when nothing is selected. */
  async sentence(step) {
    const selection = getSelection();
    const here = selection.isCollapsed ? undefined : this.pages.layerOf(selection.focusNode);
    let layer = here ?? (await this.pages.layer(this.pages.now).ready);
    let index = 0;
    if (here) {
      const [first, last] = here.sentence(Math.max(0, here.indexOf(selection.anchorNode)));
      index = step > 0 ? last + 1 : first - 1;
    }
    while (!layer.words[index]) {
      const next = layer.number + step;
      if (next < 1 || next > this.pages.count) return;
      layer = await this.pages.layer(next).ready;
      index = step > 0 ? 0 : layer.words.length - 1;
    }
    await this.around([layer.number, index]);
    this.say(getSelection().toString());
  }
}
