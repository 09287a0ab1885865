/* How long a text was read: only while the page is in sight. In seconds. */
export class ReadingTime {
  #since = performance.now();
  #before = 0;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#before += performance.now() - this.#since;
      else this.#since = performance.now();
    });
  }

  begin() {
    this.#since = performance.now();
    this.#before = 0;
  }

  get seconds() {
    return (this.#before + (document.hidden ? 0 : performance.now() - this.#since)) / 1000;
  }
}
