-- Prose only; exhibits are written beside it. What pandoc's Typst writer would drop is kept:
-- classes, alternative text, row heads. A class is a function of the same name in report.typ.
local INLINE = { "ek-keep" }
local BLOCK = { "ek-callout" }
local MOST_UPRIGHT = 8 -- columns that a sheet of A4 holds when it stands
-- Letters of a row that stays whole, and rows and letters of a table that does.
local WHOLE_ROW, WHOLE_ROWS, WHOLE_TABLE = 1200, 12, 1500
-- Rows at the end of a longer table that stay together, and their letters.
local LAST_ROWS, LAST_LETTERS = 3, 600
-- Points across a sheet, those that a cell keeps free, and the widest letter of a table.
local STANDING, LYING, INSET, LETTER = 493.2, 739.8, 8, 9.5

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

local function span(el)
  local content = el.content
  if el.attributes.lang then
    content = call("text(lang: " .. quoted(el.attributes.lang) .. ")", content)
  end
  local name = named(el.classes, INLINE)
  return name and call(name, content) or content
end

local function code(el)
  -- An id is long and has no spaces: it may break anywhere.
  return typst("#ek-code(loose(" .. quoted(el.text) .. "));")
end

local function maths(el)
  local display = el.mathtype == "DisplayMath"
  local plain = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ el }) }), "typst"):gsub("%s+$", "")
  local block = display and "true" or "false"
  return typst("#math.equation(block: " .. block .. ", alt: " .. quoted(el.text) .. ", "
    .. plain .. ");")
end

