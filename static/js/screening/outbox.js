/* What a person did and the server does not have yet: sent in the background, one after the other, and kept in this
   browser until the server has it. A job is { kind, fields, title, said }; what the server refuses goes to `onRefused`. */
const LONGEST_PAUSE = 30000;
const PATIENCE = 20000;

const SIGNED_OUT = "You have been signed out. Sign in again in another tab; then they are sent.";
const TOO_OLD = "The server did not accept this page any more. Reload it; then they are sent.";
const LATER = "The server could not take it. It will be tried again.";
const UNREACHABLE = "The server cannot be reached. It is tried again and again; you can go on.";
const GONE = "This record is no longer to be screened.";

/** Why it was not sent, in words; such an error leaves the job where it is. */
class NotNow extends Error {}

export class Outbox {
  #sending = false;
  #pause = 0;
  #timer = 0;

  constructor({ urls, store, extras, onAnswer, onRefused, onIdle, warn }) {
    Object.assign(this, { urls, store, extras, onAnswer, onRefused, onIdle, warn });
    this.jobs = this.#kept();
  }

  get empty() {
    return this.jobs.length === 0;
  }

  /** Records whose vote is not sent. */
  get unsent() {
    return new Set(this.jobs.filter((job) => job.kind === "vote").map((job) => Number(job.fields.record)));
  }

  add(job) {
    this.jobs.push(job);
    this.keep();
  }

  /** Forget the vote on `record` if it has not gone out yet; says whether it could. */
  forget(record) {
    const place = this.jobs.findLastIndex(
      (job, number) => job.kind === "vote" && Number(job.fields.record) === record && (number > 0 || !this.#sending),
    );
    if (place < 0) return false;
    this.jobs.splice(place, 1);
    this.keep();
    if (this.empty) this.warn("");
    return true;
  }

  /** Everything is refused for one reason, for example a role that was changed. */
  refuseAll(why) {
    for (const job of this.jobs.splice(0)) this.onRefused(job, why, false);
    this.keep();
  }

  async send() {
    if (this.#sending || this.empty) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      while (!this.empty) await this.#sendFirst();
      this.warn("");
    } catch (error) {
      this.#pause = Math.min(this.#pause ? this.#pause * 2 : 2000, LONGEST_PAUSE);
      this.#timer = setTimeout(() => this.send(), this.#pause);
      this.warn(`${this.#number()} not sent yet, but kept in this browser. ${error instanceof NotNow ? error.message : UNREACHABLE}`);
    } finally {
      this.#sending = false;
    }
    this.onIdle();
  }

  async #sendFirst() {
    const [job] = this.jobs;
    const answer = await this.#post(job);
    const text = await answer.text();
    this.jobs.shift();
    this.keep();
    this.#pause = 0;
    if (answer.ok) this.onAnswer(job, text);
    else this.onRefused(job, answer.status === 422 ? text : GONE, answer.status === 422);
  }

  async #post(job) {
    const data = new FormData();
    for (const [name, value] of Object.entries({ ...job.fields, ...this.extras(job) })) data.set(name, value);
    const answer = await fetch(this.urls[job.kind], {
      method: "POST",
      body: data,
      redirect: "manual",
      credentials: "same-origin",
      headers: { "X-Quorum-Screen": "1", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new NotNow(SIGNED_OUT);
    if (answer.status === 403) throw new NotNow(TOO_OLD);
    if (answer.status === 429 || answer.status >= 500) throw new NotNow(LATER);
    return answer;
  }

  #number() {
    const n = this.jobs.length;
    const noun = this.jobs.every((job) => job.kind === "vote") ? "vote" : "change";
    return n === 1 ? `One ${noun} is` : `${n} ${noun}s are`;
  }

  keep() {
    try {
      if (this.empty) localStorage.removeItem(this.store);
      else localStorage.setItem(this.store, JSON.stringify(this.jobs));
    } catch {
      /* Kept in this page only; leaving it asks first. */
    }
  }

  #kept() {
    try {
      const jobs = JSON.parse(localStorage.getItem(this.store)) ?? [];
      return jobs.filter((job) => job.kind in this.urls && job.fields);
    } catch {
      return [];
    }
  }
}
