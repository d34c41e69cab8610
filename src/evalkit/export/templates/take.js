/* What a reader takes along from one exhibit: the picture, its data, and how to cite it. */
(() => {
  const words = JSON.parse(document.getElementById("ek-words").textContent);
  const known = JSON.parse(document.getElementById("ek-results").textContent);
  const order = Object.keys(known.results);
  const make = (name, text, attributes = {}) => {
    const node = document.createElement(name);
    node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };
  const save = (id, ending, href) => {
    const link = make("a", "", { href, download: `${words.file}-${id}.${ending}` });
    document.body.append(link);
    link.click();
    link.remove();
  };

  /* A copy lies on paper of its own, in the colours of paper. */
  const drawing = (image) => {
    const bytes = Uint8Array.from(atob(image.src.split(",")[1]), (c) => c.charCodeAt(0));
    return new TextDecoder().decode(bytes).replace(/<style id="ek-theme">.*?<\/style>/, "");
  };
  const address = (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const dots = (id, src) => {
    const image = new Image();
    image.addEventListener("load", () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2040;
      canvas.height = Math.round((2040 * image.naturalHeight) / image.naturalWidth);
      const brush = canvas.getContext("2d");
      brush.fillStyle = "#FFFFFF";
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(id, "png", canvas.toDataURL("image/png"));
    });
    image.src = src;
  };

  /* Rows as a spreadsheet reads them; what begins like a formula is a text. */
  const parts = (cell) => [...cell.childNodes].map((n) => n.textContent.trim()).filter(Boolean).join(" ");
  /* A row that is copied out of a file of made-up data still says what it is. */
  const mark = document.querySelector("header .made-up")?.textContent.trim();
  const rowsOfTable = (table) => [...table.rows].map((row) => [...[...row.cells].map(parts), ...(mark ? [mark] : [])]);
  const rowsOfFigure = (ranges) => {
    const ids = ranges.flatMap(([start, count]) => order.slice(start, start + count));
    const columns = [...new Set(ids.flatMap((id) => known.results[id].map(([label]) => label)))];
    const texts = (id, column) =>
      known.results[id].filter(([label]) => label === column).map(([, text]) => known.texts[text]).join(" ");
    return [
      [words.id, ...columns.map((column) => known.texts[column])],
      ...ids.map((id) => [id, ...columns.map((column) => texts(id, column))]),
    ];
  };
  const field = (text) => `"${(/^[=+\-@\t\r]/.test(text) ? "'" : "") + text.replace(/"/g, '""')}"`;
  const csv = (rows, cite) =>
    "data:text/csv;charset=utf-8," +
    encodeURIComponent("\ufeff" + [...rows, [], [cite]].map((row) => row.map(field).join(",")).join("\r\n") + "\r\n");

  const button = (text, act, label) => {
    const made = make("button", text, { type: "button", class: "ek-button", "aria-label": label });
    made.addEventListener("click", act);
    return made;
  };
  /* To read, what a result says; how it was planned and let through stands behind each number. */
  const asTable = (whole, title) => {
    const kept = whole[0].indexOf(words.plan_state);
    const rows = whole.map((row) => row.slice(0, kept));
    const table = make("table", "", { class: "ek-table" });
    table.append(make("caption", title));
    const head = table.createTHead().insertRow();
    for (const text of rows[0]) head.append(make("th", text, { scope: "col" }));
    const body = table.createTBody();
    for (const [id, ...cells] of rows.slice(1)) {
      const row = body.insertRow();
      row.append(make("th", id, { scope: "row" }));
      cells.forEach((text, i) => row.append(make("td", text, { "data-head": rows[0][i + 1] })));
    }
    return table;
  };

  for (const exhibit of document.querySelectorAll("main :is(figure.ek-figure, table.ek-table)[id]")) {
    const { id } = exhibit;
    const image = exhibit.querySelector("figure img");
    const title = exhibit.querySelector(".ek-no");
    const name = title ? title.textContent.trim().replace(/[.。]$/, "") : id;
    const cite = words.cite_text.replace("{exhibit}", () => name);
    const rows = () => (image ? rowsOfFigure(known.figures[id] || []) : rowsOfTable(exhibit));
    const box = make("details", "", { class: "ek-take ek-screen" });
    box.append(make("summary", words.take, { "aria-label": `${words.take}: ${name}` }));
    box.addEventListener("toggle", () => {
      if (box.childElementCount > 1) return;
      const line = make("p", "");
      if (image && image.src.startsWith("data:image/svg+xml;base64,")) {
        line.append(button("SVG", () => save(id, "svg", address(drawing(image))), `SVG: ${name}`));
        line.append(button("PNG", () => dots(id, address(drawing(image))), `PNG: ${name}`));
      } else if (image) {
        line.append(button("PNG", () => dots(id, image.src), `PNG: ${name}`));
      }
      if (!image || known.figures[id]) {
        line.append(button("CSV", () => save(id, "csv", csv(rows(), cite)), `CSV: ${name}`));
      }
      const cited = make("p", "");
      cited.append(make("strong", words.cite), ` ${cite}`);
      box.append(line, cited);
      if (image && known.figures[id]) {
        const data = make("div", "", { class: "ek-data", tabindex: "0", role: "region", "aria-label": `${words.data}: ${name}` });
        data.append(asTable(rows(), `${words.data}: ${name}`));
        box.append(data);
      }
    });
    exhibit.after(box);
    if (!image) continue;
    box.id = `${id}-take`;
    const about = make("p", words.described, { id: `${id}-about`, hidden: "" });
    box.before(about);
    image.setAttribute("aria-details", box.id);
    image.setAttribute("aria-describedby", about.id);
  }
})();
