/* Signalling questions appear when they become relevant, and the level they lead to is shown as it is reached.
   The decision tables come with the page; what is stored is worked out again by the server. */

const met = (cases, answers) =>
  cases.find((one) => Object.entries(one).every(([question, allowed]) => allowed.includes(answers[question])));

/* As extraction/riskofbias/judging.py: what is asked, what counts, and where it leads. */
function walk(table, given) {
  const answers = {};
  const missing = [];
  const asked = new Set();
  for (const { key, when } of table.questions) {
    if (!met(when, answers)) answers[key] = "NA";
    else {
      asked.add(key);
      if (given[key]) answers[key] = given[key];
      else missing.push(key);
    }
  }
  if (missing.length || !table.parts.length) return { asked, missing, level: null, path: [] };
  const order = table.levels.map((level) => level.key);
  const name = (key) => table.levels.find((level) => level.key === key).name;
  let worst = order[0];
  const path = [];
  for (const part of table.parts) {
    const rule = part.find((one) => met(one.when, answers));
    const told = Object.keys(met(rule.when, answers));
    const said = told.map((key) => `${key} ${table.answers[answers[key]].toLowerCase()}`).join(", ");
    path.push(`${said}: ${rule.because} → ${name(rule.level)}.`);
    if (order.indexOf(rule.level) > order.indexOf(worst)) worst = rule.level;
  }
  if (table.parts.length > 1) path.push(`The worse of the parts counts → ${name(worst)}.`);
  return { asked, missing, level: worst, path };
}

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
