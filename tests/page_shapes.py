"""Made pages: frames, titles, metas and parts put together at random, each page with its truth.

A page is drawn from a number; the same number draws the same page. Any part can be pinned by its
name, so that a shape that went wrong can be drawn again and again.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from tests.page_bodies import CHINESE, ENGLISH
from tests.page_furniture import (
    ABOVE,
    CHINESE_ONLY,
    CLOSING,
    ELSEWHERE,
    HEADERS,
    TAILS,
    footer,
    header_line,
    label_table,
)
from tests.page_sheet import Sheet, key
from tests.page_words import Words

URL = "http://www.qinghe.example/zwgk/t20240315_100.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page and what is true of it."""

    html: str
    #: part → what was drawn for it; several by comma
    shape: dict[str, str]
    truth: Sheet


# --- titles ---


def _title(sheet: Sheet, kind: str) -> str:
    title = sheet.title
    if kind.startswith("h"):
        return f"<{kind}{sheet.called()}>{title}</{kind}>"
    if kind == "broken":
        cut = len(title) // 2
        if not sheet.words.chinese:
            cut = title.index(" ", cut - 4)
        tag = sheet.pick("h1", "h2", 'div class="title"')
        return f"<{tag}>{title[:cut]}<br>{title[cut:]}</{tag.split()[0]}>"
    if kind == "named":
        return (
            f'<div class="{sheet.pick("title", "article-title", "con_title", "bt")}">{title}</div>'
        )
    if kind == "subtitle":
        below = sheet.may(f"——{sheet.words.title()}")
        return f"<h1>{title}</h1><h3>{below}</h3>"
    if kind == "font":
        return f'<div align="center"><font size="5" color="red"><b>{title}</b></font></div>'
    return f'<p align="center"><strong>{title}</strong></p>'


TITLES = ("h1", "h2", "h3", "broken", "named", "subtitle", "font", "strong")
#: What <title> holds. Where it is no witness, the title must be a heading.
HEADS = ("same", "with site", "with column and site", "escaped", "site", "empty")


def _head(sheet: Sheet, kind: str, metas: str) -> str:
    site = f"{sheet.words.place()}人民政府" if sheet.words.chinese else "Ash County"
    column = sheet.pick("通知公告", "工作动态") if sheet.words.chinese else "News"
    joint = sheet.pick("_", "-", " - ", "|", " | ")
    text = {
        "same": sheet.title,
        "with site": f"{sheet.title}{joint}{site}",
        "with column and site": f"{sheet.title}{joint}{column}{joint}{site}",
        "escaped": escape(f"<font color=red>{sheet.title}</font>"),
        "site": site,
        "empty": "",
    }[kind]
    day, out = sheet.words.day(), [f"<title>{text}</title>"]
    if metas == "full":
        pairs = {
            "SiteName": site,
            "ColumnName": column,
            "ArticleTitle": sheet.title,
            "PubDate": day,
            "ContentSource": sheet.words.office(),
            "Keywords": column,
        }
        out += [f'<meta name="{name}" content="{said}">' for name, said in pairs.items()]
    elif metas == "generated":
        out += ['<meta name="PubDate" content="2025-11-02 03:04:05">',
                '<meta name="others" content="页面生成时间 2025-11-02 03:04:05">']  # fmt: skip
    return "".join(out)


# --- files below the text or in it ---


def _files(sheet: Sheet, kind: str) -> str:
    if kind == "none":
        return ""
    if kind == "address":
        address = sheet.file()
        return f'<div{sheet.called()}><a href="{address}">{sheet.may(address)}</a></div>'
    names = [f"{n}.{sheet.words.title()}" for n in range(1, sheet.chance.randint(2, 4))]
    links = [f'<a href="{sheet.file()}">{name}</a>' for name in names]
    if kind == "inside":
        for number, name in enumerate(names):
            sheet.must(f"附件：{name}" if number == 0 else name)
        return "".join(f"<p>{'附件：' if n == 0 else ''}{a}</p>" for n, a in enumerate(links))
    for name in names:
        sheet.may(name)
    sheet.may("".join(names))
    sheet.may("附件：")
    sheet.may("附件下载")
    icon = '<img src="/images/icon_doc.gif">'
    if kind == "list":
        items = "".join(f"<li>{icon}{a}</li>" for a in links)
        return f"<div{sheet.called()}><p>附件：</p><ul>{items}</ul></div>"
    if kind == "table":
        rows = "".join(f"<tr><td>{icon}</td><td>{a}</td></tr>" for a in links)
        return f"<table><tr><td colspan=2>附件下载</td></tr>{rows}</table>"
    address = sheet.file()
    return f'<div{sheet.called()}><a href="{address}">{sheet.may(address)}</a></div>'


