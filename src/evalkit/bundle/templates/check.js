"use strict";
// Draws what Python finds. Every text goes in as text; nothing is asked of any network.
const byId = (id) => document.getElementById(id);
const data = (id) => JSON.parse(byId(id).textContent);
const words = data("words");
const listed = data("listed");
const MARKS = { agrees: "✓", differs: "✗", cannot: "–", given: "·" };
const KINDS = ["exact", "rounded", "held", "differs", "given", "cannot"];
const DIGITS = 6;
const TINY = 1e-4; // below it zeros would hide the digits
const state = { lang: Object.keys(words)[0], reports: [], python: null, seconds: 0, shown: "first" };

const say = (name, values = {}, section = "recheck") => {
  const text = words[state.lang][section]?.[name] ?? name;
  return text.replace(/\{(\w+)(?::\w+)?\}/g, (_, key) => String(values[key] ?? ""));
};

const make = (tag, options = {}, ...inside) => {
  const { text, ...attributes } = options;
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined) node.setAttribute(name, value);
  }
  if (text !== undefined) node.textContent = text;
  node.append(...inside);
  return node;
};

// Unpacking.

const bytes = (text) => {
  const raw = atob(text.trim());
  const made = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i += 1) made[i] = raw.charCodeAt(i);
  return made;
};

const unpacked = (text, type) =>
  new Response(new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("gzip")), {
    headers: { "Content-Type": type },
  });

const asModule = async (id) => {
  const blob = await unpacked(byId(id).textContent, "text/javascript").blob();
  return import(URL.createObjectURL(new Blob([blob], { type: "text/javascript" })));
};

const startPython = async () => {
  const { loadPyodide } = await asModule("pyodide.mjs");
  const { default: createPyodideModule } = await asModule("pyodide.asm.mjs");
  const files = {
    "pyodide.asm.wasm": () => unpacked(byId("pyodide.asm.wasm").textContent, "application/wasm"),
    "python_stdlib.zip": () => new Response(bytes(byId("python_stdlib.zip").textContent)),
  };
  // The loader asks for its files by address: they are in this page, and nothing else is asked.
  globalThis.fetch = async (address) => {
    const name = String(address).split("/").pop();
    if (!files[name]) throw new Error(name);
    return files[name]();
  };
  const python = await loadPyodide({
    indexURL: "file:///pyodide/",
    lockFileContents: data("lock"),
    createPyodideModule,
  });
  python.FS.mkdirTree("/check/evalkit/recompute");
  // What the page shows of the second implementation is what runs.
  for (const node of document.querySelectorAll("pre.source")) {
    python.FS.writeFile(`/check/evalkit/recompute/${node.dataset.name}`, node.textContent);
  }
  state.version = python.runPython("import sys; sys.path.insert(0, '/check'); sys.version.split()[0]");
  return python;
};

// Numbers and names as a reader of the language writes them.

const plain = (number, most = DIGITS) => {
  const tiny = number !== 0 && Math.abs(number) < TINY;
  const style = { maximumSignificantDigits: most, notation: tiny ? "scientific" : "standard" };
  return new Intl.NumberFormat(state.lang, style).format(number).replaceAll("-", "−");
};

const exactly = (number) => String(number).replace("-", "−");

const shownNumber = (value, line, field, whole) => {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") {
    const { verdict, places, gate_state: passed } = words[state.lang];
    return verdict[value] ?? places[value] ?? passed[value] ?? value;
  }
  if (whole) return exactly(value);
  if (["value", "low", "high", "se"].includes(field)) {
    if (line.unit === "share") return say("per_cent", { x: plain(value * 100) });
    if (line.unit === "points") return say("points", { x: plain(value * 100) });
  }
  return plain(value);
};

const fieldName = (fields, unit) => {
  if (words[state.lang].name && words[fields[0]]) return words[fields[0]].name;
  const ends = fields.includes("low") || fields.includes("high");
  const names = fields.filter((field) => field !== "low" && field !== "high");
  const told = names.map((field) => say(unit === "p" && field === "value" ? "p" : field, {}, "recheck_field"));
  return [...told, ...(ends ? [say("interval", {}, "recheck_field")] : [])].join(" · ");
};

