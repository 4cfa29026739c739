// What native controls cannot do alone: open dialogs, dismiss toasts, remember light or dark, show dropped files.
// Everything is delegated, so that pieces swapped in by htmx work too. No eval, no inline handlers (strict CSP).
(function () {
  "use strict";

  const YEAR = 31536000;
  const root = document.documentElement;

  function setTheme(choice) {
    if (choice === "auto") {
      root.removeAttribute("data-theme");
    } else {
      root.dataset.theme = choice;
    }
    remember("theme", choice, choice === "auto" ? 0 : YEAR);
    markTheme();
  }

  function remember(name, value, age) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  }

  function speak(tag) {
    remember("lang", tag, YEAR);
    const query = new URLSearchParams(location.search);
    query.delete("lang");
    const rest = query.toString();
    location.assign(location.pathname + (rest ? `?${rest}` : ""));
  }

  function markTheme() {
    const current = root.dataset.theme || "auto";
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current));
    }
  }

  function dismiss(toast) {
    toast.remove();
  }

  function expire(toast) {
    if (toast.classList.contains("refused") || toast.classList.contains("disqualifying")) {
      return; // what went wrong stays until it is read
    }
    let timer = setTimeout(() => dismiss(toast), 8000);
    const hold = () => clearTimeout(timer);
    const release = () => { timer = setTimeout(() => dismiss(toast), 4000); };
    toast.addEventListener("mouseenter", hold);
    toast.addEventListener("focusin", hold);
    toast.addEventListener("mouseleave", release);
    toast.addEventListener("focusout", release);
  }

  function say(text, tone) {
    const region = document.getElementById("toasts");
    if (!region || !text) {
      return;
    }
    const toast = document.createElement("div");
    toast.className = `toast ${tone || "good"}`;
    toast.dataset.toast = "";
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.dataset.dismissToast = "";
    close.textContent = "×";
    close.setAttribute("aria-label", document.body.dataset.dismiss || "");
    toast.append(words, close);
    region.append(toast);
    expire(toast);
  }

  function showFiles(drop) {
    const input = drop.querySelector("input[type=file]");
    let list = drop.querySelector("output");
    if (!list) {
      list = document.createElement("output");
      list.className = "understood";
      drop.append(list);
    }
    list.textContent = Array.from(input.files, (file) => file.name).join(", ");
  }

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) {
      return;
    }
    const opener = target.closest("[data-opens-dialog]");
    if (opener) {
      document.getElementById(opener.dataset.opensDialog)?.showModal();
      return;
    }
    if (target.closest("[data-closes-dialog]")) {
      target.closest("dialog")?.close();
      return;
    }
    if (target instanceof HTMLDialogElement && target.open) {
      const box = target.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!inside && event.detail > 0) {
        target.close();
      }
      return;
    }
    if (target.closest("[data-dismiss-toast]")) {
      dismiss(target.closest("[data-toast]"));
      return;
    }
    const chosen = target.closest("[data-language]");
    if (chosen) {
      event.preventDefault(); // kept for every page, with the rest of the address
      speak(chosen.dataset.language);
      return;
    }
    const theme = target.closest("[data-theme-choice]");
    if (theme) {
      setTheme(theme.dataset.themeChoice);
      return;
    }
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(target)) {
        menu.open = false;
      }
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
      return;
    }
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // Two menus never lie over each other ("toggle" does not bubble, hence the capture).
  document.addEventListener("toggle", (event) => {
    if (event.target instanceof HTMLDetailsElement && event.target.open && event.target.matches("[data-menu]")) {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        if (menu !== event.target) {
          menu.open = false;
        }
      }
    }
  }, true);

  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submits]")) {
      event.target.form.requestSubmit();
    }
    const drop = event.target.closest("[data-file-drop]");
    if (drop) {
      showFiles(drop);
    }
  });

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const drop = event.target instanceof Element ? event.target.closest("[data-file-drop]") : null;
      if (!drop) {
        return;
      }
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      const input = drop.querySelector("input[type=file]");
      if (kind === "drop" && event.dataTransfer.files.length && !input.disabled) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }

  // The server sends a toast with the header HX-Trigger: {"toast": {"text": "…", "tone": "good"}}.
  document.addEventListener("toast", (event) => say(event.detail.text || event.detail.value, event.detail.tone));
  document.addEventListener("htmx:responseError", () => say(document.body.dataset.failed, "refused"));
  document.addEventListener("htmx:sendError", () => say(document.body.dataset.offline, "refused"));

  markTheme();
  for (const toast of document.querySelectorAll("[data-toast]")) {
    expire(toast);
  }
  for (const dialog of document.querySelectorAll("dialog[data-open]")) {
    dialog.showModal();
  }
  window.emstrack = { say };
})();
