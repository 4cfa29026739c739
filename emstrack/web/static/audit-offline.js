// Keeps the page of a walk on the device when it is opened, so that it comes back without a signal.
(function () {
  "use strict";

  const page = document.querySelector("[data-audit-field]");
  if (!page) {
    return;
  }
  const line = page.querySelector("[data-kept-line]");

  async function keep() {
    if (!("serviceWorker" in navigator) || !window.caches) {
      line.textContent = page.dataset.wordNotKept;
      return;
    }
    await navigator.serviceWorker.register(page.dataset.worker);
    await navigator.serviceWorker.ready;
    const assets = await caches.open("emstrack-assets");
    const wanted = Array.from(document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]"), (each) => each.src || each.href);
    for (const old of await assets.keys()) {
      if (!wanted.includes(old.url)) {
        await assets.delete(old);
      }
    }
    for (const url of wanted) {
      if (!(await assets.match(url))) {
        await assets.add(url);
      }
    }
    const pages = await caches.open("emstrack-private");
    if (!(await pages.match(location.pathname, { ignoreVary: true }))) { // the first time it came without the worker
      const fresh = await fetch(location.pathname);
      if (fresh.ok && !fresh.redirected) {
        await pages.put(location.pathname, fresh);
      }
    }
    line.textContent = page.dataset.wordReady;
    page.dataset.kept = "";
  }

  keep().catch(() => { line.textContent = navigator.onLine ? page.dataset.wordNotKept : page.dataset.wordReady; });
})();
