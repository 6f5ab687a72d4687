"""Writes the article's box down as HTML, every picture with its own address."""

import re

from selectolax.lexbor import LexborNode

from crawler.extract.page import Box

#: Where pictures that wait to be scrolled to keep their address, most trusted first.
LAZY = (
    "data-src", "data-original", "oldsrc", "data-lazy-src", "data-url", "data-actualsrc", "_src",
    "original", "data-echo", "lazy-src", "data-srcset",
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"^data:|blank\.|loading|placeholder|spacer|grey\.gif|lazy|^about:|^$", re.IGNORECASE
)
_IMAGE = re.compile(
    r"^(?:https?:)?[\w./~%-]*/[^\s,]*\.(?:jpe?g|png|gif|webp|avif|bmp)\b", re.IGNORECASE
)
_DROP = "iframe,object,embed,form input,button,select,textarea"
#: Pictures that stand for a kind of file, or make letters larger.
_ICON = re.compile(
    r"/(?:icons?|fileicon|ico)/|(?:icon|ico)[_-][^/]*$|/file_?type/|/font[+_-]?(?:big|small)?\.gif|"
    r"(?:enlarge|ensmall|spacer|pixel|blank)\.(?:gif|png)",
    re.IGNORECASE,
)
#: Pixels; what is smaller is drawn, not shown.
_SMALLEST = 16
#: Elements that mean something only with their own tag around what they hold.
_WHOLE = frozenset(["table", "ul", "ol", "dl", "blockquote", "pre", "figure"])
_ROWS = frozenset(["tbody", "thead", "tr", "td", "th"])


def write_down(box: Box) -> str:
    """Return the HTML of a pruned box."""
    node = box.node
    for child in node.css(_DROP):
        child.decompose()
    before = ("", 0)
    for image in node.css("img"):
        address = address_of(image)
        parent = image.parent.mem_id if image.parent else 0
        # one copy waits to be scrolled to, another is for readers without scripts
        twice = address != "" and before == (address, parent)
        before = (address, parent)
        if twice or _ICON.search(address) or _is_drawn(image):
            image.decompose()
        elif address:
            image.attrs["src"] = address
        elif "src" in image.attributes:
            del image.attrs["src"]
    inner = node.inner_html or ""
    if box.tag in _WHOLE:
        return f"<{box.tag}>{inner}</{box.tag}>"
    return f"<table>{inner}</table>" if box.tag in _ROWS - {"td", "th"} else inner


def address_of(image: LexborNode) -> str:
    """Return the address of a picture, also of one still to be scrolled to; ``""`` for none."""
    attributes = image.attributes
    for name in LAZY:
        value = (attributes.get(name) or "").strip()
        if value and not _PLACEHOLDER.search(value):
            return value.split(",")[0].split()[0]
    src = (attributes.get("src") or "").strip()
    if not _PLACEHOLDER.search(src):
        return src
    for name, said in attributes.items():
        if name.startswith("data-") and said and _IMAGE.search(said.strip()):
            return said.strip().split(",")[0].split()[0]
    return ""


def _is_drawn(image: LexborNode) -> bool:
    """Say whether a picture is a mark or a pixel that counts visits."""
    sizes = [image.attributes.get(name) or "" for name in ("width", "height")]
    known = [int(size) for size in sizes if size.isdecimal()]
    return (len(known) == 2 and max(known) < _SMALLEST) or any(size < 2 for size in known)
