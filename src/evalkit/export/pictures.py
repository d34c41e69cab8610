"""Pictures as dots: Word and WPS of the last ten years show no SVG alike."""

from __future__ import annotations

import io
from pathlib import Path

import typst
from PIL import Image

from evalkit.errors import StudyError
from evalkit.export.typesetting import fonts
from evalkit.files import scratch_folder
from evalkit.protocol import Brand

PICTURE = '#set page(width: auto, height: auto, margin: 0pt)\n#image("{file}", width: 22cm)'
DOTS_PER_INCH = 200
# Enough to see whether a drawing leaves anything on white paper.
FEW_DOTS = 36
# Of 255; white letters have a grey edge. And the share of dots that must be darker.
PALE, SEEN = 200, 0.005


def as_png(picture: Path) -> Path:
    """Draw a picture in dots, beside it, and return the path; one of dots stays as it is."""
    if picture.suffix != ".svg":
        return picture
    target = picture.with_suffix(".png")
    target.write_bytes(_drawn(picture, DOTS_PER_INCH))
    return target


def _drawn(picture: Path, dots: int) -> bytes:
    drawing = picture.with_suffix(".typ")
    drawing.write_text(PICTURE.format(file=picture.name), encoding="utf-8")
    data = typst.compile(
        str(drawing),
        root=str(picture.parent),
        # Or it looks for every font of the machine; what a picture writes is drawn already.
        font_paths=fonts(),
        format="png",
        ppi=dots,
    )
    return bytes(data)


def check_logo(brand: Brand) -> None:
    """Stop on a logo that a form could not draw, or that nobody would see on white paper.

    Raises
    ------
    StudyError
        With the name of its file.
    """
    if brand.logo is None:
        return
    path = brand.files[-1]
    with scratch_folder(prefix="evalkit-logo-") as work:
        picture = work / brand.logo.name
        picture.write_bytes(brand.logo.data)
        try:
            with Image.open(io.BytesIO(_drawn(picture, FEW_DOTS))) as drawn:
                bands, dots = drawn.convert("RGB").split(), drawn.width * drawn.height
            seen = any(sum(band.histogram()[:PALE]) >= SEEN * dots for band in bands)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:
            # What is wrong within Rust comes as an error that is no Exception.
            raise StudyError("logo.broken", path=path) from None
    if not seen:
        raise StudyError("logo.blank", path=path)
