// Amounts as pages read them while they are typed: whole pounds in BigInt, by the rules of futurefit/values/money.py.
// The server reads them again; a script of a page uses these for sums and hints.
const amounts = (() => {
  "use strict";
  const UNITS = {
    pounds: { power: 0, symbol: "£", example: "120000 or 120,500" },
    thousands: { power: 3, symbol: "£000", example: "120 or 120.5" },
    millions: { power: 6, symbol: "£m", example: "0.12 or 1.5" },
  };
  const size = (amount) => (amount < 0n ? -amount : amount);

  const SUFFIX = "(?<suffix>k|thousand|mn|million|m|bn|billion)";
  const NUMBER = "(?<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\\.(?<fraction>[0-9]+))?";
  const AMOUNT = new RegExp(
    `^(?<signFirst>[+-])? ?(?<openFirst>\\()? ?£? ?(?<openSecond>\\()?(?<signSecond>[+-])? ?` +
    `${NUMBER} ?(?<closeFirst>\\))? ?${SUFFIX}? ?(?<closeSecond>\\))? ?(?<signLast>-)?$`, "i");
  const POWERS = { k: 3, thousand: 3, m: 6, mn: 6, million: 6, bn: 9, billion: 9 };
  const BOUND = 10n ** 15n;

  /** Whole pounds as {pounds}, {pounds: null} for nothing typed, {wrong} in words for what is no amount. */
  function read(text, unit) {
    const words = text.replace(/[\s\u00a0\u202f]+/g, " ").trim().replace(/[\u2212\u2013]/g, "-");
    if (words === "") return { pounds: null };
    const wrong = `Not an amount. Enter a number such as ${unit.example} (in ${unit.symbol}).`;
    const found = words.length <= 60 ? AMOUNT.exec(words)?.groups : null;
    if (!found || (found.whole === undefined && found.fraction === undefined)) return { wrong };
    const signs = [found.signFirst, found.signSecond, found.signLast].filter(Boolean);
    const opened = [found.openFirst, found.openSecond].filter(Boolean).length;
    const closed = [found.closeFirst, found.closeSecond].filter(Boolean).length;
    if (opened !== closed || signs.length + opened > 1) return { wrong };
    const fraction = found.fraction || "";
    const power = found.suffix ? POWERS[found.suffix.toLowerCase()] : unit.power;
    const digits = BigInt((found.whole || "0").replace(/,/g, "") + fraction);
    const scale = 10n ** BigInt(Math.abs(power - fraction.length));
    const down = power < fraction.length;
    const whole = down ? digits / scale : digits * scale;
    const rest = down ? digits % scale : 0n;
    if (whole + (2n * rest >= scale && down ? 1n : 0n) >= BOUND) return { wrong: "Too large for an amount." };
    if (rest) return { wrong: "Amounts are whole pounds, without pence." };
    return { pounds: opened || signs.includes("-") ? -whole : whole };
  }

  /** The digits that hold an amount in a unit: "1250.5", with separators "1,250.5". */
  function written(amount, unit, minus, grouped) {
    const factor = 10n ** BigInt(unit.power);
    const fraction = (size(amount) % factor).toString().padStart(unit.power, "0").replace(/0+$/, "");
    let whole = (size(amount) / factor).toString();
    if (grouped) whole = whole.replace(/\B(?=(\d{3})+$)/g, ",");
    return (amount < 0n ? minus : "") + whole + (fraction && unit.power ? `.${fraction}` : "");
  }

  return { UNITS, size, read, written };
})();
