// Answers for the pages of a walk while there is no signal: the network first, else the page as it was when it was
// opened. It keeps nothing else; signing out empties what it keeps (emstrack.js).
"use strict";

const FIELD = /\/audits\/\d+\/field$/;
const PATIENCE = 6000; // a signal too weak to bring a page is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  if (FIELD.test(url.pathname) && !event.request.headers.has("X-Fresh")) {
    event.respondWith(networkFirst(event.request, url.pathname));
  } else if (/\/(static|assets)\//.test(url.pathname)) {
    event.respondWith(keptFirst(event.request));
  }
});

async function networkFirst(request, path) {
  const kept = await caches.match(path, { cacheName: "emstrack-private", ignoreVary: true, ignoreSearch: true });
  try {
    const fresh = await (kept ? Promise.race([fetch(request), late()]) : fetch(request));
    if (fresh.ok && !fresh.redirected) {
      const pages = await caches.open("emstrack-private");
      await pages.put(path, fresh.clone());
    }
    return fresh;
  } catch {
    return kept || Response.error();
  }
}

function late() {
  return new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE); });
}

async function keptFirst(request) {
  return (await caches.match(request, { cacheName: "emstrack-assets", ignoreVary: true })) || fetch(request);
}
