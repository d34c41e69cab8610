-- What an office edits: each class of the page becomes a style of the document.
local SPANS = {
  ["ek-note"] = "Note", ["ek-chip"] = "Chip", ["ek-key"] = "Key Number",
  ["ek-withheld"] = "Withheld", ["pill"] = "Chip", ["ek-part"] = "Note",
}
local DIVS = {
  ["ek-headline"] = "Verdict", ["ek-sentence"] = "Verdict Sentence", ["ek-refusal"] = "Callout",
  ["ek-absent"] = "Callout", ["ek-callout"] = "Callout", ["ek-tally-item"] = "Body Text",
  ["title"] = "Title", ["status"] = "Subtitle", ["made-up"] = "Made Up",
}
local WORD_JOINER, NO_BREAK = "\u{2060}", "\u{a0}"

local function styled(el, names)
  for _, class in ipairs(el.classes) do
    if names[class] then return names[class] end
  end
end

function Str(el)
  -- Word breaks a line behind a minus. In prose LibreOffice breaks a number that stands
  -- behind a space without a break; what fits its column gets one back below.
  local text = el.text:gsub(NO_BREAK, " ")
  return pandoc.Str((text:gsub("\u{2212}(%d)", "\u{2212}" .. WORD_JOINER .. "%1")))
end

-- What stays on one line on a screen stays so here.
local function together(inlines)
  return inlines:walk({
    Space = function() return pandoc.Str(NO_BREAK) end,
    Str = function(el) return pandoc.Str((el.text:gsub(" ", NO_BREAK))) end,
  })
end

function Span(el)
  local style = styled(el, SPANS)
  local content = el.content
  if el.classes:includes("ek-number") or el.classes:includes("ek-chip") then
    content = together(content)
  end
  if el.classes:includes("ek-note") then content:insert(1, pandoc.LineBreak()) end
  if el.classes:includes("ek-mark") then content:insert(pandoc.Str(NO_BREAK)) end
  if el.classes:includes("ek-key") then content:insert(pandoc.Space()) end
  if el.classes:includes("ek-count") then content:insert(pandoc.Str("   ")) end
  if not style then return content end
  return pandoc.Span(content, { ["custom-style"] = style })
end

function Div(el)
  local style = styled(el, DIVS)
  if not style then return el.content end
  return pandoc.Div(el.content, { ["custom-style"] = style })
end

function Code(el)
  return pandoc.Span({ pandoc.Str(el.text) }, { ["custom-style"] = "Id" })
end

function DefinitionList(el)
  local lines = pandoc.Blocks({})
  for _, item in ipairs(el.content) do
    local inlines = pandoc.Inlines({ pandoc.Strong(item[1]), pandoc.Str(":"), pandoc.Space() })
    for _, blocks in ipairs(item[2]) do
      inlines:extend(pandoc.utils.blocks_to_inlines(blocks))
    end
    lines:insert(pandoc.Div({ pandoc.Para(inlines) }, { ["custom-style"] = "Facts" }))
  end
  return lines
end

function Image(el)
  el.attributes.width = "100%"
  return el
end

function Figure(el)
  -- Pandoc sets the caption below; pages and PDF have it above.
  local head = pandoc.Plain(pandoc.utils.blocks_to_inlines(el.caption.long))
  local body = pandoc.Plain(pandoc.utils.blocks_to_inlines(el.content))
  return {
    pandoc.Div({ head }, pandoc.Attr(el.identifier, {}, { ["custom-style"] = "Image Caption" })),
    pandoc.Div({ body }, { ["custom-style"] = "Captioned Figure" }),
  }
end

function Table(el)
  for _, row in ipairs(el.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.contents = pandoc.Blocks({ pandoc.Plain({ pandoc.Strong(pandoc.utils.blocks_to_inlines(cell.contents)) }) })
    end
  end
  for _, body in ipairs(el.bodies) do
    for _, row in ipairs(body.body) do
      -- The head of a row names each of its figures on a line of its own.
      row.cells[1].contents = row.cells[1].contents:walk({ SoftBreak = pandoc.LineBreak })
      for position, cell in ipairs(row.cells) do
        if cell.classes:includes("ek-figures") then el.colspecs[position][1] = "AlignRight" end
        if row.classes:includes("ek-strong") then
          cell.contents = pandoc.Blocks({ pandoc.Plain({ pandoc.Strong(pandoc.utils.blocks_to_inlines(cell.contents)) }) })
        end
      end
    end
  end
  return el
end
