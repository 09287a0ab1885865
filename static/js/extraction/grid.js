/* Where the cells of the sheet lie: lines from top to bottom, across all outcomes, and columns within a line. What is folded
   away is passed over. */
const isWhole = (cell) => cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;

export class Grid {
  constructor(form) {
    this.lines = [...form.querySelectorAll("[data-line]")].map((line) => [...line.querySelectorAll("[data-cell]")]);
    this.cells = this.lines.flat();
  }

  /** The cells that stand beside `cell`, itself included. */
  line(cell) {
    return this.lines.find((line) => line.includes(cell)) ?? [cell];
  }

  /** The same, without what is folded away. */
  inSight(line) {
    return line.filter((cell) => cell.checkVisibility());
  }

  /** Goes where the key points; false when the key means something else here. */
  move(cell, event) {
    const { key, shiftKey } = event;
    const ctrlKey = event.ctrlKey || event.metaKey;
    const isChoice = cell instanceof HTMLSelectElement;
    const down = { Enter: shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 }[key];
    if (down && !(isChoice && key !== "Enter" && !ctrlKey)) return this.vertically(cell, down, ctrlKey);
    if (isChoice && !ctrlKey) return false;
    const across = { ArrowLeft: -1, ArrowRight: 1, Home: -1, End: 1 }[key];
    if (!across) return false;
    const far = key === "Home" || key === "End";
    if (far && ctrlKey) return this.corner(across);
    if (isChoice || isWhole(cell)) return this.sideways(cell, across, far || ctrlKey);
    const atEdge = across < 0 ? cell.selectionEnd === 0 : cell.selectionStart === cell.value.length;
    return !far && !ctrlKey && atEdge && this.sideways(cell, across, false);
  }

  vertically(cell, step, far) {
    const at = this.lines.findIndex((line) => line.includes(cell));
    const column = this.lines[at].indexOf(cell);
    const table = cell.closest("table");
    let goal = null;
    for (let next = at + step; next >= 0 && next < this.lines.length; next += step) {
      const target = this.lines[next][Math.min(column, this.lines[next].length - 1)];
      if (far && target?.closest("table") !== table) break;
      if (!target?.checkVisibility()) continue;
      goal = target;
      if (!far) break;
    }
    return goal ? this.enter(goal) : true;
  }

  sideways(cell, step, far) {
    const line = this.inSight(this.line(cell));
    const target = far ? line.at(step < 0 ? 0 : -1) : line[line.indexOf(cell) + step];
    return target ? this.enter(target) : false;
  }

  corner(step) {
    const cells = this.inSight(this.cells);
    return this.enter(cells.at(step < 0 ? 0 : -1));
  }

  enter(cell) {
    cell.focus();
    cell.select?.();
    return true;
  }

  /** The cells in sight of a rectangle between two corners, line by line. */
  rectangle(one, other) {
    const lines = this.lines.map((line) => this.inSight(line)).filter((line) => line.length);
    const place = (cell) => {
      const row = lines.findIndex((line) => line.includes(cell));
      return [row, lines[row]?.indexOf(cell)];
    };
    const [[top, left], [bottom, right]] = [place(one), place(other)];
    const [from, to] = [Math.min(left, right), Math.max(left, right)];
    return lines.slice(Math.min(top, bottom), Math.max(top, bottom) + 1).map((line) => line.slice(from, to + 1));
  }

  /** The cells in sight that a block copied from a spreadsheet falls on, each with its text, from `cell` down and right. */
  block(cell, text) {
    const lines = this.lines.map((line) => this.inSight(line)).filter((line) => line.length);
    const at = lines.findIndex((line) => line.includes(cell));
    const column = lines[at].indexOf(cell);
    const rows = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    return rows.flatMap((row, down) =>
      row.split("\t").flatMap((value, right) => {
        const target = lines[at + down]?.[column + right];
        return target ? [[target, value.trim()]] : [];
      }),
    );
  }
}