local function div(el)
  local name = named(el.classes, BLOCK)
  if not name then return el.content end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#" .. name .. "[") })
  blocks:extend(el.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

local function definitions(el)
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

local function image(el)
  local alt = pandoc.utils.stringify(el.caption)
  return typst("#picture(" .. quoted(el.src) .. ", " .. quoted(alt) .. ");")
end

local function exhibit(kind, caption, label, whole, inner, before, after)
  local inlines = pandoc.Inlines({ typst(before .. "#exhibit(" .. quoted(kind) .. ", [") })
  inlines:extend(pandoc.utils.blocks_to_inlines(caption))
  inlines:insert(typst("], " .. tostring(whole) .. ", " .. quoted(label) .. ", "))
  inlines:extend(inner)
  inlines:insert(typst(")" .. after))
  return pandoc.Plain(inlines)
end

local function figure(el)
  local image
  el.content:walk({ Image = function(found) image = found end })
  if not image then return nil end
  local alt = pandoc.utils.stringify(image.caption)
  local inlines = pandoc.Inlines({ typst("picture(" .. quoted(image.src) .. ", " .. quoted(alt)
    .. ", wide: true, above: [") })
  inlines:extend(pandoc.utils.blocks_to_inlines(el.caption.long))
  inlines:insert(typst("])"))
  return exhibit("picture", el.caption.long, el.identifier, true, inlines, "", "")
end

local function length(row)
  local letters = 0
  for _, each in ipairs(row.cells) do
    letters = letters + utf8.len(pandoc.utils.stringify(each.contents))
  end
  return letters
end

-- Whether a piece that no line breaks may be wider than a cell.
local function overfull(text, room)
  local wide = 0
  for _, code in utf8.codes(text) do
    local breaks = code <= 0x20 or code > 0x2e7f
    wide = breaks and 0 or wide + LETTER
    if wide > room then return true end
  end
  return false
end

local function cell(el, inlines, strong, breakable, room)
  local text = pandoc.utils.blocks_to_inlines(el.contents, pandoc.Inlines({ pandoc.LineBreak() }))
  local right = el.alignment == "AlignRight"
  local span = el.col_span > 1 and "colspan: " .. el.col_span .. ", " or ""
  inlines:insert(typst("table.cell(" .. span .. "breakable: " .. tostring(breakable or false)
    .. ", align: " .. (right and "right" or "left") .. ")["))
  if strong then text = pandoc.Inlines({ pandoc.Strong(text) }) end
  if overfull(pandoc.utils.stringify(text), room) then
    text = call(string.format("fit(%.1fpt)", room), text)
  end
  inlines:extend(text)
  inlines:insert(typst("], "))
end

-- How wide each column is, and the room that a word surely has in it.
local function columns_of(el, sheet)
  local widths, rooms, total = {}, {}, 0
  for _, spec in ipairs(el.colspecs) do total = total + (spec[2] or 0) end
  for i, spec in ipairs(el.colspecs) do
    -- A table that needs less than the sheet finds its own widths; where it is mistaken,
    -- Typst leaves each column its even share at least.
    local own = total <= 0.99
    widths[i] = own and "auto" or string.format("%.4ffr", 100 * spec[2])
    rooms[i] = (own and 1 / #el.colspecs or spec[2] / total) * sheet - INSET
  end
  return widths, rooms
end

local function rows_of(el)
  local rows = {}
  for _, body in ipairs(el.bodies) do
    for _, row in ipairs(body.body) do table.insert(rows, row) end
  end
  return rows
end

-- The number of rows before those that stay together: none is left alone on a page.
local function before_last(rows, whole)
  local first, letters = math.max(#rows - LAST_ROWS, 0), 0
  for i = first + 1, #rows do letters = letters + length(rows[i]) end
  return (whole or letters > LAST_LETTERS) and #rows or first
end

local function write_table(el)
  local wide = #el.colspecs > MOST_UPRIGHT
  local widths, rooms = columns_of(el, wide and LYING or STANDING)
  local rows, letters = rows_of(el), 0
  for _, row in ipairs(rows) do letters = letters + length(row) end
  local whole = #rows <= WHOLE_ROWS and letters <= WHOLE_TABLE
  local inlines = pandoc.Inlines({ typst("table(columns: (" .. table.concat(widths, ", ")
    .. ",), table.hline(stroke: 1pt + ink), table.header(repeat: true, ") })
  for _, row in ipairs(el.head.rows) do
    for i, each in ipairs(row.cells) do cell(each, inlines, true, false, rooms[i]) end
  end
  inlines:insert(typst("table.hline(stroke: 1pt + ink)), "))
  local last = before_last(rows, whole)
  for n, row in ipairs(rows) do
    -- Typst keeps a footer on one page, and no other rows.
    if n == last + 1 then inlines:insert(typst("table.footer(repeat: false, ")) end
    local long = length(row) > WHOLE_ROW
    for i, each in ipairs(row.cells) do cell(each, inlines, false, long, rooms[i]) end
    inlines:insert(typst("table.hline(), "))
  end
  inlines:insert(typst("table.hline(stroke: 1pt + ink)" .. (last < #rows and "))" or ")")))
  return exhibit("table", el.caption.long, el.identifier, whole, inlines,
    wide and "#page(flipped: true)[" or "", wide and "]" or "")
end

-- Pandoc escapes what begins a heading or a list where its own blocks begin; between our
-- brackets the same signs begin them too, and three full stops become one sign.
local function text(el)
  local words = el.text
  local begins = words:match("^=+$") or words:match("^[-+/]$") or words:match("^%d+%.$")
  if begins then return typst((words:gsub("[-=+/.]", "\\%0"))) end
  if not words:find("..", 1, true) then return nil end
  local parts = pandoc.Inlines({})
  for run, dots in (words .. "\0"):gmatch("([^.%z]*)([.%z]*)") do
    if run ~= "" then parts:insert(pandoc.Str(run)) end
    dots = dots:gsub("%z", "")
    if #dots > 1 then parts:insert(typst((dots:gsub("%.", "\\.")))) end
    if #dots == 1 then parts:insert(pandoc.Str(dots)) end
  end
  return parts
end

-- A picture of an exhibit is taken with its caption, before those of the text.
return {
  { Figure = figure },
  {
    Span = span, Code = code, Math = maths, Div = div, DefinitionList = definitions,
    Image = image, Table = write_table,
  },
  -- Last: what a picture says is read above.
  { Str = text },
}
