"""Labels and what stands behind them: 来源：新华社, a row of the 信息公开 table, （责任编辑：…）.

Read from the page's lines, so it is the same whether a label is a cell, a span or part of a
sentence. A value may stand behind its label, in the next line, or be missing; then it is nothing.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from crawler.extract.dates import find_date
from crawler.extract.page import Page
from crawler.extract.wording import plain
from crawler.records import Found

#: A line is a rank; blanks part the labels, ``_`` is a blank in one.
_LABELS = {
    "title": """
        信息名称 文件名称 标题 名称""",
    "published": """
        发布日期 发布时间 发表时间 发表日期 公开日期 公布日期 公开时间 发布于 发稿时间
        公告日期 公示时间 信息时间 录入时间 上传时间 添加时间
        published_on published_at published date_published posted_on release_date date""",
    # labels that may mean another day; asked where nothing on the page says more
    "dated": """
        时间 日期
        更新时间 更新日期 最后更新
        生成日期 生成时间
        发文日期 发文时间""",
    "written": """
        成文日期 成文时间 签发日期 印发日期 制发日期
        发文日期 发文时间""",
    "origin": """
        来源 信息来源 文章来源 稿件来源 稿源 来源于 新闻来源 内容来源 信息来源单位 source
        文章出处 出处 转自
        发布单位 信息提供 信息提供单位 供稿 供稿单位 责任部门 发布部门""",
    "author": """
        作者 文章作者 撰稿 撰文 记者 author by
        通讯员 文""",
    "editor": """
        编辑 责任编辑 责编 网络编辑 本文编辑 值班编辑 editor
        编辑人 编校""",
    "issuer": """
        发文机关 发文机构 制发机关 成文机关 发文单位 公开主体 信息公开主体 制定机关 印发机关
        发布机构 发布机关 发布单位 公开机构 公开单位 公开责任部门""",
    "doc_number": """
        发文字号 文号 发文文号 文件编号 公文编号 文件字号 文件号""",
    "index_number": """
        索引号 信息索引 信息索引号 公开索引号 索引编号""",
}

#: field → its labels, most trusted first. Blanks may stand between the characters on the page.
LABELS: dict[str, tuple[tuple[str, ...], ...]] = {
    field: tuple(
        tuple(word.replace("_", " ") for word in rank.split()) for rank in text.strip().splitlines()
    )
    for field, text in _LABELS.items()
}

#: Other labels of the same headers: a value ends where one of them begins.
_OTHERS = """
    主题分类 体裁分类 信息分类 信息类别 服务对象 有效性 效力状态 主题词 关键词 分类 概述 内容概述
    内容摘要 浏览次数 浏览量 阅读次数 阅读量 阅读数 点击量 点击数 点击率 点击次数 访问次数 访问量
    浏览 阅读 点击 字号 字体 分享 分享到 打印 审核 审校 校对 编审 初审 复审 终审 监制 摄影 摄像
    公开方式 公开范围 公开时限 公开程序 公开类别 组配分类 废止日期 生效日期 失效日期 实施日期
    施行日期 截止日期 统一编号 统一登记号 有效期 信息有效性 语种 所属主题 关联文件 上传人 录入人
    发布人 签发人
