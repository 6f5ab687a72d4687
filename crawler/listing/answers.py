"""From the text of an answer to the JSON in it, whatever it is wrapped in. Pure.

Sites answer with JSON, with a call of a function around it (JSONP), with a line against its abuse
before it, with JSON as a text inside XML or HTML, escaped once or twice, or with what only
JavaScript reads.
"""

import html
import json
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from crawler.listing.literals import read_literal

#: How far into an answer its JSON may begin: behind the name of a function, an XML declaration.
_FURTHEST = 600

#: Places at which it is tried to read.
_TRIES = 6

#: Wrappings inside each other.
_LAYERS = 3


def read_answer(text: str) -> Any:
    """Return the value an answer holds, None where it holds no array and no object."""
    for _ in range(_LAYERS):
        text = text.strip("\ufeff \t\r\n\x00")
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            value = _within(text)
        if not isinstance(value, str):
            return value if isinstance(value, list | dict) else None
        text = value
    return None


def _within(text: str) -> Any:
    """Return the value inside a wrapping, or the text that is to be read in its place."""
    if text.startswith("<"):
        _, told, rest = text.partition("<![CDATA[")
        bare = rest.partition("]]>")[0] if told else LexborHTMLParser(text).text()
        return bare if bare.strip() != text else None
    if "&quot;" in text[:_FURTHEST] and '"' not in text[:_FURTHEST]:
        return html.unescape(text)
    at = -1
    for _ in range(_TRIES):
        places = [place for mark in "{[" if (place := text.find(mark, at + 1, _FURTHEST)) >= 0]
        if not places:
            return None
        at = min(places)
        if found := read_literal(text, at):
            value, end = found
            # ")]}'," and "for(;;);[]" stand before the thing itself
            if value and end > len(text) / 2:
                return value
    return None
