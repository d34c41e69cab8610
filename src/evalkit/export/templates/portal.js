(() => {
  "use strict";
  const page = document.documentElement.lang;
  const form = document.querySelector(".tools");
  const find = document.getElementById("find");
  const study = document.getElementById("study");
  const shown = document.getElementById("shown");
  const picks = [...form.querySelectorAll("[data-verdict]")];
  const stopped = form.querySelector("[data-stopped]");
  const sections = [...document.querySelectorAll(".study")];
  const collator = new Intl.Collator(document.body.dataset.collation, { numeric: true });
  const plain = (text) => text.normalize("NFKC").toLowerCase();

  const rows = sections.flatMap((section) =>
    [...section.querySelectorAll("tbody tr")].map((row) => ({
      row,
      section,
      body: row.parentNode,
      name: row.dataset.name,
      last: "last" in row.dataset,
      stopped: "stopped" in row.dataset,
      verdicts: row.dataset.verdicts.split(" "),
      text: plain(
        [
          row.dataset.find,
          row.dataset.said,
          section.querySelector("h2").textContent,
          ...[...row.querySelectorAll("th, .ek-chip, .stopped, .figure, .pill, .ek-note")].map(
            (part) => part.textContent
          ),
        ].join(" ")
      ),
    }))
  );
  const byName = [...rows].sort(
    (a, b) => a.last - b.last || collator.compare(a.name, b.name)
  );

  // In a phone's cards there is no room for a second way to sort: the head's button stays.
  const heads = [...document.querySelectorAll(".matrix th.area")].map((head) => {
    const button = document.createElement("button");
    const mark = document.createElement("span");
    const hint = document.createElement("span");
    button.type = "button";
    button.textContent = head.textContent;
    mark.className = "mark";
    mark.setAttribute("aria-hidden", "true");
    hint.className = "hint";
    hint.textContent = head.dataset.hint;
    button.append(" ", mark, hint);
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      sorted = !sorted;
      changed();
    });
    return { head, mark };
  });
  const switches = [...document.querySelectorAll(".languages a")].map((link) => ({
    link,
    file: link.getAttribute("href"),
  }));

  let sorted = false;
  let order = false;

  const pressed = (button) => button !== null && button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => button && button.setAttribute("aria-pressed", String(on));

  // What a study's tally says is not mixed with another's where one study is chosen.
  function count(from) {
    // Verdicts of made-up areas are nobody's: they count where their study is chosen, or alone.
    const real = rows.filter((item) => item.section.dataset.madeUp === undefined);
    const all = real.length ? real : rows;
    const seen = from ? rows.filter((item) => item.section.dataset.study === from) : all;
    const verdicts = seen.flatMap((item) => item.verdicts);
    for (const button of picks) {
      const n = verdicts.filter((verdict) => verdict === button.dataset.verdict).length;
      button.querySelector("b").textContent = new Intl.NumberFormat(page).format(n);
      button.classList.toggle("none", !n);
    }
  }

  function narrow() {
    // A result is found by its name, whatever its dimensions.
    const words = plain(find.value).replace(/\[[^\]]*\]?/g, "").split(/\s+/).filter(Boolean);
    const verdicts = picks.filter(pressed).map((button) => button.dataset.verdict);
    const only = pressed(stopped);
    const from = study ? study.value : "";
    const left = new Set();
    count(from);
    let fitting = 0;
    for (const item of rows) {
      const fits =
        words.every((word) => item.text.includes(word)) &&
        (!verdicts.length || verdicts.some((verdict) => item.verdicts.includes(verdict))) &&
        (!only || item.stopped) &&
        (!from || item.section.dataset.study === from);
      item.row.classList.toggle("away", !fits);
      if (fits) {
        left.add(item.section);
        fitting += 1;
      }
    }
    for (const section of sections) section.classList.toggle("away", !left.has(section));
    const said = fitting ? shown.dataset.said : shown.dataset.none;
    const number = new Intl.NumberFormat(page);
    shown.textContent = said
      .replace("{shown}", () => number.format(fitting))
      .replace("{all}", () => number.format(rows.length));
  }

  function arrange() {
    for (const { head, mark } of heads) {
      head.setAttribute("aria-sort", sorted ? "ascending" : "none");
      mark.textContent = sorted ? "\u25b2" : "";
    }
    if (sorted === order) return;
    order = sorted;
    for (const item of sorted ? byName : rows) item.body.append(item.row);
  }

  function asHash() {
    const state = new URLSearchParams();
    if (find.value.trim()) state.set("q", find.value.trim());
    const verdicts = picks.filter(pressed).map((button) => button.dataset.verdict);
    if (verdicts.length) state.set("verdict", verdicts.join("."));
    if (pressed(stopped)) state.set("stopped", "1");
    if (study && study.value) state.set("study", study.value);
    if (sorted) state.set("sort", "name");
    return state.size ? `#${state}` : "";
  }

  function show() {
    narrow();
    arrange();
    const hash = asHash();
    for (const { link, file } of switches) link.setAttribute("href", file + hash);
    return hash;
  }

  function changed() {
    const hash = show();
    history.replaceState(null, "", hash || location.pathname + location.search);
  }

  function fromHash() {
    // Without a "=" it is the anchor of a section, and the filters stay as they are.
    if (location.hash && !location.hash.includes("=")) return;
    const state = new URLSearchParams(location.hash.slice(1));
    const verdicts = (state.get("verdict") || "").split(".");
    find.value = state.get("q") || "";
    for (const button of picks) press(button, verdicts.includes(button.dataset.verdict));
    press(stopped, state.get("stopped") === "1");
    if (study) {
      study.value = state.get("study") || "";
      if (study.selectedIndex < 0) study.value = "";
    }
    sorted = state.get("sort") === "name";
    show();
  }

  for (const button of stopped ? [...picks, stopped] : picks) {
    button.addEventListener("click", () => {
      press(button, !pressed(button));
      changed();
    });
  }
  find.addEventListener("input", changed);
  if (study) study.addEventListener("change", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("clear").addEventListener("click", () => {
    find.value = "";
    for (const button of picks) press(button, false);
    press(stopped, false);
    if (study) study.value = "";
    changed();
    find.focus();
  });
  window.addEventListener("hashchange", fromHash);
  form.hidden = false;
  show();
  fromHash();
})();
