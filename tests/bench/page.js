// Put into the page before it is measured: globalThis.bench.
globalThis.bench = {
  longestTask: 0,

  // Hears of all tasks over 50 ms, of the choice of a file or its drop, and of the report's first frame.
  observe() {
    const keep = (list) => {
      for (const task of list.getEntries()) this.longestTask = Math.max(this.longestTask, task.duration);
    };
    new PerformanceObserver(keep).observe({ type: "longtask" });
    const begin = () => (this.begun = performance.now());
    document.querySelector("#qs-open").addEventListener("change", begin, true);
    addEventListener("drop", begin, true);
    new MutationObserver(() => {
      if (this.shown || !document.querySelector(".qs-headline")) return;
      this.shown = performance.now();
      // Its frame is on the screen when the next one begins.
      requestAnimationFrame(() => requestAnimationFrame(() => (this.painted = performance.now())));
    }).observe(document.body, { childList: true, subtree: true });
  },

  parses() {
    const measures = performance.getEntriesByType("measure");
    return measures.filter((it) => it.name.startsWith("qspect parse")).map((it) => it.duration);
  },

  frame: () => new Promise((done) => requestAnimationFrame(done)),

  // How long the slowest of some acts takes: each returns a function that reports
  // whether it is done.
  async slowest(acts) {
    let slowest = 0;
    for (const act of acts) {
      const start = performance.now();
      const isDone = act();
      while (!isDone()) await this.frame();
      slowest = Math.max(slowest, performance.now() - start);
    }
    return slowest;
  },

  // Types a text that finds another number of rows than the one before. Returns a function that
  // reports whether they are there.
  find(text) {
    const count = () => document.querySelector("[role=grid]").ariaRowCount;
    const before = count();
    const box = document.querySelector("#qs-search");
    box.value = text;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return () => count() !== before;
  },

  // From a key in the search box to its rows.
  search() {
    return this.slowest(["1", "12", "123", "12", "1"].map((text) => () => this.find(text)));
  },

  // From a click on a row to the node's details.
  open() {
    return this.slowest(
      [3, 8, 5, 2, 9].map((at) => () => {
        const row = document.querySelectorAll("[role=rowgroup] [role=row]")[at];
        const name = row.querySelector("[role=gridcell]").textContent;
        row.click();
        return () => document.querySelector(".qs-detail h2")?.textContent === name;
      }),
    );
  },

  // From a jump of the scroll bar to the rows there, and the most rows that the page had at once.
  async scroll() {
    // All rows, and not while they come: a new list begins at its top.
    await this.slowest([() => this.find("")]);
    const grid = document.querySelector("[role=grid]");
    let mostRows = 0;
    const middle = () => {
      const { top, height } = grid.getBoundingClientRect();
      const rows = [...grid.querySelectorAll("[role=rowgroup] [role=row]")];
      mostRows = Math.max(mostRows, rows.length);
      // Not by elementFromPoint: 20,000,000 px down there may be a pixel between two rows.
      const under = rows.find((it) => it.getBoundingClientRect().bottom > top + height / 2);
      return under?.getBoundingClientRect().top > top + height / 2 ? null : (under?.ariaRowIndex ?? null);
    };
    const jumps = Array.from({ length: 40 }, (_, at) => () => {
      const before = middle();
      grid.scrollTop = (grid.scrollHeight * ((at * 7 + 3) % 40)) / 40;
      return () => ![null, before].includes(middle());
    });
    return [await this.slowest(jumps), mostRows];
  },
};
