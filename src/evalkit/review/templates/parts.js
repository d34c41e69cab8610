// The parts of the form. Each is drawn from the state; what is entered goes straight into it.
const make = (tag, options = {}, ...inside) => {
  const { text, ...attributes } = options;
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value);
  }
  if (text !== undefined) node.textContent = text;
  node.append(...inside);
  return node;
};

const section = (title, ...inside) =>
  make("section", {}, make("h2", { text: say(title) }), ...inside);

// A field with its name, and what is wrong with what it holds.
const field = (id, label, control, { wide = false, note = "", wrong } = {}) => {
  const told = make("p", { class: "wrong", id: `${id}-wrong`, role: "status" });
  const node = make("div", { class: wide ? "field wide" : "field" });
  node.append(make("label", { for: id, text: label }), control, told);
  if (note) node.append(make("span", { class: "ek-note", text: note }));
  control.setAttribute("aria-describedby", told.id);
  const check = () => {
    told.textContent = wrong ? wrong(control.value) : "";
  };
  control.addEventListener("input", check);
  check();
  return node;
};

const textOf = (id, value, put, { long = false, ...more } = {}) => {
  const control = long ? make("textarea", { id, rows: 3 }) : make("input", { id, type: "text" });
  control.value = value;
  control.addEventListener("input", () => edit(() => put(control.value)));
  const most = long ? about.longest.comment : about.longest.line;
  const wrong = (text) => overLong(text, more.most ?? most) || (more.wrong?.(text) ?? "");
  return field(id, more.label ?? say(id), control, { ...more, wide: long || more.wide, wrong });
};

const choiceOf = (id, label, names, sectionName, value, put, more = {}) => {
  const control = make("select", { id });
  control.append(make("option", { value: "", text: say(more.empty ?? "choose") }));
  for (const name of names) {
    control.append(make("option", { value: name, text: say(name, {}, sectionName) }));
  }
  control.value = value;
  control.addEventListener("change", () => {
    edit(() => put(control.value));
    more.then?.();
  });
  return field(id, label, control, more);
};

const tick = (id, label, value, put) => {
  const control = make("input", { id, type: "checkbox" });
  control.checked = value;
  control.addEventListener("change", () => edit(() => put(control.checked)));
  const node = make("label", { for: id }, control, label);
  return make("div", { class: "field check" }, node);
};

const ticksOf = (id, label, names, sectionName, list) =>
  make(
    "fieldset",
    { class: "field wide", id, tabindex: -1 },
    make("legend", { text: label }),
    ...names.map((name) =>
      tick(`${id}-${name}`, say(name, {}, sectionName), list.includes(name), (on) => {
        const at = list.indexOf(name);
        if (on && at < 0) list.push(name);
        if (!on && at >= 0) list.splice(at, 1);
      }),
    ),
  );

const drawWho = () => {
  const mine = state.reviewer;
  const put = (name) => (value) => {
    mine[name] = value;
  };
  const bad = (name, good) => (text) => (text === "" || good(text) ? "" : say(name));
  return section(
    "who",
    make(
      "div",
      { class: "fields" },
      textOf("name", mine.name, put("name")),
      textOf("unit", mine.unit, put("unit")),
      textOf("orcid", mine.orcid, put("orcid"), { wrong: bad("orcid_bad", orcidChecks) }),
      choiceOf("role", say("role"), about.lists.role, "role", mine.role, put("role")),
      textOf("hours", mine.hours, put("hours"), { wrong: bad("hours_bad", hoursCheck) }),
      textOf("key", mine.key, put("key"), {
        wrong: bad("key_bad", keyChecks),
        note: say("key_note"),
      }),
      ticksOf("materials", say("materials"), about.lists.material, "material", mine.materials),
      tick("declines", say("declines"), mine.declines, put("declines")),
      tick("elsewhere", say("outside"), mine.elsewhere, put("elsewhere")),
      textOf("conflict", state.conflict, (text) => (state.conflict = text), { long: true }),
    ),
  );
};

// The reviewer's own rating, before ours.

const levelName = (level) => (level === "" ? "–" : say(level, {}, "level"));

