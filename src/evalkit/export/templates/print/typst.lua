-- What pandoc's Typst writer would drop is kept: classes, alternative text, row heads.
-- A class of the page is a function of the same name in report.typ.
local INLINE = {
  "ek-mark", "ek-no", "ek-note", "ek-part", "ek-key", "ek-count", "ek-withheld", "pill",
}
local BLOCK = {
  "ek-headline", "ek-sentence", "ek-keys", "ek-keys-item", "ek-tally", "ek-tally-item", "ek-refusal",
  "ek-absent", "ek-statement", "ek-callout", "status",
}
local MOST_UPRIGHT = 8 -- columns that a sheet of A4 holds when it stands
-- Letters of a row that stays whole, and rows and letters of a table that does.
local WHOLE_ROW, WHOLE_ROWS, WHOLE_TABLE = 1200, 12, 1500

local function typst(text) return pandoc.RawInline("typst", text) end

local function quoted(text)
  return '"' .. text:gsub('[\\"]', "\\%0"):gsub("\n", " ") .. '"'
end

local function named(classes, names)
  for _, name in ipairs(names) do
    if classes:includes(name) then return name end
  end
end

-- Content between brackets; a function that is called must not swallow what follows.
local function call(head, content)
  local inlines = pandoc.Inlines({ typst("#" .. head .. "[") })
  inlines:extend(content)
  inlines:insert(typst("]"))
  inlines:insert(typst(";"))
  return inlines
end

function Span(el)
  local content = el.content
  if el.attributes.lang then
    content = call("text(lang: " .. quoted(el.attributes.lang) .. ")", content)
  end
  if el.classes:includes("ek-chip") then
    for _, name in ipairs(el.classes) do
      if name ~= "ek-chip" then
        return call("ek-chip(" .. quoted(name:sub(4)) .. ")", content)
      end
    end
  end
  local name = named(el.classes, INLINE)
  return name and call(name, content) or content
end

function Code(el)
  -- An id is long and has no spaces: it may break anywhere.
  return typst("#ek-code(loose(" .. quoted(el.text) .. "));")
end

function Math(el)
  local display = el.mathtype == "DisplayMath"
  local plain = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ el }) }), "typst"):gsub("%s+$", "")
  local block = display and "true" or "false"
  return typst("#math.equation(block: " .. block .. ", alt: " .. quoted(el.text) .. ", "
    .. plain .. ");")
end

function Div(el)
  local name = named(el.classes, BLOCK)
  if not name then return el.content end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#" .. name .. "[") })
  blocks:extend(el.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

function DefinitionList(el)
  local inlines = pandoc.Inlines({ typst("#facts(") })
  for _, item in ipairs(el.content) do
    inlines:insert(typst("[*"))
    inlines:extend(item[1])
    inlines:insert(typst("*], ["))
    for _, blocks in ipairs(item[2]) do
      inlines:extend(pandoc.utils.blocks_to_inlines(blocks))
    end
    inlines:insert(typst("], "))
  end
  inlines:insert(typst(")"))
  return pandoc.Plain(inlines)
end

local function exhibit(kind, caption, label, whole, inner, before, after)
  local inlines = pandoc.Inlines({ typst(before .. "#exhibit(" .. quoted(kind) .. ", [") })
  inlines:extend(pandoc.utils.blocks_to_inlines(caption))
  inlines:insert(typst("], " .. tostring(whole) .. ", "))
  inlines:extend(inner)
  inlines:insert(typst(")"))
  if label ~= "" then inlines:insert(typst(" #label(" .. quoted(label) .. ")")) end
  inlines:insert(typst(after))
  return pandoc.Plain(inlines)
end

function Figure(el)
  local picture
  el.content:walk({ Image = function(image) picture = image end })
  if not picture then return nil end
  local alt = pandoc.utils.stringify(picture.caption)
  if alt == "" then alt = picture.attributes.alt or "" end
  local image = typst("image(" .. quoted(picture.src) .. ", width: 100%, alt: " .. quoted(alt) .. ")")
  return exhibit("picture", el.caption.long, el.identifier, true, { image }, "", "")
end

local function length(row)
  local letters = 0
  for _, each in ipairs(row.cells) do
    letters = letters + utf8.len(pandoc.utils.stringify(each.contents))
  end
  return letters
end

local function cell(el, inlines, strong, breakable)
  local text = pandoc.utils.blocks_to_inlines(el.contents, pandoc.Inlines({ pandoc.LineBreak() }))
  local right = el.classes:includes("ek-figures")
  local span = el.col_span > 1 and "colspan: " .. el.col_span .. ", " or ""
  inlines:insert(typst("table.cell(" .. span .. "breakable: " .. tostring(breakable or false)
    .. ", align: " .. (right and "right" or "left") .. ")["))
  if strong then text = pandoc.Inlines({ pandoc.Strong(text) }) end
  inlines:extend(text)
  inlines:insert(typst("], "))
end

function Table(el)
  local columns = #el.colspecs
  local widths, total = {}, 0
  for _, spec in ipairs(el.colspecs) do total = total + (spec[2] or 0) end
  for _, spec in ipairs(el.colspecs) do
    -- A table that needs less than the sheet finds its own widths.
    table.insert(widths, total > 0.99 and string.format("%.4ffr", 100 * spec[2]) or "auto")
  end
  local head = "table(columns: (" .. table.concat(widths, ", ") .. ",), table.hline(stroke: 1pt + ink), "
  local inlines = pandoc.Inlines({ typst(head) })
  inlines:insert(typst("table.header(repeat: true, "))
  for _, row in ipairs(el.head.rows) do
    for _, each in ipairs(row.cells) do cell(each, inlines, true) end
  end
  inlines:insert(typst("table.hline(stroke: 1pt + ink)), "))
  local rows, letters = 0, 0
  for _, body in ipairs(el.bodies) do
    for _, row in ipairs(body.body) do
      local strong, long = row.classes:includes("ek-strong"), length(row)
      rows, letters = rows + 1, letters + long
      for _, each in ipairs(row.cells) do cell(each, inlines, strong, long > WHOLE_ROW) end
      inlines:insert(typst("table.hline(), "))
    end
  end
  inlines:insert(typst("table.hline(stroke: 1pt + ink))"))
  local wide = columns > MOST_UPRIGHT
  local whole = rows <= WHOLE_ROWS and letters <= WHOLE_TABLE
  return exhibit("table", el.caption.long, el.identifier, whole, inlines,
    wide and "#page(flipped: true)[" or "", wide and "]" or "")
end
