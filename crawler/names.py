"""What pages put behind 来源, 作者 and 编辑 → a name, or nothing where it is none."""

import re
from collections.abc import Iterator
from dataclasses import replace

from crawler.records import Findings, Judged
from crawler.text import one_line

#: Longest a body's or a person's name may be; beyond it stands a motto or a sentence.
LONGEST = 50
#: Longest a list of persons may be.
LONGEST_LIST = 120

_LABEL = re.compile(
    r"^(?:信息|文章|稿件|新闻|新聞|本文|网络|值班)?(?:来源|來源|稿源|作者|责任编辑|責任編輯|责编|責編|编辑|編輯|撰稿|撰文)"
    r"\s*[:：]\s*"
)
_EDGES = " \t-–—|｜,，;；:：、/\\【】[]〔〕"
#: Codes, placeholders and buttons that stand where nobody wrote a name.
_NOBODY = re.compile(
    r"[\d\W_]*|[a-z]{0,3}\d+|wms|(?:site|web)?admin(?:istrator)?|webmaster|system|root|test|user|guest|editor|"
    r"author|authors|source|by|staff|x{2,}|default|null|none|undefined|unknown|n/a|匿名|佚名|不详|不詳|未知|无|無|"
    r"暂无|默认|字号|打印|关闭|分享|原创|转载|网络|網路|手机版|更多|相关文章|作者|编辑|責任編輯|责任编辑|来源|來源|资料图|"
    r"资料图片",
    re.IGNORECASE,
)
#: Accounts named after what they may do. A page that shows one means it; a machine does not.
_ROLE = re.compile(r"(?:系统|网站|超级|后台|内容)?管理[员員]|超管|网站编辑|编辑员")
_ACCOUNT = re.compile(r"[a-z][a-z\d_.-]*")
#: Bodies, their posts and their mottos that stand in ``author`` metas of their own sites.
_BODY = re.compile(
    r".*[\u4e00-\u9fff](?:[员局委厅廳部署院社报報网網]|政府|中心|办公室|辦公室|公司|大队|支队|学校|大学)|"
    r".*[\u4e00-\u9fff]{7}.*|"
    r".*\b(?:department|ministry|government|agency|commission|council|administration|authority|"
    r"bureau|office of|ministère|ministerio|ministério|ministero|ministerium|ministerie|"
    r"министерство|міністерство|gobierno|gouvernement|governo|regierung|communications)\b.*",
    re.IGNORECASE,
)
#: A Chinese name with figures in it is an advertisement: 最高奖励500元.
_OFFER = re.compile(r"[\u4e00-\u9fff].*\d|\d.*[\u4e00-\u9fff]")
_ADDRESS = re.compile(r"https?:|www\.|@|\.(?:com|cn|net|org|gov)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？!?]|，.*，")
#: An employee's number behind a name: 张三_NN1234, 李四(EN042), 王五 102.
_CODE = re.compile(r"[\s_(（]*[A-Z]{0,3}\d{2,}[)）]?$")
#: What goes with a name in English, French, German, Portuguese, Dutch, Korean and Japanese. In
#: front of a Chinese one (本报记者 张三) it stays: there the label has named the trade already.
_TRADE = re.compile(
    r"^(?:(?:analysis|reporting|written|story|words|review|opinion|posted|compiled)\s+)?by\s*:?\s+|"
    r"^(?:par|von|por|door)\s+(?=[A-ZÀ-Þ])|\s+(?:기자|특파원|선임기자|記者)$",
    re.IGNORECASE,
)
#: What follows a person behind a comma and is a trade or a house.
_TITLE = re.compile(
    r"(?i:writer|reporter|correspondent|editor|staff|contributor|columnist|analyst|producer|bureau|"
    r"desk|director|minister|secretary|officer|professor|fellow|phd|md|rdn?|ms)\b|\b(?:News|Press|CNN|BBC|AP)\b"
)
#: What parts the persons of a list.
_BETWEEN = re.compile(r"\s*(?:[,，、;；/&]|\band\b)\s*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPACED = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]) ([\u4e00-\u9fff])(?![\u4e00-\u9fff])")
#: Witnesses that repeat what a reader sees.
_SHOWN = ("label:", "table:", "byline", "name:", "rule:", "line")


def clean_name(text: str) -> str:
    """Return the name in ``text``, ``""`` where it is a motto, a code or an account."""
    name = _bare(text, LONGEST)
    return "" if _ROLE.fullmatch(name) else name


def _bare(text: str, longest: int) -> str:
    name = _LABEL.sub("", one_line(text)).strip(_EDGES)
    name = _closed(name, "(（", ")）")
    if len(name) > longest or _NOBODY.fullmatch(name) or _SENTENCE.search(name):
        return ""
    return "" if _ADDRESS.search(name) else name


def _closed(name: str, opening: str, closing: str) -> str:
    """Return a name without the half of a pair of brackets, or what an open one cut off."""
    opened, closed = (sum(map(name.count, signs)) for signs in (opening, closing))
    if opened > closed:
        return re.sub(rf"[{opening}][^{opening}{closing}]*$", "", name).rstrip()
    return name.rstrip(closing) if closed > opened else name


