"""The config folder: what it comes to, and that its manual is true."""

import re
import tomllib
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import ConfigError
from crawler.records import (
    ArticleRules,
    JsonRules,
    Listing,
    ListingKind,
    ListingRules,
    PageRequest,
    Source,
)
from crawler.settings import FetchSettings, Settings
from crawler.sources import describe_keys, load, load_settings, load_source
from crawler.sources.keys import (
    ARTICLE,
    FAMILY,
    FAMILY_ALONE,
    LISTING,
    LISTING_RULES,
    SETTINGS,
    SOURCE,
    Table,
)
from tests.config_folder import GOOD, complaints, make, write

SHIPPED = Path(__file__).parents[1] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make(tmp_path)


def test_a_source_needs_a_name_an_address_and_one_listing(config: Path) -> None:
    assert load(config).sources == (
        Source(
            id="a",
            name="A",
            address="https://a.example/",
            listings=(Listing(url="https://a.example/news/"),),
        ),
    )


def test_a_source_lies_over_its_family_and_the_family_over_the_defaults(config: Path) -> None:
    write(
        config,
        "families/f.toml",
        """
        delay = "5s"
        include = ['/old/']
        exclude = ['/x/']
        [listing]
        kind = "hanweb"
        pages = 7
        item = "li"
        date = "span"
        [article]
        body = ["#zoom", ".zoom"]
        drop = ".share"
        """,
    )
    write(
        config,
        "sources/a.toml",
        """
        family = "f"
        name = "A　B"
        address = "https://a.example/"
        include = ['/new/']
        [[listings]]
        url = "https://a.example/1/"
        [[listings]]
        url = "https://a.example/2/"
        kind = "html"
        every = "6h"
          [listings.rules]
          item = "tr"
          next = "a.next@href"
        [listing]
        date = ["b", "time@datetime"]
        [article]
        drop = []
        title = "h1"
        """,
    )
    source = load(config).sources[0]
    assert (source.delay, source.include, source.exclude) == (
        timedelta(seconds=5),
        ("/new/",),
        ("/x/",),
    )
    assert source.article == ArticleRules(title=("h1",), body=("#zoom", ".zoom"))
    date = ("b", "time@datetime")
    assert source.listings == (
        Listing(
            url="https://a.example/1/",
            kind=ListingKind.HANWEB,
            pages=7,
            rules=ListingRules(item=("li",), date=date),
        ),
        Listing(
            url="https://a.example/2/",
            kind=ListingKind.HTML,
            pages=7,
            every=timedelta(hours=6),
            rules=ListingRules(item=("tr",), date=date, next="a.next@href"),
        ),
    )


def test_a_listing_of_json_says_how_it_is_asked_for_and_read(config: Path) -> None:
    write(config, "families/api.toml", """
        [listing]
        kind = "json"
          [listing.json]
          items = "articles[*]"
          page = "page"
        """)  # fmt: skip
    write(config, "sources/a.toml", """
        name = "A"
        address = "https://a.example/"
        family = "api"
        [[listings]]
        url = "https://a.example/api/1"
        [[listings]]
        url = "https://a.example/api/2"
          [listings.json]
          items = ["data.rows[*]", "data"]
          link = "https://a.example/{id}.html"
          body = '{"page": 0, "filter": {"year": 2024}}'
          first = 0
        [[listings]]
        url = "https://a.example/api/3"
        json.form = { channel = "7", page = "1" }
        """)  # fmt: skip
    one, two, three = load(config).sources[0].listings
    assert one.kind is ListingKind.JSON
    assert one.json == JsonRules(items=("articles[*]",), page="page")
    assert two.json == JsonRules(
        items=("data.rows[*]", "data"),
        link=("https://a.example/{id}.html",),
        page="page",
        first=0,
        body='{"page": 0, "filter": {"year": 2024}}',
    )
    assert three.request == PageRequest(
        url="https://a.example/api/3", method="POST", form=(("channel", "7"), ("page", "1"))
    )


def test_the_general_delay_holds_where_neither_source_nor_family_names_one(config: Path) -> None:
    write(config, "gazette.toml", '[fetch]\ndelay = "9s"\n')
    assert load(config).sources[0].delay == timedelta(seconds=9)
    write(config, "sources/a.toml", f'delay = "0s"\n{GOOD}')
    assert load(config).sources[0].delay == timedelta(0)


def test_one_source_can_be_read_alone(config: Path) -> None:
    write(config, "families/f.toml", 'charset = "gbk"\n')
    path = config / "new.toml"
    path.write_text(f'family = "f"\n{GOOD}', encoding="utf-8")
    source = load_source(path, config / "families")
    assert (source.id, source.charset) == ("new", "gbk")
    path.write_text(f'family = "g"\n{GOOD}', encoding="utf-8")
    with pytest.raises(ConfigError, match='there is no family "g"'):
        load_source(path, config / "families")


def test_only_some_sources_are_wanted_but_all_are_checked(config: Path) -> None:
    write(config, "sources/b.toml", GOOD.replace("a.example", "b.example"))
    assert [source.id for source in load(config, only=["b"]).sources] == ["b"]
    assert [source.id for source in load(config).sources] == ["a", "b"]
    write(config, "sources/a.toml", "nome = 'x'\n" + GOOD.replace("name", "#"))
    assert complaints(config, only=("b",)) == [
        'sources/a.toml:1: nome: is no key (did you mean "name"?)'
    ]


