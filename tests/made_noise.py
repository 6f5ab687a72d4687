"""What changes on a page without its article saying anything else; and the replica's pages bare."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from crawler.replica.portal import FAMILIES
from crawler.replica.profiles import PROFILES
from crawler.replica.records import Entry
from crawler.replica.shelf import Page, Shelf
from crawler.replica.stock import holdings

OPENED = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
_OPENING = re.compile(r"<(p|div|span|td|li|ul|h1|h2|h3|table|section)(?=[\s>])", re.IGNORECASE)

Noise = Callable[[str, random.Random, list[str]], str]


def shelves() -> dict[str, Shelf]:
    """Return the replica's five sites, off the air."""
    found = {}
    for site, entries in holdings(300, 5, OPENED, 400).items():
        profile = PROFILES[site]
        shelf = found[site] = Shelf(FAMILIES[profile.family](profile), OPENED)
        shelf.address = f"https://{profile.domain}"
        for entry in entries:
            shelf.add(entry)
    return found


def entries(shelf: Shelf) -> list[Entry]:
    """Return the articles of a site that stand on one page of the site's usual build."""
    return [e for e in shelf.entries.values() if e.kind not in ("plan", "reference", "reprint")]


def written(page: Page) -> str:
    """Return a page of the replica as text."""
    body = page.shelf.family.article(page).body
    return body.decode("gb18030" if page.shelf.profile.family == "gbk-table" else "utf-8")


#: No element of style parts a line of fewer characters: a name, a signature.
LONG = 20

COUNTERS = (
    "浏览次数：{n}次",
    "阅读：{n}",
    "点击数：{n}",
    "人气：{n}",
    "本文已被浏览{n}次",
    "已有{n}人浏览",
    "访问量：{n}",
    "【浏览次数 {n}】",
    "共有 {n} 人次阅读",
    "Number of views ({n})/Comments (0)",
    "{n} views",
    "Views: {n} | Likes: 12",
    "Page views: {n:,}",
    "Read: {n} times",
)
TOOLS = (
    "【字体：大 中 小】【打印】【关闭】",
    "字号：[大 中 小]",
    "【大 中 小】【打印】【关闭窗口】",
    "打印本页 关闭窗口",
    "[打印] [关闭]",
    "Print this page",
)

# --- kinds of noise; each draws anew at every rendering, in the wording of its site ---


def counter(html: str, chance: random.Random, lines: list[str]) -> str:
    """A counter of readers behind the text, in the words that sites have for it."""
    count = _wording(COUNTERS, lines).format(n=chance.randrange(10**6))
    return _behind(html, lines, f"<p>{count}</p>")


def tools(html: str, chance: random.Random, lines: list[str]) -> str:
    """Buttons for the size of letters, printing and closing."""
    buttons = f"<div class='b{chance.randrange(99)}'>{_wording(TOOLS, lines)}</div>"
    return _behind(html, lines, buttons)


def clock(html: str, chance: random.Random, lines: list[str]) -> str:
    """The day and hour on top of the page."""
    day = f"今天是2026年{chance.randint(1, 12)}月{chance.randint(1, 28)}日"
    hour = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}"
    said = f"<div class='date'>{day} 星期{chance.choice('一二三四五')} {hour}</div>"
    return re.sub(r"(<body[^>]*>)", rf"\1{said}", html, count=1, flags=re.IGNORECASE)


def related(html: str, chance: random.Random, lines: list[str]) -> str:
    """Links to other articles behind the text."""
    head = _wording(("相关阅读", "推荐阅读", "热点新闻", "Related articles"), lines)
    rows = "".join(
        f"<li><a href='/n/{number}.html'>关于做好第{number}号工作的通知</a></li>"
        for number in chance.sample(range(999), chance.randint(3, 7))
    )
    block = f"<div class='r'><h4>{head}</h4><ul>{rows}</ul></div>"
    return re.sub("(</body>)", rf"{block}\1", html, count=1, flags=re.IGNORECASE)


def secrets(html: str, chance: random.Random, lines: list[str]) -> str:
    """What a server draws anew for each answer: tokens, stamps, comments, hidden fields."""
    token = f"{chance.getrandbits(64):016x}"
    hidden = f"<input type='hidden' name='__VIEWSTATE' value='{token}'><!-- {token} -->"
    html = re.sub("(</body>)", rf"{hidden}\1", html, count=1, flags=re.I)
    return re.sub("(</head>)", rf"<script nonce='{token}'>var t=1</script>\1", html, count=1)


def attributes(html: str, chance: random.Random, lines: list[str]) -> str:
    """Attributes that a build system gives to every element."""
    mark = f"data-v-{chance.getrandbits(32):08x}"
    return _OPENING.sub(lambda m: f"{m[0]} {mark}=''", html)


def layout(html: str, chance: random.Random, lines: list[str]) -> str:
    """White space between elements, and the gap before a paragraph."""
    gap = chance.choice(("\n", "\r\n\t\t", "\n\n    "))
    html = re.sub(r"</(p|div|li|ul|tr|td)>(?=<)", lambda m: m[0] + gap, html)
    indent = chance.choice(("　　", "&nbsp;&nbsp;&nbsp;&nbsp;", "&emsp;&emsp;", ""))
    for line in lines:
        shown = escape(line, quote=False)
        html = html.replace(f">{shown}", f">{indent}{shown}")
    return html


def spans(html: str, chance: random.Random, lines: list[str]) -> str:
    """Elements of style around parts of a line, entities, marks that nobody sees."""
    for line in lines:
        if len(line) < LONG:
            continue
        cut = chance.randrange(1, len(line) - 1)
        again = chance.choice(
            (
                f"<span style='font-size:16pt'>{line[:cut]}</span><font>{line[cut:]}</font>",
                f"{line[:cut]}&#x{ord(line[cut]):x};{line[cut + 1 :]}",
                line if line.isascii() else f"{line[:cut]}\u200b{line[cut:]}",
            )
        )
        if "&" not in line and "<" not in line:
            html = html.replace(f">{line}<", f">{again}<", 1)
    return html


NOISES: dict[str, Noise] = {
    noise.__name__: noise
    for noise in (counter, tools, clock, related, secrets, attributes, layout, spans)
}


def noisy(html: str, names: list[str], seed: int, lines: list[str]) -> str:
    """Return a page with these kinds of noise, drawn from a seed."""
    chance = random.Random(seed)
    for name in names:
        html = NOISES[name](html, chance, lines)
    return html


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, in order."""
    return [line for line in text.split("\n") if len(line) > 2]


def _wording(words: tuple[str, ...], lines: list[str]) -> str:
    """Return the words of a page's site, the same at every rendering."""
    return words[sum(map(len, lines)) % len(words)]


def _behind(html: str, lines: list[str], piece: str) -> str:
    """Put a piece right behind the last paragraph of the text."""
    at = html.rfind(escape(lines[-1], quote=False)) if lines else -1
    end = html.find("</p>", at)
    return html if at < 0 or end < 0 else f"{html[: end + 4]}{piece}{html[end + 4 :]}"
