"""From an entry to its document: deterministic, made when asked for, never kept.

The lengths follow what government sites carry: a fifth very short notices, most between 300 and
1,300 characters, some reports up to 3,000, some tables, some pictures.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from crawler.replica.credits import CREDITS, city
from crawler.replica.profiles import PROFILES
from crawler.replica.records import Block, Document, Entry, Picture, Profile, Table
from crawler.replica.voice import Voice

#: Longest that a body of its kind grows to, in characters: from, to.
LENGTHS = {
    "news": (280, 1300),
    "meeting": (350, 1100),
    "long": (1400, 3000),
    "policy": (700, 2600),
}
HOMES = {"county": "镕溪县"}
TITLES = {
    "news": (
        "{county}：{headline}",
        "{county}{deed}",
        "{county}{manner}{verb}{thing}",
        "{county}{office}局{verb}{thing}取得实效",
        "{town}：{headline}",
        "{county}{result}",
        "“{quote}”——{county}{name}工作见闻",
        "{county}{verb}{thing} {effect}",
        '{county}{town}"{thing}"试点{effect}',
    ),
    "meeting": (
        "{county}召开{meeting}",
        "{meeting}在{county}举行",
        "{county}部署{month}{name}重点工作",
    ),
    "notice": (
        "关于{county}开展{thing}的通知",
        "{county}{office}局关于{verb}{thing}的公告",
        "关于公布{county}{thing}名单（第{few}批）的公示",
        "{county}{town}{thing}项目招标公告",
    ),
    "table": (
        "{county}{month}{thing}情况通报",
        "关于{county}{thing}资金安排的公示",
        "{county}{month}{name}主要指标完成情况",
    ),
    "policy": (
        "关于印发《{paper}》的通知",
        "关于{verb}{thing}的实施意见",
        "关于在{county}、{neighbour}开展{thing}试点的批复",
        "关于进一步{verb}{thing}有关事项的通知",
    ),
}
ISSUERS = (("人民政府办公厅", "云政办发"), ("人民政府", "云政发"), ("{office}厅", "云厅发"))
#: A figure that may be corrected: no date, no telephone number.
FIGURE = re.compile(r"\d+\.\d+|\d+(?=[场个家名户期座条项套亩公吨人件])")
PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)

REFERENCE_TITLE = "平凉市2022年劳务工作推出新举措全力谋发展"
REFERENCE = (Path(__file__).parent / "pages/hanweb/reference.html").read_text(encoding="utf-8")


def compose(entry: Entry) -> Document:
    """The article's content as its site shows it."""
    if entry.copy_of is not None:
        document = repeat(entry)
    elif entry.kind == "reference":
        document = reference()
    else:
        document = _write(entry, body=True)
    for revision in range(entry.revision):
        document = revise(document, entry, revision)
    return document


def headline(entry: Entry) -> str:
    """The title alone, which is all a list needs."""
    if entry.copy_of is not None:
        return headline(entry.copy_of)
    if entry.kind == "reference":
        return REFERENCE_TITLE
    return _write(entry, body=False).title


def _write(entry: Entry, *, body: bool) -> Document:
    profile = PROFILES[entry.site]
    local = entry.published.astimezone(profile.clock)
    voice = Voice(profile.lang, Random(entry.seed), local.month, HOMES.get(entry.site, ""))
    if profile.lang == "en":
        title = voice.headline()
        if entry.kind == "notice":
            title = voice.say("Public Hearing on {thing} in {town}, {month} {day}")
        elif entry.kind == "table":
            title = voice.say("{county} County Figures for {month}: {thing}")
    elif entry.kind in ("report", "plan"):
        title = _report(voice, profile, local, voice.grammar[entry.kind]["title"])
    else:
        title = voice.say(voice.pick(TITLES.get(entry.kind, TITLES["news"])))
    issuer = number = ""
    if profile.family == "ucap":
        office, prefix = voice.pick(ISSUERS)
        issuer = f"云岭省{voice.say(office)}"
        title = issuer + title
        number = f"{prefix}〔{local.year}〕{entry.number}号"
    document = Document(title=title, blocks=())
    if body:
        blocks = _body(voice, entry.kind, profile, local)
        document = replace(document, blocks=blocks, topic=voice.name())
        document = _attach(voice, entry.kind, document)
        document = CREDITS.get(profile.family, city)(voice, profile, document)
        if issuer:
            document = _file(voice, entry, local, issuer, number, document)
    return document


