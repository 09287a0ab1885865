/* Keeps what the server has and what stands on the page apart, sends the difference, and says how that went. */
const WAIT = 1200;
const AGAIN = 5000;
const SIGNED_OUT = "Not saved: you have been signed out. Sign in in another tab, then press Save.";

export class Saver {
  #cells = new Map();
  #timer = 0;
  #running = null;

  constructor(form, { shown, answered }) {
    this.form = form;
    this.answered = answered;
    this.url = form.dataset.sheet;
    this.shown = shown;
    this.state = form.querySelector("[data-state]");
    for (const cell of form.querySelectorAll("[data-cell]")) this.#read(cell);
    addEventListener("beforeunload", (event) => {
      if (this.open) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.open) this.flush();
    });
    addEventListener("online", () => this.soon(0));
  }

  #read(cell) {
    const { quote = "", page = "", report = this.form.dataset.report ?? "", method = "" } = cell.dataset;
    const seen = Number(this.form.elements[`s-${cell.dataset.cell}`]?.value ?? 0);
    const words = { quote, page, report, method };
    /* A cell that came back with an error holds what was typed, not what is stored. */
    const typed = cell.getAttribute("aria-invalid") === "true";
    const stored = { text: typed ? null : cell.value, ...words };
    const message = document.getElementById(`error-${cell.dataset.cell}`)?.textContent ?? "";
    this.#cells.set(cell, { seen, stored, words, trouble: typed ? { message, text: cell.value } : null });
    this.#mark(cell);
  }

  /** What stands on the page for a cell. */
  now(cell) {
    return { text: cell.value.trim(), ...this.#cells.get(cell).words };
  }

  trouble(cell) {
    return this.#cells.get(cell).trouble;
  }

  get firstTrouble() {
    return [...this.#cells.keys()].find((cell) => this.trouble(cell));
  }

  /** Is anything on the page that the server does not have? */
  get open() {
    return [...this.#cells.keys()].some((cell) => this.#differs(cell));
  }

  #differs(cell) {
    const { stored } = this.#cells.get(cell);
    const now = this.now(cell);
    return Object.keys(now).some((name) => now[name] !== stored[name]);
  }

  /** A person typed into a cell: a number that was computed is not computed any more, unless it is the same. */
  typed(cell) {
    const { stored } = this.#cells.get(cell);
    this.write(cell, { method: cell.value.trim() === stored.text ? stored.method : "" });
  }

  /** A computed number goes into a cell, with its method and what it was computed from. */
  use(cell, { text, method, inputs }) {
    cell.value = text;
    this.#cells.get(cell).inputs = inputs;
    this.write(cell, { method });
    this.flush();
  }

  /** A person wrote something into a cell or the words around it. */
  write(cell, words) {
    Object.assign(this.#cells.get(cell).words, words);
    /* Back at what is stored: nothing is wrong with it any more. */
    const trouble = this.trouble(cell);
    const isBack = trouble && !trouble.now && !this.#differs(cell);
    if (isBack) this.#trouble(cell, null);
    this.#mark(cell);
    this.soon(WAIT);
    this.#say(isBack && !this.open ? "Saved" : undefined);
  }

  restore(cell) {
    const { stored, words } = this.#cells.get(cell);
    if (stored.text !== null) cell.value = stored.text;
    words.method = stored.method;
    this.#trouble(cell, null);
    this.#say();
  }

  keepMine(cell) {
    const state = this.#cells.get(cell);
    state.seen = state.trouble.now.seen;
    this.#trouble(cell, null);
    this.flush();
  }

  takeTheirs(cell) {
    const state = this.#cells.get(cell);
    const { seen, text, quote, page, report, method = "" } = state.trouble.now;
    const words = { quote, page, report: report === null ? "" : String(report), method };
    Object.assign(state, { seen, words, stored: { text, ...words } });
    cell.value = text;
    this.#trouble(cell, null);
    this.#say(`Saved ${clock()}`);
  }

  soon(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** Sends what differs, after what is on its way; true when everything is stored. */
  async flush() {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    const cells = [...this.#cells.keys()].filter((cell) => this.#differs(cell) && !this.#refusedAlready(cell));
    if (cells.length) {
      this.#running = this.#send(cells);
      await this.#running;
      this.#running = null;
    }
    return !this.open;
  }

  /** Asking again with the same text would give the same answer. */
  #refusedAlready(cell) {
    const { trouble } = this.#cells.get(cell);
    return Boolean(trouble) && trouble.text === JSON.stringify(this.now(cell));
  }

  async #send(cells) {
    const sent = new Map(cells.map((cell) => [cell, this.now(cell)]));
    const body = cells.map((cell) => {
      const { seen, inputs } = this.#cells.get(cell);
      const words = sent.get(cell);
      return { key: cell.dataset.cell, seen, ...words, ...(words.method && inputs && { inputs }) };
    });
    this.#say("Saving …");
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
        body: JSON.stringify({ cells: body }),
        keepalive: body.length < 20,
      });
      if (response.redirected || response.status === 403) return this.#say(SIGNED_OUT, true);
      const answer = await response.json();
      if (answer.error) return this.#say(`Not saved. ${answer.error}`, true);
      for (const [cell, words] of sent) this.#settle(cell, words, answer);
      this.answered?.(answer);
      return this.#say(`Saved ${clock()}`);
    } catch {
      this.#timer = setTimeout(() => this.flush(), AGAIN);
      return this.#say("Not saved: the server cannot be reached. Trying again.", true);
    }
  }

  #settle(cell, words, answer) {
    const key = cell.dataset.cell;
    const state = this.#cells.get(cell);
    const refused = answer.refused[key];
    if (refused) {
      const changed = refused.now.seen !== state.seen;
      this.#trouble(cell, { message: refused.message, now: changed ? refused.now : null, text: JSON.stringify(words) });
      return;
    }
    state.stored = words;
    state.seen = answer.saved[key];
    const mark = this.form.elements[`s-${key}`];
    if (mark) mark.value = state.seen;
    this.#trouble(cell, null);
  }

  #trouble(cell, trouble) {
    this.#cells.get(cell).trouble = trouble;
    const place = document.getElementById(`error-${cell.dataset.cell}`) ?? this.#complaint(cell, trouble);
    if (place) {
      place.hidden = !trouble;
      place.textContent = trouble?.message ?? "";
      cell.removeAttribute("aria-invalid");
      cell.removeAttribute("aria-describedby");
    }
    if (trouble) {
      cell.setAttribute("aria-invalid", "true");
      cell.setAttribute("aria-describedby", place.id);
    }
    this.#mark(cell);
    const { open } = this.form.elements;
    if (!open || cell.dataset.cell === open.value) this.shown(cell);
  }

  #complaint(cell, trouble) {
    if (!trouble) return null;
    const place = Object.assign(document.createElement("p"), { className: "sheet__error", id: `error-${cell.dataset.cell}` });
    cell.after(place);
    return place;
  }

  #mark(cell) {
    const { quote, page, method } = this.#cells.get(cell).words;
    cell.toggleAttribute("data-computed", Boolean(method));
    cell.toggleAttribute("data-dirty", this.#differs(cell));
    cell.toggleAttribute("data-sourced", Boolean(quote || page));
  }

  /** One line about the whole sheet: trouble outweighs a save that went well. */
  #say(text, bad = false) {
    const troubled = [...this.#cells.values()].filter((state) => state.trouble).length;
    const mixed = !bad && troubled > 0;
    this.state.dataset.tone = bad || mixed ? "bad" : "good";
    if (mixed) this.state.textContent = `Not saved: ${troubled} ${this.form.dataset.noun ?? "cell"}${troubled === 1 ? " needs" : "s need"} a correction`;
    else this.state.textContent = text ?? (this.open ? "Not saved yet" : this.state.textContent);
  }
}

const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
