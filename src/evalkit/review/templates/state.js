"use strict";
// What a reviewer has entered: kept in the browser at every stroke, saved to a file, held
// against what a finished review must say. Every text stays text; nothing is asked of a network.
const byId = (id) => document.getElementById(id);
const data = (id) => JSON.parse(byId(id).textContent);
const words = data("words");
const about = data("about");
const langs = Object.keys(words);
const PLACE = `evalkit-review-${about.edition.manifest}`;
const known = new Set(about.reports.flatMap((one) => one.results.map((result) => result.id)));
const members = new Set(about.members);

let lang = langs.find((one) => navigator.language.startsWith(one)) ?? langs[0];

const say = (name, values = {}, section = "page") => {
  const text = words[lang][section]?.[name] ?? name;
  return text.replace(/\{(\w+)(?::\w+)?\}/g, (_, key) => String(values[key] ?? ""));
};

const now = () => new Date().toISOString().replace(/\.\d+Z$/, "+00:00");

const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

const emptyItem = () => ({ found: "", severity: "", evidence: "", comment: "" });

const emptyRating = () => ({ level: "", reason: "", bias: {}, shown: "", first: {} });

const blank = () => ({
  kind: "evalkit review",
  schema: about.schema,
  evalkit: about.evalkit,
  review: newId(),
  version: 1,
  bundle: { ...about.edition },
  opened: now(),
  saved: now(),
  finished: false,
  reviewer: {
    ...{ name: "", unit: "", orcid: "", role: "", hours: "", key: "" },
    ...{ materials: [], declines: false, elsewhere: false },
  },
  conflict: "",
  items: Object.fromEntries(about.lists.item.map((name) => [name, emptyItem()])),
  comments: [],
  ratings: {},
  execution: { class: "", codes: [], comment: "" },
  verdict: { word: "", comment: "", dissent: "" },
});

let state = blank();

// Whether a value has the shape of another: what somebody's file holds need not.
const alike = (value, model) => {
  if (Array.isArray(model)) return Array.isArray(value);
  if (model !== null && typeof model === "object") {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
    return Object.entries(model).every(([name, part]) => alike(value[name], part));
  }
  return typeof value === typeof model;
};

const COMMENT = { id: "", kind: "", on: "", severity: "", comment: "", obtained: "", tolerance: "" };

const fits = (value) =>
  alike(value, blank()) &&
  value.comments.every((one) => alike(one, COMMENT)) &&
  Object.values(value.ratings).every((one) => alike(one, emptyRating())) &&
  [value.reviewer.materials, value.execution.codes].every((list) =>
    list.every((one) => typeof one === "string"),
  );

// Keeping.

const tell = (name, values = {}, wrong = false) => {
  byId("kept").textContent = wrong ? "" : say(name, values);
  byId("problem").textContent = wrong ? say(name, values) : "";
};

const write = (place, value) => {
  try {
    localStorage.setItem(place, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
};

const read = (place) => {
  try {
    const found = JSON.parse(localStorage.getItem(place));
    return fits(found) ? found : null;
  } catch {
    return null;
  }
};

const keep = () => {
  if (write(PLACE, state)) tell("kept", { at: new Date().toLocaleTimeString(lang) });
  else tell("refused", {}, true);
};

// What is changed after it was finished is a later version of the same review.
const edit = (change) => {
  change(state);
  if (state.finished) {
    state.finished = false;
    state.version += 1;
  }
  state.saved = now();
  keep();
};

const download = (name) => {
  const blob = new Blob([`${JSON.stringify(state, null, 1)}\n`], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return name;
};

const fileName = (draft) =>
  `review-${state.review.slice(0, 8)}-${draft ? "draft" : `v${state.version}`}.json`;

// Says by its name what is wrong with a file that somebody chose, or nothing.
const problemOf = (value) => {
  if (value === null || typeof value !== "object" || value.kind !== state.kind) return "load_form";
  if (typeof value.schema === "number" && value.schema > about.schema) return "load_newer";
  if (value.bundle?.manifest !== about.edition.manifest) return "load_other";
  return fits(value) ? "" : "load_form";
};

// Checks.

const length = (text) => [...text].length;

const overLong = (text, most) => {
  const n = length(text);
  return n > most ? say("too_long", { n, most, over: n - most }) : "";
};

const orcidChecks = (text) => {
  if (!/^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/.test(text)) return false;
  const digits = text.replaceAll("-", "");
  const total = [...digits.slice(0, -1)].reduce((sum, digit) => (sum + Number(digit)) * 2, 0);
  return digits.at(-1) === "0123456789X"[(12 - (total % 11)) % 11];
};

const keyChecks = (text) => /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/=]{43}( .*)?$/.test(text.trim());

const hoursCheck = (text) => /^\d{1,4}(\.\d)?$/.test(text);

const strangers = (text) =>
  text
    .split(/\s+/)
    .filter((word) => word && !known.has(word))
    .filter((word) => !members.has(word.match(/^(.+):\d+(-\d+)?$/)?.[1]));

const rating = (folder) => state.ratings[folder] ?? emptyRating();

const isShown = (report) => !report.rated || rating(report.folder).shown !== "";

const isWhole = (report) => {
  const mine = rating(report.folder);
  const judged = report.domains.every((domain) => mine.bias[domain]);
  return mine.level !== "" && mine.reason.trim() !== "" && judged;
};

// What a finished review must still say: the id of the field, and its name.
const lacking = () => {
  const found = [];
  const need = (id, good, name = say(id)) => {
    if (!good) found.push({ id, name });
  };
  const { reviewer, verdict, execution } = state;
  const line = about.longest.line;
  for (const name of ["name", "unit"]) {
    need(name, reviewer[name].trim() !== "" && length(reviewer[name]) <= line);
  }
  need("orcid", reviewer.orcid === "" || orcidChecks(reviewer.orcid));
  need("role", reviewer.role !== "");
  need("hours", hoursCheck(reviewer.hours));
  need("key", keyChecks(reviewer.key) && length(reviewer.key) <= line);
  need("materials", reviewer.materials.length > 0);
  const short = (text) => length(text) <= about.longest.comment;
  need("conflict", state.conflict.trim() !== "" && short(state.conflict));
  about.lists.item.forEach((name, at) => {
    const item = state.items[name];
    const grave = about.lacking.includes(item.found) || item.severity !== "";
    const told = !grave || (item.severity !== "" && item.comment.trim() !== "");
    const fine = short(item.comment) && length(item.evidence) <= about.longest.evidence;
    const good = item.found !== "" && told && fine && strangers(item.evidence).length === 0;
    need(`item-${name}`, good, `${at + 1}. ${say(name, {}, "item")}`);
  });
  for (const one of state.comments) {
    const where = say("on", { on: one.on || say("whole") });
    need(`comment-${one.id}`, one.comment.trim() !== "" && short(one.comment), where);
  }
  for (const [folder, mine] of Object.entries(state.ratings)) {
    need(`rating-${folder}`, short(mine.reason), folder);
  }
  need("class", execution.class !== "" && short(execution.comment));
  need("word", verdict.word !== "" && short(verdict.comment));
  need("dissent", short(verdict.dissent));
  return found;
};
