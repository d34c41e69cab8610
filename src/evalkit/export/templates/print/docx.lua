-- What an office edits: each class of the prose becomes a style of the document.
local DIVS = { ["ek-callout"] = "Callout" }
local WORD_JOINER, NO_BREAK = "\u{2060}", "\u{a0}"

local function styled(el, names)
  for _, class in ipairs(el.classes) do
    if names[class] then return names[class] end
  end
end

local function str(el)
  -- Word breaks a line behind a minus. In prose LibreOffice breaks a number that stands
  -- behind a space without a break; what fits its column gets one back below.
  local text = el.text:gsub(NO_BREAK, " ")
  return pandoc.Str((text:gsub("\u{2212}(%d)", "\u{2212}" .. WORD_JOINER .. "%1")))
end

local function div(el)
  local style = styled(el, DIVS)
  -- The style of a formula is its own already.
  if not style then return el.attributes["custom-style"] and el or el.content end
  return pandoc.Div(el.content, { ["custom-style"] = style })
end

local function code(el)
  return pandoc.Span({ pandoc.Str(el.text) }, { ["custom-style"] = "Id" })
end

local function definitionlist(el)
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

local function image(el)
  el.src = el.src:gsub("%.svg$", ".png")
  el.attributes.width = "100%"
  return el
end

local function figure(el)
  -- Pandoc sets the caption below; pages and PDF have it above.
  local head = pandoc.Plain(pandoc.utils.blocks_to_inlines(el.caption.long))
  local body = pandoc.Plain(pandoc.utils.blocks_to_inlines(el.content))
  return {
    pandoc.Div({ head }, pandoc.Attr(el.identifier, {}, { ["custom-style"] = "Image Caption" })),
    pandoc.Div({ body }, { ["custom-style"] = "Captioned Figure" }),
  }
end

local function rows(el)
  for _, row in ipairs(el.head.rows) do
    for _, cell in ipairs(row.cells) do
      cell.contents = pandoc.Blocks({ pandoc.Plain({ pandoc.Strong(pandoc.utils.blocks_to_inlines(cell.contents)) }) })
    end
  end
  return el
end

return { {
  Str = str, Div = div, Code = code, DefinitionList = definitionlist,
  Image = image, Figure = figure, Table = rows,
} }
