// The month's grid: moves like a spreadsheet, takes pasted blocks, saves as one goes, and loses nothing when the
// connection does. A line is one entry: it is sent whole, with the version that was read and a key that makes a
// repetition harmless. What is not saved yet is kept in this tab until it is.
(function () {
  "use strict";

  const form = document.querySelector("[data-entry-grid]");
  if (!form) {
    return;
  }
  const word = (name) => form.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`] || "";
  const store = `emstrack.month.${form.dataset.month}`;
  const token = form.querySelector("[name=csrf_token]").value;
  const statusLine = form.querySelector("[data-entry-status]");
  const undoButton = form.querySelector("[data-entry-undo]");
  const count = document.querySelector("[data-entry-count]"); // of the page; each table has its own
  const lines = new Map(Array.from(form.querySelectorAll("[data-row]"), (row) => [row.dataset.row, row]));
  const pending = new Map(); // row name → {key, fields, id, version, sent, next}: what was sent is answered before `next` goes
  const undoable = [];
  const WAITS = [1000, 2000, 5000, 10000, 30000];
  const SILENT = new Set(["start", "end", "bill_number", "note"]);
  let sending = false;
  let failures = 0;
  let timer = 0;

  const cellsOf = (row) => Array.from(row.querySelectorAll("input[data-field]"));
  const cellOf = (row, field) => row.querySelector(`input[data-field="${field}"]`);
  const textsOf = (row) => Object.fromEntries(cellsOf(row).map((cell) => [cell.dataset.field, cell.value]));
  const remember = (row) => { row.dataset.was = JSON.stringify(textsOf(row)); };
  const isChanged = (row) => row.dataset.was !== JSON.stringify(textsOf(row));
  const isEmpty = (row) => cellsOf(row).every((cell) => SILENT.has(cell.dataset.field) || !cell.value.trim());
  const newKey = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);

  // ── What a line and its cells say ────────────────────────────────────────────────────────────────────────────────
  function mark(cell, state, text) {
    cell.closest(".cell").dataset.state = state;
    const said = document.getElementById(`${cell.id}-state`);
    said.textContent = text || said.dataset.unit || "";
    if (state === "refused" || state === "conflict") {
      cell.setAttribute("aria-invalid", "true");
    } else {
      cell.removeAttribute("aria-invalid");
    }
  }

  function markLine(row, state, text) {
    row.dataset.state = state;
    const typed = cellsOf(row).filter((cell) => cell.value.trim() && !SILENT.has(cell.dataset.field));
    for (const cell of typed.length ? typed : cellsOf(row).slice(0, 1)) {
      mark(cell, state, text);
    }
  }

  function say(row, messages, current) {
    const place = form.querySelector(`[data-message-of="${CSS.escape(row.dataset.row)}"]`);
    const inside = place.querySelector("[data-messages]");
    inside.replaceChildren();
    for (const message of messages) {
      const line = document.createElement("p");
      line.className = `entry-said ${message.severity}`;
      line.append(message.text);
      for (const choice of message.choices || []) {
        line.append(" ", button(choice.label, () => choose(row, message.field, choice.text)));
      }
      if (message.href) {
        const link = document.createElement("a");
        link.href = message.href;
        link.textContent = word("open");
        line.append(" ", link);
      }
      if (current) {
        line.append(" ", button(word("mine"), () => keepMine(row, current)), " ", button(word("theirs"), () => takeTheirs(row, current)));
      }
      inside.append(line);
    }
    place.hidden = messages.length === 0;
    if (messages.length) {
      reveal(row);
    }
  }

  // What has something to say, or was just filled, is not left folded away.
  function reveal(row) {
    row.closest("details").open = true;
  }

  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function choose(row, field, text) {
    const cell = cellOf(row, field);
    cell.value = text;
    cell.focus();
    queue([row]);
  }

  function keepMine(row, current) {
    row.dataset.id = current.id || "";
    row.dataset.version = current.version || "";
    say(row, []);
    queue([row]);
  }

  function takeTheirs(row, current) {
    pending.delete(row.dataset.row);
    row.dataset.id = current.id || "";
    row.dataset.version = current.version || "";
    put(row, current.fields);
    say(row, []);
    markLine(row, "saved", word("saved"));
    keep();
    cellOf(row, "quantity").focus();
  }

  function put(row, fields) {
    for (const cell of cellsOf(row)) {
      if (cell.dataset.field in fields) {
        cell.value = fields[cell.dataset.field];
      }
    }
    remember(row);
  }

  function tell(text) {
    const unsaved = pending.size;
    statusLine.classList.toggle("unsaved", unsaved > 0);
    statusLine.textContent = text || (unsaved ? word("unsaved").replace("{n}", unsaved) : "");
    undoButton.hidden = undoable.length === 0;
  }

  function recount(row, more) {
    const fold = row.closest("[data-site]");
    const own = fold.querySelector("summary [data-due]");
    for (const place of [count, own]) {
      place.dataset.entered = Number(place.dataset.entered) + more;
      place.textContent = word("count").replace("{entered}", place.dataset.entered).replace("{due}", place.dataset.due);
    }
    fold.toggleAttribute("data-complete", Number(own.dataset.entered) >= Number(own.dataset.due));
  }

  // ── Keeping and sending ──────────────────────────────────────────────────────────────────────────────────────────
  function keep() {
    try {
      if (pending.size) {
        sessionStorage.setItem(store, JSON.stringify(Array.from(pending)));
      } else {
        sessionStorage.removeItem(store);
      }
    } catch {
      // a browser that keeps nothing still sends
    }
    tell();
  }

  function queue(rows) {
    for (const row of rows) {
      if (isEmpty(row) && !row.dataset.id) {
        pending.delete(row.dataset.row);
        markLine(row, "", "");
        continue;
      }
      const fields = textsOf(row);
      const before = pending.get(row.dataset.row);
      if (before && before.sent && !before.stopped) {
        before.next = fields;
        markLine(row, "saving", word("saving"));
        continue;
      }
      const measured = ["quantity", "index"].some((field) => (fields[field] || "").trim());
      pending.set(row.dataset.row, { key: newKey(), fields, id: row.dataset.id, version: row.dataset.version, held: !measured && !row.dataset.id });
      markLine(row, measured || row.dataset.id ? "saving" : "waiting", measured || row.dataset.id ? word("saving") : word("waiting"));
    }
    keep();
    send();
  }

  async function send() {
    const batch = Array.from(pending).filter(([, entry]) => !entry.held && !entry.stopped);
    if (sending || !batch.length) {
      return;
    }
    sending = true;
    clearTimeout(timer);
    const rows = batch.map(([row, entry]) => ({ row, key: entry.key, id: entry.id, version: entry.version, fields: entry.fields }));
    batch.forEach(([, entry]) => { entry.sent = true; });
    keep();
    try {
      const answer = await fetch(form.dataset.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ rows }),
      });
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : null;
      if (!told || !told.rows) {
        throw new Error(answer.status === 401 || answer.status === 400 ? "signed out" : `status ${answer.status}`);
      }
      failures = 0;
      for (const each of told.rows) {
        settle(each, rows.find((row) => row.row === each.row));
      }
      keep();
      if (!pending.size) {
        tell(word("allSaved"));
      }
    } catch (error) {
      fail(batch, error);
    } finally {
      sending = false;
    }
    if (!failures) {
      send();
    }
  }

  function fail(batch, error) {
    failures += 1;
    for (const [name] of batch) {
      markLine(lines.get(name), "offline", error instanceof TypeError ? word("offline") : word("failed"));
    }
    keep();
    if (String(error.message) === "signed out") {
      tell(word("signedOut"));
    }
    timer = setTimeout(send, WAITS[Math.min(failures, WAITS.length) - 1]);
  }

  function settle(told, sent) {
    const row = lines.get(told.row);
    const entry = pending.get(told.row);
    const saved = told.state === "saved" || told.state === "warning";
    if (saved) {
      learn(row, told, sent);
    }
    if (entry && entry.next) {
      const id = saved ? String(told.id) : entry.id;
      pending.set(told.row, { key: newKey(), fields: entry.next, id, version: saved ? String(told.version) : entry.version });
      return;
    }
    if (saved) {
      pending.delete(told.row);
      markLine(row, "saved", word("saved"));
      for (const [field, text] of Object.entries(told.echo || {})) {
        const cell = cellOf(row, field);
        if (cell) {
          mark(cell, "saved", text);
        }
      }
    } else if (entry) {
      entry.stopped = true; // until the person does something about it
      row.dataset.state = told.state;
      cellsOf(row).forEach((cell) => mark(cell, "", ""));
    }
    for (const message of told.messages) {
      const cell = cellOf(row, message.field) || cellOf(row, "quantity");
      if (message.severity !== "info") {
        const state = message.severity === "warning" ? "warning" : told.state === "conflict" ? "conflict" : "refused";
        mark(cell, state, word(state));
      }
    }
    say(row, told.messages, told.state === "conflict" ? told.current : null);
  }

  function learn(row, told, sent) {
    if (told.status !== "unchanged") {
      undoable.push({ kind: told.row.split("-")[0], id: told.id, version: told.version, row: told.row });
    }
    if (told.status === "new" && !row.dataset.id && !told.row.startsWith("stock")) {
      recount(row, 1);
    }
    row.dataset.id = told.id;
    row.dataset.version = told.version;
    row.dataset.was = JSON.stringify(sent.fields);
  }

  async function undo() {
    const last = undoable.pop();
    if (!last) {
      return;
    }
    const row = lines.get(last.row);
    try {
      const answer = await fetch(form.dataset.undoUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(last),
      });
      if (!answer.ok) {
        throw new Error(`status ${answer.status}`);
      }
      const told = await answer.json();
      row.dataset.id = told.gone ? "" : told.id;
      row.dataset.version = told.gone ? "" : told.version;
      if (told.gone) {
        put(row, { index: "", quantity: "", cost: "", bill_number: "", note: "" });
        if (last.kind !== "stock") {
          recount(row, -1);
        }
      } else {
        put(row, told.fields);
      }
      for (const cell of cellsOf(row)) {
        mark(cell, "", "");
      }
      row.dataset.state = "";
      say(row, []);
      tell(word("undone"));
      cellOf(row, "index")?.focus() || cellOf(row, "quantity").focus();
    } catch {
      undoable.push(last);
      tell(word("failed"));
    }
  }

  // ── Moving, typing, pasting ──────────────────────────────────────────────────────────────────────────────────────
  const COLUMNS = ["start", "end", "index", "quantity", "cost", "bill_number", "note"];
  const order = Array.from(lines.values());
  const columnsHere = COLUMNS.filter((field) => form.querySelector(`input[data-field="${field}"]`));

  const canBeSeen = (cell) => !cell.checkVisibility || cell.checkVisibility();

  function vertically(cell, step) {
    const row = cell.closest("[data-row]");
    for (let place = order.indexOf(row) + step; place >= 0 && place < order.length; place += step) {
      const next = cellOf(order[place], cell.dataset.field) || (cell.dataset.field === "index" ? cellOf(order[place], "quantity") : null);
      if (next && canBeSeen(next)) {
        return next;
      }
    }
    return null;
  }

  function horizontally(cell, step) {
    const all = Array.from(form.querySelectorAll("input[data-field]")).filter(canBeSeen);
    return all[all.indexOf(cell) + step] || null;
  }

  function go(cell) {
    if (cell) {
      cell.focus();
      cell.select();
    }
    return Boolean(cell);
  }

  // As in a spreadsheet, Enter after a run of Tabs goes below where the run began: quantity, cost, next quantity.
  let tabbed = null;

  function startOfRun(cell, event) {
    const row = cell.closest("[data-row]");
    const start = tabbed && tabbed.row === row && !event.shiftKey ? cellOf(row, tabbed.field) : cell;
    tabbed = null;
    return start;
  }

  form.addEventListener("mousedown", () => { tabbed = null; });
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("input[data-field]");
    if (!cell || event.isComposing) {
      return;
    }
    if (event.key === "Tab" && !event.shiftKey) {
      const row = cell.closest("[data-row]");
      tabbed = tabbed?.row === row ? tabbed : { row, field: cell.dataset.field };
    } else if (event.key.startsWith("Arrow")) {
      tabbed = null;
    }
    const all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const moves = {
      ArrowUp: () => vertically(cell, -1),
      ArrowDown: () => vertically(cell, 1),
      Enter: () => vertically(startOfRun(cell, event), event.shiftKey ? -1 : 1),
      ArrowLeft: () => (all || cell.selectionEnd === 0 ? horizontally(cell, -1) : null),
      ArrowRight: () => (all || cell.selectionStart === cell.value.length ? horizontally(cell, 1) : null),
    };
    if (event.key in moves && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (go(moves[event.key]()) || event.key === "Enter" || event.key.endsWith("Up") || event.key.endsWith("Down")) {
        event.preventDefault();
      }
      if (event.key === "Enter") {
        leave(cell.closest("[data-row]"));
      }
    } else if (event.key === "Escape") {
      const was = JSON.parse(cell.closest("[data-row]").dataset.was);
      cell.value = was[cell.dataset.field] ?? "";
      cell.select();
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !isChanged(cell.closest("[data-row]"))) {
      event.preventDefault();
      undo();
    }
  });

  function leave(row) {
    clearTimeout(waiting.get(row));
    const entry = pending.get(row.dataset.row);
    const sent = entry && JSON.stringify(entry.fields) === JSON.stringify(textsOf(row));
    if (isChanged(row) && !sent) {
      queue([row]);
    }
  }

  // A line is saved when it is left, or when nothing was typed in it for a moment: quantity and cost are one entry.
  const PAUSE = 1500;
  const waiting = new Map();

  function soon(row) {
    clearTimeout(waiting.get(row));
    waiting.set(row, setTimeout(() => leave(row), PAUSE));
  }

  form.addEventListener("input", (event) => {
    if (event.target.matches?.("input[data-field]")) {
      clearTimeout(waiting.get(event.target.closest("[data-row]")));
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches?.("input[data-field]")) {
      soon(event.target.closest("[data-row]"));
    }
  });
  form.addEventListener("focusout", (event) => {
    const row = event.target.closest?.("[data-row]");
    if (row && event.relatedTarget && !row.contains(event.relatedTarget)) {
      leave(row);
    }
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches?.("input[data-field]")) {
      event.target.select();
    }
  });

  form.addEventListener("paste", (event) => {
    const cell = event.target.closest?.("input[data-field]");
    const text = event.clipboardData?.getData("text/plain") || "";
    if (!cell || cell.readOnly || !/[\t\n]/.test(text.replace(/\r?\n$/, ""))) {
      return;
    }
    event.preventDefault();
    const block = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((each) => each.split("\t"));
    const first = order.indexOf(cell.closest("[data-row]"));
    const column = columnsHere.indexOf(cell.dataset.field);
    const touched = new Set();
    let outside = 0;
    block.forEach((values, down) => values.forEach((value, across) => {
      const row = order[first + down];
      const target = row && columnsHere[column + across] && cellOf(row, columnsHere[column + across]);
      if (target) {
        target.value = value.trim();
        reveal(row);
        touched.add(row);
      } else if (value.trim()) {
        outside += 1;
      }
    }));
    queue(Array.from(touched).filter(isChanged));
    if (outside) {
      tell(word("outside").replace("{n}", outside));
    }
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    order.forEach(leave);
  });
  undoButton.addEventListener("click", undo);
  window.addEventListener("online", () => { failures = 0; send(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) { order.forEach(leave); } else if (failures) { send(); } });
  window.addEventListener("beforeunload", (event) => {
    order.forEach(leave);
    if (Array.from(pending.values()).some((entry) => !entry.held)) {
      event.preventDefault();
    }
  });

  // ── Beginning: what this tab had not saved comes back ────────────────────────────────────────────────────────────
  order.forEach(remember);
  try {
    for (const [name, entry] of JSON.parse(sessionStorage.getItem(store) || "[]")) {
      const row = lines.get(name);
      if (row) {
        for (const cell of cellsOf(row)) {
          cell.value = entry.fields[cell.dataset.field] ?? cell.value;
        }
        pending.set(name, { ...entry, stopped: false });
        reveal(row);
        markLine(row, entry.held ? "waiting" : "saving", word(entry.held ? "waiting" : "saving"));
      }
    }
  } catch {
    sessionStorage.removeItem(store);
  }
  tell();
  send();
  const start = order.find((row) => !row.dataset.id && row.dataset.row.startsWith("reading") && row.closest("details").open);
  if (start && window.matchMedia("(pointer: fine)").matches) {
    go(cellOf(start, "index") || cellOf(start, "quantity"));
  }
})();
