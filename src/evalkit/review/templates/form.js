// Comments on what the bundle holds, the last parts, and the page as a whole.
const SHOWN = 15;
let asked = { kind: "result", text: "" };
// What a loaded file took the place of.
let before = null;

const addComment = (kind, on) => {
  if (state.comments.length >= about.most) return;
  const numbers = state.comments.map((one) => Number(one.id.slice(1)));
  const id = `c${Math.max(0, ...numbers) + 1}`;
  edit(() => state.comments.push({ ...COMMENT, id, kind, on, severity: "required" }));
  drawComments();
  byId(`comment-${id}-text`).focus();
};

const matching = () => {
  const sought = asked.text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  for (const report of about.reports) {
    const open = isShown(report);
    const rows =
      asked.kind === "result" ? report.results : report.places.filter((p) => p.kind === asked.kind);
    for (const row of rows) {
      const hides = row.ours && !open;
      const name = hides ? "" : row.text[lang];
      const said = `${row.id} ${name} ${report.name[lang]}`.toLowerCase();
      if (sought.every((word) => said.includes(word))) found.push({ ...row, hides, name });
    }
  }
  return found;
};

const drawMatches = () => {
  const found = matching();
  const isResult = asked.kind === "result";
  const heads = isResult ? ["result", "value", "interval"] : ["result", "where"];
  const head = make("tr");
  for (const name of heads) {
    head.append(make("th", { scope: "col", text: name === "where" ? say(`kind_${asked.kind}`) : say(name) }));
  }
  head.append(make("th", { scope: "col", class: "act", text: say("comment") }));
  const body = make("tbody");
  for (const row of found.slice(0, SHOWN)) {
    const told = row.hides ? say("hidden") : null;
    const name = make("th", { scope: "row", text: row.id });
    if (row.name && isResult) name.append(make("span", { class: "ek-note", text: row.name }));
    const button = make("button", {
      ...{ type: "button", class: "ek-button", text: say("add") },
      "aria-label": `${say("add")} ${row.id}`,
      onclick: () => addComment(asked.kind, row.id),
    });
    const cells = isResult
      ? [told ?? row.value[lang], told ? "" : row.interval[lang]]
      : [told ?? row.name];
    const shown = cells.map((text, at) => make("td", { text, "data-head": say(heads[at + 1]) }));
    body.append(make("tr", {}, name, ...shown, make("td", { class: "act" }, button)));
  }
  byId("matches").replaceChildren(
    make("p", { class: "count", role: "status", text: say("matches", { n: found.length, shown: Math.min(SHOWN, found.length) }) }),
    make("table", { class: "ek-table" }, make("thead", {}, head), body),
  );
};

// Of a result: what is printed, what the reviewer obtained, and how far both may differ.
const drawAgain = (one, id) => {
  if (one.kind !== "result") return [];
  const report = about.reports.find((each) => each.results.some((row) => row.id === one.on));
  const row = report?.results.find((each) => each.id === one.on);
  const shown = row && !(row.ours && !isShown(report));
  const printed = shown ? make("p", { class: "ek-note", text: say("printed", { value: `${row.value[lang]} ${row.interval[lang]}`.trim() }) }) : "";
  return [
    printed,
    make(
      "div",
      { class: "fields" },
      textOf(`${id}-obtained`, one.obtained, (value) => (one.obtained = value), { label: say("obtained") }),
      textOf(`${id}-tolerance`, one.tolerance, (value) => (one.tolerance = value), { label: say("tolerance") }),
    ),
  ];
};

const drawComment = (one) => {
  const id = `comment-${one.id}`;
  const remove = make("button", {
    ...{ type: "button", class: "ek-button", text: say("remove") },
    onclick: () => {
      edit(() => state.comments.splice(state.comments.indexOf(one), 1));
      drawComments();
      byId("search").focus();
    },
  });
  return make(
    "fieldset",
    { id, tabindex: -1 },
    make("legend", { text: `${one.id}. ${say("on", { on: one.on || say("whole") })}` }),
    choiceOf(`${id}-severity`, say("severity"), about.lists.severity.toReversed(), "severity", one.severity, (value) => (one.severity = value || "suggested")),
    ...drawAgain(one, id),
    textOf(`${id}-text`, one.comment, (value) => (one.comment = value), { long: true, label: say("comment") }),
    remove,
  );
};

const drawComments = () => byId("said").replaceChildren(...state.comments.map(drawComment));

