/* Where the cells of the sheet lie: lines from top to bottom, across all outcomes, and columns within a line. */
export class Grid {
  constructor(form) {
    this.lines = [...form.querySelectorAll("[data-line]")].map((line) => [...line.querySelectorAll("[data-cell]")]);
    this.cells = this.lines.flat();
  }

  /** The cells that stand beside `cell`, itself included. */
  line(cell) {
    return this.lines.find((line) => line.includes(cell)) ?? [cell];
  }

  /** Goes where the key points; false when the key means something else here. */
  move(cell, event) {
    const steps = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 };
    const isChoice = cell instanceof HTMLSelectElement;
    if (event.key in steps && !(isChoice && event.key !== "Enter")) return this.vertically(cell, steps[event.key]);
    if (event.shiftKey || isChoice) return false;
    const [from, to] = [cell.selectionStart, cell.selectionEnd];
    const all = from === 0 && to === cell.value.length;
    if (event.key === "ArrowLeft" && to === 0) return this.sideways(cell, -1);
    if (event.key === "ArrowRight" && from === cell.value.length) return this.sideways(cell, 1);
    if (all && event.key === "ArrowLeft") return this.sideways(cell, -1);
    if (all && event.key === "ArrowRight") return this.sideways(cell, 1);
    return false;
  }

  vertically(cell, step) {
    const at = this.lines.findIndex((line) => line.includes(cell));
    const column = this.lines[at].indexOf(cell);
    for (let next = at + step; next >= 0 && next < this.lines.length; next += step) {
      const target = this.lines[next][Math.min(column, this.lines[next].length - 1)];
      if (target?.checkVisibility()) return this.enter(target);
    }
    return true;
  }

  sideways(cell, step) {
    const line = this.line(cell);
    const target = line[line.indexOf(cell) + step];
    return target ? this.enter(target) : false;
  }

  enter(cell) {
    cell.focus();
    cell.select?.();
    return true;
  }

  /** The cells that a block copied from a spreadsheet falls on, each with its text, from `cell` down and right. */
  block(cell, text) {
    const at = this.lines.findIndex((line) => line.includes(cell));
    const column = this.lines[at].indexOf(cell);
    const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    return rows.flatMap((row, down) =>
      row.split("\t").flatMap((value, right) => {
        const target = this.lines[at + down]?.[column + right];
        return target ? [[target, value.trim()]] : [];
      }),
    );
  }
}
