/* Screening without waiting: the next records are in the page already, a vote is sent in the background, one after the
   other, and kept in this browser until the server has it. Without this module the same forms work page by page. */
const root = document.querySelector("[data-screen]");
const slot = root?.querySelector("[data-slot]");
const inHand = Number(root?.dataset.inHand);
const storeName = root?.dataset.store;

/* Cards in the order in which they will be read; each is an <article data-card="record id">. */
const ahead = [];
const skipped = [];
const behind = [];
/* Votes and undos that the server does not have yet. */
let waiting = [];
let sending = false;
let pause = 0;
let timer = 0;
let readSince = performance.now();
let readBefore = 0;

const recordOf = (card) => Number(card.dataset.card);
const current = () => slot.querySelector("[data-card]");
const part = (name) => root.querySelector(`[data-${name}]`);
const idsOf = (cards) => cards.map(recordOf).join(",");
const plural = (n, one, many) => (n === 1 ? one : many.replace("%", n));

/* --- what is not sent yet --- */

function keep() {
  try {
    if (waiting.length) localStorage.setItem(storeName, JSON.stringify(waiting));
    else localStorage.removeItem(storeName);
  } catch {
    /* Kept in this page only; leaving it asks first. */
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(storeName)) ?? [];
  } catch {
    return [];
  }
}

function warn(text) {
  part("waiting").hidden = !text;
  if (text) part("waiting-text").textContent = text;
}

function say(text) {
  part("said").textContent = text;
}

function toast(text) {
  const template = document.getElementById("toast-template").content.cloneNode(true);
  template.querySelector("[data-toast-text]").textContent = text;
  document.getElementById("toasts").replaceChildren(template);
}

/* --- reading time: only while the page is in sight --- */

function readingTime() {
  return (readBefore + (document.hidden ? 0 : performance.now() - readSince)) / 1000;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) readBefore += performance.now() - readSince;
  else readSince = performance.now();
});

/* --- showing cards --- */

function show(card) {
  slot.replaceChildren(card);
  readSince = performance.now();
  readBefore = 0;
  card.querySelector("h2")?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
  reflect();
}

function next() {
  if (!ahead.length && skipped.length && !waiting.length) {
    ahead.push(...skipped.splice(0));
    say("These are the records that you skipped.");
  }
  const card = ahead.shift();
  if (card) {
    show(card);
    return;
  }
  const name = waiting.length ? "loading" : "nothing";
  slot.replaceChildren(part(name).content.cloneNode(true));
  reflect();
}

function reflect() {
  part("back").disabled = !behind.length;
  part("undo").disabled = !behind.some((card) => card.dataset.voted) && !root.querySelector("[data-undo-form]");
}

function mark(card, text) {
  const mine = card.querySelector("[data-mine]");
  mine.textContent = text;
  card.dataset.voted = text ? "yes" : "";
}

/* --- sending --- */

function enqueue(job) {
  waiting.push(job);
  keep();
  send();
}

function body(job) {
  const data = new FormData();
  for (const [name, value] of Object.entries(job.fields)) data.set(name, value);
  const shown = current();
  data.set("have", idsOf([...(shown && recordOf(shown) !== Number(job.fields.record) ? [shown] : []), ...ahead]));
  data.set("skipped", idsOf(skipped));
  return data;
}