FILES = ("none", "inside", "list", "table", "address")

# --- frames ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    above: str
    title: str
    #: everything of the article's box
    article: str
    #: what stands behind the box
    behind: str
    side: str
    foot: str


def _old_tables(sheet: Sheet, parts: _Parts) -> str:
    side = f'<td width="200" valign="top">{parts.side}</td>' if parts.side else ""
    return f"""<table width="1000" align="center"><tr><td colspan="2">{parts.above}</td></tr>
    <tr>{side}<td><table width="100%"><tr><td height="40" align="center">{parts.title}</td></tr>
    <tr><td{sheet.called()}>{parts.article}</td></tr><tr><td>{parts.behind}</td></tr></table></td></tr>
    <tr><td colspan="2">{parts.foot}</td></tr></table>"""


def _div_soup(sheet: Sheet, parts: _Parts) -> str:
    def wrapped(inner: str) -> str:
        for _ in range(sheet.chance.randint(0, 3)):
            inner = f"<div{sheet.called()}>{inner}</div>"
        return inner

    article = wrapped(f"<div{sheet.called()}>{parts.article}</div>")
    main = wrapped(f"{parts.title}{article}{wrapped(parts.behind)}")
    inner = main + parts.side if sheet.chance.random() < 0.5 else parts.side + main
    return f"{wrapped(parts.above)}<div{sheet.called()}>{inner}</div>{wrapped(parts.foot)}"


def _semantic(sheet: Sheet, parts: _Parts) -> str:
    return f"""<header>{parts.above}</header><main><article>{parts.title}
    <div{sheet.called()}>{parts.article}</div></article>{parts.behind}</main>
    <aside>{parts.side}</aside><footer>{parts.foot}</footer>"""


def _one_box(sheet: Sheet, parts: _Parts) -> str:
    """Return a page that puts title, text and what follows into one box."""
    inner = f"{parts.title}{parts.article}{parts.behind}"
    return f"{parts.above}<div{sheet.called()}>{inner}</div>{parts.side}{parts.foot}"


def _copies(sheet: Sheet, parts: _Parts) -> str:
    """Return a page saved from a browser: the article stands in it once more."""
    attribute = sheet.pick(
        'class="ng-hide" ng-show="print"', 'style="display:none"', "hidden", 'class="mobile"',
        'class="m-only" v-if="phone"',
    )  # fmt: skip
    whole = f"{parts.title}<div{sheet.called()}>{parts.article}</div>"
    return f"""<div ng-app="app" id="app">{parts.above}<!-- ngIf: wide -->
    <div{sheet.called()}>{whole}
    {parts.behind}</div><div {attribute}>{whole}</div>{parts.side}{parts.foot}</div>"""


FRAMES: dict[str, Callable[[Sheet, _Parts], str]] = {
    "old tables": _old_tables,
    "div soup": _div_soup,
    "semantic": _semantic,
    "one box": _one_box,
    "copies": _copies,
}
STYLES = ("plain", "plain", "upper", "unclosed")
_TAG = re.compile(r"<(/?)([a-z]\w*)(?=[\s>/])")
_CLOSING = re.compile(r"</(?:p|li|td|tr)>")


def _styled(html: str, style: str) -> str:
    if style == "upper":
        return _TAG.sub(lambda found: f"<{found[1]}{found[2].upper()}", html)
    return _CLOSING.sub("", html) if style == "unclosed" else html


# --- together ---


