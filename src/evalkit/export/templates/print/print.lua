-- Prose for both forms, read once: `pandoc lua print.lua FOLDER...` makes, in each folder,
-- prose.typ and made.docx out of prose.html. Where an exhibit stands, a mark stays in both.
local here = arg[0]:match("^(.*)/[^/]*$")
local typst_filters = dofile(here .. "/typst.lua")
local docx_filters = dofile(here .. "/docx.lua")
local BEGINS, ENDS, FORMULA = "\u{e000}", "\u{e001}", "\u{e002}"
local RUN = '<w:p><w:r><w:t>%s</w:t></w:r></w:p>'

-- A slot keeps its number; a formula of a caption stands between marks.
local function slots(form)
  return { Div = function(el)
    local number = pandoc.utils.stringify(el)
    if el.classes:includes("ek-slot") then
      local mark = BEGINS .. number .. ENDS
      if form == "typst" then return pandoc.RawBlock("typst", mark) end
      return pandoc.RawBlock("openxml", RUN:format(mark))
    end
    if el.classes:includes("ek-formula") then
      if form == "typst" then
        local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", FORMULA) })
        blocks:extend(el.content)
        blocks:insert(pandoc.RawBlock("typst", FORMULA))
        return blocks
      end
      return pandoc.Div(el.content, { ["custom-style"] = "Formula" })
    end
  end }
end

-- The title of a page is level 1; a document's title is none of its sections.
local shift = { Header = function(el) el.level = math.max(el.level - 1, 1) return el end }

local function filtered(doc, filters)
  for _, filter in ipairs(filters) do doc = doc:walk(filter) end
  return doc
end

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  assert(file:write(text))
  assert(file:close())
end

local function one()
  local file = assert(io.open("prose.html", "rb"))
  local lang, text = file:read("l"), file:read("a")
  file:close()
  local doc = pandoc.read(text, "html"):walk(shift)
  local prose = filtered(filtered(doc, { slots("typst") }), typst_filters)
  write("prose.typ", pandoc.write(prose, "typst", { wrap_text = "wrap-none" }))
  doc.meta.lang = pandoc.MetaString(lang)
  local word = filtered(filtered(doc, { slots("docx") }), docx_filters)
  write("made.docx", pandoc.write(word, "docx", { reference_doc = "reference.docx" }))
end

for _, folder in ipairs(arg) do pandoc.system.with_working_directory(folder, one) end
