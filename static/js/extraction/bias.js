/* Signalling questions appear when they become relevant, and the level they lead to is shown as it is reached.
   The decision tables come with the page; what is stored is worked out again by the server. */

import { walk } from "./bias_walk.js";

const chosen = (item) => item.querySelector('input[name^="level"]:checked')?.value ?? "";

function light(item, level) {
  const drawn = level && item.querySelector(`input[name^="level"][value="${CSS.escape(level)}"] ~ .light`);
  item.querySelector("[data-light]").replaceChildren(
    drawn ? drawn.cloneNode(true) : Object.assign(document.createElement("span"), { className: "light" }),
  );
}

function show(item, level, name, missing, path) {
  light(item, level);
  item.querySelector("[data-level]").textContent = name;
  item.querySelector("[data-missing]").textContent = missing;
  item.querySelector("[data-path]").replaceChildren(
    ...path.map((step) => Object.assign(document.createElement("li"), { textContent: step })),
  );
}

function follow(item) {
  const table = JSON.parse(item.dataset.biasItem);
  const given = {};
  for (const question of item.querySelectorAll("[data-question]")) {
    given[question.dataset.question] = question.querySelector("input:checked")?.value;
  }
  const { asked, missing, level, path } = walk(table, given);
  for (const question of item.querySelectorAll("[data-question]")) question.hidden = !asked.has(question.dataset.question);
  const begun = Object.values(given).some(Boolean);
  // Of a result, an untouched item keeps the judgement of the study.
  item.dataset.standing = chosen(item) || level || (begun ? "" : (item.dataset.ofStudy ?? ""));
  const name = level ? table.levels.find((one) => one.key === level).name : "Not reached yet";
  show(item, level, name, missing.length ? `to answer: ${missing.join(", ")}` : "", path);
}

function sum(form, overall) {
  const order = form.dataset.severity.split(" ").filter(Boolean);
  if (!order.length) return;
  const domains = [...form.querySelectorAll(".fieldset:not([data-overall])")];
  const levels = domains.map((item) => item.dataset.standing ?? (chosen(item) || item.dataset.ofStudy || ""));
  const table = JSON.parse(overall.dataset.biasItem);
  const open = levels.filter((level) => !level).length;
  if (open) return show(overall, null, "Follows when every domain is judged", `${open} to go`, []);
  const worst = levels.reduce((one, other) => (order.indexOf(other) > order.indexOf(one) ? other : one));
  show(overall, worst, table.levels.find((one) => one.key === worst).name, "", ["The worst of the domains counts."]);
}

for (const form of document.querySelectorAll("form[data-severity]")) {
  const items = [...form.querySelectorAll("[data-bias-item]")].filter((item) => item.querySelector("[data-proposal]"));
  const overall = items.find((item) => "overall" in item.dataset);
  const update = () => {
    for (const item of items) if (item !== overall) follow(item);
    if (overall && form.dataset.severity) sum(form, overall);
  };
  form.addEventListener("change", update);
  update();
}
