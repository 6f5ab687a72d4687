"""The one notation for a place on a page: CSS, or CSS followed by ``@attribute``.

Nothing is selected here; this room only takes the notation apart and says whether it can be read.
"""

import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

#: The attribute stands at the very end, so that ``a[href*="@"]`` stays CSS.
NOTATION = re.compile(r"(?P<css>.*?)\s*@(?P<attribute>[A-Za-z_:][\w:.-]*)", re.DOTALL)

#: What people bring along from other tools, and how it is written here.
FOREIGN = (
    (re.compile(r"::text\b"), "leave ::text out: text is what is taken"),
    (
        re.compile(r"::attr\((?P<name>[^)]*)\)"),
        "write @{name} at the end instead of ::attr({name})",
    ),
    (re.compile(r":(?:contains|-soup-contains)\("), 'write :lexbor-contains("…")'),
    (re.compile(r":(?:first|last|eq|gt|lt)(?![\w-])"), "write :nth-child(n) or :nth-of-type(n)"),
    (re.compile(r"^\s*\.?/"), "this looks like XPath; write CSS"),
    (re.compile(r"@"), "an attribute is one name at the very end, for example a@href"),
)

_NOWHERE = LexborHTMLParser("")


def split(selector: str) -> tuple[str, str | None]:
    """Return the CSS of ``selector`` and the attribute it asks for, None for the text."""
    if found := NOTATION.fullmatch(selector.strip()):
        return found["css"], found["attribute"]
    return selector.strip(), None


def check(selector: str) -> str | None:
    """Return why ``selector`` cannot be used, or None where it can."""
    css, _ = split(selector)
    if not css:
        return "is empty" if not selector.strip() else "names an attribute but no element"
    try:
        _NOWHERE.css(css)
    except SelectolaxError:
        return "is no CSS selector that can be read"
    return None


def mend(selector: str) -> str:
    """Return what to write instead of a selector that ``check`` refused, or ``""``."""
    for foreign, advice in FOREIGN:
        if found := foreign.search(split(selector)[0]):
            return advice.format(**found.groupdict())
    return ""