"""


def _spaced(word: str) -> str:
    return r"[^\S\n]*".join(map(re.escape, word)) if ord(word[0]) > 0x2E80 else re.escape(word)


_WORDS = sorted(
    {*_OTHERS.split(), *(word for ranks in LABELS.values() for words in ranks for word in words)},
    key=len,
    reverse=True,
)
_LABEL = re.compile(
    rf"(?P<word>{'|'.join(map(_spaced, _WORDS))})[^\S\n]*(?:(?P<colon>[:：∶])|(?=[】\]]?$))",
    re.MULTILINE | re.IGNORECASE,
)
#: word → the fields it may speak for, with its rank there
_SPEAKS: dict[str, tuple[tuple[str, int], ...]] = {
    word: tuple(
        (field, rank)
        for field, ranks in LABELS.items()
        for rank, words in enumerate(ranks)
        if word in words
    )
    for word in _WORDS
}
_BLANKS = re.compile(r"\s+")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_CELLS = frozenset(["td", "th", "dt", "dd"])

#: What may stand before a label as part of it: 信息发布时间, 新闻来源.
_PREFIXES = ("信息", "文章", "文件", "新闻", "稿件", "公告", "本文", "内容", "网站", "政策", "原文")

#: … and what makes another word of it, in prose and under charts.
_COMPOUNDS = ("数据", "资料", "图片", "资金", "经费", "信息", "素材", "主要", "收入")

#: Where the value of a name ends.
_END = re.compile(
    r"[\x1f|｜【】\[\]<>]|(?<=\S)(?:[ \xa0]{2,}|[\u3000\t\n])|(?:(?<=\S)\s+)?(?:19|20)\d\d[-年/.]"
    r"|[（(](?=\s*$)|[)）](?![^()（）]*[)）])|[,，;；](?=\s*$)"
)
_NUMBER_END = re.compile(r"[\x1f|｜]|(?<=\S)(?:[ \xa0]{2,}|[\u3000\t\n])")
_NUMBERS = frozenset(["doc_number", "index_number", "title"])
#: Values that stand where nothing was filled in.
_EMPTY = frozenset(["", "无", "暂无", "-", "--", "/", "—", "null", "undefined", "none"])


class Region(NamedTuple):
    """Which lines are read: the head of the article and its foot, line numbers half open."""

    head: int
    top: int
    bottom: int
    foot: int


@dataclass(frozen=True, slots=True)
class _Hit:
    word: str
    line: int
    colon: bool
    #: nothing but white space and brackets before it on its line
    first: bool
    value: str


def find_labels(page: Page, region: Region) -> dict[str, list[Found]]:
    """Return field → what stands behind its labels, most trusted first."""
    found: dict[str, list[tuple[int, int, Found]]] = {}
    for order, hit in enumerate(_hits(page, region)):
        for field, rank in _SPEAKS[hit.word]:
            if value := _value(field, hit.value):
                far = 0 if hit.line < region.top or hit.line >= region.bottom - 4 else 10
                witness = f"{_kind(page, hit)}:{hit.word}"
                found.setdefault(field, []).append(
                    (rank + far, order, Found(value=value, witness=witness))
                )
    return {field: [f for _, _, f in sorted(hits, key=lambda h: h[:2])]
            for field, hits in found.items()}  # fmt: skip


def _kind(page: Page, hit: _Hit) -> str:
    return "table" if page.boxes[page.lines[hit.line].box].tag in _CELLS else "label"


def _hits(page: Page, region: Region) -> Iterator[_Hit]:
    """Yield every label of the region with the text up to the next one."""
    numbers = [i for i in range(region.head, region.foot) if _is_read(page, i, region)]
    texts = [page.lines[i].text.replace("\n", " ") for i in numbers]
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + 1
    joined = "\n".join(texts)
    matches: list[re.Match[str]] = []
    for match in _LABEL.finditer(joined):
        before = matches[-1].end() if matches else 0
        behind = "\n" not in joined[before : match.start()] and before > 0
        if _is_label(joined, match, behind):
            matches.append(match)
    for i, found in enumerate(matches):
        k = bisect_right(starts, found.start()) - 1
        end = starts[k] + len(texts[k])
        after = matches[i + 1] if i + 1 < len(matches) else None
        value = joined[found.end() : min(end, after.start() if after else end)]
        value = value.lstrip(" \x1f\xa0\u3000】]")
        if not value and not (after and after.start() <= end + 1):
            value = _next_line(page, numbers, texts, k)
        first = not joined[starts[k] : found.start()].strip(" \x1f\xa0\u3000[【(（")
        word = _BLANKS.sub("", found["word"]) if ord(found["word"][0]) > 255 else found["word"]
        yield _Hit(word.lower(), numbers[k], bool(found["colon"]), first, value)


def _is_read(page: Page, number: int, region: Region) -> bool:
    """Say whether labels are looked for in a line: short ones, and long ones at the text's ends."""
    size = len(page.lines[number].text)
    if region.top <= number < region.bottom - 3:
        return size < 60
    return size < 2000


def _is_label(joined: str, found: re.Match[str], behind: bool) -> bool:
    """Refuse words that are the end of a longer one (数据来源, 资料来源) or no label at all.

    ``behind`` tells whether another label stands before it on the line: then its value may run up
    to this one without a gap (来源：某县日报作者：张三).
    """
    start = found.start()
    if joined[start - 2 : start] in _PREFIXES:
        start -= 2
    before = joined[start - 1] if start else "\n"
    if _IDEOGRAPH.match(before) and before not in "日分秒时":
        return behind and bool(found["colon"]) and joined[start - 2 : start] not in _COMPOUNDS
    if found["colon"]:
        return True
    line = joined.rfind("\n", 0, start) + 1
    return not joined[line:start].strip(" \x1f\xa0\u3000[【")


def _next_line(page: Page, numbers: list[int], texts: list[str], k: int) -> str:
    """Return the line behind a lone label, where it stands in the box beside it or in its own."""
    if k + 1 >= len(numbers) or numbers[k + 1] != numbers[k] + 1 or len(texts[k + 1]) > 200:
        return ""
    label, value = (page.lines[n].box for n in (numbers[k], numbers[k + 1]))
    around = set(list(page.above(label))[:3])
    return texts[k + 1] if around & set(list(page.above(value))[:3]) else ""


def _value(field: str, text: str) -> str:
    """Return as much of ``text`` as is the value of ``field``, ``""`` where it is none."""
    if field in ("published", "dated", "written"):
        date = find_date(text[:60])
        return date if text[:12].find(date[:4]) >= 0 else ""
    return value_of(text, _NUMBER_END if field in _NUMBERS else _END)


def value_of(text: str, end: re.Pattern[str] = _END) -> str:
    """Return the value that ``text`` begins with, up to where something else begins."""
    found = end.search(text)
    value = plain(text[: found.start()] if found else text)
    return "" if value.lower() in _EMPTY or len(value) > 120 else value
