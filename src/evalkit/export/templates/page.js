"use strict";
/* What only a screen can do: the page reads whole without it. */
(() => {
  const words = JSON.parse(document.getElementById("ek-words").textContent);
  const known = JSON.parse(document.getElementById("ek-results").textContent);
  const main = document.getElementById("main");
  const make = (name, text, attributes = {}) => {
    const node = document.createElement(name);
    node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => values[key]);
  document.documentElement.classList.add("ek-scripted");

  /* Theme: the reader's system decides until the reader does. */
  const stored = {
    get: () => { try { return localStorage.getItem("ek-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("ek-theme", value); } catch { /* a file's page may store nothing */ } },
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const toggle = make("button", "", { type: "button", class: "ek-button" });
  // Kept here too: a page that may store nothing still obeys its button.
  let chosen = stored.get();
  const paint = () => {
    const theme = chosen || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    toggle.textContent = theme === "dark" ? words.light : words.dark;
  };
  toggle.addEventListener("click", () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    stored.set(chosen);
    paint();
  });
  dark.addEventListener("change", paint);
  paint();

  /* What a link, or a search, leads to is not left folded. */
  const unfold = (from) => {
    for (let node = from; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
  };
  const arrive = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target || !target.closest("details:not([open])")) return;
    unfold(target);
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  arrive();

  /* Search: every place is marked, one of them is current. */
  const form = make("form", "", { role: "search", class: "ek-search" });
  const field = make("input", "", { type: "search", "aria-label": words.search, placeholder: words.search });
  const count = make("output", "", { "aria-live": "polite" });
  const back = make("button", "↑", { type: "button", class: "ek-button", "aria-label": words.previous });
  const on = make("button", "↓", { type: "submit", class: "ek-button", "aria-label": words.next });
  form.append(field, back, on, count);
  document.querySelector(".ek-tools").append(form);
  // The two sets of colours rest on light-dark(); an older browser has the light one only.
  if (CSS.supports("color", "light-dark(#000, #FFF)")) form.after(toggle);
  let hits = [];
  let at = -1;
  const unmark = () => {
    for (const mark of main.querySelectorAll("mark.ek-hit")) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    hits = [];
    at = -1;
  };
  // What a reader sees as one line may be several elements: "Table 1. Who is in".
  const BLOCKS = "p, li, td, th, dt, dd, h1, h2, h3, h4, strong, .ek-note, caption, figcaption, summary, pre, div, section";
  const lines = () => {
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const found = new Map();
    while (walker.nextNode()) {
      const node = walker.currentNode;
      // Marks would break a formula, and buttons are no text of the report.
      if (node.parentElement.closest("math, .ek-screen")) continue;
      const block = node.parentElement.closest(BLOCKS) || main;
      if (!found.has(block)) found.set(block, []);
      found.get(block).push(node);
    }
    return found.values();
  };
  const mark = (nodes, from, to) => {
    const marks = [];
    let start = 0;
    for (const node of nodes) {
      const end = start + node.data.length;
      if (from < end && to > start) {
        const range = new Range();
        range.setStart(node, Math.max(0, from - start));
        range.setEnd(node, Math.min(node.data.length, to - start));
        marks.push([range, make("mark", "", { class: "ek-hit" })]);
      }
      start = end;
    }
    for (const [range, node] of marks) range.surroundContents(node);
    return marks.map(([, node]) => node);
  };
  const search = () => {
    unmark();
    const wanted = field.value.trim().toLowerCase();
    form.classList.toggle("ek-used", Boolean(wanted));
    for (const nodes of wanted ? lines() : []) {
      const text = nodes.map((node) => node.data).join("").toLowerCase();
      const places = [];
      for (let i = text.indexOf(wanted); i >= 0; i = text.indexOf(wanted, i + wanted.length)) places.push(i);
      // From the last to the first: a mark splits its text behind itself.
      hits.push(...places.reverse().map((i) => mark(nodes, i, i + wanted.length)).reverse());
    }
    hits = hits.filter((marks) => marks.length);
    step(1);
  };
  const step = (by) => {
    for (const node of hits[at] || []) node.classList.remove("ek-current");
    if (!hits.length) {
      count.textContent = field.value.trim() ? words.nothing : "";
      return;
    }
    at = (at + by + hits.length) % hits.length;
    const first = hits[at][0];
    unfold(first);
    for (const node of hits[at]) node.classList.add("ek-current");
    first.scrollIntoView({ block: "center" });
    count.textContent = fill(words.found, { at: at + 1, n: hits.length });
  };
  let searched = "";
  field.addEventListener("input", () => { searched = field.value; search(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (searched === field.value) step(1);
    else { searched = field.value; search(); }
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); step(-1); }
    if (event.key === "Escape") { field.value = ""; searched = ""; search(); field.blur(); }
  });
  back.addEventListener("click", () => step(-1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      field.focus();
    }
  });

  /* Contents: the section that is being read. */
  const links = new Map([...document.querySelectorAll(".contents a")].map((a) => [a.hash.slice(1), a]));
  const heads = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const follow = () => {
    const passed = heads.filter((head) => head.getBoundingClientRect().top < innerHeight / 3);
    const end = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const now = end ? heads.at(-1) : passed.at(-1);
    for (const [id, link] of links) {
      if (now && id === now.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", follow, { passive: true });
  addEventListener("resize", follow);
  follow();
  const contents = document.querySelector(".contents details");
  const narrow = matchMedia("(max-width: 800px)");
  const fold = () => { contents.open = !narrow.matches; };
  narrow.addEventListener("change", fold);
  fold();

  /* A picture, enlarged. */
  const box = make("dialog", "", { class: "ek-lightbox ek-screen", "aria-label": words.enlarge });
  const close = make("button", words.close, { type: "button", class: "ek-button" });
  const stage = make("div", "", { class: "ek-stage", tabindex: "0", role: "group", "aria-label": words.enlarge });
  box.append(close, stage);
  document.body.append(box);
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  for (const image of main.querySelectorAll("figure img")) {
    const figure = image.closest("figure");
    const title = figure.querySelector("figcaption .ek-no");
    const open = make("button", words.enlarge, { type: "button", class: "ek-button ek-screen" });
    if (title) open.setAttribute("aria-label", `${words.enlarge}: ${title.textContent.trim()}`);
    const show = () => {
      box.setAttribute("aria-label", open.getAttribute("aria-label") || words.enlarge);
      stage.replaceChildren(image.cloneNode());
      box.showModal();
    };
    open.addEventListener("click", show);
    image.addEventListener("click", show);
    figure.append(open);
  }

  /* Paper has nothing to click: what is folded lies open on it, and folds again. */
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...main.querySelectorAll("details:not([open], .ek-screen)")];
    for (const one of unfolded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of unfolded) one.open = false;
  });

  /* A number tells where it comes from. A page has hundreds: each table or block is one
     stop of the Tab key, and the arrows go on from number to number within it. */
  if (!("popover" in HTMLElement.prototype)) return;
  document.querySelector("header").append(make("p", words.numbers, { class: "ek-hint ek-screen" }));
  const pop = make("div", "", { popover: "", class: "ek-pop ek-screen", role: "dialog", "aria-label": words.result });
  document.body.append(pop);
  let source = null;
  const copy = (text, button) => {
    const done = () => { button.textContent = words.copied; };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, () => {});
  };
  const tell = (node) => {
    const rows = known.results[node.dataset.ek];
    if (!rows) return;
    source = node;
    const list = make("dl", "");
    const copier = (word, text) => {
      const button = make("button", word, { type: "button", class: "ek-button" });
      button.addEventListener("click", () => copy(text, button));
      return button;
    };
    for (const [label, text] of rows) {
      const full = known.texts[text];
      const value = make("dd", full);
      if (/^[0-9a-f]{64}$/.test(full)) {
        value.textContent = `${full.slice(0, 12)}… `;
        value.append(copier(words.copy_hash, full));
      }
      list.append(make("dt", known.texts[label]), value);
    }
    const id = make("p", node.dataset.ek, { class: "ek-id" });
    const button = copier(words.copy_id, node.dataset.ek);
    const shut = make("button", words.close, { type: "button", class: "ek-button" });
    shut.addEventListener("click", () => pop.hidePopover());
    pop.replaceChildren(id, list, button, shut);
    pop.showPopover();
    const place = node.getBoundingClientRect();
    const left = Math.max(8, Math.min(place.left, innerWidth - pop.offsetWidth - 8));
    const below = place.bottom + 6;
    const top = below + pop.offsetHeight < innerHeight ? below : place.top - pop.offsetHeight - 6;
    pop.style.left = `${left}px`;
    pop.style.top = `${Math.max(8, top)}px`;
    shut.focus();
  };
  pop.addEventListener("toggle", (event) => {
    if (event.newState === "closed" && source) { source.focus(); source = null; }
  });
  const groups = new Map();
  // A paragraph stays a paragraph: what can be pressed stands in it.
  const within = (node) => {
    if (node.tagName !== "P") return node;
    const inner = make("span", "", { "data-ek": node.dataset.ek });
    inner.append(...node.childNodes);
    node.append(inner);
    return inner;
  };
  for (const shown of main.querySelectorAll("[data-ek]")) {
    if (!known.results[shown.dataset.ek]) continue;
    const node = within(shown);
    node.classList.add("ek-asks");
    node.setAttribute("aria-haspopup", "dialog");
    node.addEventListener("click", () => { if (!String(getSelection())) tell(node); });
    const group = node.closest("table, section, .ek-tally, .ek-statement, .ek-refusal") || main;
    if (!groups.has(group)) groups.set(group, []);
    const members = groups.get(group);
    node.tabIndex = members.length ? -1 : 0;
    node.setAttribute("role", "button");
    members.push(node);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); tell(node); }
      const step_ = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step_) return;
      event.preventDefault();
      const next = members[(members.indexOf(node) + step_ + members.length) % members.length];
      for (const member of members) member.tabIndex = member === next ? 0 : -1;
      next.focus();
    });
  }
})();
