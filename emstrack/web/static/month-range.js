// Choosing a stretch of months on their bars: the first click takes a year, the next one its last month. The bars are
// buttons, so the keyboard does the same, and the plain fields behind them say what is chosen.
(function () {
  "use strict";

  const YEAR = 12;
  let waiting = false; // whether the next click is the last month

  function mark(form) {
    const [first, last] = fields(form).map((field) => field.value);
    for (const bar of bars(form)) {
      bar.setAttribute("aria-pressed", String(bar.value >= first && bar.value <= last));
    }
    const told = form.querySelector("[data-month-range-told]");
    const chosen = bars(form).filter((bar) => bar.getAttribute("aria-pressed") === "true");
    if (told && chosen.length) {
      told.value = `${name(chosen[0])} – ${name(chosen.at(-1))} (${chosen.length})`;
    }
  }

  function bars(form) {
    return [...form.querySelectorAll(".month-bar")];
  }

  function fields(form) {
    return ["first", "last"].map((each) => form.elements.namedItem(each));
  }

  function name(bar) {
    return bar.getAttribute("aria-label").split(":")[0];
  }

  function choose(form, bar) {
    const all = bars(form);
    const [first, last] = fields(form);
    if (waiting && bar.value > first.value) {
      last.value = bar.value;
      waiting = false;
    } else {
      first.value = bar.value;
      last.value = all[Math.min(all.indexOf(bar) + YEAR - 1, all.length - 1)].value;
      waiting = true;
    }
    mark(form);
  }

  document.addEventListener("click", (event) => {
    const bar = event.target instanceof Element ? event.target.closest("[data-month-range] .month-bar") : null;
    if (bar) {
      event.preventDefault();
      choose(bar.form, bar);
    }
  });

  document.addEventListener("change", (event) => {
    const form = event.target instanceof Element ? event.target.closest("[data-month-range]") : null;
    if (form) {
      mark(form);
    }
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const bar = event.target instanceof Element ? event.target.closest("[data-month-range] .month-bar") : null;
    const next = step && bar ? bars(bar.form)[bars(bar.form).indexOf(bar) + step] : null;
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
