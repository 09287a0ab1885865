/* Votes that the server did not take, for example because a colleague's decision came before: shown with what was said,
   until the person has decided again or lets them go. They are kept in this browser. */
export class Refusals {
  #part;

  constructor(root) {
    this.#part = (name) => root.querySelector(`[data-refused${name}]`);
    this.store = root.dataset.refusedStore;
    this.list = this.#kept();
    this.#part("-list").addEventListener("click", (event) => {
      const item = event.target.closest("[data-refused-drop]")?.closest("li");
      if (item) this.drop((one) => one.id !== Number(item.dataset.id));
    });
    this.#draw();
  }

  add(job, why, canBeRead) {
    const record = Number(job.fields.record);
    const id = Math.max(0, ...this.list.map((one) => one.id)) + 1;
    this.list = [...this.list.filter((one) => one.record !== record), { id, record, canBeRead, why, title: job.title ?? "", said: job.said ?? "", note: job.fields.note ?? "" }];
    this.#keep();
  }

  /** A newer vote on this record was taken. */
  settle(record) {
    if (this.list.some((one) => one.record === record)) this.drop((one) => one.record !== record);
  }

  drop(stays) {
    this.list = this.list.filter(stays);
    this.#keep();
  }

  #draw() {
    this.#part("").hidden = !this.list.length;
    this.#part("-list").replaceChildren(...this.list.map((one) => this.#item(one)));
  }

  #item(one) {
    const item = this.#part("-item").content.cloneNode(true).firstElementChild;
    const part = (name) => item.querySelector(`[data-refused-${name}]`);
    item.dataset.id = one.id;
    part("name").textContent = one.title || `Record ${one.record}`;
    part("why").textContent = `You said: ${one.said}. ${one.why}`;
    part("note").textContent = one.note ? `Your note: ${one.note}` : "";
    part("read").hidden = !one.canBeRead;
    part("read").href = `?record=${one.record}`;
    return item;
  }

  #keep() {
    try {
      if (this.list.length) localStorage.setItem(this.store, JSON.stringify(this.list));
      else localStorage.removeItem(this.store);
    } catch {
      /* Shown in this page only. */
    }
    this.#draw();
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.store)) ?? [];
    } catch {
      return [];
    }
  }
}
