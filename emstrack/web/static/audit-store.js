// What an audit's page keeps on the device: a queue of items that were not sent yet, in the order they were written, and
// what the server last said of each place, because a page kept for later may be older than that.
(function () {
  "use strict";

  const NAME = "emstrack-audits";
  let opened;

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("queue", { keyPath: "seq", autoIncrement: true });
        asked.result.createObjectStore("known", { keyPath: "place" });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    return opened;
  }

  async function run(store, mode, act) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      const asked = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  window.emstrackStore = {
    queue: () => run("queue", "readonly", (store) => store.getAll()),
    put: (item) => run("queue", "readwrite", (store) => store.put(item)),
    remove: (seq) => run("queue", "readwrite", (store) => store.delete(seq)),
    known: () => run("known", "readonly", (store) => store.getAll()),
    learn: (record) => run("known", "readwrite", (store) => store.put(record)),
  };
})();
