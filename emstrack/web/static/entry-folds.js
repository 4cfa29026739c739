// What of the month's page is folded away on a phone. It runs before entry-grid.js, which opens what has something to say.
(function () {
  "use strict";

  const form = document.querySelector("[data-entry-grid]");
  if (!form) {
    return;
  }

  // Many open tables are a long way to scroll: the first that lacks something is open, a tap opens the others.
  const open = Array.from(form.querySelectorAll(".entry-fold[open]"));
  if (open.length > 5 && !location.hash && window.matchMedia("(max-width: 61.99rem)").matches) {
    open.slice(1).forEach((fold) => { fold.open = false; });
  }

  form.classList.add("scripted"); // only with a script may fields wait behind a button
  form.addEventListener("click", (event) => {
    const more = event.target.closest?.("[data-entry-more]");
    if (more) {
      const shown = more.closest("tr").classList.toggle("more-open");
      more.setAttribute("aria-expanded", String(shown));
    }
  });
})();
