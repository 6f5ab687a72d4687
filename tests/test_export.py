"""Every format says what the archive holds, and no title does harm on the way out."""

import csv
import html
import io
import json
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveError
from archive.export import COLUMNS, EXPORTERS, Job, Walk, as_json, post_path, slug
from archive.export.posts import FORMS
from archive.frontmatter import parse
from archive.ids import SLOTS_PER_DAY
from archive.records import Article, Attachment, Precision, Stored

DAY = datetime(2024, 3, 15, tzinfo=UTC)
FIRST = DAY.date().toordinal() * SLOTS_PER_DAY
ATOM = "{http://www.w3.org/2005/Atom}"

HOSTILE = (
    "../../etc/passwd", "/etc/passwd", "..", ".bashrc", "-rf", "CON", "nul.txt", "a\0b\nc", "a\\c",
    "就业" * 200, "\u202egnp.exe", "é" * 300, " ", "", "*?<>|\":", "~", "%2e%2e%2f", "a" * 300,
    "100% #1", "COM1", "x/../../y", "\u200f\u202e", "{{ 7*7 }}", "{% raw %}", "'; rm -rf ~; '",
    "---",
)  # fmt: skip


def stored(number: int = 0, **changed: object) -> Stored:
    article = Article(
        source="cn-pingliang",
        url=f"https://example.gov.cn/{number}",
        title="关于促进就业的通知",
        html="<p>就业 &amp; 保障</p>",
        text="就业 & 保障",
        published=datetime(2024, 3, 15, 2, 10, tzinfo=UTC),
        precision=Precision.MINUTE,
        zone="Asia/Shanghai",
        lang="zh",
        categories=("政务", "公告"),
        origin="新华社",
        attachments=(Attachment(url="https://example.gov.cn/a.pdf", name="附件"),),
        witnesses=(("title", "meta"),),
    )
    return Stored(
        id=FIRST + number,
        article=replace(article, **changed),  # type: ignore[arg-type]
        revision=2,
        cluster=FIRST,
        first_seen=DAY,
        last_seen=DAY,
    )


def walk(*articles: Stored) -> Walk:
    return lambda below: (one for one in articles if one.id < below)


class NoRecords:
    """An archive of imported posts: there is nothing behind them."""

    def records(self, article_id: int, known: Callable[[int], bool]) -> Iterator[bytes]:
        return iter(())


def job(out: Path | None, *, raw: bool = False) -> Job:
    return Job(out=out, raw=raw, archive=NoRecords())


def export(form: str, *articles: Stored, to: Path | None, raw: bool = False) -> list[bool]:
    return list(EXPORTERS[form](walk(*articles), job(to, raw=raw)))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_post_lies_below_its_day_and_is_read_back_as_the_article_it_was(tmp_path: Path) -> None:
    one = stored()
    assert export("hexo", one, to=tmp_path) == [True]
    (name,) = files(tmp_path)
    assert name == f"2024/03/15/{one.id}-关于促进就业的通知.md"
    article, notes = parse((tmp_path / name).read_text("utf-8"), path=name)
    assert (article, notes) == (one.article, ())


def test_an_article_without_a_date_lies_among_the_undated(tmp_path: Path) -> None:
    export("hexo", replace(stored(published=None), id=7), to=tmp_path)
    assert list(files(tmp_path)) == ["undated/7-关于促进就业的通知.md"]


def test_exporting_posts_again_touches_no_file(tmp_path: Path) -> None:
    export("hexo", stored(0), stored(1), to=tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert export("hexo", stored(0), stored(1), to=tmp_path) == [False, False]
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_changed_title_leaves_no_second_file(tmp_path: Path) -> None:
    export("hexo", stored(0), stored(1), to=tmp_path)
    assert export("hexo", stored(0, title="更正"), stored(1), to=tmp_path) == [True, False]
    assert [Path(name).stem.partition("-")[2] for name in sorted(files(tmp_path))] == [
        "更正",
        "关于促进就业的通知",
    ]


@pytest.mark.parametrize("form", ["hexo", "hugo"])
@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_leads_out_of_the_folder(title: str, form: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(form, stored(title=title), to=out)
    (name,) = files(tmp_path)
    assert Path(name).parent == Path("out/2024/03/15")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_page_of_hugo_is_yaml_that_says_the_same_and_html_without_shortcodes(title: str) -> None:
    own = stored(title=title, html="<p>{{< x >}} {{% y %}}</p>", published=None)
    text = FORMS["hugo"].render(replace(own, gone=DAY, gone_reason="404"))
    front, body = text.removeprefix("---\n").split("\n---\n", 1)
    keys = yaml.safe_load(front)
    assert keys["title"] == title
    assert "date" not in keys
    assert keys["params"]["gazette"]["gone"] == "2024-03-15T00:00:00Z"
    assert keys["categories"] == ["政务", "公告"]
    assert "{" not in body
    assert "}" not in body


@pytest.mark.skipif(not shutil.which("hugo"), reason="hugo is not installed")
def test_hugo_builds_a_site_of_hostile_articles(tmp_path: Path) -> None:
    articles = [stored(n, title=title, html=f"<p>{{{{ 7*7 }}}} {n}</p>\n\n# x")
                for n, title in enumerate(HOSTILE)]  # fmt: skip
    export("hugo", *reversed(articles), to=tmp_path / "content" / "posts")
    (tmp_path / "config.toml").write_text(
        'baseURL = "http://example.org/"\n[permalinks]\nposts = "/:year/:month/:day/:slug/"\n'
    )
    layout = tmp_path / "layouts" / "_default" / "single.html"
    layout.parent.mkdir(parents=True)
    layout.write_text("<title>{{ .Title }}</title>{{ .Content }}")
    subprocess.run(["hugo", "--quiet"], cwd=tmp_path, check=True, capture_output=True)
    for n, article in enumerate(articles):
        page = tmp_path / "public/2024/03/15" / str(article.id) / "index.html"
        built = page.read_text("utf-8")
        # NUL, which a browser shows as U+FFFD, no archive holds.
        title = article.article.title.replace("\0", "\ufffd")
        assert html.unescape(built.partition("</title>")[0]) == f"<title>{title}"
        assert f"<p>&#123;&#123; 7*7 &#125;&#125; {n}</p>\n\n# x" in built


@given(st.text())
def test_a_slug_is_a_name_every_file_system_takes(title: str) -> None:
    name = slug(title)
    assert 0 < len(name.encode()) <= 180
    assert not set(name) & set('/\\:*?"<>|%#')
    assert not any(unicodedata.category(character).startswith("C") for character in name)
    assert name.strip(".- ") == name


def test_a_folder_that_is_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "2024").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveError, match="leads out of"):
        export("hexo", stored(), to=tmp_path / "out")
    assert files(tmp_path / "elsewhere") == {}


