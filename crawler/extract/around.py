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
#: How such lines begin, those apart that lead to the next article.
_INITIALS = frozenset("更相延推关热精猜网最全社发RrYyOoLlTtMmPpCcAaSs0123456789")
#: What only the foot of a site says, in small letters, so that each form is told by its first …
_FOOT = re.compile(
    r"版权所有|icp备|公网?安备|网站标识码|主办(?:单位)?[:：].{0,30}(?:承办|协办|维护)|"
    r"©|copyright\b|all rights reserved"
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
#: Lines at the end of a page among which its foot is.
_LAST = 50
#: A box is the foot where this share of its lines says what feet say.
_MOSTLY = 0.6


def shut_around(page: Page, scale: Scale, title: int) -> Scale:
    """Return the scale with the boxes shut that stand around the article.

    ``title`` is the line of the heading, -1 where the page shows none: the box that holds it is not
    shut, nor one with most of the page's prose unless there is text between it and the title.
    """
    announced, addresses = _announced(page, scale)
    shut = [
        box
        for box in announced
        if 2 * scale.gain(box) <= scale.gains[-1] or _is_text_before(page, scale, title, box)
    ]
    shut = [box for box in shut if not box.start <= title < box.end]
    shut += _feet(page, scale, title)
    lines = {i for box in shut for i in range(box.start, box.end)}.union(addresses)
    if not lines:
        return scale
    first = min(lines)
    weights = [after - before for before, after in pairwise(scale.sums[first:])]
    gains = [after - before for before, after in pairwise(scale.gains[first:])]
    for i in lines:
        weights[i - first], gains[i - first] = min(weights[i - first], -4), 0
    return replace(
        scale,
        gains=scale.gains[:first] + list(accumulate(gains, initial=scale.gains[first])),
        sums=scale.sums[:first] + list(accumulate(weights, initial=scale.sums[first])),
        foreign=scale.foreign | {box.index for box in shut},
    )


def _is_text_before(page: Page, scale: Scale, title: int, box: Box) -> bool:
    """Say whether text stands between the title and a box; comments may follow pictures."""
    if not 0 <= title < box.start:
        return False
    text = scale.gains[box.start] - scale.gains[title + 1]
    return text >= SOME or _COMMENTS.search(page.lines[box.start].text) is not None


def _announced(page: Page, scale: Scale) -> tuple[list[Box], list[int]]:
    """Return the boxes headed by a line that announces other articles or comments.

    Also the lines that are a site's links written out, hundreds in one.
    """
    boxes: list[Box] = []
    addresses: list[int] = []
    for i, weight in enumerate(scale.lines):
        # a heading is no prose, and no link
        if weight > _LONGEST:
            text = page.lines[i].text
            if weight > 400 and 60 * text.count("://") > len(text):
                addresses.append(i)
        elif weight >= -10:
            line = page.lines[i]
            size = len(line.text)
            if 2 * line.linked <= size <= _LONGEST and _may_announce(line.text):
                boxes += _headed(page, i)
    return boxes, addresses


def _may_announce(text: str) -> bool:
    # most lines are told by their first character
    first = text[:1]
    if first not in _INITIALS and first.isalnum():
        return False
    return BEHIND.fullmatch(text) is not None and "一" not in text[:4]


def _headed(page: Page, number: int) -> Iterator[Box]:
    """Yield the box that begins with a heading, or those right behind it."""
    line = page.lines[number]
    box = page.boxes[line.box]
    while box.parent >= 0 and page.boxes[box.parent].start == number:
        box = page.boxes[box.parent]
    of_comments = _COMMENTS.search(line.text) is not None
    if box.end - box.start > 1:
        if of_comments or not _MORE.match(line.text) or _is_linked(page, box):
            yield box
    elif box.start == number:
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


def _feet(page: Page, scale: Scale, title: int) -> Iterator[Box]:
    """Yield the boxes at the end of the page that name rights, licences and addresses."""
    done, lines = -1, page.lines
    for i in range(max(0, len(lines) - _LAST), len(lines)):
        if scale.lines[i] >= 0 or i < done or not _FOOT.search(lines[i].text.lower()):
            continue
        found, said, all_said = None, 0, 0
        start = end = i
        for index in page.above(lines[i].box):
            box = page.boxes[index]
            if box.end - box.start > _LAST or box.start <= title < box.end:
                break
            for one in (*range(box.start, start), *range(end, box.end)):
                size = len(lines[one].text) - lines[one].linked
                all_said += size
                if size and _is_foot(lines[one].text):
                    said += size
            start, end = box.start, box.end
            if said < _MOSTLY * all_said:
                break
            found = box
        if found:
            done = found.end
            yield found


@lru_cache(maxsize=4096)
def _is_foot(text: str) -> bool:
    return len(text) < 2 * _LONGEST and bool(_CONTACT.search(text) or _FOOT.search(text.lower()))
