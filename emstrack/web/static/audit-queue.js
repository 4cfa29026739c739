// The queue of an audit: sends one item after the other, each with its own key, so that a repetition is harmless; what
// was refused or met somebody else's words stops and waits for a person, and the rest goes on.
(function () {
  "use strict";

  const page = document.querySelector("[data-audit-field]");
  if (!page) {
    return;
  }
  const store = window.emstrackStore;
  const person = Number(page.dataset.person);
  const audit = Number(page.dataset.audit);
  const WAITS = [2000, 5000, 15000, 30000];
  let token = page.querySelector("[name=csrf_token]")?.value || "";
  let sending = false;
  let again = false;
  let failures = 0;
  let timer = 0;
  let turn = Promise.resolve(); // what touches the queue waits its turn, so that two taps never mix

  const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);
  const mine = async () => (await store.queue()).filter((item) => item.person === person && item.audit === audit);
  const stopped = (item) => item.state === "conflict" || item.state === "refused";

  function tell(name, detail) {
    page.dispatchEvent(new CustomEvent(name, { detail }));
  }

  function inTurn(act) {
    turn = turn.then(act, act);
    return turn;
  }

  async function recount(trouble) {
    const items = await mine();
    tell("audit:queue", { items, trouble });
  }

  // A newer answer replaces one that was never tried; one that may have arrived stays as it was sent.
  function add(place, fields, photos) {
    return inTurn(async () => {
      const before = (await mine()).filter((item) => item.place === place).pop();
      const replaces = before && (!before.tried || stopped(before));
      const item = replaces
        ? { ...before, fields, photos: [...before.photos, ...photos], key: newKey(), tried: false, state: "", message: "" }
        : { person, audit, place, fields, photos, key: newKey(), tried: false, state: "", message: "" };
      await store.put(item);
      await recount();
    }).then(send);
  }

  function resolve(seq, change) {
    return inTurn(async () => {
      const item = (await mine()).find((each) => each.seq === seq);
      if (!item) {
        return;
      }
      if (change) {
        await store.put({ ...item, ...change(item), key: newKey(), tried: false, state: "", message: "" });
      } else {
        await store.remove(seq);
      }
      await recount();
    }).then(send);
  }

  async function send() {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    clearTimeout(timer);
    let trouble = "";
    try {
      for (let item = await next(); item; item = await next()) {
        if (navigator.onLine === false) {
          trouble = "offline";
          break;
        }
        await inTurn(() => store.put({ ...item, tried: true }));
        const answer = await post(item);
        trouble = await settle(item, answer);
        if (trouble) {
          break;
        }
        failures = 0;
      }
    } catch (error) {
      trouble = error instanceof TypeError ? "offline" : "failed";
    }
    sending = false;
    await recount(trouble);
    if (trouble && trouble !== "signedOut") {
      failures += 1;
      timer = setTimeout(send, WAITS[Math.min(failures, WAITS.length) - 1]);
    } else if (again) {
      again = false;
      send();
    }
  }

  async function next() {
    const items = await mine();
    const held = new Set(items.filter(stopped).map((item) => item.place));
    return items.find((item) => !stopped(item) && !held.has(item.place));
  }

  async function post(item, isSecond) {
    const body = new FormData();
    Object.entries(item.fields).forEach(([name, value]) => body.append(name, value));
    body.append("key", item.key);
    item.photos.forEach((photo) => body.append("photo", photo.blob, photo.name));
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(page.dataset.url, { method: "POST", headers, body });
    if (answer.status === 400 && !isSecond && (await renewToken())) {
      return post(item, true); // the page was kept longer than its token holds
    }
    return answer;
  }

  async function renewToken() {
    const fresh = await fetch(location.pathname, { headers: { "X-Fresh": "1" }, cache: "no-store" });
    const found = new DOMParser().parseFromString(await fresh.text(), "text/html");
    const now = found.querySelector("[data-audit-field] [name=csrf_token]")?.value;
    token = now || token;
    return Boolean(now);
  }

  async function settle(item, answer) {
    if (answer.status === 400 || answer.status === 401) {
      return "signedOut";
    }
    if (answer.status >= 500) {
      return "failed";
    }
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    const told = isJson ? await answer.json() : { state: "refused", message: answer.status === 413 ? page.dataset.wordTooLarge : page.dataset.wordFailed };
    await inTurn(async () => {
      if (told.state === "saved") {
        await store.remove(item.seq);
        await learn(item, told);
      } else {
        await store.put({ ...item, tried: true, state: told.state, message: told.message, theirs: told.theirs });
      }
    });
    tell("audit:settled", { item, told });
    return "";
  }

  async function learn(item, told) {
    const version = String(told.version);
    if (item.fields.item === "answer") {
      const fields = { ...item.fields, version };
      await store.learn({ place: `${person}/${audit}/${item.place}`, audit, person, fields, complete: told.complete });
    }
    for (const later of (await mine()).filter((each) => each.place === item.place)) {
      await store.put({ ...later, fields: { ...later.fields, version } });
    }
  }

  window.addEventListener("online", () => { failures = 0; send(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { send(); } });
  window.emstrackQueue = { add, resolve, send, mine };
})();