const shownAll = (line, numbers, whole) => {
  if (!numbers.length) return "–";
  const { fields } = line;
  if (line.how === "p_range" && numbers.length === 2) {
    const [low, high] = numbers.map((number) => shownNumber(number, line, "value", whole));
    return say("between", { low, high });
  }
  const texts = [];
  for (let i = 0; i < numbers.length; i += 1) {
    if (fields[i] === "low" && fields[i + 1] === "high") {
      const [low, high] = [numbers[i], numbers[i + 1]].map((n) => shownNumber(n, line, "low", whole));
      texts.push(say("between", { low, high }));
      i += 1;
    } else texts.push(shownNumber(numbers[i], line, fields[i], whole));
  }
  return texts.join(" · ");
};

const nameOf = (line) => {
  if (line.id === "headline") return say("spoken", { name: say("headline"), language: fieldName(line.fields) });
  if (line.id === "report") return say("report");
  const name = [...new Set(line.names.map((text) => text[state.lang] ?? Object.values(text)[0]))].join(" · ");
  const field = fieldName(line.fields, line.unit);
  return name ? say("named", { name, field }) : field;
};

const kindOf = (line) => {
  if (line.state !== "agrees") return line.state;
  if (line.check) return "held";
  return line.slack ? "rounded" : "exact";
};

const named = (results) => {
  const lang = state.lang;
  const outcome = words[lang].outcome[results.outcome] ?? results.outcome;
  return [results.study.name[lang], results.area.name[lang], outcome]
    .map((text, i) => text ?? [results.study.code, results.area.code, results.outcome][i]);
};

// The table of one report.

const asked = (line) =>
  ({ all: true, first: line.first, wrong: line.state === "differs", cannot: line.state === "cannot" })[
    state.shown
  ];

const stateCell = (line) => {
  const mark = make("span", { "aria-hidden": "true", text: `${MARKS[line.state]} ` });
  const word = document.createTextNode(say(line.state, {}, "recheck_state"));
  return make("span", { class: `state ${line.state}` }, mark, word);
};

const howCell = (line, report) => {
  const cell = make("td", { "data-head": say("column_how") });
  const why = ["cannot", "given"].includes(line.state) ? "recheck_why" : "recheck_how";
  cell.append(make("span", { text: say(line.how, {}, why) }));
  if (line.slack && line.state === "agrees") {
    const slack = shownNumber(line.slack, line, line.fields[0]);
    cell.append(make("span", { class: "ek-note", text: say("within", { slack }) }));
  }
  if (line.state === "agrees" && !line.check && line.movable) {
    const open = () => openChange(report, line);
    const named = `${say("change")}: ${nameOf(line)}`;
    cell.append(make("button", { type: "button", class: "ek-button", text: say("change"), "aria-label": named, onclick: open }));
  }
  return cell;
};

const rowOf = (line, report) => {
  const whole = line.state === "differs";
  const what = make("th", { scope: "row" });
  what.append(make("span", { text: nameOf(line) }));
  const sentence = line.id === "headline" ? report.results.headline[line.fields[0]] : line.id;
  if (line.id !== "report") what.append(make("span", { class: "ek-note ek-id", text: sentence }));
  const printed = make("td", { "data-head": say("column_printed"), text: shownAll(line, line.printed, whole) });
  const found = make("td", { "data-head": say("column_found"), text: shownAll(line, line.found, whole) });
  const told = make("td", { "data-head": say("column_state") }, stateCell(line));
  return make("tr", { class: line.state, "data-id": line.id, "data-how": line.how }, what, printed, found, told, howCell(line, report));
};

const tableOf = (report) => {
  const lines = report.lines.filter(asked);
  if (!lines.length) return make("p", { text: say("none_shown") });
  const heads = [["what", "column_what"], ["printed", "column_printed"], ["found", "column_found"], ["state-head", "column_state"], ["how", "column_how"]];
  const row = make("tr", {}, ...heads.map(([look, name]) => make("th", { scope: "col", class: look, text: say(name) })));
  const body = make("tbody", {}, ...lines.map((line) => rowOf(line, report)));
  const caption = make("caption", { text: report.folder });
  return make("table", { class: "ek-table" }, caption, make("thead", {}, row), body);
};

const counted = (lines) => {
  const found = { agrees: 0, differs: 0, cannot: 0, given: 0 };
  for (const line of lines) found[line.state] += 1;
  return { right: found.agrees, wrong: found.differs, cannot: found.cannot, given: found.given };
};

const writtenCounts = (lines) =>
  Object.fromEntries(Object.entries(counted(lines)).map(([name, n]) => [name, plain(n)]));

