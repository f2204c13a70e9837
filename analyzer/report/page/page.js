/* SPDX-License-Identifier: GPL-2.0-or-later */
"use strict";
/* Copy buttons appear where they can work. */
for (const button of document.querySelectorAll("button.copy")) {
  const source = document.getElementById(button.dataset.copy);
  const label = button.firstChild;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      label.data = "Copied";
    } catch {
      getSelection().selectAllChildren(source); /* then Ctrl-C does it */
      label.data = "Selected";
    }
    setTimeout(() => { label.data = "Copy"; }, 2000);
  });
}
/* One button unfolds everything, and folds it again. */
for (const button of document.querySelectorAll("button.unfold")) {
  const folded = [...document.querySelectorAll("details:not([open])")];
  button.hidden = folded.length == 0;
  button.addEventListener("click", () => {
    const unfolds = button.getAttribute("aria-pressed") == "false";
    button.setAttribute("aria-pressed", String(unfolds));
    for (const fold of folded)
      fold.open = unfolds;
  });
}
/* What a link points to is unfolded, and what is printed, too. */
function unfold() {
  const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  for (let fold = target && target.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
  if (target)
    target.scrollIntoView();
}
addEventListener("hashchange", unfold);
unfold();
const printed = new Set();
addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details:not([open])")) {
    printed.add(fold);
    fold.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const fold of printed)
    fold.open = false;
  printed.clear();
});