const drawOurs = (report, mine) => {
  const ours = report.ours;
  const told = ours.level
    ? say("ours_level", { level: ours.level, reason: ours.reason[lang] ?? "" })
    : say("ours_none");
  const box = make("div", { class: "ours" }, make("strong", { text: say("ours") }));
  box.append(make("p", { text: told }));
  if (ours.level) {
    const both = { yours: levelName(mine.first.level), ours: ours.level };
    box.append(make("p", { text: say("difference", both) }));
  }
  const list = Object.values(ours.bias).map((one) =>
    make("li", {}, make("b", { text: `${one.name[lang]}: ` }), `${one.known[lang]} `, say("ours_left", { text: one.left[lang] })),
  );
  if (list.length) box.append(make("ul", {}, ...list));
  box.append(make("p", { text: say("first", { level: levelName(mine.first.level) }) }));
  return box;
};

const drawRating = (report, redraw) => {
  const mine = rating(report.folder);
  const id = `rating-${report.folder}`;
  const put = (change) => (value) => {
    state.ratings[report.folder] = mine;
    change(value);
  };
  const node = make("fieldset", { id, tabindex: -1 }, make("legend", { text: report.name[lang] }));
  const levels = about.lists.level;
  const fields = make("div", { class: "fields" });
  const need = make("p", { class: "ek-note", text: say("show_need") });
  const show = make("button", { type: "button", class: "ek-button", text: say("show") });
  const ready = () => {
    show.disabled = !isWhole(report);
    need.hidden = isWhole(report);
  };
  fields.append(
    choiceOf(`${id}-level`, say("level"), levels, "level", mine.level, put((v) => (mine.level = v)), { then: ready }),
    textOf(`${id}-reason`, mine.reason, put((v) => (mine.reason = v)), { long: true, label: say("reason") }),
  );
  fields.addEventListener("input", ready);
  node.append(fields);
  if (report.domains.length) {
    node.append(make("p", { text: say(report.tool) }));
    const domains = make("div", { class: "fields" });
    for (const domain of report.domains) {
      const put2 = put((value) => (mine.bias[domain] = value));
      const name = report.ours.bias[domain].name[lang];
      const known = about.judgements[report.tool];
      domains.append(choiceOf(`${id}-${domain}`, name, known, "judgement", mine.bias[domain] ?? "", put2, { then: ready }));
    }
    node.append(domains);
  }
  show.addEventListener("click", () => {
    edit(() => {
      mine.first = structuredClone({ level: mine.level, reason: mine.reason, bias: mine.bias });
      mine.shown = now();
    });
    redraw();
    byId(id).focus();
  });
  if (mine.shown) node.append(drawOurs(report, mine));
  else node.append(show, need);
  ready();
  return node;
};

const drawOwn = (redraw) =>
  section(
    "own",
    make("p", { text: say("own_note") }),
    ...about.reports.filter((report) => report.rated).map((report) => drawRating(report, redraw)),
  );

// The 27 items.

const drawItem = (name, at, count) => {
  const item = state.items[name];
  const id = `item-${name}`;
  const put = (part) => (value) => {
    item[part] = value;
  };
  const radios = make("div", { class: "radios", role: "radiogroup", "aria-label": say("found") });
  for (const found of about.lists.found) {
    const control = make("input", { type: "radio", name: id, id: `${id}-${found}`, value: found });
    control.checked = item.found === found;
    control.addEventListener("change", () => {
      edit(() => put("found")(found));
      count();
    });
    radios.append(make("label", { for: control.id }, control, say(found, {}, "found")));
  }
  const bad = (text) => {
    const names = strangers(text);
    return names.length ? say("evidence_bad", { names: names.slice(0, 5).join(" ") }) : "";
  };
  const severities = about.lists.severity.toReversed();
  return make(
    "fieldset",
    { class: "item", id, tabindex: -1 },
    make("legend", { text: `${at + 1}. ${say(name, {}, "item")}` }),
    radios,
    make(
      "div",
      { class: "fields" },
      choiceOf(`${id}-severity`, say("severity"), severities, "severity", item.severity, put("severity"), { empty: "none" }),
      textOf(`${id}-evidence`, item.evidence, put("evidence"), {
        label: say("evidence"),
        most: about.longest.evidence,
        wrong: bad,
      }),
      textOf(`${id}-comment`, item.comment, put("comment"), { long: true, label: say("comment") }),
    ),
  );
};

const drawItems = () => {
  const told = make("p", { class: "count", role: "status" });
  const count = () => {
    const names = about.lists.item;
    const n = names.filter((name) => state.items[name].found).length;
    told.textContent = say("done", { n, of: names.length });
  };
  count();
  return section(
    "items",
    make("p", { text: say("items_note") }),
    told,
    ...about.lists.item.map((name, at) => drawItem(name, at, count)),
  );
};
