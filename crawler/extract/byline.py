"""Bylines without a label: （记者 张三）, 【李四／台北報導】, By Jane Doe; a number under a title.

Read from the lines at both ends of the text. What reads like a sentence is none: names stand in
brackets, or are a line of their own with the word for their trade.
"""

import re
from collections.abc import Iterator

from crawler.extract.dates import find_date
from crawler.extract.page import Box, Page
from crawler.extract.wording import plain
from crawler.records import Found

_HAN = r"[\u4e00-\u9fff]"
#: 张三, 张　三 (two characters spaced to the width of three), 阿里木·买买提
_NAME = (
    rf"(?!{_HAN}{{0,3}}(?:报道|報導))"
    rf"(?:{_HAN}[ ]{_HAN}(?!{_HAN})|{_HAN}{{2,4}}(?:·{_HAN}{{1,6}}){{0,2}})"
)
_NAMES = rf"{_NAME}(?:[\s、，,/／]+{_NAME}){{0,5}}"
_SIGN = r"[\s:：/／|｜]*"
_IN, _OUT = r"[（(【〔\[]", r"[)）】〕\]]"
_EDITORS = (
    r"(?:本文|本期)?(?:责任|責任|网络|網路|值班|执行|執行|实习|見習|见习)?(?:编辑|編輯)|责编|責編"
)
#: Whose trade it is to write. A photographer's is not; who helps is named beside them.
_WRITERS = r"记者|記者|特派员|特派員|通讯员|通訊員|撰稿人?|撰文|作者|编译|編譯"
_HELPERS = rf"(?:实习生|實習生|实习记者|見習記者|见习记者|{_WRITERS})"
#: 本报, 新华社, 观察者网专栏 … in front of the trade
_HOUSE = rf"(?:{_HAN}{{0,10}}?[\s]?)"
_CREDIT = (
    rf"{_HOUSE}(?:{_WRITERS}){_SIGN}(?P<name>{_NAMES}(?:[\s、，,;；]*{_HELPERS}{_SIGN}{_NAMES})*)"
)
_REPORTS = rf"(?:\s*(?:{_HAN}{{0,4}}(?:报道|報導)|图文|文/图|文图|整理|采写))?"

#: In brackets at the beginning of a line or in it: （记者 张三 通讯员 李四）, 【文/专栏作者 王文】.
_BRACKETED = re.compile(rf"{_IN}\s*(?:文[/／|｜:：]\s*)?{_CREDIT}{_REPORTS}\s*{_OUT}")
#: … and as a line, or the end of the last one.
_LINE = re.compile(rf"(?:^|[。！？”…]\s*){_CREDIT}{_REPORTS}\s*$")
#: 文/张三 图/李四
_WORDS = re.compile(
    rf"(?:^|{_IN})\s*(?:文字?|撰文|图文)\s*[/／|｜]\s*(?P<name>{_NAMES})(?=\s|$|{_OUT}|[;；，,])"
)
#: 〔記者魏某／台北報導〕, 【某報／記者陳某／綜合報導】, 邱某／台北報導
_FILED = re.compile(
    rf"(?:^|\s|{_IN})(?:[^】〕／/（(\s]{{2,12}}[／/])?\s*(?:記者|记者|編譯|编译|特派員|中心)?\s*[:：]?\s*"
    rf"(?:{_HAN}{{2,8}}[報报社網网]\s+)?(?P<name>{_NAMES})\s*[／/]\s*{_HAN}{{0,8}}(?:報導|报道|電){_OUT}?"
)
#: （中央社記者劉某某台北11日電）
_DATELINE = re.compile(
    rf"{_IN}{_HAN}{{0,8}}(?:记者|記者|特派員)\s*(?P<name>{_HAN}{{2,3}}){_HAN}{{2,3}}\s?\d{{1,2}}日[电電]"
)
#: (王五) behind the last sentence
_LAST = re.compile(rf"[。！？”…]\s*[（(]\s*(?P<name>{_NAMES})\s*[)）]\s*$")
_EDITOR = re.compile(rf"(?:{_IN}|^|\s)(?:{_EDITORS}){_SIGN}(?P<name>{_NAMES})\s*(?:{_OUT}|$)")

#: Words without which none of the forms is there.
_EDITS = re.compile("[编編]")
_REPORTED = re.compile("[／/].{0,10}(?:報導|报道|電)")
_WRITES = re.compile(_WRITERS)
_WORDED = re.compile(r"文字?\s*[/／|｜]")