def test_a_file_may_begin_with_a_byte_order_mark_and_end_its_lines_as_windows_does(
    config: Path,
) -> None:
    write(config, "sources/a.toml", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(config).sources[0].name == "A"


def test_a_folder_that_is_not_there_is_said_with_what_to_do(config: Path) -> None:
    assert complaints(config / "nowhere") == [
        "config: there is no such folder "
        "(start where config/ lies, or name it: --config DIR or GAZETTE_CONFIG)"
    ]
    (config / "sources/a.toml").unlink()
    assert complaints(config) == ["sources: there is no source here (`gazette add URL` writes one)"]
    assert load_settings(config) == Settings()


def test_settings_are_read_where_they_are_given(config: Path) -> None:
    write(
        config,
        "gazette.toml",
        'data = "/srv/gazette"\n[fetch]\ncontact = "a@b.example"\nports = [80]\n'
        'allow_networks = ["127.0.0.0/8", "::1/128"]\nmax_retry_after = "30m"\n',
    )
    assert load_settings(config) == load(config).settings
    assert load_settings(config) == Settings(
        data="/srv/gazette",
        fetch=FetchSettings(
            contact="a@b.example",
            ports=(80,),
            allow_networks=("127.0.0.0/8", "::1/128"),
            max_retry_after=timedelta(minutes=30),
        ),
    )


def shipped_settings() -> str:
    """Return gazette.toml with the ``#`` taken from every key."""
    text = (SHIPPED / "gazette.toml").read_text(encoding="utf-8")
    return re.sub(r"(?m)^#(?=\w+ = )", "", text)


def test_gazette_toml_shows_every_setting_with_its_default_and_sets_none(config: Path) -> None:
    assert load_settings(SHIPPED) == Settings()
    assert not any(tomllib.loads((SHIPPED / "gazette.toml").read_text()).get("fetch", {}))
    write(config, "gazette.toml", shipped_settings())
    assert load_settings(config) == Settings()

    def keys(settings: object) -> dict[str, object]:
        return {
            field.name: keys(value) if is_dataclass(value) else None
            for field in fields(settings)  # type: ignore[arg-type]
            for value in [getattr(settings, field.name)]
        }

    def shown(table: dict[str, object]) -> dict[str, object]:
        return {k: shown(v) if isinstance(v, dict) else None for k, v in table.items()}

    assert shown(tomllib.loads(shipped_settings())) == keys(Settings())


def test_every_setting_is_explained_above_it() -> None:
    lines = (SHIPPED / "gazette.toml").read_text(encoding="utf-8").splitlines()
    shown = [number for number, line in enumerate(lines) if re.match(r"#\w+ = ", line)]
    bare = [lines[number] for number in shown if not re.match(r"# [^ ]", lines[number - 1])]
    assert len(shown) > 20
    assert bare == []


def test_the_keys_are_those_of_the_records() -> None:
    def names(record: type) -> set[str]:
        return {field.name for field in fields(record)}

    assert set(SOURCE) == names(Source) - {"id", "resting"} | {"listing"}
    assert set(LISTING) == names(Listing)
    assert set(LISTING_RULES) == names(ListingRules)
    assert set(ARTICLE) == names(ArticleRules)
    assert set(SETTINGS) == names(Settings)
    assert {k: set(v.keys) for k, v in SETTINGS.items() if isinstance(v, Table)} == {
        field.name: names(field.type)
        for field in fields(Settings)
        if is_dataclass(field.type) and isinstance(field.type, type)
    }
    assert set(FAMILY) - set(FAMILY_ALONE) < set(SOURCE)


def test_every_key_of_a_source_is_described_in_the_manual() -> None:
    described = describe_keys()
    assert all(f"`{name}`" in described or f"[{name}]" in described for name in SOURCE)
    assert all(f"`article.{name}`" in described for name in ARTICLE)
    assert describe_keys() in (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert not re.search(r"\| *\|$", described, re.MULTILINE)


def test_the_examples_of_the_manual_are_true(config: Path) -> None:
    manual = (SHIPPED / "README.md").read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", manual, re.DOTALL)
    assert example is not None
    trs = (SHIPPED / "families/trs.toml").read_text(encoding="utf-8")
    write(config, "families/trs.toml", trs)
    write(config, "sources/cn-example.toml", example[1])
    (source,) = load(config, only=["cn-example"]).sources
    assert [listing.rules.item for listing in source.listings] == [
        ("ul.news li",),
        ("table.list tr",),
    ]
    said = re.findall(r"(?m)^config/sources/.*$", manual)
    wrong = "name='B'\naddress='https://b.example'\n\nzone='Asia/Beijing'\n\n\n[[listings]]\n"
    write(config, "sources/cn-example.toml", f"{wrong}url='https://b.example/n'\nkatgory='x'\n")
    assert [f"config/{line}" for line in complaints(config)] == said


def test_each_family_shipped_is_told_of_in_the_manual() -> None:
    manual = (SHIPPED / "README.md").read_text(encoding="utf-8")
    shipped = {path.stem for path in (SHIPPED / "families").glob("*.toml")}
    assert shipped <= set(re.findall(r"`([a-z-]+)`", manual))
