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
_INITIALS = "".join(sorted({initial for name in NAMES for initial in (name[0], name[0].upper())}))
# The set in front of the names spares most tags the walk through them.
_OPEN = re.compile(rf"<(?=[!{_INITIALS}])(!--|(?i:{'|'.join(NAMES)})(?=[\s/>]))")
_END = {name: re.compile(rf"</(?i:{name})(?=[\s/>])[^>]*>") for name in NAMES}


def cut_unseen(html: str) -> tuple[str, list[str], list[str]]:
    """Return ``html`` without the elements nobody sees and comments; its scripts; its JSON-LD.

    An element that is never closed is left to the parser, all but a comment, which by the rules of
    HTML takes the rest of the page with it.
    """
    kept: list[str] = []
    scripts: list[str] = []
    jsonld: list[str] = []
    at, look = 0, 0
    #: kinds of which no end is left: a page of thousands of them is searched for it once
    endless: set[str] = set()
    while found := _OPEN.search(html, look):
        start, name = found.start(), found[1].lower()
        if name == "!--":
            end = html.find("-->", start + 2)
            stop = end + 3 if end >= 0 else len(html)
        else:
            closing = None if name in endless else _END[name].search(html, found.end())
            if closing is None:
                endless.add(name)
                look = found.end()
                continue
            stop = closing.end()
            if name == "script":
                inner = html.find(">", found.end() - 1) + 1
                if inner < closing.start():
                    kind = html[found.end() : inner]
                    text = html[inner : closing.start()]
                    (jsonld if "ld+json" in kind else scripts).append(text)
        kept.append(html[at:start])
        at = look = stop
    if not kept:
        return html, scripts, jsonld
    kept.append(html[at:])
    return "".join(kept), scripts, jsonld
