// What the tour prints: chapters, tables, and how long things took.

const WHOLE = new Intl.NumberFormat("en");
const DECIMAL = new Intl.NumberFormat("en", {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export class Report {
  #isQuiet;
  #timings = [];
  #chapter = "";

  constructor({ isQuiet }) {
    this.#isQuiet = isQuiet;
  }

  say(text) {
    if (!this.#isQuiet) console.log(text);
  }

  open(title) {
    this.#chapter = title.split(":")[0];
    this.say(`\n${title}\n${"─".repeat(title.length)}`);
  }

  /** Calls a function, waits for its promise if it gives one, and notes the time. */
  async time(what, call) {
    const startMs = performance.now();
    try {
      return await call();
    } finally {
      this.#timings.push([this.#chapter, what, performance.now() - startMs]);
    }
  }

  /** Prints rows (arrays, or objects whose keys are the columns) in columns; numbers stand right. */
  table(columns, rows) {
    const lists = rows.map((row) => (Array.isArray(row) ? row : columns.map((name) => row[name])));
    const texts = columns.map((name, at) =>
      asTexts(
        name,
        lists.map((row) => row[at]),
      ),
    );
    for (let line = 0; line < rows.length + 2; line += 1) {
      this.say(
        texts
          .map((column) => column[line])
          .join("  ")
          .trimEnd(),
      );
    }
  }

  /** The table of all that was timed. */
  close() {
    this.open("How long it took");
    this.table(["chapter", "step", "ms"], this.#timings);
  }
}

/** A column as texts of one width: its name, a rule, its values. */
function asTexts(name, values) {
  const isNumeric = values.every((value) => typeof value === "number");
  const format = values.every(Number.isInteger) ? WHOLE : DECIMAL;
  const texts = [name, ...values.map((value) => (isNumeric ? format.format(value) : `${value}`))];
  const width = Math.max(...texts.map((text) => text.length));
  const padded = texts.map((text) => (isNumeric ? text.padStart(width) : text.padEnd(width)));
  return [padded[0], "-".repeat(width), ...padded.slice(1)];
}
