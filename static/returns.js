// The returns of a post: what the amounts of a year add up to, and whether they ask for a reason, while they are typed.
// The page works without it: the choices open by the style sheet, and the server says the same.
(() => {
  "use strict";
  const form = document.querySelector(".ff-returns");
  if (!form) return;
  const unit = amounts.UNITS[form.dataset.unit];
  const { size } = amounts;
  const pounds = (amount) => `${amount < 0n ? "−" : ""}£${size(amount).toString().replace(/\B(?=(\d{3})+$)/g, ",")}`;
  const capital = (words) => words.charAt(0).toUpperCase() + words.slice(1);
  const lines = [...form.querySelectorAll(".ff-line")];

  /** The four amounts of a year, or nothing where one cannot be read. */
  function typed(year) {
    const read = [...year.querySelectorAll("input")].map((box) => amounts.read(box.value, unit));
    return read.some((each) => each.wrong) ? null : read.map((each) => each.pounds ?? 0n);
  }

  function sums(target, rated) {
    const left = target - rated;
    const beyond = left !== 0n && left < 0n !== target < 0n;
    return `Adds up to ${pounds(rated)}. ` +
      (beyond ? `That is ${pounds(size(left))} more than the target.` : `Not rated: ${pounds(left)}.`);
  }

  function worse(before, [delivered, onTarget, amber, red]) {
    const [secureWas, amberWas, redWas] = before.map(size);
    const secure = size(delivered + onTarget);
    const found = [];
    if (size(amber) > amberWas) found.push(`amber grows by ${pounds(size(amber) - amberWas)}`);
    if (size(red) > redWas) found.push(`red grows by ${pounds(size(red) - redWas)}`);
    if (secure < secureWas) found.push(`secure falls by ${pounds(secureWas - secure)}`);
    return found.join(" and ");
  }

  /** Says below a year what it adds up to; whether the year asks for a reason and calls more delivered. */
  function tell(year) {
    let said = year.nextElementSibling;
    while (!said.classList.contains("ff-edit__left")) said = said.nextElementSibling;
    const four = typed(year);
    if (!four) {
      said.textContent = "Not counted: an amount above cannot be read.";
      return { asks: false, claims: false };
    }
    const words = worse(year.dataset.before.split(" ").map(BigInt), four);
    said.textContent = sums(BigInt(year.dataset.target), four.reduce((sum, each) => sum + each, 0n));
    if (words) {
      const strong = document.createElement("strong");
      strong.textContent = `${capital(words)}, so finance needs your reason.`;
      said.append(" ", strong);
    }
    return { asks: words !== "", claims: size(four[0]) > size(BigInt(year.dataset.accepted)) };
  }

  const choice = (line) => line.querySelector(".ff-say input:checked")?.value;

  function show(line) {
    const told = [...line.querySelectorAll(".ff-edit__set")].map(tell);
    const evidence = line.querySelector("[data-evidence]");
    const claims = told.some((each) => each.claims);
    const given = evidence.querySelector("textarea");
    evidence.hidden = !claims && !given.value && given.getAttribute("aria-invalid") !== "true";
    const changes = choice(line) === "change";
    const explained = line.querySelector("[id$='-why']").value.trim() !== "";
    const unanswered = line.querySelector(".ff-query") !== null && !explained;
    const unexplained = line.querySelector(".ff-worse") !== null && choice(line) === "same" && !explained;
    const wants = unanswered || unexplained || (changes && ((told.some((each) => each.asks) && !explained) ||
      (claims && !given.value.trim())));
    return choice(line) ? (wants ? "wants" : "said") : "open";
  }

  function count() {
    const found = lines.map(show);
    const number = (what) => found.filter((each) => each === what).length;
    const parts = [`${number("said")} said`];
    if (number("wants")) parts.push(`${number("wants")} ${number("wants") === 1 ? "needs" : "need"} something`);
    if (number("open")) parts.push(`${number("open")} to do`);
    const words = `${parts.join(", ")}.`;
    const said = form.querySelector("[data-count]");
    if (said.textContent !== words) said.textContent = words;
  }

  form.addEventListener("input", count);
  form.addEventListener("change", count);
  count();
})();