def _body(voice: Voice, kind: str, profile: Profile, local: datetime) -> tuple[Block, ...]:
    if kind in ("report", "plan"):
        lines = voice.grammar[kind]["text"]
        return tuple(_report(voice, profile, local, line) for line in lines)
    if kind == "notice":
        lines = [voice.sentence("notice") for _ in range(voice.between(1, 4))]
        return (voice.sentence("notice_lead"), *lines)
    if kind == "table":
        return (voice.sentence("lead"), _table(voice), voice.sentence("close"))
    low, high = LENGTHS[kind]
    length = voice.between(low, high) * (1 if voice.zh else 2)
    blocks: list[Block] = list(_paragraphs(voice, kind, length))
    if kind in ("news", "long") and voice.random() < 0.2:
        spots = sorted(voice.between(1, len(blocks)) for _ in range(voice.between(1, 2)))
        for index, spot in enumerate(spots):
            seen = "{town}{thing}现场。" if voice.zh else "A visit to {town}, {month} {day}."
            blocks.insert(spot + index, Picture(index=index, caption=voice.say(seen)))
    return tuple(blocks)


def _paragraphs(voice: Voice, kind: str, length: int) -> list[str]:
    if kind == "policy":
        return _sections(voice, length)
    middle = "meeting" if kind == "meeting" else "news"
    paragraphs = [voice.sentence("lead")]
    written = len(paragraphs[0])
    home = voice.topic
    while written < length:
        if voice.random() < 0.08:
            voice.topic = voice.pick(voice.grammar["topics"])
        sentences = [voice.sentence(middle) for _ in range(voice.between(1, 3))]
        paragraphs.append(("" if voice.zh else " ").join(sentences))
        written += len(paragraphs[-1])
        if middle == "meeting" and voice.random() < 0.4:
            middle = "news"
        voice.topic = home
    paragraphs.append(voice.sentence("close"))
    return paragraphs


def _sections(voice: Voice, length: int) -> list[str]:
    """Numbered chapters, as a policy paper has them."""
    paragraphs = ["各州、市人民政府，省直各委、办、厅、局：", voice.sentence("lead")]
    written = len(paragraphs[1])
    heads = ("总体要求", "重点任务", "支持政策", "保障措施", "组织实施")
    for index, head in enumerate(heads):
        paragraphs.append(f"{'一二三四五'[index]}、{head}")
        for clause in range(voice.between(1, 6)):
            text = f"（{'一二三四五六'[clause]}）{voice.sentence('section')}"
            paragraphs.append(text)
            written += len(text)
        if written > length:
            break
    return paragraphs


def _report(voice: Voice, profile: Profile, local: datetime, template: str) -> str:
    region = profile.name.removesuffix("人民政府")
    day = f"{local.month}月{local.day}日"
    return voice.say(template.replace("{region}", region).replace("{date}", day))


def _table(voice: Voice) -> Table:
    count = voice.between(5, 24)
    if voice.zh:
        head = ("序号", "地区", "完成数", "资金", "同比增长")
        place: Callable[[], str] = voice.new_town
    else:
        head = ("No.", "Place", "Completed", "Funding", "Change")
        place = voice.new_county
    rows = tuple(
        (str(index + 1), place(), voice.many(), voice.money(), voice.percent())
        for index in range(count)
    )
    return Table(rows=(head, *rows))


def _attach(voice: Voice, kind: str, document: Document) -> Document:
    if kind not in ("notice", "table", "policy") or voice.random() < 0.4:
        return document
    names = [voice.say("{thing}申报表" if voice.zh else "Form for {thing}")]
    if voice.random() < 0.3:
        names.append(voice.say("{thing}任务分解表" if voice.zh else "Map of {county} County"))
    return replace(document, attachments=tuple(f"{name}.pdf" for name in names))


