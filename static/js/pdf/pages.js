/* The pages in their scrolling region: which one is read, how large they are, and their words when they come near. */
import { Layer } from "./layer.js";

const STEP = 1.2;
const [LEAST, MOST] = [0.4, 6];
const SCALES = [0.5, 1, 1.5, 2, 3, 4];
/* Points (1/72 inch) in a CSS pixel (1/96 inch). */
const POINT = 96 / 72;
const NO_TEXT = "has no text that can be selected: it is probably a scan. Its number can still be written beside what you extract.";

export class Pages {
  #turned = [];
  #zoomed = [];
  #layers = new Map();
  #loaded = new Map();
  #factor = 1;
  #marks = new Map();

  constructor(viewer) {
    this.viewer = viewer;
    this.scroll = viewer.part("scroll");
    this.sheet = viewer.part("sheet");
    this.all = [...this.sheet.querySelectorAll("[data-pdf-page]")];
    this.count = this.all.length;
    this.now = 1;
    const near = new IntersectionObserver((entries) => this.#near(entries), { root: this.scroll, rootMargin: "100% 0px" });
    for (const page of this.all) near.observe(page);
    this.scroll.addEventListener("scroll", () => this.#look(), { passive: true });
    let width = this.scroll.clientWidth;
    new ResizeObserver(() => {
      if (this.scroll.clientWidth === width) return;
      width = this.scroll.clientWidth;
      this.#draw();
    }).observe(this.scroll);
    queueMicrotask(() => this.#draw());
  }

  onTurn(listener) {
    this.#turned.push(listener);
  }

  onZoom(listener) {
    this.#zoomed.push(listener);
  }

  page(number) {
    return this.all[number - 1];
  }

  /** Page numbers are whole, from 1; what is beyond the ends is the end. */
  go(number, { part = 0, behavior = "instant" } = {}) {
    const page = this.page(Math.max(1, Math.min(this.count, number)));
    const above = part ? this.scroll.clientHeight * 0.3 : 0;
    this.scroll.scrollTo({ top: Math.max(0, page.offsetTop + part * page.offsetHeight - above - 4), behavior });
    this.#look();
  }

  /** A place on a page into sight, if it is not: fractions of the page. */
  reveal(number, [x, y, width, height]) {
    const page = this.page(number);
    const [top, bottom] = [page.offsetTop + y * page.offsetHeight, page.offsetTop + (y + height) * page.offsetHeight];
    const [from, to] = [this.scroll.scrollTop, this.scroll.scrollTop + this.scroll.clientHeight];
    if (top < from + 8 || bottom > to - 48) this.go(number, { part: y });
    const left = page.offsetLeft + x * page.offsetWidth;
    const right = left + width * page.offsetWidth;
    if (left < this.scroll.scrollLeft || right > this.scroll.scrollLeft + this.scroll.clientWidth) this.scroll.scrollLeft = left - 24;
  }

  /** One step larger or smaller; 0 fits the width again. What is read stays where it is. */
  zoom(step) {
    this.factor = step ? this.#factor * STEP ** step : 1;
  }

  get factor() {
    return this.#factor;
  }

  set factor(factor) {
    const at = this.place;
    this.#factor = Math.max(LEAST, Math.min(MOST, Number.isFinite(factor) ? factor : 1));
    this.#draw();
    this.place = at;
  }

  /** Where the upper edge is: a page and a fraction of it. */
  get place() {
    const page = this.page(this.now);
    return { page: this.now, part: (this.scroll.scrollTop - page.offsetTop) / page.offsetHeight };
  }

  set place({ page, part }) {
    const target = this.page(page);
    if (!target || !Number.isFinite(part)) return;
    this.scroll.scrollTop = target.offsetTop + part * target.offsetHeight;
    this.#look();
  }

  /** The words of a page, laid over it. */
  layer(number) {
    if (!this.#layers.has(number)) {
      const layer = new Layer(this.page(number), number);
      this.#layers.set(number, layer);
      const url = this.viewer.root.dataset.pdfPages.replace(/0\.png$/, `${number}.json`);
      layer.ready = layer.load(url).then(() => {
        if (layer.failed) this.viewer.note(layer.failed);
        else if (!layer.words.length && this.now === number) this.#tell(number);
        return layer;
      });
    }
    return this.#layers.get(number);
  }

  layerOf(node) {
    const page = (node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement)?.closest("[data-pdf-page]");
    return page && this.sheet.contains(page) ? this.#layers.get(Number(page.dataset.pdfPage)) : undefined;
  }

  /** Rectangles over a page, under a name; they replace those of that name. */
  mark(name, places) {
    for (const element of this.#marks.get(name) ?? []) element.remove();
    const made = places.map(({ page, box: [x, y, width, height], current }) => {
      const element = document.createElement("div");
      element.className = `pdf__mark pdf__mark--${name}`;
      element.toggleAttribute("data-current", Boolean(current));
      const sides = { insetInlineStart: x, insetBlockStart: y, inlineSize: width, blockSize: height };
      for (const [side, part] of Object.entries(sides)) element.style[side] = `${part * 100}%`;
      this.page(page)?.append(element);
      return element;
    });
    this.#marks.set(name, made);
  }

  #near(entries) {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.#picture(target);
      this.layer(Number(target.dataset.pdfPage));
    }
  }

  #look() {
    const line = this.scroll.scrollTop + this.scroll.clientHeight * 0.35;
    const past = this.all.filter((page) => page.offsetTop <= line);
    const now = this.scroll.scrollTop + this.scroll.clientHeight >= this.scroll.scrollHeight - 2 && this.scroll.scrollTop > 0 ? this.count : Math.max(1, past.length);
    if (now === this.now) return;
    this.now = now;
    for (const listener of this.#turned) listener(now);
    const layer = this.#layers.get(now);
    if (layer?.isEmpty) this.#tell(now);
    else if (layer?.words.length) this.viewer.note("");
  }

  #tell(number) {
    this.viewer.note(`Page ${number} ${NO_TEXT}`);
  }

  #draw() {
    this.sheet.style.setProperty("--zoom", this.#factor);
    const page = this.page(this.now);
    const percent = (100 * page.clientWidth) / (Number(page.dataset.width) * POINT);
    for (const listener of this.#zoomed) listener(percent);
    for (const listener of this.#turned) listener(this.now);
    for (const [number] of this.#loaded) this.#picture(this.page(number));
  }

  /** A picture as sharp as the screen, and never less sharp than it was. */
  #picture(page) {
    const number = Number(page.dataset.pdfPage);
    const wanted = (page.clientWidth * devicePixelRatio) / Number(page.dataset.width);
    const scale = SCALES.find((each) => each >= wanted * 0.98) ?? SCALES.at(-1);
    const image = page.querySelector("img");
    const has = this.#loaded.get(number) ?? Number(new URL(image.src).searchParams.get("scale"));
    this.#loaded.set(number, Math.max(has, scale));
    if (scale > has) {
      const sharper = new Image();
      sharper.src = image.src.replace(/scale=[\d.]+$/, `scale=${scale}`);
      sharper.decode().then(() => {
        image.src = sharper.src;
      }, () => this.#loaded.set(number, has));
    }
  }
}
