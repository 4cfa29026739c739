// The page of a walk: an answer is kept as soon as it is given, a finding when it is finished; photos are made smaller
// on the device. What waits, was refused or met somebody else's words is said beside its question.
(function () {
  "use strict";

  const page = document.querySelector("[data-audit-field]");
  const queue = window.emstrackQueue;
  const store = window.emstrackStore;
  if (!page || !queue) {
    return;
  }
  const word = (name) => page.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`] || "";
  const forms = new Map(Array.from(page.querySelectorAll("form[data-item=answer]"), (form) => [form.dataset.place, form]));
  const finding = document.getElementById("new-finding");
  const bar = page.querySelector(".field-bar");
  const line = page.querySelector("[data-queue-line]");
  const note = page.querySelector("[data-queue-note]");
  const fresh = page.querySelector("[data-new-findings]");
  const LONGEST_SIDE = 1600;
  const typing = new Map(); // form → the timer that keeps it
  const written = new Map(); // form → what was kept of it last
  const pictures = new Map(); // item key → the addresses of its photos on this page
  let hadItems = false;

  // ── Fields ───────────────────────────────────────────────────────────────────────────────────────────────────────
  function fieldsOf(form) {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrf_token") {
        fields[name] = value;
      }
    }
    return fields;
  }

  function fill(form, fields) {
    for (const input of form.querySelectorAll("[name=choice]")) {
      input.checked = input.value === (fields.choice || "");
    }
    for (const name of ["number", "note", "version"]) {
      const input = form.querySelector(`[name=${name}]`);
      if (input && fields[name] !== undefined) {
        input.value = fields[name];
      }
    }
    mark(form);
  }

  function isComplete(form) {
    const value = (name) => (form.querySelector(`[name=${name}]`)?.value || "").trim();
    if (form.querySelector("[name=choice]:checked")) {
      return true;
    }
    return form.dataset.kind === "text" ? Boolean(value("note")) : form.dataset.kind === "number" && Boolean(value("number"));
  }

  function mark(form) {
    form.toggleAttribute("data-complete", isComplete(form));
    form.querySelector("[data-finding-from]").hidden = !["no", "partly"].includes(form.querySelector("[name=choice]:checked")?.value);
    const area = form.closest(".field-area");
    const count = (place) => [place.querySelectorAll("[data-item=answer][data-complete]").length, place.querySelectorAll("[data-item=answer]").length];
    const say = ([done, total]) => word("answered").replace("{n}", done).replace("{total}", total);
    area.querySelector("[data-area-count]").textContent = say(count(area));
    page.querySelector("[data-answered]").textContent = say(count(page));
    page.querySelector("[data-progress]").value = count(page)[0];
  }

  // ── Photos ───────────────────────────────────────────────────────────────────────────────────────────────────────
  async function shrink(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return new Promise((resolve, reject) => { canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.85); });
  }

  // Returns the photos, or null (and the sentence in `said`) where a file is none.
  async function photosOf(input, said) {
    const photos = [];
    for (const file of input.files) {
      try {
        photos.push({ name: file.name.replace(/\.\w+$/, "") + ".jpg", blob: await shrink(file) });
      } catch {
        said(word("notAPhoto").replace("{name}", file.name));
        return null;
      }
    }
    return photos;
  }

  function show(place, item) {
    if (!pictures.has(item.key)) {
      pictures.set(item.key, item.photos.map((photo) => URL.createObjectURL(photo.blob)));
    }
    for (const address of pictures.get(item.key)) {
      if (!Array.from(place.querySelectorAll("img")).some((image) => image.src === address)) {
        const image = document.createElement("img");
        image.src = address;
        image.alt = "";
        place.append(image);
      }
    }
  }

  // ── What is said beside a question ───────────────────────────────────────────────────────────────────────────────
  function button(label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button small";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function say(form, state, text, ...choices) {
    const said = form.querySelector("[data-said]");
    form.dataset.state = state;
    said.className = `field-said ${state}`;
    said.replaceChildren(text, ...choices);
    said.hidden = !text;
    if (state === "conflict" || state === "refused") {
      form.closest("details").open = true;
    }
  }

  function sayItem(form, item) {
    if (item.state === "conflict") {
      say(form, "conflict", item.message,
        button(word("mine"), () => queue.resolve(item.seq, () => ({ fields: { ...item.fields, version: item.theirs.version } }))),
        button(word("theirs"), () => { fill(form, item.theirs); queue.resolve(item.seq); }));
    } else if (item.state === "refused") {
      say(form, "refused", item.message, button(word("drop"), () => queue.resolve(item.seq)));
    } else {
      say(form, "waiting", word("saving"));
    }
  }

  function listFinding(item) {
    const entry = document.createElement("li");
    entry.className = "panel";
    const title = document.createElement("p");
    title.textContent = [item.fields.title, item.fields.place].filter(Boolean).join(" · ");
    const photos = document.createElement("div");
    photos.className = "photo-row";
    show(photos, item);
    const said = document.createElement("p");
    said.className = `field-said ${item.state}`;
    said.append(item.message || word(item.state === "sent" ? "saved" : "saving"));
    if (item.state === "refused") {
      said.append(" ", button(word("again"), () => queue.resolve(item.seq, () => ({}))), " ", button(word("drop"), () => queue.resolve(item.seq)));
    }
    entry.append(title, photos, said);
    return entry;
  }

  // ── The whole, whenever the queue changed ────────────────────────────────────────────────────────────────────────
  const sent = [];
  let last = "";

  function paint({ items, trouble }) {
    const waiting = new Set(items.map((item) => item.place)).size;
    hadItems ||= waiting > 0;
    bar.classList.toggle("waiting", waiting > 0);
    bar.classList.toggle("sent", !waiting && hadItems);
    line.textContent = waiting ? (waiting === 1 ? word("waitingOne") : word("waiting").replace("{n}", waiting)) : hadItems ? word("allSent") : "";
    if (trouble !== undefined) {
      last = trouble;
    }
    note.textContent = waiting && last ? word(last) : "";
    if (last === "signedOut" && waiting) {
      const link = document.createElement("a");
      link.href = page.dataset.signIn;
      link.textContent = word("signIn");
      note.append(" ", link);
    }
    const open = new Set(items.map((item) => item.place));
    for (const item of items) {
      const form = forms.get(item.place);
      if (form) {
        sayItem(form, item);
        show(form.querySelector("[data-photos]"), item);
      }
    }
    for (const [place, form] of forms) {
      if (!open.has(place) && form.dataset.state) {
        say(form, "", form.dataset.state === "sent" || form.dataset.state === "waiting" ? word("saved") : "");
        form.removeAttribute("data-state");
      }
    }
    const unsent = items.filter((item) => item.fields.item === "finding");
    fresh.replaceChildren(...[...sent, ...unsent].map(listFinding));
    fresh.hidden = !fresh.children.length;
  }

  page.addEventListener("audit:queue", (event) => paint(event.detail));
  page.addEventListener("audit:settled", ({ detail: { item, told } }) => {
    const form = forms.get(item.place);
    if (told.state === "saved" && form) {
      form.querySelector("[name=version]").value = told.version;
    } else if (told.state === "saved") {
      sent.push({ ...item, state: "sent", message: "" });
    }
  });

  // ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────────
  async function keep(form) {
    clearTimeout(typing.get(form));
    typing.delete(form);
    mark(form);
    const input = form.querySelector("[name=photo]");
    const photos = await photosOf(input, (text) => say(form, "refused", text));
    const fields = fieldsOf(form);
    const now = JSON.stringify({ ...fields, version: "" });
    if (photos && (photos.length || now !== written.get(form))) {
      input.value = "";
      written.set(form, now);
      try {
        await queue.add(form.dataset.place, fields, photos);
      } catch {
        note.textContent = word("notStored");
      }
    }
  }

  async function keepFinding() {
    const error = finding.querySelector("[data-finding-error]");
    const complain = (text) => { error.textContent = text; error.hidden = !text; };
    complain("");
    if (!finding.querySelector("[name=title]").value.trim()) {
      complain(word("titleMissing"));
      finding.querySelector("[name=title]").focus();
      return;
    }
    const photos = await photosOf(finding.querySelector("[name=photo]"), complain);
    if (!photos) {
      return;
    }
    try {
      await queue.add(`finding/${crypto.randomUUID ? crypto.randomUUID() : Date.now()}`, fieldsOf(finding), photos);
      finding.reset();
      finding.querySelector("[name=question]").value = "";
      finding.querySelector("[data-finding-question]").hidden = true;
    } catch {
      complain(word("notStored"));
    }
  }

  for (const form of forms.values()) {
    form.querySelector("[data-plain]").hidden = true;
    form.addEventListener("submit", (event) => { event.preventDefault(); keep(form); });
    form.addEventListener("change", () => keep(form));
    form.addEventListener("input", (event) => {
      if (event.target.matches("textarea, [name=number]")) {
        clearTimeout(typing.get(form));
        typing.set(form, setTimeout(() => keep(form), 1500));
      }
    });
    form.querySelector("[data-finding-from]").addEventListener("click", () => {
      const about = form.querySelector("legend").textContent.trim();
      const place = finding.querySelector("[data-finding-question]");
      finding.querySelector("[name=question]").value = form.dataset.place;
      place.textContent = about;
      place.hidden = false;
      finding.scrollIntoView();
      finding.querySelector("[name=title]").focus({ preventScroll: true });
    });
  }
  finding?.addEventListener("submit", (event) => { event.preventDefault(); keepFinding(); });
  window.addEventListener("pagehide", () => { for (const form of [...typing.keys()]) { keep(form); } });

  // ── Beginning: what the server is known to have, then what it has not yet ────────────────────────────────────────
  (async function begin() {
    const person = Number(page.dataset.person);
    for (const known of await store.known()) {
      const form = forms.get(known.fields.question);
      if (form && known.audit === Number(page.dataset.audit) && known.person === person
        && Number(known.fields.version) > Number(form.querySelector("[name=version]").value)) {
        fill(form, known.fields);
      }
    }
    for (const item of await queue.mine()) {
      const form = forms.get(item.place);
      if (form) {
        const version = form.querySelector("[name=version]").value;
        fill(form, item.fields);
        form.querySelector("[name=version]").value = version;
      }
    }
    for (const form of forms.values()) {
      mark(form);
      written.set(form, JSON.stringify({ ...fieldsOf(form), version: "" }));
    }
    queue.send();
  })().catch(() => { note.textContent = word("notStored"); });
})();