def _file(
    voice: Voice, entry: Entry, local: datetime, issuer: str, number: str, document: Document
) -> Document:
    """A policy paper's head and foot: it is written days before it is published."""
    written = (local - timedelta(days=voice.between(1, 24))).date()
    signed = f"{written.year}年{written.month}月{written.day}日"
    blocks = (document.title, number, *document.blocks, issuer, signed, "（此件公开发布）")
    return replace(
        document,
        blocks=blocks,
        issuer=issuer,
        doc_number=number,
        index_number=f"53000{entry.number % 10}349/{local.year}-{entry.number:05d}",
        written=written,
        origin="云岭省人民政府网",
    )


def repeat(entry: Entry) -> Document:
    """Another site's article as this site carries it."""
    assert entry.copy_of is not None
    source = entry.copy_of
    document = compose(source)
    voice = Voice("zh", Random(entry.seed), 1)
    blocks = list(document.blocks)
    texts = [index for index, block in enumerate(blocks) if isinstance(block, str)]
    if not entry.exact and len(texts) > 1:
        del blocks[texts[len(texts) // 2]]
    signs = PROFILES[entry.site].family != "ucap"
    author = document.author if entry.exact else voice.person()
    return replace(
        document,
        blocks=tuple(blocks),
        markup="",
        origin=PROFILES[source.site].name,
        author=author if signs else None,
        editor=voice.person() if signs else None,
        issuer=None,
        doc_number=None,
        index_number=None,
        written=None,
    )


def revise(document: Document, entry: Entry, revision: int) -> Document:
    """The document with one sentence written anew and one figure corrected elsewhere."""
    profile = PROFILES[entry.site]
    rng = Random(entry.seed * 31 + revision + 1)
    voice = Voice(profile.lang, rng, 12, HOMES.get(entry.site, ""))
    stop, gap = ("。", "") if voice.zh else (".", " ")
    texts = [
        index
        for index, block in enumerate(document.blocks)
        if isinstance(block, str) and len(block) > 20 and block != document.title
    ]
    if entry.kind == "plan":
        # on its last page, where only who reads all pages sees it
        texts = [index for index in texts if index >= parts(document)[-1].start]
    blocks = list(document.blocks)
    chosen = voice.pick(texts)
    before = str(blocks[chosen])
    kept = before[: before.rstrip(stop).rfind(stop) + 1]
    blocks[chosen] = f"{kept}{gap if kept else ''}{voice.sentence('news')}"
    markup = document.markup.replace(before, str(blocks[chosen]))
    others = [index for index in texts if index != chosen and FIGURE.search(str(blocks[index]))]
    if others:
        index = voice.pick(others)
        before = str(blocks[index])
        blocks[index] = FIGURE.sub(_corrected, before, count=1)
        markup = markup.replace(before, str(blocks[index]))
    return replace(document, blocks=tuple(blocks), markup=markup)


def parts(document: Document) -> tuple[range, ...]:
    """Which blocks stand on which page of an article that is shown in three."""
    count = len(document.blocks)
    share = -(-count // 3)
    return tuple(range(start, min(start + share, count)) for start in range(0, count, share))


def _corrected(found: re.Match[str]) -> str:
    figure = found.group()
    return f"{float(figure) * 1.3:.1f}" if "." in figure else str(int(figure) * 13 // 10 + 7)


def reference() -> Document:
    """The article by which the post format is defined, as its site carries it."""
    bylines = ("作者：", "【来源：")
    found = (text.strip() for text in PARAGRAPH.findall(REFERENCE))
    return Document(
        title=REFERENCE_TITLE,
        blocks=tuple(text for text in found if text and not text.startswith(bylines)),
        topic="就业",
        origin="平凉市人民政府",
        author="郝江晨",
        editor="雷云霞",
        markup=REFERENCE,
    )
