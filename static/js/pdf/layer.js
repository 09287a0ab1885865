/* The words of one page, transparent, each over its print: what a mouse, a finger or a screen reader gets hold of. */
const ruler = document.createElement("canvas").getContext("2d");
ruler.font = "100px sans-serif";

export class Layer {
  words = [];
  failed = "";
  isEmpty = false;

  constructor(page, number) {
    this.number = number;
    this.page = page;
    this.shape = Number(page.dataset.height) / Number(page.dataset.width);
    this.element = document.createElement("div");
    this.element.className = "pdf__words";
    page.append(this.element);
  }

  async load(url) {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json" } });
      const answer = await response.json();
      if (answer.error) throw new Error(answer.error);
      this.words = answer.words.map(([text, after, line, ends, x, y, w, h]) => ({ text, after, line, ends, x, y, w, h }));
      this.isEmpty = this.words.length === 0;
      this.element.replaceChildren(...this.words.map((word) => this.#span(word)));
    } catch (error) {
      this.failed = error instanceof SyntaxError || error instanceof TypeError ? `The words of page ${this.number} could not be loaded. Reload the page to select them.` : error.message;
    }
  }

  #span(word) {
    const span = document.createElement("span");
    span.textContent = word.text + word.after;
    word.node = span.firstChild;
    const natural = ruler.measureText(word.text).width / 100 || 1;
    const size = word.h * this.shape;
    span.style.insetInlineStart = `${word.x * 100}%`;
    span.style.insetBlockStart = `${word.y * 100}%`;
    /* Hundredths of the page's width, so that it stays right at every zoom. */
    span.style.fontSize = `${size * 100}cqi`;
    span.style.transform = `scaleX(${word.w / (natural * size)})`;
    return span;
  }

  /** The place in the text that is nearest to a point of the screen: a word's number and a letter of it. */
  caret(clientX, clientY) {
    const around = this.page.getBoundingClientRect();
    const [x, y] = [(clientX - around.left) / around.width, (clientY - around.top) / around.height];
    let [best, least] = [-1, Infinity];
    for (const [index, word] of this.words.entries()) {
      const across = Math.max(word.x - x, 0, x - word.x - word.w);
      const down = Math.max(word.y - y, 0, y - word.y - word.h) * this.shape * 3;
      const far = across * across + down * down;
      if (far < least) [best, least] = [index, far];
    }
    if (best < 0) return null;
    const word = this.words[best];
    const part = Math.max(0, Math.min(1, (x - word.x) / word.w));
    return { layer: this, index: best, offset: Math.round(part * word.text.length) };
  }

  indexOf(node) {
    return this.words.findIndex((word) => word.node === node || word.node.parentNode === node);
  }

  /** The first and last word of the sentence around a word. */
  sentence(index) {
    let [first, last] = [index, index];
    while (first > 0 && !this.words[first - 1].ends) first -= 1;
    while (last < this.words.length - 1 && !this.words[last].ends) last += 1;
    return [first, last];
  }
}
