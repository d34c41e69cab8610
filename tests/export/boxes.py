"""Where each piece of text lies on the pages of a PDF."""

import re
from dataclasses import dataclass

import pikepdf

IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Box:
    """What one operator of a page draws, in points from the page's left and lower edge."""

    page: int
    left: float
    right: float
    y: float


def boxes(path):
    """Return the boxes of every page, and each page's width."""
    with pikepdf.open(path) as pdf:
        pages = [(n, page) for n, page in enumerate(pdf.pages)]
        found = [box for n, page in pages for box in _of_page(n, page)]
        return found, [float(page.mediabox[2]) for _, page in pages]


def overlaps(found):
    """Return the pairs that stand on one line and over each other."""
    pairs, high = [], sorted(found, key=lambda box: (box.page, box.y))
    for at, one in enumerate(high):
        for other in high[at + 1 :]:
            if other.page != one.page or other.y > one.y + 3:
                break
            if min(one.right, other.right) > max(one.left, other.left) + 0.5:
                pairs.append((one, other))
    return pairs


def _times(a, b):
    return (
        a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4], a[4] * b[1] + a[5] * b[3] + b[5],
    )  # fmt: skip


def _widths(font):
    below = font.DescendantFonts[0]
    widths, entries, at = {}, list(below.get("/W", [])), 0
    while at < len(entries):
        first = int(entries[at])
        if isinstance(entries[at + 1], pikepdf.Array):
            widths |= {first + k: float(w) for k, w in enumerate(entries[at + 1])}
            at += 2
        else:
            last = int(entries[at + 1])
            widths |= dict.fromkeys(range(first, last + 1), float(entries[at + 2]))
            at += 3
    # A line may end in a space that hangs over its edge, and that nobody sees.
    spaces = re.findall(rb"<([0-9a-fA-F]{4})>\s*<0020>", font.ToUnicode.read_bytes())
    widths |= {int(code, 16): 0.0 for code in spaces}
    return widths, float(below.get("/DW", 1000))


def _advance(parts, size, font):
    widths, default = font
    total = 0.0
    for part in parts:
        if isinstance(part, pikepdf.String):
            raw = bytes(part)
            codes = [raw[k] * 256 + raw[k + 1] for k in range(0, len(raw), 2)]
            total += sum(widths.get(code, default) for code in codes)
        else:
            total -= float(part)
    return total * size / 1000


def _of_page(number, page):
    fonts = {name: _widths(font) for name, font in page.resources.get("/Font", {}).items()}
    matrix, stack, text, size, font = IDENTITY, [], IDENTITY, 0.0, None
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "q":
            stack.append(matrix)
        elif name == "Q":
            matrix = stack.pop()
        elif name == "cm":
            matrix = _times([float(v) for v in operands], matrix)
        elif name == "Tm":
            text = tuple(float(v) for v in operands)
        elif name == "Tf":
            font, size = fonts[str(operands[0])], float(operands[1])
        elif name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else operands
            at = _times(text, matrix)
            yield Box(number, at[4], at[4] + at[0] * _advance(parts, size, font), at[5])
