// Running sums of a decision while it is typed: by line, by year and in all. Without it the page adds up when asked.
"use strict";
for (const table of document.querySelectorAll(".ff-decide__table")) {
  const unit = amounts.UNITS[table.dataset.unit];
  const shown = (amount) => amounts.written(amount, unit, "−", true);
  const kind = table.dataset.kind;
  const signed = (amount) => (amount > 0n && kind !== "approve" && kind !== "replace" ? "+" : "") + shown(amount);

  /** What a field adds: the ticked amount, what is replaced, or by how much the target changes; null while unreadable. */
  function adds(field) {
    const now = BigInt(field.dataset.now || 0);
    if (field.type === "checkbox") return field.checked ? now : 0n;
    const { pounds } = amounts.read(field.value, unit);
    if (pounds === undefined) return null;
    return pounds === null ? 0n : pounds - now;
  }

  function sum() {
    const years = {};
    let total = 0n;
    for (const row of table.tBodies[0].rows) {
      let line = 0n;
      for (const field of row.querySelectorAll("[data-year]")) {
        const amount = adds(field);
        if (amount === null) { line = null; break; }
        years[field.dataset.year] = (years[field.dataset.year] || 0n) + amount;
        line += amount;
      }
      row.querySelector("[data-sum]").textContent = line === null ? "?" : signed(line);
      total = line === null || total === null ? null : total + line;
    }
    for (const cell of table.tFoot.querySelectorAll("[data-sum]")) {
      const amount = cell.dataset.sum === "total" ? total : years[cell.dataset.sum] || 0n;
      cell.textContent = amount === null ? "?" : signed(amount);
    }
  }

  table.addEventListener("input", sum);
  table.addEventListener("change", sum);
}
