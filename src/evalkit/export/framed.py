"""A page beside the reports, in one language: its frame, its checks and its faces.

Imports what writes every page, language and words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evalkit.export.checks import check_page
from evalkit.export.fonts import check_glyphs, font_css
from evalkit.export.page import TEMPLATES, content_policy, page_style
from evalkit.export.templating import environment
from evalkit.language import language
from evalkit.words import say


def framed(
    template: str, styles: Sequence[str], files: Mapping[str, str], lang: str, **told: Any
) -> str:
    """Return a page that is whole by itself, without a script.

    Parameters
    ----------
    template : str
        Its template, which says what is told.
    styles : sequence of str
        Its own style sheets, behind that of every page.
    files : mapping of str to str
        The page's file in every language, by language code.
    **told
        What the page says, by name.

    Raises
    ------
    PageError
        If it may not leave the house.
    """
    html = environment(TEMPLATES).get_template(template).render(
        lang=lang,
        say=lambda key, **values: say(key, lang, **values),
        policy=content_policy(),
        css=page_style(None, *styles),
        family=language(lang).family,
        spoken=[
            {"lang": other, "file": file, "name": language(other).name, "here": other == lang}
            for other, file in files.items()
        ],
        **told,
    )  # fmt: skip
    check_glyphs(check_page(html, lang, files[lang], mixed=True), files[lang])
    return html.replace("@@FONTS@@", font_css(html), 1)