def draw(number: int, **pinned: str) -> Made:
    """Return a page; ``pinned`` names what must be drawn for a part (``body="poem"``)."""
    chance = random.Random(f"page {number}")
    shape: dict[str, str] = {}

    def choose(part: str, *options: str) -> str:
        chosen = chance.choice(options)
        shape[part] = pinned.get(part, chosen)
        return shape[part]

    def some(part: str, options: list[str], most: int) -> list[str]:
        chosen = chance.sample(options, chance.randint(0, min(most, len(options))))
        shape[part] = pinned.get(part, ",".join(chosen))
        return [name for name in shape[part].split(",") if name]

    chinese = choose("language", "zh", "zh", "zh", "en") == "zh"
    sheet = Sheet(chance, Words(chance, chinese))
    sheet.title = chance.choice(("", "", "", "【公示】" if chinese else "")) + sheet.words.title()
    bodies = CHINESE if chinese else ENGLISH
    frame, style = choose("frame", *FRAMES), choose("style", *STYLES)
    title = choose("title", *TITLES)
    metas = choose("metas", "full", "generated", "none")
    told = HEADS if title in ("h1", "h2", "h3", "broken", "named") or metas == "full" else HEADS[:4]
    head = _head(sheet, choose("head", *told), metas)
    heading = _title(sheet, title)
    above = "".join(ABOVE[name](sheet) for name in some("above", list(ABOVE), 5))
    header = header_line(sheet, choose("header", *HEADERS))
    where = choose("header at", "above", "above", "above", "below")
    table = label_table(sheet) if chinese and choose("labels", "none", "none", "in") == "in" else ""
    body = bodies[choose("body", *bodies)](sheet)
    closing = [n for n in some("closing", list(CLOSING), 1) if chinese or n not in CHINESE_ONLY]
    files = choose("files", *FILES) if chinese else "none"
    ended = "".join(CLOSING[name](sheet) for name in closing)
    attached = _files(sheet, files)
    inside = attached + ended if files == "inside" else ended
    if files == "inside" and closing:
        # what is noted first stands first: the files, then the editor
        count = len(closing)
        sheet.lines = sheet.lines[: -len(sheet.files) - count] + (
            sheet.lines[-len(sheet.files) :]
            + sheet.lines[-len(sheet.files) - count : -len(sheet.files)]
        )
    below = "" if files == "inside" else attached
    tails = [n for n in some("tails", list(TAILS), 4) if chinese or n not in CHINESE_ONLY]
    tail = "".join(TAILS[name](sheet) for name in tails)
    held = choose("tails at", "behind", "behind", "inside") == "inside"
    article = (header if where == "above" else "") + table + body + inside
    if where == "below":
        below = header + below
    parts = _Parts(
        above=above,
        title=heading,
        article=article + (below + tail if held else ""),
        behind="" if held else below + tail,
        side="".join(ELSEWHERE[n](sheet) for n in some("elsewhere", list(ELSEWHERE), 2)),
        foot=footer(sheet),
    )
    sheet.may(sheet.title)
    html = f"<html><head>{head}</head><body>{FRAMES[frame](sheet, parts)}</body></html>"
    return Made(html=_styled(html, style), shape=shape, truth=sheet)


def _may(line: str, either: set[str]) -> bool:
    """Say whether a line is made of such as may be counted as the article's."""
    for said in sorted(either, key=len, reverse=True):
        line = line.replace(said, "") if said else line
    return not line


def faults(made: Made, text: str, html: str, title: str, pictures: tuple[str, ...],
           files: tuple[str, ...]) -> list[str]:  # fmt: skip
    """Return what of a page was not read as it is, each fault in a few words."""
    truth, found = made.truth, []
    if key(title) != key(truth.title):
        found.append(f"title: {title}")
    lines = [key(line) for line in text.split("\n")]
    wanted = [key(line) for line in truth.lines]
    at = 0
    for line in wanted:
        if line in lines[at:]:
            at = lines.index(line, at) + 1
        else:
            how = "order" if line in lines else "broken" if line in "".join(lines) else "lost"
            found.append(f"{how}: {line}")
    for line in lines:
        if line not in wanted and not _may(line, truth.either):
            part = truth.foreign.get(line, "?")
            found.append(f"extra ({part}): {line}")
        elif lines.count(line) > max(1, wanted.count(line)):
            found.append(f"twice: {line}")
    ends = {address.rpartition("/")[2] for address in pictures}
    found += [
        f"picture lost: {one}" for one in truth.pictures if one.rpartition("/")[2] not in ends
    ]
    foreign = [one for one in truth.foreign_pictures if one.rpartition("/")[2] in ends]
    found += [f"picture foreign: {one}" for one in foreign]
    ends = {address.rpartition("/")[2] for address in files}
    found += [f"file lost: {one}" for one in truth.files if one.rpartition("/")[2] not in ends]
    if len(ends) > len(truth.files):
        found.append("file foreign")
    if html.count("<table") < truth.tables:
        found.append("table lost")
    if html.count("<ul") + html.count("<ol") < truth.lists:
        found.append("list lost")
    found += [
        f"heading lost: {one}"
        for one in truth.headings
        if not re.search(rf"<h\d>{re.escape(one)}", html)
    ]
    return found
