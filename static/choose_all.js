// A box in the head of a list that chooses every line on the page, or none. Without it each line has its own.
"use strict";
for (const form of document.querySelectorAll("form.ff-choose")) {
  const head = form.querySelector("thead .ff-check");
  const boxes = [...form.querySelectorAll("tbody .ff-check input[type=checkbox]")];
  if (!head || boxes.length < 2) continue;
  const label = document.createElement("label");
  label.className = "ff-chooseall ff-screen";
  const box = document.createElement("input");
  box.type = "checkbox";
  label.append(box, " All on this page");
  form.prepend(label);
  const show = () => {
    const chosen = boxes.filter((each) => each.checked).length;
    box.checked = chosen === boxes.length;
    box.indeterminate = chosen > 0 && chosen < boxes.length;
  };
  box.addEventListener("change", () => boxes.forEach((each) => { each.checked = box.checked; }));
  boxes.forEach((each) => each.addEventListener("change", show));
  show();
}
