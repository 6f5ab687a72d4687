"""Writes the article's box down as HTML, every picture with its own address."""

import re

from selectolax.lexbor import LexborNode

from crawler.extract.page import Box, outermost

#: Where pictures that wait to be scrolled to keep their address, most trusted first.
LAZY = (
    "data-src", "data-original", "oldsrc", "data-lazy-src", "data-url", "data-actualsrc", "_src",
    "original", "data-echo", "lazy-src", "data-srcset",
)  # fmt: skip
#: What stands there meanwhile, by the name of its file.
_PLACEHOLDER = re.compile(
    r"^(?:data:|about:|$)|(?:^|[/_-])(?:blank|loading|placeholder|spacer|grey|gray|lazy(?:load)?"
    r"|transparent)(?:[_-]?(?:img|image|pic|bg|small|big|icon|\d+))?\.\w+(?:\?.*)?$",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp)\b", re.IGNORECASE)
_DROP = "iframe,object,embed,form input,button,select,textarea"
#: Pictures that stand for a kind of file, or make letters larger.
_ICON = re.compile(
    r"/(?:icons?|fileicon|ico)/|/(?:icon|ico)[_-][^/]*$|/file_?type/|/font[+_-]?(?:big|small)?\.gif|"
    r"(?:enlarge|ensmall|spacer|pixel|blank)\.(?:gif|png)",
    re.IGNORECASE,
)
#: Pixels; what is smaller counts visits.
_SMALLEST = 4
#: Elements that mean something only with their own tag around what they hold.
_WHOLE = frozenset(["table", "ul", "ol", "dl", "blockquote", "pre", "figure"])
_ROWS = frozenset(["tbody", "thead", "tr", "td", "th"])


def write_down(box: Box) -> str:
    """Return the HTML of a pruned box."""
    node = box.node
    for child in outermost(node.css(_DROP)):
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
    """Return the address of a picture, even of one not scrolled to yet; ``""`` for none."""
    attributes = image.attributes
    for name in LAZY:
        if name in attributes and (address := _address(name, attributes[name])):
            return address
    if address := _address("src", attributes.get("src")):
        return address
    for name, value in attributes.items():
        if not (name.startswith(("data-", "srcset")) and value and _IMAGE.search(value)):
            continue
        if address := _address("srcset" if "," in value else name, value):
            return address
    return ""


def _address(name: str, value: str | None) -> str:
    """Return the address in an attribute, the first of a ``srcset``; ``""`` for a placeholder."""
    address = (value or "").strip()
    if name.endswith("srcset"):
        address = next((part for part in re.split(r"[\s,]+", address) if _IMAGE.search(part)), "")
    if name != "src" and "/" not in address and "." not in address:
        return ""
    return "" if _PLACEHOLDER.search(address) else address


def _is_drawn(image: LexborNode) -> bool:
    """Say whether a picture is one of the pixels that count visits."""
    sizes = [image.attributes.get(name) or "" for name in ("width", "height")]
    known = [int(size) for size in sizes if size.isdecimal() and len(size) < 6]
    return len(known) == 2 and max(known) < _SMALLEST
