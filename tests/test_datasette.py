"""Datasette on the archive: its search box knows Chinese, and nothing archived can act."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlite_utils
import yaml
from datasette.app import Datasette

from archive import Archive, Article, Attachment, Filing, Filters, Precision
from archive.browse import application
from archive.schema import open_archive
from archive.search import search
from tests.holdings import miss
from tests.texts import generated

NOW = datetime(2024, 6, 1, 8, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
METADATA = yaml.safe_load((ROOT / "config/datasette.yaml").read_text(encoding="utf-8"))

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)><a href='javascript:alert(1)'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "</title></textarea><body onload=alert(1)>",
    "<math><mi><style><img src onerror=alert(1)></style></mi></math>",
    "{{ 7 * 7 }}{% raw %}",
    "\ue000<b>\ue001",
)


def article(name: str, title: str, text: str, **fields: Any) -> Article:
    given: dict[str, Any] = {
        "source": "gov-cn",
        "url": f"https://gov.example/{name}.html",
        "html": f"<p>{text}</p>",
        "published": datetime(2024, 3, 4, 16, tzinfo=UTC),
        "precision": Precision.DAY,
        "zone": "Asia/Shanghai",
        "categories": ("要闻",),
    }
    return Article(title=title, text=text, **{**given, **fields})


TEXTS = generated(300, seed=11)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("datasette") / "archive.db"
    with Archive.open(path) as archive:
        told = {"origin": "新华社", "issuer": "国务院办公厅", "doc_number": "国办发〔2017〕47号"}
        files = (
            Attachment(url="https://gov.example/附件.pdf", name="附件1"),
            Attachment(url="javascript:alert(1)", name="附件2"),
        )
        first = article("a", "稳就业", "稳定就业岗位。", attachments=files, **told)
        archive.put(first, None, now=NOW)
        again = article("a", "稳就业", "稳定就业岗位九百万个。", attachments=files, **told)
        archive.put(again, None, now=NOW + timedelta(days=1))
        archive.put(article("b", "已撤下", "养老。"), None, now=NOW)
        miss(archive, "https://gov.example/b.html", NOW + timedelta(days=2))
        archive.put(article("c", "数字经济发展", "数字经济带动就业。"), None, now=NOW)
        for number, payload in enumerate(HOSTILE):
            found = article(
                f"h{number}",
                f"恶意{payload}",
                f"恶意{payload}" * 20,
                html=f"<p>恶意</p>{payload}",
                url=f"https://gov.example/{number}?x={payload}",
                **dict.fromkeys(("origin", "author", "editor", "issuer", "region"), payload),
            )
            archive.put(found, None, now=NOW)
            edited = replace(found, title=f"恶意{payload * 2}", text=f"恶意{payload}" * 21)
            archive.put(edited, None, now=NOW + timedelta(days=1))
        many = [article(f"g{n}", f"第{n}篇", text) for n, text in enumerate(TEXTS)]
        archive.put_all([Filing(article=each) for each in many], now=NOW)
    return path


@pytest.fixture
def datasette(path: Path) -> Iterator[Datasette]:
    found = application(path, METADATA)
    yield found
    for database in found.databases.values():
        database.close()


async def page(datasette: Datasette, address: str, *, status: int = 200) -> str:
    answer = await datasette.client.get(address)
    assert answer.status_code == status, answer.text
    return str(answer.text)


def id_of(path: Path, name: str) -> int:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find(f"https://gov.example/{name}.html")
        assert found is not None
        return found.id


# --- Datasette's own search box ---


@pytest.mark.parametrize("word", ["就业", "税", "数字经济", "国家发", "二〇一"])
async def test_the_box_of_the_table_finds_what_a_scan_finds(
    datasette: Datasette, word: str
) -> None:
    address = f"/archive/articles.json?_search={quote(word)}&_size=max&_shape=array&_col=text"
    rows = json.loads(await page(datasette, address))
    found = {row["text"] for row in rows} & set(TEXTS)
    assert found == {text for text in TEXTS if word in text}


@pytest.mark.parametrize("query", ['"', "改革 AND", "-x", "*", "(", "title:", "'", "就业 -养老"])
async def test_the_box_of_the_table_takes_anything(datasette: Datasette, query: str) -> None:
    await page(datasette, f"/archive/articles?_search={quote(query)}")


@pytest.mark.parametrize(
    "asked", ["{q} after:{day}", "after:{day}", "before:{day} {q}", "date:{day}"]
)
async def test_the_box_of_the_table_knows_days(
    datasette: Datasette, path: Path, asked: str
) -> None:
    with closing(sqlite3.connect(path)) as conn:
        days = [row[0] for row in conn.execute("SELECT day FROM articles ORDER BY day")]
    query = asked.format(day=days[len(days) // 2], q="NOT nothingatall")
    with closing(open_archive(path, read_only=True)) as conn:
        wanted = search(conn, query, filters=Filters(all_reprints=True), limit=999)
    address = f"/archive/articles.json?_search={quote(query)}&_size=max&_shape=array&_col=id"
    found = {row["id"] for row in json.loads(await page(datasette, address))}
    assert found == {hit.id for hit in wanted.hits}
    assert await page(datasette, f"/archive/articles?_search={quote(query)}")


def datasette_command(path: Path, word: str, *, plugins: bool) -> list[Any]:
    """Run plain ``datasette archive.db`` for one search."""
    code = f"import sys\n{'' if plugins else 'sys._called_from_test = True'}\n"
    code += "from datasette.cli import cli\ncli()"
    address = f"/archive/articles.json?_search={quote(word)}&_size=max&_shape=array"
    done = subprocess.run(
        [sys.executable, "-c", code, path, "--get", address],
        capture_output=True,
        check=True,
        cwd=ROOT,
        encoding="utf-8",
    )
    rows: list[Any] = json.loads(done.stdout)
    return rows


def test_plain_datasette_finds_words_of_two_characters_without_the_plugin(path: Path) -> None:
    assert {row["title"] for row in datasette_command(path, "就业", plugins=False)} == {
        row["title"] for row in datasette_command(path, "就业", plugins=True)
    }


def test_plain_datasette_finds_longer_words_by_the_installed_plugin(path: Path) -> None:
    assert datasette_command(path, "数字经济", plugins=False) == []
    assert len(datasette_command(path, "数字经济", plugins=True)) == 1


async def test_a_database_that_is_no_archive_is_left_alone(tmp_path: Path) -> None:
    db = sqlite_utils.Database(tmp_path / "other.db")
    table = db.table("articles")
    table.insert({"id": 1, "title": "a - b", "text": "<b>long</b> " * 100})
    table.enable_fts(["title"])
    db.close()
    datasette = Datasette([str(tmp_path / "other.db")])
    assert (await datasette.client.get("/-/gazette")).status_code == 404
    for address in ("article/1", "article/1/diff", "changes"):
        assert (await datasette.client.get(f"/-/gazette/{address}")).status_code == 404
    assert "gazette" not in await page(datasette, "/")
    assert "gazette" not in await page(datasette, "/other/articles?_search=a")
    assert (await datasette.client.get("/other?sql=select+zh_query(1)")).status_code == 400
    for database in datasette.databases.values():
        database.close()


# --- our own pages ---


async def test_the_search_page_marks_what_it_finds(datasette: Datasette, path: Path) -> None:
    shown = await page(datasette, f"/-/gazette?q={quote('“稳就业” | 九百万')}")
    assert "1 article</p>" in shown
    assert f'<a href="/-/gazette/article/{id_of(path, "a")}"><mark>稳就业</mark></a>' in shown
    assert "稳定就业岗位<mark>九百万</mark>个。" in shown
    assert '<time datetime="2024-03-05">' in shown
    assert 'rel="noopener noreferrer"' in shown


async def test_the_search_page_without_a_query_shows_the_newest(datasette: Datasette) -> None:
    assert (await page(datasette, "/-/gazette")).count('<h2><a href="/-/gazette/article/') == 20


async def test_the_pages_of_a_search_lead_on_and_back(datasette: Datasette) -> None:
    titles: list[str] = []
    address = f"/-/gazette?q={quote('就')}&reprints=all"
    for number in range(1, 40):
        shown = await page(datasette, address)
        titles += re.findall(r'<h2><a href="/-/gazette/article/(\d+)"', shown)
        assert ("to the first page" in shown) == (number > 1)
        following = re.search(r'<a class="gazette-next" rel="next" href="([^"]+)"', shown)
        if following is None:
            break
        address = following[1].replace("&amp;", "&")
    assert len(titles) == len(set(titles)) > 40
    assert f"{len(titles)} articles" in shown


@pytest.mark.parametrize(
    "odd", ["page=0", "page=-1", "page=x", "page=" + "9" * 5000, "sort=up", "in=x", "reprints=x"]
)
async def test_odd_parameters_count_as_not_given(datasette: Datasette, odd: str) -> None:
    await page(datasette, f"/-/gazette?q=1&{odd}")


async def test_the_search_page_tells_what_it_did_not_understand(datasette: Datasette) -> None:
    shown = await page(datasette, f"/-/gazette?q={quote('就业 date:哪天')}")
    assert '<p class="gazette-note">date:哪天 is no date' in shown


async def test_the_order_and_the_column_can_be_chosen(datasette: Datasette) -> None:
    shown = await page(datasette, f"/-/gazette?q={quote('就业')}&in=title&sort=best")
    assert '<option value="best" selected>' in shown
    assert "1 article</p>" in shown


async def test_the_page_of_an_article_tells_all_that_is_known(
    datasette: Datasette, path: Path
) -> None:
    shown = await page(datasette, f"/-/gazette/article/{id_of(path, 'a')}")
    for told in (
        "<h1>稳就业</h1>",
        "<time>2024-03-05</time>",
        "<p>稳定就业岗位九百万个。</p>",
        "新华社",
        "国务院办公厅",
        "国办发〔2017〕47号",
        '<a href="https://gov.example/a.html" rel="noopener noreferrer">',
        '<span><a href="https://gov.example/附件.pdf" rel="noopener noreferrer">附件1</a></span>',
        "<span>附件2</span>",
        '?revision=1">1</a>',
    ):
        assert told in shown


async def test_what_an_article_said_before_can_be_read(datasette: Datasette, path: Path) -> None:
    shown = await page(datasette, f"/-/gazette/article/{id_of(path, 'a')}?revision=1")
    assert "<p>稳定就业岗位。</p>" in shown
    assert "This is revision 1 of 2." in shown


async def test_the_page_of_an_article_leads_to_what_was_changed(
    datasette: Datasette, path: Path
) -> None:
    own = f"/-/gazette/article/{id_of(path, 'a')}"
    shown = await page(datasette, own)
    assert f'<a href="{own}/diff/1..">See what was changed</a>' in shown
    assert f'<a href="{own}/diff/2">text</a>' in shown
    assert "+4 −0" in shown
    for address in (f"{own}/diff/1..", f"{own}/diff/2", f"{own}/diff/1..2", f"{own}/diff"):
        diff = await page(datasette, address)
        assert "<p>稳定就业岗位<ins>九百万个</ins>。</p>" in diff
        assert f'<a href="{own}?revision=1">revision 1</a>' in diff


@pytest.mark.parametrize(
    ("asked", "told"), [("x", "names no two revisions"), ("9", "1 to 2"), ("1", "nothing to")]
)
async def test_a_comparison_that_cannot_be_is_a_404(
    datasette: Datasette, path: Path, asked: str, told: str
) -> None:
    address = f"/-/gazette/article/{id_of(path, 'a')}/diff/{asked}"
    assert told in await page(datasette, address, status=404)


async def test_recent_changes_are_listed_and_lead_to_comparisons(
    datasette: Datasette, path: Path
) -> None:
    shown = await page(datasette, f"/-/gazette/changes?since={NOW:%Y-%m-%d}")
    assert f"{1 + len(HOSTILE)} articles" in shown
    assert f'<a href="/-/gazette/article/{id_of(path, "a")}/diff/1..2">稳就业</a>' in shown
    assert "0 articles" in await page(datasette, "/-/gazette/changes")
    assert "0 articles" in await page(datasette, "/-/gazette/changes?since=soon&source=x")
    assert 'href="/-/gazette/changes"' in await page(datasette, "/")


async def test_an_article_that_is_gone_says_so(datasette: Datasette, path: Path) -> None:
    shown = await page(datasette, f"/-/gazette/article/{id_of(path, 'b')}")
    assert "Gone from the web: first missed 2024-06-03 08:00 UTC (404)." in shown


@pytest.mark.parametrize("missing", ["99", "0", "9" * 18])
async def test_an_article_that_is_not_there_is_a_404(datasette: Datasette, missing: str) -> None:
    assert "no such article" in await page(datasette, f"/-/gazette/article/{missing}", status=404)


async def test_a_revision_that_is_not_there_is_a_404(datasette: Datasette, path: Path) -> None:
    await page(datasette, f"/-/gazette/article/{id_of(path, 'a')}?revision=9", status=404)


async def test_the_home_page_leads_to_the_search(datasette: Datasette) -> None:
    shown = await page(datasette, "/")
    styles = re.findall(r'href="(/-/static-plugins/gazette/[^"]+)"', shown)
    assert [style for style in styles if "home-hero" in await page(datasette, style)]
    assert '<form class="gazette-search" action="/-/gazette"' in shown
    table = re.search(r'href="(/archive/articles\?[^"]+)">the table of articles', shown)
    assert table is not None
    assert "稳就业" in await page(datasette, table[1].replace("&amp;", "&") + "&_search=稳就业")


async def test_what_datasette_keeps_from_a_visitor_we_keep_too(path: Path) -> None:
    datasette = Datasette([str(path)], metadata={"databases": {"archive": {"allow": False}}})
    own = f"/-/gazette/article/{id_of(path, 'a')}"
    for address in ("/-/gazette", "/-/gazette/changes", own, f"{own}/diff/2"):
        await page(datasette, address, status=403)
    for database in datasette.databases.values():
        database.close()


# --- config/datasette.yaml ---


@pytest.mark.parametrize("query", sorted(METADATA["databases"]["archive"]["queries"]))
async def test_the_ready_made_queries_run(datasette: Datasette, path: Path, query: str) -> None:
    asked = f"query=就业&source=gov-cn&id={id_of(path, 'a')}&doc_number=国办发〔2017〕47号"
    rows = json.loads(await page(datasette, f"/archive/{query}.json?{asked}&_shape=array"))
    assert rows or query in ("reprints", "unlisted")
    await page(datasette, f"/archive/{query}?{asked}")


async def test_the_queries_tell_of_edits_and_of_what_is_gone(datasette: Datasette) -> None:
    *_, edit = json.loads(await page(datasette, "/archive/silent_edits.json?_shape=array"))
    assert (edit["title"], edit["revision"]) == ("稳就业", 2)
    (gone,) = json.loads(await page(datasette, "/archive/gone.json?_shape=array"))
    assert (gone["title"], gone["reason"]) == ("已撤下", "404")


async def test_the_found_query_marks_in_cells(datasette: Datasette) -> None:
    shown = await page(datasette, "/archive/found?query=九百万")
    assert "稳定就业岗位<mark>九百万</mark>个。" in shown


async def test_every_column_that_is_described_is_there(datasette: Datasette) -> None:
    tables = METADATA["databases"]["archive"]["tables"]
    database = datasette.get_database("archive")
    for table, said in tables.items():
        columns = await database.table_columns(table)
        assert columns
        assert set(said.get("columns", {})) <= set(columns)
    shown = {table["name"] for table in json.loads(await page(datasette, "/archive.json"))["tables"]
             if not table["hidden"]}  # fmt: skip
    assert shown == {"articles", "revisions", "captures", "files", "likenesses", "tombstones"}


async def test_the_database_cannot_be_downloaded(datasette: Datasette) -> None:
    await page(datasette, "/archive.db", status=403)


async def test_the_page_of_a_deleted_article_says_when_and_why(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        id_ = archive.put(article("a", "第一篇", "就业。"), None, now=NOW).id
        archive.delete(id_, reason="court order <7>", now=NOW)
    datasette = application(path, METADATA)
    said = await page(datasette, f"/-/gazette/article/{id_}", status=410)
    assert f"Article {id_} was deleted on {NOW:%Y-%m-%d}: court order &lt;7&gt;" in said
    assert "0 articles" in await page(datasette, "/-/gazette?q=就业")
    for database in datasette.databases.values():
        database.close()


async def test_a_search_sees_what_was_put_a_moment_ago(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        archive.put(article("a", "第一篇", "就业。"), None, now=NOW)
        datasette = application(path, METADATA)
        assert "1 article</p>" in await page(datasette, "/-/gazette?q=就业")
        archive.put(article("b", "第二篇", "也是就业。"), None, now=NOW)
        assert "2 articles</p>" in await page(datasette, "/-/gazette?q=就业")
        assert "第二篇" in await page(datasette, "/archive/articles?_search=就业")
        for database in datasette.databases.values():
            database.close()


# --- nothing archived acts ---


class Danger(HTMLParser):
    """Collects what in a page could act or be loaded from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs).get("src") or "inline")
        if tag in ("iframe", "object", "embed", "base", "math", "mi"):
            self.found.append(tag)
        for name, value in attrs:
            address = (value or "").strip().lower()
            if name.startswith("on") or address.startswith(
                ("javascript:", "data:text", "vbscript")
            ):
                self.found.append(f"{tag} {name}={value}")
            loads = tag == "script" or dict(attrs).get("rel") == "stylesheet"
            if loads and name in ("href", "src") and "//" in address:
                self.found.append(f"{tag} from elsewhere {value}")