#: A name as people have them: what is left of a list beside an account must look like one.
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,6}|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){1,3}")


def clean_person(text: str, *, shown: bool = True) -> str:
    """Return the person or persons in ``text`` without trade, title or an editing system's number.

    ``shown`` tells whether readers see the name: a role (系统管理员) or a body is then what the
    page says, and otherwise what a machine filled in.
    """
    name = _TRADE.sub("", _bare(text, LONGEST_LIST)).strip(_EDGES)
    name = _bare(_CODE.sub("", name), LONGEST_LIST) if name else ""
    name = _SPACED.sub(r"\1\2", _untitled(name))
    if _OFFER.search(name):
        return ""
    if shown:
        return name
    parted = "、" if "、" in name else ", "
    persons = [part for part in name.split(parted) if not _is_account(part)]
    if len(persons) < name.count(parted) + 1 and not all(map(_PERSON.fullmatch, persons)):
        return ""
    return "" if _is_account(name) else parted.join(persons)


def _is_account(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in (_ROLE, _ACCOUNT, _BODY))


def _untitled(name: str) -> str:
    """Return the persons of a list parted by commas, titles between them left out."""
    first, *rest = re.split(r",\s+", name)
    return ", ".join([first, *(part for part in rest if part and not _TITLE.search(part))])


def judge_names(findings: Findings, title: str = "") -> Iterator[Judged]:
    """Yield what each finding is worth as the name of a body; some systems fill in the title."""
    for found in findings:
        name = clean_name(found.value)
        if name and name == title:
            yield Judged(found=found, refused="the title")
        else:
            yield Judged(found=found, value=name, refused="" if name else "no name")


def judge_people(findings: Findings) -> Iterator[Judged]:
    """Yield what each finding is worth as the name of a person or of several."""
    for found in findings:
        name = clean_person(found.value, shown=found.witness.startswith(_SHOWN))
        yield Judged(found=found, value=name, refused="" if name else "no name")


def judge_authors(
    findings: Findings, editors: Findings, origins: Findings, title: str
) -> Iterator[Judged]:
    """Yield what each finding is worth as the name of who wrote an article, in order of trust.

    Chinese systems fill the ``author`` meta with the site or with whoever entered the page: where
    readers are shown an editor, it is not believed. Where a byline names one of several writers and
    a machine names them all, the whole list goes first. Sites write their own name, or the
    agency's, where the author should stand.
    """
    edited = any(
        one.found.witness.startswith(_SHOWN) and _HAN.search(one.value)
        for one in judge_people(editors)
    )
    judged = [
        replace(one, value="", refused="an editor is shown")
        if edited and one.value and one.found.witness.startswith("meta:")
        else one
        for one in judge_people(findings)
    ]
    believed = [one for one in judged if one.value]
    for one in believed[1:]:
        if _each(one.value) > _each(believed[0].value):
            judged.remove(one)
            judged.insert(0, one)
            break
    bodies = {clean_name(found.value) for found in origins}
    for one in judged:
        if one.value and one.value == title:
            yield replace(one, value="", refused="the title")
        elif one.value in bodies:
            yield replace(one, value="", refused=one.refused or "the name of the origin")
        else:
            yield one


def _each(names: str) -> frozenset[str]:
    """Return the persons of a list, for comparison."""
    return frozenset(one.casefold() for one in _BETWEEN.split(names) if one)


_FIGURE = r"[\d〇○零一二三四五六七八九十百]"
#: 国办发〔2017〕47号, 令第47号, 公告2023年第5号: the number ends with its 号.
_DOCUMENT = re.compile(
    rf".*?[〔\[［【（(﹝]\s*{_FIGURE}{{4}}\s*年?\s*[〕\]］】）)﹞]\s*(?:第\s*)?{_FIGURE}+\s*号|.*?第\s*{_FIGURE}+\s*号"
)
_MORE = re.compile(r"\s*[、，,;；和及]\s*(?=\S)")
#: A word behind a number that is no part of it: 000014349/2024-00031 打印
_WORD = re.compile(r"(?<=[\w\])〕】])\s+[\u4e00-\u9fff]{2,}(?!.*\d).*$")


def clean_number(text: str) -> str:
    """Return a document's or index number without white space or the words behind it.

    ``""`` where it holds no digit.
    """
    line = one_line(text).strip("，。；;,、:： ")
    if line[:1] in "（(" and line[-1:] in "）)":
        line = line[1:-1]
    end = _document_end(line)
    number = re.sub(r"\s+", "", line[:end] if end else _WORD.sub("", line))
    return number if len(number) <= 60 and re.search(_FIGURE, number) else ""


def _document_end(line: str) -> int:
    """Return where the last of a line's document numbers ends, 0 where there is none."""
    end = 0
    while found := _DOCUMENT.match(line, end):
        end = found.end()
        more = _MORE.match(line, end)
        if not more or not _DOCUMENT.match(line, more.end()):
            break
    return end
