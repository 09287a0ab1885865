/* Screening without waiting: the next records are in the page already, and a vote is sent in the background, see
   screening/outbox.js. Without this module the same forms work page by page. */
import { labelsOf } from "./screening/labels.js";
import { Outbox } from "./screening/outbox.js";
import { ReadingTime } from "./screening/reading.js";
import { Refusals } from "./screening/refusals.js";
import { switchesOf } from "./screening/switches.js";

const root = document.querySelector("[data-screen]");
const slot = root.querySelector("[data-slot]");
const inHand = Number(root.dataset.inHand);
const UNDONE = "The vote is taken back.";

/* Cards in the order in which they will be read; each is an <article data-card="record id">. */
const ahead = [];
const skipped = [];
const behind = [];
const reading = new ReadingTime();

const recordOf = (card) => Number(card.dataset.card);
const current = () => slot?.querySelector("[data-card]");
const part = (name) => root.querySelector(`[data-${name}]`);
const idsOf = (cards) => cards.map(recordOf).join(",");
const inPage = () => [...ahead, ...skipped, ...(current() ? [current()] : [])];

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

/* --- showing cards --- */

function show(card) {
  slot.replaceChildren(card);
  reading.begin();
  card.querySelector("h2")?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
  part("preference").elements.record.value = recordOf(card);
  reflect();
}

function next() {
  if (!ahead.length && skipped.length && outbox.empty) {
    ahead.push(...skipped.splice(0));
    say("These are the records that you skipped.");
  }
  const card = ahead.shift();
  if (card) {
    show(card);
    return;
  }
  const name = outbox.empty ? "nothing" : "loading";
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

/* --- what the server says --- */

/** What is in hand, so that the answer brings what is not. */
function extras(job) {
  if (job.kind !== "vote" && job.kind !== "undo") return {};
  const shown = current();
  const held = [...(shown && recordOf(shown) !== Number(job.fields.record) ? [shown] : []), ...ahead];
  return { have: idsOf(held), skipped: idsOf(skipped) };
}

function received(job, text) {
  if (job.kind === "vote") refusals.settle(Number(job.fields.record));
  if (!slot || !text) return;
  const parsed = new DOMParser().parseFromString(text, "text/html");
  takeAway(parsed);
  const known = new Set([...inPage().map(recordOf), ...outbox.unsent]);
  for (const template of parsed.querySelectorAll("template[data-record]")) {
    if (!known.has(Number(template.dataset.record))) ahead.push(document.importNode(template.content, true).querySelector("[data-card]"));
  }
  const standing = parsed.querySelector("template[data-standing]");
  if (standing && outbox.empty) part("standing").replaceChildren(document.importNode(standing.content, true));
  if (!current() && (ahead.length || outbox.empty)) next();
  else reflect();
}

/** Out of hand goes what needs no vote any more. */
function takeAway(parsed) {
  const gone = new Set((parsed.querySelector("template[data-gone]")?.dataset.gone ?? "").split(",").filter(Boolean).map(Number));
  for (const pile of [ahead, skipped]) {
    for (let place = pile.length - 1; place >= 0; place -= 1) if (gone.has(recordOf(pile[place]))) pile.splice(place, 1);
  }
}

function refused(job, why, canBeRead) {
  if (job.kind === "switch") return;
  if (job.kind === "vote") {
    refusals.add(job, why, canBeRead);
    toast(`This vote was not taken: ${why}`);
  } else toast(`${job.kind === "undo" ? "This could not be undone" : `The label “${job.title}” could not be ${job.said}`}: ${why}`);
  const card = behind.find((one) => recordOf(one) === Number(job.fields.record));
  if (card && job.kind === "vote") mark(card, "");
}

async function idle() {
  if (!slot || current() || !outbox.empty) return;
  /* The last answer was a refusal, which brings no records. */
  if (!ahead.length) await refill();
  if (!current()) next();
}

/* --- what a person does --- */

function send(job) {
  outbox.add(job);
  outbox.send();
}

function vote(form, button) {
  const card = current();
  const fields = { record: String(recordOf(card)), note: form.elements.note.value, seconds: reading.seconds.toFixed(1) };
  if (button?.name) fields[button.name] = button.value;
  const said = button?.dataset.label ? `Exclude: ${button.dataset.label}` : (button?.value ?? "");
  mark(card, `Your vote: ${said}. You can change it.`);
  behind.push(card);
  const here = ahead.length;
  slot.replaceChildren();
  outbox.add({ kind: "vote", title: card.querySelector("h2").textContent, said, fields });
  next();
  say(here ? `Voted ${said}.` : "");
  outbox.send();
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
  say(UNDONE);
  if (!outbox.forget(recordOf(card))) send({ kind: "undo", fields: { record: String(recordOf(card)) } });
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
  for (const pile of [skipped, ahead]) if (pile.includes(card)) pile.splice(pile.indexOf(card), 1);
  if (current()) ahead.unshift(current());
  show(card);
}

/* After skipping, fetch what comes behind the cards in hand. */
async function refill() {
  const last = Math.max(0, ...[...ahead, ...skipped].map(recordOf));
  try {
    const answer = await fetch(`${root.dataset.url}?after=${last}`, { credentials: "same-origin", redirect: "manual" });
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const known = new Set([...inPage(), ...behind].map(recordOf));
    const cards = [...parsed.querySelectorAll("[data-slot] [data-card]"), ...[...parsed.querySelectorAll("[data-ahead] template")].map((t) => t.content.querySelector("[data-card]"))];
    for (const card of cards) if (card && !known.has(recordOf(card))) ahead.push(document.importNode(card, true));
  } catch {
    /* The next vote brings them. */
  }
}

/* --- beginning --- */

const refusals = new Refusals(root);
const outbox = new Outbox({
  urls: { vote: root.dataset.url, undo: root.dataset.undoUrl, label: root.dataset.labelUrl, switch: root.dataset.switchUrl },
  store: root.dataset.store,
  extras,
  onAnswer: received,
  onRefused: refused,
  onIdle: idle,
  warn,
});

function listen() {
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
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.matches("textarea")) event.target.blur();
  });
}

function takeCards() {
  for (const template of root.querySelectorAll("[data-ahead] template")) {
    ahead.push(document.importNode(template.content, true).querySelector("[data-card]"));
  }
  part("ahead").replaceChildren();
  const { unsent } = outbox;
  for (let place = ahead.length - 1; place >= 0; place -= 1) if (unsent.has(recordOf(ahead[place]))) ahead.splice(place, 1);
  if (unsent.has(recordOf(current()))) {
    slot.replaceChildren();
    next();
  }
}

function begin() {
  part("send-again").addEventListener("click", () => outbox.send());
  addEventListener("online", () => outbox.send());
  addEventListener("offline", () => warn("No connection. You can go on: votes are kept in this browser and sent later."));
  addEventListener("online", () => outbox.empty && warn(""));
  addEventListener("beforeunload", (event) => {
    if (!outbox.empty) event.preventDefault();
  });
  if (!("mayScreen" in root.dataset)) {
    outbox.refuseAll("Your role in this review does not screen any more.");
    return;
  }
  if (slot) {
    for (const name of ["back", "undo"]) part(name).hidden = false;
    takeCards();
    listen();
    labelsOf(root, { send });
    switchesOf(root, { send });
    reflect();
  }
  outbox.send();
}

begin();
