/* Through a decision table, as extraction/riskofbias/judging.py goes: what is asked, what counts, and where it leads. */

const met = (cases, answers) =>
  cases.find((one) => Object.entries(one).every(([question, allowed]) => allowed.includes(answers[question])));

export function walk(table, given) {
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
