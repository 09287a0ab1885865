/* A rectangle of cells that is chosen with Shift and the arrows, and copied as a spreadsheet copies it. */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Block {
  #anchor = null;
  #rows = [];

  constructor(grid) {
    this.grid = grid;
  }

  get cells() {
    return this.#rows.flat();
  }

  clear() {
    for (const cell of this.cells) cell.removeAttribute("data-picked");
    this.#anchor = null;
    this.#rows = [];
  }

  /** One cell further where the key points; the focus goes along. False when only part of a number was selected. */
  extend(cell, key) {
    const step = STEPS[key];
    const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    if (!step || !(this.#anchor || whole || cell instanceof HTMLSelectElement)) return false;
    const anchor = this.#anchor ?? cell;
    const table = cell.closest("table");
    const lines = this.grid.lines.map((line) => this.grid.inSight(line)).filter((line) => line[0]?.closest("table") === table);
    const row = lines.findIndex((line) => line.includes(cell));
    const target = lines[row + step[0]]?.[lines[row].indexOf(cell) + step[1]];
    if (!target) return true;
    this.clear();
    this.#anchor = anchor;
    this.#rows = this.grid.rectangle(anchor, target);
    for (const one of this.cells) one.setAttribute("data-picked", "");
    this.grid.enter(target);
    return true;
  }

  get text() {
    return this.#rows.map((row) => row.map((cell) => cell.value).join("\t")).join("\n");
  }
}