async function post(job) {
  const answer = await fetch(job.undo ? root.dataset.undoUrl : root.dataset.url, {
    method: "POST",
    body: body(job),
    redirect: "manual",
    credentials: "same-origin",
    headers: { "X-Quorum-Screen": "1", "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value },
    signal: AbortSignal.timeout(20000),
  });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("You have been signed out. Sign in again in another tab; then they are sent.");
  if (answer.status === 403) throw new Error("The server did not accept this page any more. Reload it; then they are sent.");
  if (answer.status === 429 || answer.status >= 500) throw new Error("The server could not take it. It will be tried again.");
  return answer;
}

async function send() {
  if (sending || !waiting.length) return;
  sending = true;
  clearTimeout(timer);
  try {
    while (waiting.length) {
      const job = waiting[0];
      const answer = await post(job);
      const text = await answer.text();
      waiting.shift();
      keep();
      if (answer.ok) receive(text);
      else refused(job, answer.status === 422 ? text : "This record is no longer to be screened.");
      pause = 0;
    }
    warn("");
  } catch (error) {
    pause = Math.min(pause ? pause * 2 : 2000, 30000);
    timer = setTimeout(send, pause);
    const votes = plural(waiting.length, "One vote is", "% votes are");
    const why = error.name === "Error" ? error.message : "The server cannot be reached. It is tried again and again; you can go on.";
    warn(`${votes} not sent yet, but kept in this browser. ${why}`);
  } finally {
    sending = false;
  }
  if (!current() && !waiting.length) next();
}

function receive(text) {
  const parsed = new DOMParser().parseFromString(text, "text/html");
  const gone = new Set((parsed.querySelector("template[data-gone]")?.dataset.gone ?? "").split(",").filter(Boolean).map(Number));
  for (const pile of [ahead, skipped]) {
    for (let place = pile.length - 1; place >= 0; place -= 1) if (gone.has(recordOf(pile[place]))) pile.splice(place, 1);
  }
  const known = new Set([...ahead, ...skipped, ...(current() ? [current()] : [])].map(recordOf));
  const unsent = new Set(waiting.map((job) => Number(job.fields.record)));
  for (const template of parsed.querySelectorAll("template[data-record]")) {
    const record = Number(template.dataset.record);
    if (!known.has(record) && !unsent.has(record)) ahead.push(document.importNode(template.content, true).querySelector("[data-card]"));
  }
  const standing = parsed.querySelector("template[data-standing]");
  if (standing && !waiting.length) part("standing").replaceChildren(document.importNode(standing.content, true));
  if (!current() && (ahead.length || !waiting.length)) next();
  else reflect();
}

function refused(job, why) {
  toast(`${job.undo ? "This could not be undone" : "This vote was not taken"}: ${why}`);
  const card = behind.find((one) => recordOf(one) === Number(job.fields.record));
  if (card) mark(card, "");
}

/* --- what a person does --- */

function vote(form, button) {
  const card = current();
  const fields = {
    record: String(recordOf(card)),
    note: form.elements.note.value,
    seconds: readingTime().toFixed(1),
  };
  if (button?.name) fields[button.name] = button.value;
  const said = button?.dataset.label ? `Exclude: ${button.dataset.label}` : (button?.value ?? "");
  mark(card, `Your vote: ${said}. You can change it.`);
  behind.push(card);
  const here = ahead.length;
  slot.replaceChildren();
  waiting.push({ fields });
  keep();
  next();
  say(here ? `Voted ${said}.` : "");
  send();
}

function undo() {
  const place = behind.findLastIndex((card) => card.dataset.voted);
  if (place < 0) {
    /* Voted before this page was opened: the first of the last votes, page by page. */
    root.querySelector("[data-undo-form]")?.requestSubmit();
    return;
  }
  const [card] = behind.splice(place, 1);
  mark(card, "");
  if (current()) ahead.unshift(current());
  show(card);
  say("The vote is taken back.");
  const record = String(recordOf(card));
  const unsent = waiting.findLastIndex((job, number) => job.fields.record === record && (number > 0 || !sending));
  if (unsent >= 0) {
    waiting.splice(unsent, 1);
    keep();
    if (!waiting.length) warn("");
  } else {
    enqueue({ undo: true, fields: { record } });
  }
}

function skip() {
  const card = current();
  if (!card) return;
  if (!ahead.length && !skipped.length) {
    say("There is no other record to go to.");
    return;
  }
  behind.push(card);
  if (!card.dataset.voted) skipped.push(card);
  next();
  if (ahead.length < inHand - 1) refill();
}

function back() {
  const card = behind.pop();
  if (!card) return;
  const place = skipped.indexOf(card);
  if (place >= 0) skipped.splice(place, 1);
  const later = ahead.indexOf(card);
  if (later >= 0) ahead.splice(later, 1);
  if (current()) ahead.unshift(current());
  show(card);
}

/* After skipping, fetch what comes behind the cards in hand. */
async function refill() {
  const last = Math.max(...[...ahead, ...skipped].map(recordOf));
  try {
    const answer = await fetch(`${root.dataset.url}?after=${last}`, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const known = new Set([...ahead, ...skipped, ...behind, ...(current() ? [current()] : [])].map(recordOf));
    const cards = [...parsed.querySelectorAll("[data-slot] [data-card]"), ...[...parsed.querySelectorAll("[data-ahead] template")].map((t) => t.content.querySelector("[data-card]"))];
    for (const card of cards) if (card && !known.has(recordOf(card))) ahead.push(document.importNode(card, true));
  } catch {
    /* The next vote brings them. */
  }
}

function highlights(on) {
  root.classList.toggle("screening--plain", !on);
  part("highlights").setAttribute("aria-pressed", String(on));
}

function begin() {
  for (const template of root.querySelectorAll("[data-ahead] template")) {
    ahead.push(document.importNode(template.content, true).querySelector("[data-card]"));
  }
  part("ahead").replaceChildren();
  for (const name of ["back", "undo", "highlights"]) part(name).hidden = false;
  let plain = false;
  try {
    plain = localStorage.getItem("quorum.highlights") === "off";
  } catch {
    /* On, then. */
  }
  highlights(!plain);

  root.addEventListener("submit", (event) => {
    if (event.target.matches("[data-vote]")) {
      event.preventDefault();
      vote(event.target, event.submitter);
    }
  });
  root.addEventListener("click", (event) => {
    const hit = (name) => event.target.closest(`[data-${name}]`);
    if (hit("skip")) {
      event.preventDefault();
      skip();
    } else if (hit("back")) back();
    else if (hit("undo")) undo();
    else if (hit("send-again")) send();
    else if (hit("highlights")) {
      const on = part("highlights").getAttribute("aria-pressed") !== "true";
      highlights(on);
      try {
        if (on) localStorage.removeItem("quorum.highlights");
        else localStorage.setItem("quorum.highlights", "off");
      } catch {
        /* For this page only. */
      }
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("textarea")) event.target.blur();
  });
  addEventListener("online", () => send());
  addEventListener("beforeunload", (event) => {
    if (waiting.length) event.preventDefault();
  });

  waiting = kept();
  const unsent = new Set(waiting.map((job) => Number(job.fields.record)));
  for (let place = ahead.length - 1; place >= 0; place -= 1) if (unsent.has(recordOf(ahead[place]))) ahead.splice(place, 1);
  if (waiting.length && unsent.has(recordOf(current()))) {
    slot.replaceChildren();
    next();
  }
  reflect();
  send();
}

if (root) begin();