#: What stands in the same brackets and is nobody's name.
_NOBODY = re.compile(
    r"(?:未完待续|未完待續|完|全文|视觉中国|节选|有删节|略|资料图?|图片|綜合|综合|原载|编者按?|转载|如图|下同|"
    rf"见图|单位.*|{_HAN}*(?:[社报網网台局委厅部办司院会等摄攝图圖]|政府|提供|制图|来源|日电|日電))"
)

_WORD = r"[A-ZÀ-ÖØ-ÞĀ-ŽЀ-Я][\w.'’-]*"
_PARTICLE = r"(?:de|da|do|dos|del|della|di|du|van|von|der|den|la|le|el|al|bin|ter|y|e)"
_PERSON = rf"{_WORD}(?:\s+{_PARTICLE}){{0,2}}(?:\s+{_WORD}(?:\s+{_PARTICLE}){{0,2}}){{1,3}}"
_PEOPLE = rf"{_PERSON}(?:(?:,\s*(?:and\s+)?|\s+(?:and|&|et|und|y|e|en|i)\s+){_PERSON}){{0,5}}"
_LATIN_END = r"\s*(?:$|[,;|•·–—(]|\s-\s|\b(?:in|for|on|at|from)\b|\d)"
#: By Jane Doe and John Roe, Par Jean Dupont: the words, then nothing but names.
_BY = re.compile(
    r"(?:(?i:reporting|written|story|words|text|report|posted|published|analysis|opinion)\s+)?"
    rf"(?:by|By|BY)\s*:?\s+(?P<name>{_PEOPLE}){_LATIN_END}|"
    rf"(?:Par|Von|Por|Di|Door|Texte|Text)\s*:?\s+(?P<name2>{_PEOPLE})\s*(?:$|[,;|•·–—(]|\d)",
)
_BY_WORD = re.compile(
    r"\s*(?:by|reporting|written|story|words|text|report|posted|published|analysis|opinion|par|von|por|"
    r"di|door)\b",
    re.IGNORECASE,
)
#: Agencies close so: Reporting by A in Rome and B; Editing by C
_CLOSING = {
    "author": re.compile(r"[Rr]eporting by (?P<names>[^;:()]{3,200})"),
    "editor": re.compile(r"[Ee]diting by (?P<names>[^;:()]{3,200})"),
}
_EACH = re.compile(rf"\s*(?P<name>{_PERSON})(?:\s+in\s+[^,]{{2,30}}?)?(?:,?\s+and\s|,|\.?\s*$)")
#: 国办发〔2017〕47号, whatever the brackets
NUMBER = (
    rf"{_HAN}[\u4e00-\u9fffA-Za-z（）()]{{0,17}}\s*[〔\[［【（(﹝]\s*(?:(?:19|20)\d\d|[〇○零一二三四五六七八九]{{4}})\s*年?"
    r"\s*[〕\]］】）)﹞]\s*(?:第\s*)?[\d〇零一二三四五六七八九十百]{1,5}\s*号"
)
#: 国务院令第752号, 公告2023年第5号
_ORDER = (
    rf"{_HAN}{{2,24}}(?:令|公告|通告)\s*(?:(?:19|20)\d\d年)?\s*"
    r"第\s*[\d〇零一二三四五六七八九十百]{1,6}\s*号"
)
_SERIAL = r"(?:19|20)\d\d\s*年\s*第\s*\d{1,4}\s*号"
_LONE_NUMBER = re.compile(
    rf"[（(]?(?P<number>{NUMBER}|{_ORDER})[)）]?|[（(]?(?P<serial>{_SERIAL})[)）]?"
)
_TITLE_NUMBER = re.compile(rf"[（(](?P<number>{NUMBER})[)）](?=\s*(?:$|[-_|—]))")

_CARRIER = re.compile(
    rf"(?:{_HAN}{{2,4}}\s*/\s*)?(?P<name>{_HAN}{{1,14}}(?:[报報社网網台臺]|频道|頻道|周刊|週刊|杂志|雜誌|客户端|之声))"
)
#: Lines at the beginning and the end of the text that may carry a byline.
ENDS = 4
#: Lines above and below the text in which a byline or a number may stand.
ABOVE = 8