const drawList = () => {
  const open = new Set([...document.querySelectorAll("#list details[open]")].map((node) => node.dataset.at));
  byId("list").replaceChildren(
    ...state.reports.map((report, at) => {
      const [study, area, outcome] = named(report.results);
      const wrong = counted(report.lines).wrong > 0;
      const note = make("span", { class: wrong ? "state differs" : "ek-note", text: say("summary", writtenCounts(report.lines)) });
      const head = make("summary", {}, make("b", { text: `${area} · ${outcome}` }), report.made_up ? make("strong", { class: "pill", text: say("made_up_report") }) : "", make("span", { class: "ek-note", text: study }), " ", note);
      const details = make("details", { "data-at": String(at) }, head);
      const fill = () => {
        if (details.open && details.children.length === 1) details.append(tableOf(report));
      };
      details.addEventListener("toggle", fill);
      details.open = open.has(String(at)) || (wrong && state.shown !== "cannot") || state.reports.length === 1;
      fill();
      return details;
    }),
  );
};

// Totals.

const drawTotals = () => {
  const lines = state.reports.flatMap((report) => report.lines);
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const reasons = {};
  for (const line of lines) {
    kinds[kindOf(line)] += 1;
    if (line.state === "cannot") reasons[line.how] = (reasons[line.how] ?? 0) + 1;
  }
  const row = (text, n, look) =>
    make("tr", { class: look }, make("th", { scope: "row", text }), make("td", { class: "ek-figures", text: plain(n) }));
  const rows = KINDS.map((kind) => row(say(kind, {}, "recheck_kind"), kinds[kind]));
  const under = Object.entries(reasons).sort((a, b) => b[1] - a[1]);
  rows.push(...under.map(([why, n]) => row(say(why, {}, "recheck_why"), n, "under")));
  document.querySelector(".kinds tbody").replaceChildren(...rows);
  const part = (name, of) => {
    const n = counted(of);
    return say(`${name}_${n.wrong ? "bad" : "good"}`, { ...writtenCounts(of), all: plain(of.length) });
  };
  byId("status").replaceChildren(
    make("p", { class: "total", text: part("done", lines) }),
    make("p", { text: part("first", lines.filter((line) => line.first)) }),
    make("p", { class: "ek-note", text: say("seconds", { s: plain(state.seconds, 3), version: state.version }) }),
  );
};

const draw = () => {
  document.documentElement.lang = state.lang;
  document.title = say("title");
  document.body.className = `${words[state.lang].family} check`;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  byId("made-of").textContent = say("licences_note", { pyodide: byId("lock").dataset.pyodide });
  byId("languages").setAttribute("aria-label", say("languages"));
  for (const node of document.querySelectorAll("[data-lang]")) {
    node.setAttribute("aria-pressed", String(node.dataset.lang === state.lang));
  }
  if (state.problem) tell(...state.problem);
  if (!state.done) return;
  byId("totals").hidden = byId("reports").hidden = false;
  drawTotals();
  drawList();
};

// What a change of a number would move.

const openChange = (report, line) => {
  const dialog = byId("change");
  const at = state.reports.indexOf(report);
  const inputs = JSON.parse(state.python.inputs(at, report.lines.indexOf(line)));
  const title = make("h2", { id: "change-title", text: say("changing") });
  const close = make("button", { type: "button", class: "ek-button", text: say("close"), onclick: () => dialog.close() });
  const what = make("p", { text: nameOf(line) });
  if (!inputs.length) {
    dialog.replaceChildren(title, what, make("p", { text: say("changing_many") }), close);
    dialog.showModal();
    return;
  }
  const fields = inputs.map((input, i) => {
    const field = say(["low", "high"].includes(input.field) ? `${input.field}_end` : input.field, {}, "recheck_field");
    const [known] = input.names.map((text) => text[state.lang] ?? Object.values(text)[0]);
    const name = known ? say("named", { name: known, field }) : field;
    const label = make("label", { for: `number-${i}` }, name, make("span", { class: "ek-note ek-id", text: input.id }));
    const box = make("input", { id: `number-${i}`, type: "number", step: "any", value: input.value });
    return { input, label, box };
  });
  const moved = make("div", { class: "theirs", role: "status" });
  const show = () => drawMoved(moved, at, fields, line);
  fields.forEach(({ box }) => box.addEventListener("input", show));
  const reset = () => {
    fields.forEach(({ input, box }) => { box.value = input.value; });
    show();
  };
  const again = make("button", { type: "button", class: "ek-button", text: say("reset"), onclick: reset });
  const form = make("div", { class: "asked" }, ...fields.flatMap(({ label, box }) => [label, box]));
  dialog.replaceChildren(title, what, make("p", { class: "ek-note", text: say("changing_note") }), form, moved, make("p", { class: "tools" }, again, close));
  show();
  dialog.showModal();
};

