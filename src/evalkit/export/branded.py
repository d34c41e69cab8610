"""What a page says of who publishes it: name, logo, and the colour of its links.

Imports protocol. The colours of verdicts and drawings have a meaning and stay as they are.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from evalkit.export.portal_cells import spoken
from evalkit.protocol import Brand

# In the order of CSS; a browser that does not know the function keeps the light page.
STYLE = (
    ".ek {{ --ek-brand: {light}; }}\n@supports (color: light-dark(#000, #FFF)) "
    "{{ .ek {{ --ek-brand: light-dark({light}, {dark}); }} }}\n"
)


def branded(brand: Brand | None, lang: str) -> dict[str, Any] | None:
    """Return what a page in one language shows of its publisher; None where it names none.

    Returns
    -------
    dict
        "name"; "source", "file" and "alt" of the logo, empty without one; "colour", that of
        paper, empty where the family's is kept.
    """
    if brand is None:
        return None
    return {
        "name": spoken(brand.name.text, lang),
        "source": brand.logo.source if brand.logo else "",
        "file": brand.logo.name if brand.logo else "",
        "alt": spoken(brand.alt.text, lang) if brand.alt else "",
        "colour": brand.colours.get("light", ""),
    }


def logo_bytes(shown: Mapping[str, str]) -> bytes:
    """Return the picture of a logo that `branded` tells of; nothing where there is none."""
    return base64.b64decode(shown["source"].partition(",")[2])


def brand_style(brand: Brand | None) -> str:
    """Return the rule that colours the links of a page; none where the family's are kept."""
    return STYLE.format(**brand.colours) if brand is not None and brand.colours else ""