def test_a_link_in_the_place_of_a_post_is_replaced_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine")
    place = tmp_path / "out" / post_path(stored())
    place.parent.mkdir(parents=True)
    place.symlink_to(target)
    export("hexo", stored(), to=tmp_path / "out")
    assert target.read_text() == "mine"
    assert not place.is_symlink()


def test_a_line_of_json_holds_every_field(tmp_path: Path) -> None:
    export("jsonl", stored(title="a\u2028b\x9b31m"), to=tmp_path / "a.jsonl")
    (line,) = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    row = json.loads(line)
    assert row["title"] == "a\u2028b\x9b31m"
    assert row["published"] == "2024-03-15T02:10:00Z"
    assert row["categories"] == ["政务", "公告"]
    assert row["attachments"] == [{"url": "https://example.gov.cn/a.pdf", "name": "附件"}]
    assert (row["id"], row["revision"], row["written"], row["gone"]) == (FIRST, 2, None, None)


def test_a_table_cell_is_no_formula_unless_asked_for(tmp_path: Path) -> None:
    formulas = ["=cmd()", "+1", "-1", "@x", "\tx", "＝1", "＋1", "－1", "＠x"]
    articles = [stored(number, title=title) for number, title in enumerate(formulas)]
    export("csv", *articles, to=tmp_path / "safe.csv")
    safe = (tmp_path / "safe.csv").read_bytes()
    assert safe.startswith(b"\xef\xbb\xbfid,title,")
    rows = list(csv.DictReader(io.StringIO(safe.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["title"] for row in rows] == [f"'{title}" for title in formulas]
    export("csv", *articles, to=tmp_path / "raw.csv", raw=True)
    raw = (tmp_path / "raw.csv").read_bytes().decode()
    assert [row["title"] for row in csv.DictReader(io.StringIO(raw, newline=""))] == formulas


def test_a_feed_is_atom_whatever_stands_in_the_articles(tmp_path: Path) -> None:
    odd = stored(1, title="<b>&\x00\x1b]]>\ufffe", lang='"', categories=('a"<',), published=None)
    export("atom", stored(), odd, to=tmp_path / "feed.xml")
    feed = ElementTree.parse(tmp_path / "feed.xml").getroot()  # noqa: S314 - our own file
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}updated") == "2024-03-15T02:10:00Z"
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == "https://example.gov.cn/0"
    assert first.findtext(f"{ATOM}content") == "<p>就业 &amp; 保障</p>"
    assert second.findtext(f"{ATOM}title") == "<b>&]]>"
    for entry in (first, second):
        for name in ("id", "title", "updated", "author/{http://www.w3.org/2005/Atom}name"):
            assert entry.findtext(f"{ATOM}{name}")


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_an_export_cut_short_leaves_no_half_of_a_file(form: str, tmp_path: Path) -> None:
    def breaking() -> Iterator[Stored]:
        yield stored()
        raise ArchiveError("the disk went away")

    with pytest.raises(ArchiveError):
        list(EXPORTERS[form](lambda _: breaking(), job(tmp_path / "out")))
    assert not (tmp_path / "out").is_file()


def test_a_single_file_is_moved_into_place_over_the_old_one(tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    out.write_text("old")
    with out.open() as reader:
        export("jsonl", stored(), to=out)
        assert reader.read() == "old"
    assert list(files(tmp_path)) == ["a.jsonl"]


def test_posts_need_a_folder() -> None:
    with pytest.raises(ArchiveError, match="name a folder"):
        export("hexo", stored(), to=None)


def test_json_of_an_article_that_is_gone_says_since_when_and_why() -> None:
    row = as_json(replace(stored(), gone=DAY, gone_reason="404"))
    assert (row["gone"], row["gone_reason"]) == ("2024-03-15T00:00:00Z", "404")
