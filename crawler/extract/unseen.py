"""Cuts what no reader sees out of a page's source, before anything is parsed.

Half of a page of the web is scripts, styles and drawings. Cut out of the string they cost next to
nothing; in the tree each of their nodes would be made, walked and thrown away.
"""

import re

_NAMES = """
    script style noscript template svg math iframe object applet select datalist textarea button
    canvas audio video noembed noframes xmp
"""
#: Never text of the page. ``noscript`` holds what other readers see: counters and notices.
NAMES = tuple(_NAMES.split())
# Sets for the letters that all names have spare nearly every other tag the walk through the names.
_LETTERS = map("".join, zip(*NAMES, strict=False))
_AHEAD = "".join(f"[-!{letters}{letters.upper()}]" for letters in _LETTERS)
_OPEN = re.compile(rf"<(?={_AHEAD})(!--|(?i:{'|'.join(NAMES)})(?=[\s/>]))")
_START = {name: re.compile(rf"<(?i:{name})(?=[\s/>])") for name in NAMES}
_END = {name: re.compile(rf"</(?i:{name})(?=[\s/>])") for name in NAMES}
_COMMENT_END = re.compile("--!?>")
#: Elements whose content is no HTML: whatever looks like a tag in it is none.
_RAW = frozenset("script style noscript template textarea iframe noembed noframes xmp".split())
#: Elements of other languages, which may close themselves.
_FOREIGN = frozenset(["svg", "math"])


def cut_unseen(html: str) -> tuple[str, list[str], list[str]]:
    """Return ``html`` without the elements nobody sees and comments; its scripts; its JSON-LD.

    What is never closed, or opened twice, is left to the parser; but a comment takes the rest of
    the page with it, by the rules of HTML.
    """
    kept: list[str] = []
    scripts: list[str] = []
    jsonld: list[str] = []
    at, look = 0, 0
    #: kinds of which no end is left: a page of thousands of them is searched for it once
    endless: set[str] = set()
    while found := _OPEN.search(html, look):
        start, name = found.start(), found[1].lower()
        stop = 0 if name in endless or _is_in_tag(html, at, start) else _end(html, found, endless)
        if not stop:
            look = found.end()
            continue
        if name == "script":
            head, _, text = html[found.end() : html.rfind("</", start, stop)].partition(">")
            (jsonld if "ld+json" in head else scripts).append(text)
        kept.append(html[at:start])
        at = look = stop
    if not kept:
        return html, scripts, jsonld
    kept.append(html[at:])
    return "".join(kept), scripts, jsonld


def _is_in_tag(html: str, at: int, start: int) -> bool:
    """Say whether a tag is still open at ``start``: what looks like one there is a value."""
    return html.rfind("<", at, start) > html.rfind(">", at, start)


def _end(html: str, opened: re.Match[str], endless: set[str]) -> int:
    """Return where an element or comment ends, 0 where it is to be left to the parser."""
    name = opened[1].lower()
    if name == "!--":
        # <!--> is a whole comment
        ended = _COMMENT_END.search(html, opened.start() + 2)
        return ended.end() if ended else len(html)
    if name in _FOREIGN:
        head = html.find(">", opened.end())
        if html[head - 1 : head] == "/":
            return head + 1
    closing = _END[name].search(html, opened.end())
    stop = html.find(">", closing.end()) + 1 if closing else 0
    if closing is None or not stop:
        endless.add(name)
        return 0
    if name not in _RAW and _START[name].search(html, opened.end(), closing.start()):
        return 0
    return stop
