"""Pictures as dots: Word and WPS of the last ten years show no SVG alike."""

from __future__ import annotations

from pathlib import Path

import typst

from evalkit.export.typesetting import fonts

PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("{file}", width: 22cm)'
DOTS_PER_INCH = 200


def as_png(picture: Path) -> Path:
    """Draw a picture in dots, beside it, and return the path; one of dots stays as it is."""
    if picture.suffix != ".svg":
        return picture
    drawing = picture.with_suffix(".typ")
    drawing.write_text(PICTURE.format(file=picture.name), encoding="utf-8")
    data = typst.compile(
        str(drawing),
        root=str(picture.parent),
        # Or it looks for every font of the machine; what a picture writes is drawn already.
        font_paths=fonts(),
        format="png",
        ppi=DOTS_PER_INCH,
    )
    target = picture.with_suffix(".png")
    target.write_bytes(data)
    return target
