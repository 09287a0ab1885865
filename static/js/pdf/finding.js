/* Finding words in the document. The server looks, over line ends and hyphens; here the finds are marked and gone through. */
const WAIT = 300;
/* What fits into an address; the beginning of a long quote leads to the same place. */
const LONGEST = 400;

export class Finder {
  #hits = [];
  #at = -1;
  #asked = "";
  #timer = 0;

  constructor({ root, part, pages, selecting, quoting, say, note }) {
    Object.assign(this, { pages, selecting, quoting, say, note, url: root.dataset.pdfFind });
    this.query = part("query");
    this.count = part("count");
    this.steps = [part("before"), part("after")];
    this.scroll = part("scroll");
    this.query.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#look(), WAIT);
    });
    this.query.addEventListener("keydown", (event) => this.#key(event));
    part("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#step(1);
    });
    part("before").addEventListener("click", () => this.#step(-1));
  }

  async #key(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.query.value = "";
      await this.#look();
      this.scroll.focus({ preventScroll: true });
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) await this.#take();
      else await this.#step(event.shiftKey ? -1 : 1);
    }
  }

  async #ask(query) {
    const response = await fetch(`${this.url}?q=${encodeURIComponent(query.slice(0, LONGEST))}`, { headers: { Accept: "application/json" } });
    const answer = await response.json();
    if (answer.error) throw new Error(answer.error);
    return answer.hits;
  }

  async #look() {
    clearTimeout(this.#timer);
    const query = this.query.value.trim();
    if (query === this.#asked) return;
    this.#asked = query;
    let hits = [];
    try {
      if (query) hits = await this.#ask(query);
    } catch {
      this.#asked = "";
      this.note("The search did not work. Try again.");
      return;
    }
    if (query !== this.#asked) return;
    this.#hits = hits;
    const ahead = hits.findIndex(({ first }) => first[0] >= this.pages.now);
    this.#at = hits.length ? Math.max(0, ahead) : -1;
    this.#show();
  }

  async #step(step) {
    const before = this.#asked;
    await this.#look();
    if (!this.#hits.length || this.#asked !== before) return;
    this.#at = (this.#at + step + this.#hits.length) % this.#hits.length;
    this.#show();
  }

  #show() {
    const [many, one] = [this.#hits.length, this.#hits[this.#at]];
    for (const button of this.steps) button.hidden = many < 2;
    this.count.textContent = !this.#asked ? "" : many ? `${this.#at + 1} of ${many}` : "Not found";
    this.say(!this.#asked ? "" : many ? `${this.#at + 1} of ${many}, page ${one.first[0]}` : "Not found in this PDF.");
    const places = this.#hits.flatMap((hit, index) => placesOf(hit).map((place) => ({ ...place, current: index === this.#at })));
    this.pages.mark("find", places);
    if (one) this.pages.reveal(one.boxes[0][0], one.boxes[0].slice(1));
  }

  /** The sentence around the current find is the quote. */
  async #take() {
    await this.#look();
    const hit = this.#hits[this.#at];
    if (!hit) return;
    await this.selecting.around(hit.first);
    this.quoting.use();
  }

  /** Walks down to a sentence: the occurrence nearest to its page, or at least the page. */
  async show(quote, page) {
    const near = Number.parseInt(page, 10) || 0;
    let hits = [];
    try {
      if (quote.trim()) hits = await this.#ask(quote);
    } catch {
      hits = [];
    }
    hits.sort((one, two) => Math.abs(one.first[0] - near) - Math.abs(two.first[0] - near));
    this.pages.mark("quote", hits.slice(0, 1).flatMap(placesOf));
    if (hits.length) {
      const [at, ...box] = hits[0].boxes[0];
      this.pages.reveal(at, box);
      this.note("");
      this.say(`The quote stands on page ${at}.`);
    } else {
      if (near) this.pages.go(near);
      if (quote.trim()) this.note(near ? `The quote was not found word for word. This is page ${near}.` : "The quote was not found word for word in this PDF.");
    }
  }
}

const placesOf = ({ boxes }) => boxes.map(([page, ...box]) => ({ page, box }));
