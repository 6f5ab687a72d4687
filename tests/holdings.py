"""Articles and captures to put into an archive, strategies that make more, and WARC files read."""

import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from archive import Absence, Archive, Article, Attachment, Capture, Filing, Precision, TakedownRule

NOW = datetime(2024, 3, 15, 8, 0, tzinfo=UTC)

BODY = (
    "3月14日，市人力资源和社会保障局召开全市就业工作会议，部署今年稳就业各项任务。\n"
    "会议指出，去年全市城镇新增就业3.2万人，失业率控制在5%以内。\n"
    "会议要求，各县区要压实责任，抓好政策落实。"
)

ARTICLE = Article(
    source="city",
    url="https://www.city.example/zwgk/2024/0314/1.html",
    title="全市就业工作会议召开",
    html="<p>正文</p>",
    text=BODY,
    published=datetime(2024, 3, 14, 16, 30, tzinfo=UTC),
    precision=Precision.MINUTE,
    zone="Asia/Shanghai",
    written=date(2024, 3, 13),
    lang="zh",
    region="CN-62",
    categories=("政务公开", "工作动态"),
    channel="市政府网",
    origin="市人社局",
    author="李四",
    editor="张三",
    issuer="市人社局",
    doc_number="平人社发〔2024〕7号",
    index_number="013-2024-0007",
    pictures=("https://www.city.example/1.jpg",),
    attachments=(Attachment(url="https://www.city.example/1.pdf", name="通知.pdf"),),
    witnesses=(("title", "meta:ArticleTitle"), ("published", "label:发布时间")),
    extractor="gazette-extract/1",
)


def article(n: int = 1, **over: object) -> Article:
    """Return an article of its own address, title and text."""
    own: dict[str, object] = {
        "url": f"https://www.city.example/{n}.html",
        "title": f"第{n}号通告",
        "text": f"{BODY}\n这是第{n}号通告的正文，与其他各号都不相同。",
    }
    return replace(ARTICLE, **(own | over))


def capture(n: int = 1, content: bytes | None = None, **over: object) -> Capture:
    """Return the answer that article ``n`` was read from."""
    url = f"https://www.city.example/{n}.html"
    body = f"<html><p>第{n}号通告</p></html>".encode() if content is None else content
    plain = Capture(
        url=url,
        final_url=url,
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{n}"')),
        payload=body,
        body=body,
        fetched_at=NOW,
        ip="203.0.113.7",
    )
    return replace(plain, **over)


#: The rule of takedowns by which one failed visit is enough.
AT_ONCE = TakedownRule(over=timedelta(), visits=1)


def miss(
    archive: Archive, url: str, at: datetime, *, how: str = "404", rule: TakedownRule = AT_ONCE
) -> Absence | None:
    """Tell the archive that an article was not found; by one visit it is gone."""
    status = int(how) if how.isdecimal() else 200
    answer = capture(1, b"nothing here", url=url, final_url=url, status=status, fetched_at=at)
    return archive.absent(url, answer, how=how, now=at, rule=rule)


def filing(n: int = 1, **over: object) -> Filing:
    """Return article ``n`` with the answer it was read from."""
    return Filing(article=article(n, **over), capture=capture(n))


def gzipped(found: Capture) -> Capture:
    """Return the capture as it looks when the server sends it packed."""
    packer = zlib.compressobj(wbits=31)
    payload = packer.compress(found.body) + packer.flush()
    headers = (*found.headers, ("Content-Encoding", "gzip"))
    return replace(found, payload=payload, headers=headers)


def types(path: Path) -> list[str]:
    """Return the types of the records of a WARC file."""
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file)]


def sound(path: Path) -> bool:
    """Ask warcio's own check, digests included."""
    with pytest.raises(SystemExit) as left:
        warcio(["check", str(path)])
    return left.value.code == 0


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
_bodies = st.sampled_from(["", "见附件。", BODY, BODY.replace("3.2万", "3.3万"), BODY[:60] + "！"])
_moments = st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)

#: any article there can be
articles = st.builds(
    Article,
    source=st.sampled_from(["a", "b"]),
    url=st.integers(1, 5).map("https://www.city.example/{}".format),
    title=_text,
    html=_text,
    text=_bodies | _text,
    published=st.none() | _moments,
    precision=st.sampled_from(Precision),
    zone=st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York"]),
    written=st.none() | st.dates(date(1950, 1, 1), date(2050, 1, 1)),
    lang=_text,
    region=_text,
    categories=st.lists(_text, max_size=3).map(tuple),
    channel=_text,
    origin=_text,
    author=_text,
    editor=_text,
    issuer=_text,
    doc_number=_text,
    index_number=_text,
    pictures=st.lists(_text, max_size=2).map(tuple),
    attachments=st.lists(st.builds(Attachment, url=_text, name=_text), max_size=2).map(tuple),
    witnesses=st.lists(st.tuples(_text, _text), max_size=2).map(tuple),
    extractor=_text,
)
