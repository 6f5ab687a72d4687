"""Recognises pages that answer 200 and say that there is nothing, or that we may not see it.

Only short pages are judged: an article about deleted pages is long, and shows when it appeared.
"""

import re

from crawler.errors import ChallengeError, GoneError
from crawler.extract.page import Page
from crawler.extract.weight import PROSE
from crawler.extract.wording import plain

#: Characters of prose beyond which a page is an article, whatever it says.
SHORT = 300

_THING = r"(?:页面|网页|文章|信息|内容|新闻|文件|资源|链接|地址|稿件|栏目|数据)"
_LOST = "未找到|找不到|没有找到|无法找到"
_GONE = re.compile(
    rf"{_THING}.{{0,8}}(?:不存在|失效|走丢|{_LOST}|"
    r"(?:已|已经|被|已被).{0,2}(?:删除|下线|撤销|移除|撤稿))|"
    rf"(?:{_LOST}).{{0,12}}{_THING}|"
    r"^\W*404\W*$|\b404\b.{0,12}(?:错误|not found|error)|^\W*not found\W*$|"
    r"(?:page|article|document|content|file)[^.]{0,40}"
    r"(?:not (?:be )?found|no longer (?:available|exists)|does(?: not|n.t) exist|"
    r"(?:has|have) been (?:removed|deleted|withdrawn))|"
    r"(?:can.?t|cannot|couldn.?t|could not) find (?:the|that|this) (?:page|article)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"wzws|(?:请|需要)(?:开启|启用|打开).{0,8}(?:javascript|cookie)|checking your browser|"
    r"enable javascript and cookies|访问(?:过于频繁|被拦截|异常)|安全验证|人机验证|access denied|"
    r"request unsuccessful|attention required",
    re.IGNORECASE,
)


def _longest(text: str) -> int:
    """Return how long such a notice is at most; a longer line speaks of the matter."""
    return 160 if text.isascii() else 60


def refuse_empty(page: Page) -> None:
    """Raise GoneError for a page that says its article is gone, ExtractError for a challenge."""
    if "articletitle" in page.metas:
        return
    lines, prose = [line for line in page.lines if line.linked * 2 <= len(line.text)], 0
    for line in lines:
        if len(line.text) > 40 or PROSE.search(line.text):
            prose += len(line.text)
            if prose > SHORT:
                return
    texts = [plain(line.text) for line in lines if len(line.text) < _longest(line.text)]
    for text in (plain(page.title), *texts):
        if _GONE.search(text):
            raise GoneError(page.url, "soft404")
    if any(_CHALLENGE.search(text) for text in (page.title, *texts)) or (
        not lines and any("wzws" in script for script in page.scripts)
    ):
        raise ChallengeError(page.url, "a challenge page, not an article")