async def every_page(datasette: Datasette, path: Path) -> list[str]:
    with Archive.open(path, read_only=True) as archive:
        ids = [each.id for each in archive.articles() if each.article.title.startswith("恶意")]
    assert len(ids) == len(HOSTILE)
    day = f"{NOW:%Y-%m-%d}"
    return [
        *(f"/-/gazette/article/{id_}" for id_ in ids),
        *(f"/-/gazette/article/{id_}/diff/1..2" for id_ in ids),
        *(f"/-/gazette/article/{ids[0]}/diff/{quote(payload, safe='')}" for payload in HOSTILE),
        *(f"/-/gazette/changes?since={day}&source={quote(payload)}" for payload in HOSTILE),
        f"/-/gazette/changes?since={day}",
        *(f"/archive/articles/{id_}" for id_ in ids),
        "/",
        "/archive",
        "/archive/articles?_search=恶意&_size=max",
        "/archive/found?query=恶意",
        "/archive/newest",
        "/-/gazette?q=恶意&reprints=all",
        *(f"/-/gazette?q={quote(payload)}" for payload in HOSTILE),
        *(f"/archive/articles?_search={quote(payload)}" for payload in HOSTILE),
    ]


async def test_nothing_archived_or_asked_acts_in_any_page(datasette: Datasette, path: Path) -> None:
    for address in await every_page(datasette, path):
        danger = Danger()
        nonsense = "/diff/" in address and not address.endswith("..2")
        danger.feed(await page(datasette, address, status=404 if nonsense else 200))
        assert danger.found == [], address
        ours = re.compile(r"inline|/-/static(-plugins/gazette)?/[\w.-]+\.js")
        assert all(ours.fullmatch(script) for script in danger.scripts), address
        assert danger.scripts.count("inline") <= 3, address


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/-/gazette",
        "/archive/articles",
        "/archive/articles.json",
        "/nowhere",
        "/-/static/app.css",
    ],
)
async def test_every_answer_says_what_a_page_may_load(datasette: Datasette, address: str) -> None:
    answer = await datasette.client.get(address)
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors"):
        assert part in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_long_cells_are_cut_and_escaped(datasette: Datasette, path: Path) -> None:
    shown = await page(datasette, "/archive/articles?_search=恶意&_size=max")
    cells = re.findall(r'<td class="col-text[^>]*>(.*?)</td>', shown, re.DOTALL)
    assert len(cells) == len(HOSTILE)
    assert all("<" not in cell and len(cell) < 1000 for cell in cells)
    assert any(cell.endswith("…") for cell in cells)


