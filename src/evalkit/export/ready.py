"""What every page needs and none changes, made before the first one is asked for."""

from __future__ import annotations

from evalkit.export import docx_reference, fonts, page, summary, typesetting
from evalkit.export.templating import environment
from evalkit.language import whole_languages
from evalkit.present.shown import stylesheet
from evalkit.protocol import package_sha256
from evalkit.words import number


def make_ready() -> None:
    """Compile the templates, find the fonts, and read the words of every language.

    For a process that is forked for each report: what is built here at its first use is
    not built again in each fork. It starts no thread, with which there is no forking.
    """
    page.make_ready()
    environment(page.TEMPLATES).get_template("portal.html.j2")
    summary.environment().get_template("summary.html.j2")
    stylesheet()
    fonts.font_css("<html><body>0 零 <b>0</b></body></html>")
    fonts.check_glyphs("0", "")
    typesetting.fonts()
    docx_reference.reference()
    for lang in whole_languages():
        number(0.5, "pct1", lang)
    package_sha256()
