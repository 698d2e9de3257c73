// A button that says how many boxes of its form are ticked: data-one for one of them, data-many with # for the number.
"use strict";
for (const button of document.querySelectorAll("button[data-many]")) {
  const plain = button.textContent;
  const boxes = [...button.form.querySelectorAll("input[type=checkbox]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    button.textContent = ticked === 1 ? button.dataset.one : ticked ? button.dataset.many.replace("#", ticked) : plain;
  };
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}
