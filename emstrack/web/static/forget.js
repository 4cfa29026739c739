// Where nobody is signed in, nothing that somebody read stays on the device. What they wrote and could not send yet stays
// (it is theirs alone, and is sent when they sign in again).
(function () {
  "use strict";

  window.caches?.delete("emstrack-private");
  const asked = window.indexedDB?.open("emstrack-audits");
  if (asked) {
    asked.onupgradeneeded = () => asked.transaction.abort(); // there was nothing to forget
    asked.onerror = (event) => event.preventDefault();
    asked.onsuccess = () => {
      if (asked.result.objectStoreNames.contains("known")) {
        asked.result.transaction("known", "readwrite").objectStore("known").clear();
      }
      asked.result.close();
    };
  }
})();