# --- in a browser ---


@pytest.fixture
def chromium(tmp_path: Path) -> list[str]:
    command = shutil.which("chromium") or shutil.which("google-chrome")
    if command is None:
        pytest.skip("needs chromium on PATH")
    return [
        command,
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *(f"--user-data-dir={tmp_path}", "--enable-logging=stderr", "--dump-dom"),
    ]


@pytest.fixture
def address(path: Path) -> Iterator[str]:
    """Browse the archive for real, on a free port."""
    code = (
        "import sys; from pathlib import Path; from archive.browse import browse\n"
        "browse(Path(sys.argv[1]), port=0, announce=lambda text: print(text, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, path.parent], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+/", server.stdout.readline())
        assert found is not None
        yield found[0]
        server.terminate()


def test_a_browser_shows_the_pages_and_runs_nothing_but_datasettes_scripts(
    chromium: list[str], address: str, path: Path
) -> None:
    with Archive.open(path, read_only=True) as archive:
        ids = [each.id for each in archive.articles() if each.article.title.startswith("恶意")]

    def dom(page: str) -> str:
        done = subprocess.run(
            [*chromium, address + page], capture_output=True, check=True, timeout=60, text=True
        )
        assert "Content Security Policy" not in done.stderr, page
        assert "Uncaught" not in done.stderr, page
        return done.stdout

    assert "<mark>就业</mark>" in dom(f"-/gazette?q={quote('就业')}")
    assert dom(f"-/gazette?q={quote('恶意')}&reprints=all").count("恶意</mark>") > len(HOSTILE)
    assert "恶意" in dom(f"-/gazette/article/{ids[0]}")
    assert "<ins>" in dom(f"-/gazette/article/{ids[0]}/diff/1..2")
    assert "article/" in dom(f"-/gazette/changes?since={NOW:%Y-%m-%d}")
    # Built by Datasette's own scripts: the editor, and the menus of the columns.
    assert 'class="CodeMirror ' in dom("archive?sql=select+1")
    assert "dropdown-menu-icon" in dom(f"archive/articles?_search={quote('恶意')}")
