"""What pages put behind 来源, 作者 and 编辑 → a name, or nothing where it is none."""

import re

from crawler.text import one_line

#: Longest a body's or a person's name may be; beyond it stands a motto or a sentence.
LONGEST = 50

_LABEL = re.compile(r"^(?:信息|文章|稿件)?(?:来源|稿源|作者|责任编辑|责编|编辑)\s*[:：]\s*")
_EDGES = " \t-–—|｜,，;；:：、/\\【】[]"
#: Codes, placeholders and accounts that systems fill in where nobody wrote a name.
_NOBODY = re.compile(
    r"[\d\W_]*|[a-z]{0,3}\d+|wms|admin(?:istrator)?|system|root|test|user|guest|editor|author|source|"
    r"null|none|undefined|unknown|管理员|系统管理员|网站管理员|超级管理员|超管|匿名|佚名|不详|未知|无|暂无|"
    r"网站编辑|编辑员|默认|字号|打印|关闭|分享|原创|转载|网络",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?:|www\.|@|\.(?:com|cn|net|org)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[。！？!?]|，.*，")
#: An employee's number behind a name: 张三_NN1234, 李四(EN042), 王五 102.
_CODE = re.compile(r"[\s_(（]*[A-Z]{0,3}\d{2,}[)）]?$")


def clean_name(text: str) -> str:
    """Return the name in ``text``, ``""`` where it is a motto, a code or an account."""
    name = _LABEL.sub("", one_line(text)).strip(_EDGES)
    if name.count("(") + name.count("（") > name.count(")") + name.count("）"):
        name = name.rstrip("(（")
    if len(name) > LONGEST or _NOBODY.fullmatch(name) or _SENTENCE.search(name):
        return ""
    return "" if _ADDRESS.search(name) else name


def clean_person(text: str) -> str:
    """Return the person in ``text`` without the number an editing system put behind the name."""
    name = clean_name(text)
    return clean_name(_CODE.sub("", name)) if name else ""


def clean_number(text: str) -> str:
    """Return a document's or index number without white space, ``""`` where it holds no digit."""
    number = re.sub(r"\s+", "", one_line(text)).strip("，。；;,、:：")
    return number if len(number) <= 60 and re.search(r"[\d〇一二三四五六七八九十]", number) else ""
