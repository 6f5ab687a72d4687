"""An archive that is open to the public: every door to SQL and to the machine is shut."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
import yaml
from datasette.app import Datasette

from archive import Archive, ArchiveError
from archive.browse import application, browse
from archive.datasette_plugin.strangers import is_shut
from tests.test_home import NOW, article

METADATA = yaml.safe_load(
    (Path(__file__).parents[1] / "config/datasette.yaml").read_text(encoding="utf-8")
)

SQL = quote("select sqlite_version()")
DOORS = (
    f"/archive?sql={SQL}",
    f"/archive.json?sql={SQL}",
    f"/archive.csv?sql={SQL}",
    f"/archive/articles?_where={quote('1=1')}",
    f"/archive/articles.json?_where={quote('id in (select 1)')}",
    f"/archive/articles.csv?_where={quote('1=1')}",
)
MACHINE = (
    "/-/databases.json", "/-/databases", "/-/threads.json", "/-/settings.json", "/-/plugins.json",
    "/-/versions.json", "/-/metadata.json", "/-/config.json", "/-/actor.json", "/-/permissions",
    "/-/allow-debug", "/-/messages", "/-/patterns", "/-/create-token", "/-/logout",
    "/%2D/databases.json", "/-%2Fdatabases.json",
)  # fmt: skip
OPEN = (
    "/", "/-/gazette", "/-/gazette?q=a", "/-/gazette/sources", "/-/gazette/gone",
    "/-/gazette/changes", "/-/gazette/source/cn-gov", "/archive", "/archive/articles",
    "/archive/articles.json", "/archive/articles.csv", "/archive/newest", "/archive/newest.json",
    "/archive/found?query=a", "/-/static/app.css",
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("public") / "archive.db"
    with Archive.open(path) as archive:
        archive.put(
            article("a", title="=cmd|' /C calc'!A0", text="税收", origin="-1+1"), None, now=NOW
        )
        for name, words in (("b", "就业"), ("c", "就业，养老")):
            archive.put(article(name, title=words), None, now=NOW)
        archive.put(article("d", "us-ftc", title="就业"), None, now=NOW)
    return path


@pytest.fixture
def public(path: Path) -> Iterator[Datasette]:
    found = application(path, METADATA, public=True)
    yield found
    found.databases["archive"].close()


@pytest.fixture
def local(path: Path) -> Iterator[Datasette]:
    found = application(path, METADATA)
    yield found
    found.databases["archive"].close()


async def status(datasette: Datasette, address: str) -> int:
    # Datasette 1.0 leads to a page of its own first.
    return int((await datasette.client.get(address, follow_redirects=True)).status_code)


@pytest.mark.parametrize("door", DOORS)
async def test_no_sql_of_a_stranger_is_run(public: Datasette, local: Datasette, door: str) -> None:
    assert await status(public, door) == 403
    assert await status(local, door) == 200


@pytest.mark.parametrize("place", MACHINE)
async def test_strangers_are_told_nothing_of_the_machine(
    public: Datasette, path: Path, place: str
) -> None:
    answer = await public.client.get(place)
    assert answer.status_code in (403, 404)
    assert str(path) not in answer.text


@pytest.mark.parametrize("place", OPEN)
async def test_what_is_for_reading_stays_open(public: Datasette, place: str) -> None:
    assert await status(public, place) == 200


async def test_the_file_cannot_be_had_nor_a_table_at_once(public: Datasette) -> None:
    assert await status(public, "/archive.db") in (403, 404)
    assert await status(public, "/archive/articles.csv?_stream=on") == 400


async def test_where_it_is_not_open_datasette_tells_of_itself(local: Datasette) -> None:
    assert await status(local, "/-/databases.json") == 200


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
async def test_nothing_can_be_written(public: Datasette, method: str) -> None:
    for place in ("/archive/articles", "/archive/newest", "/-/gazette", "/archive"):
        assert (await getattr(public.client, method)(place)).status_code == 405, place


async def test_one_setting_shuts_plain_datasette_too(path: Path) -> None:
    metadata = {"plugins": {"gazette": {"public": True}}}
    datasette = Datasette([str(path)], metadata=metadata)
    assert await status(datasette, "/-/databases.json") == 403
    datasette.databases["archive"].close()


@pytest.mark.parametrize(
    ("place", "shut"),
    [("/gazette/-/databases", True), ("/gazette/-/gazette", False), ("/gazette/", False),
     ("/-/databases", True), ("//-/databases", True), ("/archive/-/query", True)],
)  # fmt: skip
def test_a_door_is_shut_under_a_prefix_too(place: str, shut: bool) -> None:
    assert is_shut(place, "/gazette/") == shut


@pytest.mark.parametrize("passed_on", ["/gazette/", "/"])
async def test_under_a_prefix_every_link_leads_back_under_it_once(
    path: Path, passed_on: str
) -> None:
    """Whether the proxy passes the prefix on or takes it off."""
    datasette = application(path, METADATA, public=True, base_url="/gazette/")
    await datasette.invoke_startup()
    # Not Datasette's own client, which puts the prefix there itself.
    transport = httpx.ASGITransport(app=datasette.app())
    client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
    places = ["", "-/gazette", "-/gazette/sources", "-/gazette/gone", "-/gazette/source/cn-gov"]
    for place in (*places, "archive", "archive/articles?_size=1", "archive/newest"):
        answer = await client.get(f"{passed_on}{place}")
        assert answer.status_code == 200
        shown = answer.text
        links = set(re.findall(r'(?:href|src|action)="(?:http://localhost)?(/[^"]*)"', shown))
        odd = [
            link
            for link in links
            if not link.startswith("/gazette/") or link.startswith("/gazette/gazette")
        ]
        assert odd == [], place
    answer = await client.get(f"{passed_on}-/gazette/sources")
    assert 'href="/gazette/-/gazette/sources" aria-current="page"' in answer.text
    back = re.search(r"language/zh\?back=([^\"]+)", answer.text)
    assert back is not None
    assert unquote(back[1]) == "/gazette/-/gazette/sources"
    for shut in ("-/databases", "gazette/-/databases", "gazette/gazette/-/databases.json"):
        answer = await client.get(f"{passed_on}{shut}")
        assert answer.status_code in (403, 404)
        assert str(path) not in answer.text
    datasette.databases["archive"].close()


@pytest.mark.parametrize("base", ["http://x/", "a b", "//x", "/../", "/?q"])
def test_a_base_that_is_no_path_is_told(path: Path, base: str) -> None:
    with pytest.raises(ArchiveError, match="--base-url"):
        browse(path.parent, base_url=base)


async def test_tables_as_csv_hold_no_formula(local: Datasette) -> None:
    address = "/archive/articles.csv?_size=max&_col=title&_col=origin"
    for place in (address, f"{address}&_stream=on", f"{address}&_dl=1", "/archive/newest.csv"):
        text = (await local.client.get(place)).text
        assert "'=cmd|' /C calc'!A0" in text
        assert ",=cmd" not in text
    assert ",'-1+1" in text


async def test_tables_as_json_hold_what_was_written(local: Datasette) -> None:
    found = (
        await local.client.get("/archive/articles.json?_shape=array&title__startswith==")
    ).json()
    assert [row["origin"] for row in found] == ["-1+1"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [("source:cn-gov 就业 -养老", ["就业"]), ("就业 -养老", ["就业", "就业"]),
     ("来源:us-ftc", ["就业"]), ("(就业 OR 养老) source:cn-gov", ["就业", "就业，养老"])],
)  # fmt: skip
async def test_the_box_of_the_table_understands_the_whole_language(
    local: Datasette, query: str, titles: list[str]
) -> None:
    address = f"/archive/articles.json?_shape=array&_search={quote(query)}"
    found = (await local.client.get(address)).json()
    assert sorted(row["title"] for row in found) == titles


async def test_rows_that_belong_to_an_article_are_called_by_its_title(local: Datasette) -> None:
    shown = (await local.client.get("/archive/revisions")).text
    assert ">就业，养老</a>" in shown
    assert 'href="/-/gazette/source/us-ftc"' in (await local.client.get("/archive/articles")).text


@pytest.mark.parametrize("place", ["/-/gazette/language/xx", "/-/gazette/a/b/c/d", "/a/b/c", "/a"])
async def test_a_page_that_there_is_not_is_told_in_good_order(
    local: Datasette, capfd: pytest.CaptureFixture[str], place: str
) -> None:
    answer = await local.client.get(place, headers={"Cookie": "ds_actor=s3cret"})
    assert answer.status_code == 404
    assert "content-security-policy" in answer.headers
    assert capfd.readouterr() == ("", "")