const drawMoved = (moved, at, fields, line) => {
  const made = fields.filter(({ input, box }) => box.value !== "" && Number(box.value) !== input.value);
  const changes = made.map(({ input, box }) => [input.id, input.field, Number(box.value)]);
  const found = JSON.parse(state.python.change(at, JSON.stringify(changes)));
  if (!found || !found.length) {
    moved.replaceChildren(make("p", { text: say(found ? "changing_still" : "changing_impossible") }));
    return;
  }
  const same = (other) => other.id === line.id && other.how === line.how;
  const order = [...found].sort((a, b) => (same(b) - same(a)) || (b.first - a.first));
  const heads = ["column_what", "column_is", "column_would"];
  const rows = order.map((one) => make("tr", { "data-id": one.id },
    make("th", { scope: "row" }, nameOf(one), make("span", { class: "ek-note ek-id", text: one.id })),
    make("td", { "data-head": say("column_is"), text: shownAll(one, one.printed) }),
    make("td", { "data-head": say("column_would") }, make("strong", { text: shownAll(one, one.found) }))));
  const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col", text: say(name) })));
  const caption = make("caption", { text: say("changing") });
  moved.replaceChildren(make("table", { class: "ek-table" }, caption, make("thead", {}, head), make("tbody", {}, ...rows)));
};

// The whole.

const tell = (name, values = {}) => {
  byId("status").replaceChildren(make("p", { class: "total", text: say(name, values) }));
};

const breathe = () => new Promise((done) => setTimeout(done, 0));

const checkAll = async (began) => {
  const texts = state.reports.map((report) => report.text);
  state.python?.destroy?.();
  state.python = state.door(state.runtime.toPy(texts));
  for (const [at, report] of state.reports.entries()) {
    if (at % 8 === 0) {
      tell("running", { k: at + 1, n: state.reports.length });
      await breathe();
    }
    report.lines = JSON.parse(state.python.check(at));
  }
  state.seconds = (performance.now() - began) / 1000;
  state.done = true;
  draw();
};

const keyOf = ({ study, area, outcome }) => `${study.code}/${area.code}/${outcome}`;

const takeOwn = async (event) => {
  const began = performance.now();
  byId("own-problem").textContent = "";
  for (const file of event.target.files) {
    try {
      const text = await file.text();
      const results = JSON.parse(text);
      const key = keyOf(results);
      if (!Array.isArray(results.estimates)) throw new Error(file.name);
      const at = state.reports.findIndex((report) => keyOf(report.results) === key);
      const made = { folder: file.name, text, results, lines: [], made_up: results.estimates.some((e) => e.made_up) };
      if (at < 0) state.reports.push(made);
      else state.reports[at] = made;
    } catch {
      byId("own-problem").textContent = say("own_bad", { file: file.name });
    }
  }
  await checkAll(began);
};

const start = async () => {
  draw();
  byId("show").addEventListener("change", (event) => {
    state.shown = event.target.value;
    drawList();
  });
  byId("languages").addEventListener("click", (event) => {
    if (event.target.dataset.lang) state.lang = event.target.dataset.lang;
    draw();
  });
  byId("own").addEventListener("change", takeOwn);
  if (typeof WebAssembly === "undefined" || typeof DecompressionStream === "undefined") {
    state.problem = ["old"];
    draw();
    return;
  }
  tell("starting");
  await breathe();
  try {
    const packed = [...document.querySelectorAll("script.report")];
    state.reports = await Promise.all(packed.map(async (node, i) => {
      const text = await unpacked(node.textContent, "application/json").text();
      return { ...listed[i], text, results: JSON.parse(text), lines: [] };
    }));
    state.runtime = await startPython();
    state.door = state.runtime.runPython("from evalkit.recompute.page import Reports; Reports");
    await checkAll(0);
  } catch (problem) {
    state.problem = ["failed", { problem: String(problem?.message ?? problem).split("\n").slice(-1)[0] }];
    draw();
    throw problem;
  }
};

start();
