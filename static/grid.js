// The entry grid: moving by keyboard, pasting a block, splits opened in place, totals while typing.
// The page works without it. Amounts are whole pounds in BigInt, read and written by amounts.js.
(() => {
  "use strict";
  const table = document.querySelector(".ff-grid");
  if (!table) return;
  for (const words of document.querySelectorAll("[data-with-script]")) words.hidden = false;
  const form = table.closest("form");
  const counter = document.getElementById("counter");
  const pasted = document.getElementById("pasted");
  const splitRow = document.getElementById("split-row");
  const UNIT = amounts.UNITS[table.dataset.unit];
  const PARTS = ["delivered", "claimed", "on_target", "amber", "red"];
  const LETTERS = { delivered: "d", claimed: "t", on_target: "t", amber: "a", red: "r", not_rated: "n" };
  const NAMES = { delivered: "delivered", claimed: "claimed", on_target: "on target", amber: "amber", red: "red", not_rated: "not rated" };
  const { size } = amounts;

  // Amounts -------------------------------------------------------------------------------------------------------

  const read = (text) => amounts.read(text, UNIT);

  const typed = (amount) => amounts.written(amount, UNIT, "-", false);
  const shown = (amount) => amounts.written(amount, UNIT, "−", true);

  // Splits ----------------------------------------------------------------------------------------------------------

  /** What a position is: its target and five parts, with what they leave and what exceeds the target. */
  function split(target, parts) {
    const found = { target };
    for (const name of PARTS) found[name] = parts[name] ?? 0n;
    const beyond = found.delivered + found.claimed - target;
    found.over_delivered = target === 0n || (target > 0n ? beyond > 0n : beyond < 0n) ? beyond : 0n;
    const rated = PARTS.reduce((sum, name) => sum + found[name], 0n);
    found.not_rated = target + found.over_delivered - rated;
    return found;
  }

  /** The rule that a split breaks, or nothing. */
  function problem(of) {
    if (of.target !== 0n && PARTS.some((name) => of[name] !== 0n && of[name] < 0n !== of.target < 0n)) {
      return "A part has the opposite sign to the target.";
    }
    const expected = size(of.on_target + of.amber + of.red);
    const left = size(of.target - of.delivered - of.claimed + of.over_delivered);
    return expected > left ? "On target, amber and red come to more than delivery leaves of the target." : "";
  }

  /** The one status of a whole amount, "" for not rated, "split". */
  function statusOf(of) {
    const rated = of ? PARTS.filter((name) => of[name] !== 0n) : [];
    if (!rated.length) return "";
    return rated.length === 1 && of[rated[0]] === of.target ? rated[0] : "split";
  }

  function inWords(of) {
    if (!of) return "nothing";
    const status = statusOf(of);
    if (status !== "split") return `${shown(of.target)}, ${NAMES[status || "not_rated"]}`;
    const parts = [...PARTS, "not_rated"].filter((name) => of[name] !== 0n);
    return `${shown(of.target)}: ${parts.map((name) => `${shown(of[name])} ${NAMES[name]}`).join(", ")}`;
  }

  /** What stood before; the amount alone where the status is the same. */
  const was = (of, now) => of && now && statusOf(of) === statusOf(now) && statusOf(of) !== "split" ? shown(of.target) : inWords(of);

  function held(text) {
    if (!text) return null;
    const [target, ...parts] = text.split(" ").map(BigInt);
    return split(target, Object.fromEntries(PARTS.map((name, place) => [name, parts[place]])));
  }

  // Cells -----------------------------------------------------------------------------------------------------------

  const lines = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("ff-open"));
  const grid = lines.map((row, r) => [...row.querySelectorAll("td.ff-cell")].map((td, c) => cellOf(td, row, r, c)));
  const cells = grid.flat();
  const claims = cells.some((cell) => cell.select?.querySelector("[value=claimed]"));

  function cellOf(td, row, r, c) {
    const select = td.querySelector("select");
    const key = select ? select.name.replace(/-status$/, "") : "";
    const holds = select ? td.querySelector(`[name="${key}-was"]`)?.value : td.dataset.held;
    return { td, row, r, c, key, select, input: key ? td.querySelector(`input[name="${key}"]`) : null, was: held(holds) };
  }

  const openRow = (cell) => cell.key ? table.querySelector(`tr[data-cell="${cell.key}"]`) : null;
  const fieldsOf = (row) => [...row.querySelectorAll("input")];
  const partOf = (field) => field.name.slice(field.name.lastIndexOf("-") + 1);

  /** What a service calls delivered beyond what finance has accepted is claimed. */
  function claiming(cell, of) {
    if (!("claims" in cell.select.dataset)) return of;
    const accepted = cell.was?.delivered ?? 0n;
    const same = accepted < 0n === of.delivered < 0n;
    const kept = !same ? 0n : size(of.delivered) < size(accepted) ? of.delivered : accepted;
    return split(of.target, { ...of, delivered: kept, claimed: of.claimed + of.delivered - kept });
  }

  /** What a cell now says: {of} as a split, {of: null} for nothing, {wrong} in words for what cannot be read. */
  function stands(cell) {
    if (!cell.select || cell.td.querySelector("[value=theirs]")?.checked) return { of: cell.was };
    const target = cell.input ? read(cell.input.value) : { pounds: cell.was ? cell.was.target : null };
    if (target.wrong) return target;
    if (target.pounds === null) return { of: null };
    const status = cell.select.value;
    if (status !== "split") return { of: claiming(cell, split(target.pounds, status ? { [status]: target.pounds } : {})) };
    const row = openRow(cell);
    if (!row) return { of: split(target.pounds, cell.was && statusOf(cell.was) === "split" ? cell.was : {}) };
    const parts = {};
    for (const field of fieldsOf(row)) {
      const part = read(field.value);
      field.setAttribute("aria-invalid", String(Boolean(part.wrong)));
      if (part.wrong) return part;
      parts[partOf(field)] = part.pounds ?? 0n;
    }
    const of = claiming(cell, split(target.pounds, parts));
    return { of, wrong: problem(of) || undefined };
  }

  const alike = (one, other) => one === other || Boolean(one && other && ["target", ...PARTS].every((name) => one[name] === other[name]));
  const isConflict = (cell) => Boolean(cell.td.querySelector(".ff-pick"));

  /** Draw a cell as it now stands: its edge, whether it is changed, what is wrong with it, what it was. */
  function mark(cell) {
    const now = stands(cell);
    const changed = !now.wrong && !alike(now.of, cell.was);
    cell.td.className = "ff-cell";
    const status = statusOf(now.of);
    if (now.of && status === "split") {
      const letters = [...PARTS, "not_rated"].filter((name) => now.of[name] !== 0n).map((name) => LETTERS[name]);
      cell.td.classList.add("ff-cell--s", `ff-best-${letters[0]}`, `ff-worst-${letters.at(-1)}`);
    } else if (now.of) cell.td.classList.add(`ff-cell--${LETTERS[status || "not_rated"]}`);
    cell.td.classList.toggle("is-other", isConflict(cell));
    cell.td.classList.toggle("is-changed", changed && !isConflict(cell));
    cell.td.classList.toggle("is-error", Boolean(now.wrong));
    const said = cell.td.querySelector(".ff-cell__say") || document.createElement("p");
    said.className = now.wrong ? "ff-cell__say" : "ff-cell__say ff-quiet";
    said.id = `${cell.key}-e`;
    said.textContent = now.wrong || (changed && !isConflict(cell) ? `was ${was(cell.was, now.of)}` : "");
    if (said.textContent) cell.td.append(said);
    else said.remove();
    const field = cell.input || cell.select;
    field.setAttribute("aria-invalid", String(Boolean(now.wrong)));
    if (now.wrong) field.setAttribute("aria-describedby", said.id);
    else field.removeAttribute("aria-describedby");
    const row = openRow(cell);
    if (row) row.querySelector(".ff-open__left").textContent = now.of && !now.wrong ? shown(now.of.not_rated) : "–";
    cell.input?.toggleAttribute("data-typed", cell.input.value !== "");
  }

  // Totals ----------------------------------------------------------------------------------------------------------

  const saved = new Map();
  for (const td of table.querySelectorAll("td[data-value]:not(.ff-cell)")) {
    const link = td.querySelector("a");
    if (link) saved.set(td, { amount: BigInt(td.dataset.value), link });
  }

  /** Write a total. Its link leads to lines as they are saved, so it goes while the total is another. */
  function writeTotal(td, amount) {
    td.dataset.value = String(amount);
    const words = amount === 0n ? "–" : shown(amount);
    const linked = saved.get(td);
    if (linked && linked.amount === amount) td.replaceChildren(linked.link);
    else td.replaceChildren(words);
  }

  function total() {
    const columns = grid[0].map(() => ({ unread: 0 }));
    let changed = 0, both = 0, unread = 0;
    grid.forEach((row) => {
      let line = 0n;
      for (const cell of row) {
        const now = stands(cell);
        if (isConflict(cell)) both += 1;
        if (now.wrong) { columns[cell.c].unread += 1; unread += 1; continue; }
        if (!alike(now.of, cell.was) || isConflict(cell)) changed += 1;
        if (!now.of) continue;
        line += now.of.target;
        for (const [name, amount] of Object.entries(now.of)) columns[cell.c][name] = (columns[cell.c][name] || 0n) + amount;
      }
      writeTotal(row[0].row.querySelector(".ff-sum"), line);
    });
    for (const row of table.tFoot.rows) {
      const measure = row.dataset.total;
      const amounts = columns.map((column) => column[measure] || 0n);
      amounts.forEach((amount, place) => writeTotal(row.cells[place + 1], amount));
      writeTotal(row.cells[amounts.length + 1], amounts.reduce((sum, amount) => sum + amount, 0n));
      if (measure === "claimed" || measure === "over_delivered") row.hidden = !amounts.some((amount) => amount);
      if (measure !== "target") continue;
      columns.forEach((column, place) => {
        if (!column.unread) return;
        const note = document.createElement("small");
        note.textContent = `${column.unread} cell${column.unread === 1 ? "" : "s"} not counted`;
        row.cells[place + 1].append(note);
      });
    }
    const words = `${changed || "No"} amount${changed === 1 ? "" : "s"} changed` +
      `${both ? `, ${both} of them also by somebody else` : ""}.${unread ? ` ${unread} cannot be saved as ${unread === 1 ? "it is" : "they are"}.` : ""}`;
    if (counter.textContent !== words) counter.textContent = words;
    return changed + unread > 0;
  }

  // Splits in place -----------------------------------------------------------------------------------------------

  /** The row of a cell's parts, shown; made where there is none yet, with the parts that it has. */
  function open(cell, parts) {
    let row = openRow(cell);
    if (!row) {
      row = splitRow.content.firstElementChild.cloneNode(true);
      row.dataset.cell = cell.key;
      row.cells[0].colSpan = cell.row.cells.length;
      const year = table.tHead.rows[0].cells[cell.c + 1].textContent;
      row.querySelector("legend").textContent = `${cell.row.cells[0].querySelector("a").textContent}, ${year}: how it stands (${UNIT.symbol})`;
      for (const field of fieldsOf(row)) {
        const part = field.dataset.part;
        field.name = field.id = `${cell.key}-${part}`;
        field.previousElementSibling.htmlFor = field.id;
        if (parts?.[part]) field.value = typed(parts[part]);
        field.parentElement.hidden = part === "claimed" && !claims && !parts?.claimed;
      }
      let after = cell.row;
      while (after.nextElementSibling?.classList.contains("ff-open")) after = after.nextElementSibling;
      after.after(row);
    }
    for (const field of fieldsOf(row)) field.disabled = false;
    row.hidden = false;
    addClose(row, cell);
    cell.td.querySelector(".ff-cell__open")?.remove();
    return row;
  }

  function addClose(row, cell) {
    if (row.querySelector(".ff-open__close")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ff-button-plain ff-open__close";
    button.textContent = "Close the split";
    button.addEventListener("click", () => { close(cell); cell.select.focus(); });
    row.querySelector("fieldset").append(button);
  }

  /** Out of sight; the parts stay and are saved. */
  function close(cell) {
    openRow(cell).hidden = true;
    if (cell.td.querySelector(".ff-cell__open")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ff-cell__open";
    button.textContent = "Open the split";
    cell.select.after(button);
  }

  /** Another status for the whole amount: the parts count no longer. */
  function drop(cell) {
    cell.td.querySelector(".ff-cell__open")?.remove();
    const row = openRow(cell);
    if (!row) return;
    row.hidden = true;
    for (const field of fieldsOf(row)) field.disabled = true;
  }

  const before = new WeakMap();

  function chooseStatus(cell) {
    if (cell.select.value !== "split") {
      drop(cell);
    } else {
      const target = cell.input ? read(cell.input.value).pounds : cell.was?.target;
      const earlier = before.get(cell);
      const isHeld = cell.was && statusOf(cell.was) === "split" && !openRow(cell);
      fieldsOf(open(cell, isHeld ? cell.was : earlier && target ? { [earlier]: target } : {}))[0].focus();
    }
    before.set(cell, cell.select.value);
  }

  // What the visitor does --------------------------------------------------------------------------------------------

  const cellAt = (target) => cells.find((cell) => cell.td.contains(target)) ||
    cells.find((cell) => cell.key && cell.key === target.closest("tr.ff-open")?.dataset.cell);

  function changedIn(target) {
    const cell = cellAt(target);
    if (!cell?.select) return;
    if (target === cell.select) chooseStatus(cell);
    mark(cell);
    total();
  }

  table.addEventListener("input", (event) => changedIn(event.target));

  table.addEventListener("click", (event) => {
    const button = event.target.closest(".ff-cell__open");
    if (!button) return;
    event.preventDefault();
    const cell = cellAt(button);
    fieldsOf(open(cell, cell.was))[0].focus();
    mark(cell);
  });

  const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

  /** The next cell with a field in this direction; cells that are text are passed over. */
  function next(cell, [down, across]) {
    let found = cell;
    do found = grid[found.r + down]?.[found.c + across]; while (found && !found.input);
    return found;
  }

  table.addEventListener("keydown", (event) => {
    const input = event.target;
    const step = STEPS[event.key];
    if (!step || input.tagName !== "INPUT" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const cell = cellAt(input);
    if (event.key === "Enter") event.preventDefault();   // saving is for its button
    if (!cell) return;
    if (input !== cell.input) {
      if (event.key !== "Enter" || input.type !== "text") return;
      const row = input.closest("tr.ff-open");
      const rest = row ? [...row.querySelectorAll("input, button")].filter((each) => each.offsetParent) : [];
      const to = rest[rest.indexOf(input) + 1];
      to?.focus();
      to?.select?.();
      return;
    }
    // left and right leave the cell only from its edge, so that a figure can still be corrected
    const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "ArrowLeft" && !all && (input.selectionStart > 0 || input.selectionEnd > 0)) return;
    if (event.key === "ArrowRight" && !all && input.selectionEnd < input.value.length) return;
    event.preventDefault();
    const to = next(cell, step);
    if (to) { to.input.focus(); to.input.select(); }
  });

  /** Write a block from a spreadsheet, from this cell on, and say what found no place. */
  function paste(from, block) {
    const former = [];
    let skipped = 0;
    const beyond = [];
    block.forEach((values, down) => values.forEach((value, across) => {
      const cell = grid[from.r + down]?.[from.c + across];
      if (!cell) { if (value.trim()) beyond.push(value.trim()); return; }
      if (!cell.input) { if (value.trim()) skipped += 1; return; }
      former.push([cell, cell.input.value]);
      cell.input.value = value.trim();
      mark(cell);
    }));
    total();
    const words = [`${former.length} cell${former.length === 1 ? "" : "s"} pasted.`];
    if (skipped) words.push(`${skipped} cell${skipped === 1 ? " that is" : "s that are"} not typed over here ${skipped === 1 ? "was" : "were"} left as ${skipped === 1 ? "it is" : "they are"}.`);
    if (beyond.length) words.push(`Left out beyond the edge of the grid: ${beyond.slice(0, 5).join(", ")}${beyond.length > 5 ? ` and ${beyond.length - 5} more` : ""}.`);
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "ff-button-plain";
    undo.textContent = "Undo the paste";
    undo.addEventListener("click", () => {
      for (const [cell, value] of former) { cell.input.value = value; mark(cell); }
      total();
      pasted.replaceChildren("The paste is undone.");
      from.input.focus();
    });
    pasted.replaceChildren(`${words.join(" ")} `, undo);
  }

  table.addEventListener("paste", (event) => {
    const from = cellAt(event.target);
    const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
    if (!from || event.target !== from.input || !/[\t\n]/.test(text)) return;
    event.preventDefault();
    paste(from, text.split(/\r?\n/).map((line) => line.split("\t")));
  });

  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  form.querySelector("[data-discard]").addEventListener("click", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => { if (!leaving && total()) event.preventDefault(); });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) for (const cell of cells) if (cell.select) mark(cell);
    total();
  });

  for (const cell of cells) {
    if (!cell.select) continue;
    before.set(cell, cell.select.value);
    const row = openRow(cell);
    if (row) addClose(row, cell);
  }
  total();
})();