def find_bylines(page: Page, box: Box) -> dict[str, list[Found]]:
    """Return what the lines at both ends of the text say of author, editor and document number."""
    found: dict[str, list[Found]] = {}

    def add(field: str, value: str, witness: str) -> None:
        found.setdefault(field, []).append(Found(value=value, witness=witness))

    numbers = range(box.start, box.end)
    # files and links to more may stand below the byline
    own = [line.text for line in page.lines[max(box.start, box.end - 20) : box.end]
           if line.linked * 2 <= len(line.text)]  # fmt: skip
    tails = [_spaced(text[-300:]) for text in reversed(own[-ENDS - 2 :])]
    heads = [_spaced(page.lines[i].text[:160]) for i in numbers[:ENDS]]
    above = _around(page, max(0, box.start - ABOVE), box.start)
    below = _around(page, box.end, box.end + ABOVE)
    for text in (*tails, *heads, *below, *above):
        for field, value in _credits(text):
            add(field, value, "byline")
    for i in range(max(0, box.start - 2 * ABOVE), min(box.start + 2 * ABOVE, box.end)):
        if value := _by(page, i):
            add("author", value, "byline")
    for text in tails:
        if "ing by " in text:
            for field, value in _closing(text):
                add(field, value, "byline")
    for text in (*above, *heads):
        if number := _LONE_NUMBER.fullmatch(text):
            add("doc_number", number["number"] or number["serial"], "line")
    if "号" in page.title and (number := _TITLE_NUMBER.search(page.title)):
        add("doc_number", number["number"], "title")
    return found


def _around(page: Page, start: int, end: int) -> list[str]:
    """Return the short lines without a link that stand beside the text."""
    lines = page.lines[start:end]
    return [_spaced(line.text) for line in lines if not line.linked and len(line.text) < 80]


def _credits(text: str) -> list[tuple[str, str]]:
    """Return the persons that one line names, each with the field they belong to."""
    people = []
    if _EDITS.search(text) and (found := _EDITOR.search(text)):
        people.append(("editor", found["name"]))
    for pattern in _patterns(text):
        if (found := pattern.search(text)) and not _is_nobody(found["name"]):
            people.append(("author", _HELPING.sub("、", found["name"])))
            break
    return people


def _closing(text: str) -> Iterator[tuple[str, str]]:
    """Yield the persons that an agency names below its text, each with the field they belong to."""
    for field, pattern in _CLOSING.items():
        if found := pattern.search(text):
            names, at = [], 0
            while one := _EACH.match(found["names"], at):
                names.append(one["name"])
                at = one.end()
            if names:
                yield field, ", ".join(names)


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the forms of a byline that a line may have, going by the words in it."""
    if _REPORTED.search(text):
        yield _FILED
    if _WRITES.search(text):
        yield from (_BRACKETED, _LINE, _DATELINE)
    if "文" in text and _WORDED.search(text):
        yield _WORDS
    if text[-1:] in (")", "）"):
        yield _LAST


def _spaced(text: str) -> str:
    """Return a line with its gaps and seams as blanks: they part names."""
    return " ".join(text.split())


_HELPING = re.compile(rf"[\s、，,;；]*{_HELPERS}{_SIGN}")


def _is_nobody(names: str) -> bool:
    return _NOBODY.fullmatch(names) is not None or names[-1] in "摄攝"


def _by(page: Page, number: int) -> str:
    """Return the people of a line like ``By Jane Doe and John Roe``; a menu's entry is none."""
    text, linked = page.lines[number].text, page.lines[number].linked
    if len(text) < 4 and text.lower() == "by" and number + 1 < len(page.lines):
        text, linked = f"By {page.lines[number + 1].text}", 0
    if len(text) > 120 or linked >= len(text):
        return ""
    found = _BY.match(plain(text)) if _BY_WORD.match(text) else None
    return (found["name"] or found["name2"] or "") if found else ""


def find_carrier(page: Page, title: int, top: int) -> list[Found]:
    """Return a paper's or station's name that stands alone between title and text."""
    lines = [plain(page.lines[i].text) for i in range(title + 1, min(top, title + 8))]
    named = (match["name"] for line in lines if (match := _CARRIER.fullmatch(line)))
    return [Found(value=name, witness="line") for name in named] if title >= 0 else []


def find_signature(page: Page, box: Box) -> list[Found]:
    """Return the day under the text, where the issuing body signs, if it is a line of its own."""
    for i in range(box.end - 1, max(box.start, box.end - 1 - 2 * ENDS), -1):
        text = page.lines[i].text
        if len(text) < 60 and "年" in text:
            text = plain(text)
            date = find_date(text)
            if "年" in date and len(date) >= len(text) - 2:
                return [Found(value=date, witness="signature")]
    return []