const drawSearch = () => {
  const kind = make("select", { id: "kind" });
  for (const name of ["result", "exhibit", "section"]) {
    kind.append(make("option", { value: name, text: say(`kind_${name}`) }));
  }
  kind.value = asked.kind;
  const sought = make("input", { id: "search", type: "search" });
  sought.value = asked.text;
  const again = () => {
    asked = { kind: kind.value, text: sought.value };
    drawMatches();
  };
  kind.addEventListener("change", again);
  sought.addEventListener("input", again);
  const whole = make("button", {
    ...{ type: "button", class: "ek-button", text: say("add_whole") },
    onclick: () => addComment("whole", ""),
  });
  return section(
    "comments",
    make("div", { class: "fields" }, field("search", say("search"), sought), field("kind", say("kind"), kind)),
    make("div", { id: "matches" }),
    make("p", {}, whole),
    make("div", { id: "said" }),
  );
};

const drawEnd = () => {
  const { execution, verdict } = state;
  return [
    section(
      "execution",
      choiceOf("class", say("class"), about.lists.class, "class", execution.class, (v) => (execution.class = v)),
      ticksOf("codes", say("codes"), about.lists.code, "code", execution.codes),
      textOf("execution-comment", execution.comment, (v) => (execution.comment = v), { long: true, label: say("comment") }),
    ),
    section(
      "verdict",
      choiceOf("word", say("word"), about.lists.verdict, "verdict", verdict.word, (v) => (verdict.word = v)),
      textOf("verdict-comment", verdict.comment, (v) => (verdict.comment = v), { long: true, label: say("comment") }),
      textOf("dissent", verdict.dissent, (v) => (verdict.dissent = v), { long: true }),
    ),
    section(
      "finish_title",
      make("p", { text: say("finish_note") }),
      make("button", { type: "button", class: "ek-button", id: "finish", text: say("finish"), onclick: finish }),
      make("div", { id: "lacking", role: "status" }),
    ),
  ];
};

const finish = () => {
  const found = lacking();
  const told = byId("lacking");
  if (found.length) {
    const list = found.map(({ id, name }) => make("li", {}, make("a", { href: `#${encodeURIComponent(id)}`, text: name, onclick: (event) => {
      event.preventDefault();
      byId(id).scrollIntoView({ block: "center" });
      byId(id).focus();
    } })));
    told.replaceChildren(make("p", { text: say("lacking", { n: found.length }) }), make("ul", {}, ...list));
    return;
  }
  state.finished = true;
  state.saved = now();
  keep();
  const file = download(fileName(false));
  const unrated = about.reports.filter((one) => one.rated && !isShown(one)).length;
  const lines = [make("p", { text: say("finished", { version: state.version, file }) })];
  if (unrated) lines.push(make("p", { text: say("unrated", { n: unrated }) }));
  told.replaceChildren(...lines);
};

// The page.

const drawLanguages = () =>
  byId("languages").replaceChildren(
    ...langs.map((one) =>
      make("button", {
        ...{ type: "button", class: "ek-button", lang: one, text: words[one].name },
        "aria-pressed": String(one === lang),
        onclick: () => {
          lang = one;
          draw();
          document.querySelector(`#languages [lang="${one}"]`).focus();
        },
      }),
    ),
  );

const draw = () => {
  document.documentElement.lang = lang;
  document.title = say("title");
  document.body.className = `${words[lang].family} review`;
  byId("languages").setAttribute("aria-label", say("languages"));
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  byId("edition").textContent = say("edition", about.edition);
  byId("bar").setAttribute("aria-label", say("save"));
  drawLanguages();
  byId("parts").replaceChildren(drawWho(), drawOwn(draw), drawItems(), drawSearch(), ...drawEnd());
  drawMatches();
  drawComments();
};

const load = async (file) => {
  let value = null;
  try {
    value = JSON.parse(await file.text());
  } catch {
    value = null;
  }
  const problem = problemOf(value);
  byId("load").value = "";
  if (problem) {
    tell(problem, { file: file.name }, true);
    return;
  }
  before = state;
  state = value;
  byId("undo").hidden = false;
  draw();
  keep();
  if (!byId("problem").textContent) tell("loaded", { file: file.name });
};

byId("save").addEventListener("click", () => {
  state.saved = now();
  keep();
  tell("saved", { file: download(fileName(true)) });
});
// The browser's own button speaks the browser's language.
byId("open").addEventListener("click", () => byId("load").click());
byId("load").addEventListener("change", (event) => {
  if (event.target.files.length) void load(event.target.files[0]);
});
byId("undo").addEventListener("click", () => {
  state = before;
  byId("undo").hidden = true;
  draw();
  keep();
});
addEventListener("storage", (event) => {
  if (event.key === PLACE) tell("elsewhere", {}, true);
});
state = read(PLACE) ?? state;
draw();
if (!write(PLACE, state)) tell("refused", {}, true);
