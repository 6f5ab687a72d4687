"""Which boxes stand around an article by what they say: those headed 相关阅读, and the site's foot.

Themes call their boxes what they like; a heading that announces other articles or comments, and
lines of addresses, licences and rights, are the same everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, pairwise

from crawler.extract.page import Box, Page
from crawler.extract.weight import Scale

#: Behind a line like this there is nothing of the article any more.
BEHIND = re.compile(
    r"\W*(?:更多)?(?:相关(?:阅读|新闻|链接|文章|推荐|信息|稿件|报道|内容|专题|资讯|报导)|延伸阅读|延伸閱讀|推荐阅读|"
    r"相關(?:新聞|報導|閱讀|文章|連結)|关联(?:稿件|内容|政策)|热门(?:推荐|新闻|文章)|精彩推荐|猜你喜欢|"
    r"更多(?:新闻|精彩|阅读|文章)|(?:网友|最新|全部|热门|社交|发表)评论|"
    r"related (?:articles|stories|posts|content|topics|news)|read more|you (?:may|might) also like|"
    r"(?:our )?(?:latest|top|more|popular|trending) (?:stories|news|articles|posts)|"
    r"more from.{0,30}|recommended(?: for you)?|(?:\d+ |leave a |post a )?comments?|"
    r"about the authors?|share this(?: (?:article|story|post|page|item))?)"
    r"\W*(?:[(（]\d+\W*|\d+\s*[条則则]\W*)?(?:[:：].{0,30})?"
    r"|\W*[上下]一[篇条页则篇].{0,60}",
    re.IGNORECASE,
)
#: Without one of these no line announces anything; most lines need not be looked at closer.
_HINT = re.compile("[相延推关關热精猜更网最全社发上下A-Za-z]")
#: What only the foot of a site says …
_FOOT = re.compile(
    r"版权所有|ICP备|公网?安备|网站标识码|主办(?:单位)?[:：].{0,30}(?:承办|协办|维护)|"
    r"©|copyright\b|all rights reserved",
    re.IGNORECASE,
)
#: … and what it says besides.
_CONTACT = re.compile(
    r"(?:地\s*址|邮\s*编|邮政编码|电\s*话|传\s*真|邮\s*箱|热线|主办|承办|协办|技术支持|维护|备案)(?:单位)?.{0,12}[:：]|"
    r"网站地图|联系我们|关于我们|隐私|浏览器|分辨率|IPv6|访问量|本网站|本站|"
    r"privacy|terms|contact us|sitemap|accessibility|telephone",
    re.IGNORECASE,
)
#: Headings of what readers said; others announce links.
_COMMENTS = re.compile("评论|comment", re.IGNORECASE)
#: What may stand on a button above the rest of the text.
_MORE = re.compile(r"\W*read more", re.IGNORECASE)
#: What a text weighs at least that stands between the title and the greater part of the prose.
SOME = 8
#: Longest line that is looked at.
_LONGEST = 60
#: A box is the foot where this share of its lines says what feet say.
_MOSTLY = 0.6


def shut_around(page: Page, scale: Scale, title: int) -> Scale:
    """Return the scale with the boxes shut that stand around the article.

    ``title`` is the line of the heading, -1 where the page shows none: the box that holds it is not
    shut, nor one with most of the page's prose unless there is text between it and the title.
    """
    shut = [
        box
        for box in _announced(page)
        if 2 * scale.gain(box) <= scale.gains[-1] or _is_text_before(page, scale, title, box)
    ]
    shut = [box for box in (*shut, *_feet(page, scale)) if not box.start <= title < box.end]
    lines = {i for box in shut for i in range(box.start, box.end)} | set(_addresses(page))
    if not lines:
        return scale
    weights = [after - before for before, after in pairwise(scale.sums)]
    gains = [after - before for before, after in pairwise(scale.gains)]
    for i in lines:
        weights[i], gains[i] = min(weights[i], -4), 0
    return replace(
        scale,
        gains=[0, *accumulate(gains)],
        sums=[0, *accumulate(weights)],
        foreign=scale.foreign | {box.index for box in shut},
    )


def _addresses(page: Page) -> Iterator[int]:
    """Yield the lines that are a site's links written out, hundreds in one."""
    for i, line in enumerate(page.lines):
        if len(line.text) > 400 and 60 * line.text.count("://") > len(line.text):
            yield i


def _is_text_before(page: Page, scale: Scale, title: int, box: Box) -> bool:
    """Say whether text stands between the title and a box; comments may follow pictures."""
    if not 0 <= title < box.start:
        return False
    text = scale.gains[box.start] - scale.gains[title + 1]
    return text >= SOME or _COMMENTS.search(page.lines[box.start].text) is not None


def _announced(page: Page) -> Iterator[Box]:
    """Yield the boxes that are headed by a line that announces other articles or comments."""
    for i, line in enumerate(page.lines):
        size = len(line.text)
        if not 0 < size <= _LONGEST or 2 * line.linked > size or not _HINT.search(line.text):
            continue
        if not BEHIND.fullmatch(line.text):
            continue
        if "一" in line.text[:4]:
            continue
        box = page.boxes[line.box]
        while box.parent >= 0 and page.boxes[box.parent].start == i:
            box = page.boxes[box.parent]
        of_comments = _COMMENTS.search(line.text) is not None
        if box.end - box.start > 1:
            if of_comments or not _MORE.match(line.text) or _is_linked(page, box):
                yield box
        elif box.start == i:
            yield from _alike(page, box, of_comments)


def _alike(page: Page, heading: Box, of_comments: bool) -> Iterator[Box]:
    """Yield the box of links or comments behind a heading, and those that are called the same."""
    at, first = heading.after, None
    while at < len(page.boxes) and page.boxes[at].parent == heading.parent:
        box = page.boxes[at]
        first = first or (box.tag, box.name)
        if (box.tag, box.name) != first or box.tag == "p":
            return
        if box.start == box.end or not (of_comments or _is_linked(page, box)):
            return
        yield box
        at = box.after


def _is_linked(page: Page, box: Box) -> bool:
    """Say whether links make up half of what a box says."""
    lines = page.lines[box.start : box.end]
    return 2 * sum(line.linked for line in lines) >= sum(len(line.text) for line in lines)


def _feet(page: Page, scale: Scale) -> Iterator[Box]:
    """Yield the boxes at the end of the page that name rights, licences and addresses."""
    done = -1
    for i, weight in enumerate(scale.lines):
        line = page.lines[i]
        size = len(line.text)
        if i < done or (size > 2 * _LONGEST and weight > 0) or not _names_rights(line.text):
            continue
        found = None
        for index in page.above(line.box):
            box = page.boxes[index]
            said = all_said = 0
            for one in range(box.start, box.end):
                size = len(page.lines[one].text) - page.lines[one].linked
                all_said += size
                said += size if _is_foot(page.lines[one].text) else 0
            if said < _MOSTLY * all_said:
                break
            found = box
        if found:
            done = found.end
            yield found


def _names_rights(text: str) -> bool:
    """Say whether a line says what only feet say; the cheap half of the question first."""
    hinted = "版" in text or "备" in text or "标识" in text or "办" in text or "©" in text
    return (hinted or "ight" in text or "IGHT" in text) and _FOOT.search(text) is not None


@lru_cache(maxsize=4096)
def _is_foot(text: str) -> bool:
    return len(text) < 2 * _LONGEST and bool(_CONTACT.search(text) or _FOOT.search(text))
