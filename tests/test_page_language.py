"""Pages in the reader's language: what chooses it, what remembers it, and where a switch leads."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette.app import Datasette

from archive import Archive
from archive.browse import application
from archive.datasette_plugin.speaking import COOKIE
from tests.chromium import chromium
from tests.test_browse import browsing
from tests.test_datasette import article

NOW = datetime(2024, 6, 1, 8, tzinfo=UTC)
CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("language") / "archive.db"
    with Archive.open(path) as archive:
        archive.put(article("a", "稳就业", "稳定就业岗位。"), None, now=NOW)
        archive.put(article("a", "稳就业", "稳定岗位九百万。"), None, now=NOW + timedelta(days=1))
        archive.put(article("b", "Jobs", "Employment is up."), None, now=NOW)
    return path


@pytest.fixture
def datasette(path: Path) -> Iterator[Datasette]:
    found = application(path, {})
    yield found
    for database in found.databases.values():
        database.close()


def id_of(path: Path, name: str) -> int:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find(f"https://gov.example/{name}.html")
        assert found is not None
        return found.id


async def shown(datasette: Datasette, address: str, **headers: str) -> str:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return str((await datasette.client.get(address, headers=given)).text)


async def test_a_page_is_in_the_language_that_the_browser_asks_for(datasette: Datasette) -> None:
    chinese = await shown(datasette, "/-/gazette?q=就业", accept_language="zh-CN,en;q=0.5")
    assert '<html lang="zh-CN">' in chinese
    assert "检索式的含义" in chinese
    english = await shown(datasette, "/-/gazette?q=就业", accept_language="fr,en;q=0.5")
    assert '<html lang="en">' in english
    assert "What was understood" in english


async def test_the_address_goes_before_the_choice_and_that_before_the_browser(
    datasette: Datasette,
) -> None:
    cookie = f"{COOKIE}=zh"
    assert '<html lang="zh-CN">' in await shown(datasette, "/-/gazette", cookie=cookie)
    told = await shown(datasette, "/-/gazette?lang=en", cookie=cookie, accept_language="zh")
    assert '<html lang="en">' in told
    odd = await shown(datasette, "/-/gazette", cookie=f'{COOKIE}="\x01; a=b', accept_language="zh")
    assert '<html lang="zh-CN">' in odd


async def test_the_switch_remembers_and_leads_back_to_the_page(datasette: Datasette) -> None:
    page = await shown(datasette, "/-/gazette?q=a%26b&lang=en")
    back = quote("/-/gazette?q=a%26b", safe="")
    assert f'href="/-/gazette/language/zh?back={back.replace("%2F", "%2F")}"' in page
    answer = await datasette.client.get(f"/-/gazette/language/zh?back={back}")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/-/gazette?q=a%26b"
    assert answer.cookies[COOKIE] == "zh"


@pytest.mark.parametrize(
    "back",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: x=y",
        "",
    ],
)
async def test_the_switch_leads_nowhere_else(datasette: Datasette, back: str) -> None:
    answer = await datasette.client.get(f"/-/gazette/language/zh?back={quote(back, safe='%')}")
    place = answer.headers["location"]
    assert place.startswith("/")
    assert place[1:2] not in ("/", "\\", "\t")
    assert "set-cookie: x" not in str(answer.headers)


async def test_caches_are_told_what_a_page_depends_on(datasette: Datasette) -> None:
    answer = await datasette.client.get("/-/gazette")
    assert {"Accept-Language", "Cookie"} <= set(answer.headers["vary"].split(", "))


async def test_what_is_counted_in_a_thread_is_told_in_the_same_language(
    datasette: Datasette,
) -> None:
    told = await shown(datasette, "/-/gazette?q=就业+is:gone", accept_language="zh")
    assert "没有找到结果" in told
    assert "检索了 2 篇文章" in told


async def test_the_main_pages_are_chinese(datasette: Datasette, path: Path) -> None:
    id_ = id_of(path, "a")
    for address, words in (
        ("/", "最新文章"),
        ("/-/gazette", "最新在前"),
        ("/-/gazette/sources", "监测的网站"),
        ("/-/gazette/gone", "下架"),
        ("/-/gazette/source/gov-cn", "发布节奏"),
        (f"/-/gazette/article/{id_}", "历次版本"),
        (f"/-/gazette/article/{id_}/diff/2", "改动前"),
        ("/-/gazette/article/1", "档案库中没有这篇文章"),
        (f"/-/gazette/article/{id_}/diff/7", "没有第 7 版"),
        ("/-/gazette/changes?since=9999d", "静默修改"),
    ):
        page = await shown(datasette, address, accept_language="zh")
        assert words in page, address
        assert '<html lang="zh-CN">' in page, address


async def test_machines_read_the_same_in_every_language(datasette: Datasette) -> None:
    for address in ("/-/gazette.json?q=就业+-x*+number:1", "/-/gazette.csv?q=就业"):
        chinese = await shown(datasette, address, accept_language="zh")
        assert chinese == await shown(datasette, address)


async def test_pages_of_datasette_itself_are_named_english(datasette: Datasette) -> None:
    for address in ("/archive", "/archive/articles"):
        page = await shown(datasette, address, accept_language="zh")
        assert '<html lang="en">' in page
        assert page.rstrip().endswith("</html>")


def test_a_reader_switches_once_and_stays_where_he_was(path: Path, tmp_path: Path) -> None:
    with browsing(path.parent) as (address, _), chromium(tmp_path) as browser:
        page = browser.show(f"{address}-/gazette?q=就业", width=360)
        assert page.run("document.documentElement.lang") == "en"
        page.click(".gazette-tongues a")
        assert page.run("document.documentElement.lang") == "zh-CN"
        assert page.run("new URL(location).searchParams.get('q')") == "就业"
        for place in ("", "-/gazette/sources", f"-/gazette/article/{id_of(path, 'a')}"):
            other = browser.show(address + place, width=360)
            assert other.run("document.documentElement.lang") == "zh-CN"
            assert other.sticking_out() == []
            assert other.complaints == []
        other.click(".gazette-tongues a")
        assert other.run("document.documentElement.lang") == "en"
