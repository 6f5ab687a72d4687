"""Attachments and pictures on their way through a crawl: fetched, kept, looked at again."""

import hashlib
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive import Archive, Article, Attachment, KeptFile, Stored
from archive.verify import verify
from crawler import pipeline, sources
from crawler.cli.demo import configure
from crawler.crawl import opened
from crawler.frontier import Frontier
from crawler.pipeline.files import files_wanted
from crawler.records import Files, Report, Source
from crawler.replica import Portal
from tests.holdings import sound
from tests.hostile_server import Answer, Server, answer, serve

START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FAMILIES = Path(__file__).parents[1] / "config" / "families"

PDF = answer(b"%PDF-1.4 one", "Content-Type: application/pdf", 'ETag: "1"')
PICTURE = answer(b"\x89PNG one", "Content-Type: image/png")
TEXT = "会议指出，去年全市城镇新增就业三万二千人，失业率控制在百分之五以内，成效明显。"


def article(files: str) -> bytes:
    body = "".join(f"<p>{TEXT}第{n}段。</p>" for n in range(6))
    page = (
        "<html><head><title>全市就业工作会议召开</title></head><body><h1>全市就业工作会议召开</h1>"
        f"<p>发布时间：2026-03-01 09:30</p><div class='content'>{body}{files}</div></body></html>"
    )
    return answer(page.encode(), "Content-Type: text/html; charset=utf-8")


@pytest.fixture
def site() -> dict[str, Answer]:
    files = '<p><img src="/1.png"></p><p>附件：<a href="/1.pdf">通知.pdf</a></p>'
    listing = '<ul><li><a href="/art/1.html">全市就业工作会议召开</a> 2026-03-01</li></ul>'
    return {
        "/": answer(listing.encode(), "Content-Type: text/html; charset=utf-8"),
        "/art/1.html": article(files),
        "/1.pdf": PDF,
        "/1.png": PICTURE,
    }


class Site:
    """A site of one article, crawled into a folder."""

    def __init__(
        self, server: Server, folder: Path, files: str = "site", settings: str = ""
    ) -> None:
        self.server, self.folder = server, folder
        config = folder / "config"
        (config / "sources").mkdir(parents=True)
        (config / "gazette.toml").write_text(
            f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{server.port}]\n'
            f'file_deadline = "2s"\n{settings}'
        )
        (config / "sources" / "city.toml").write_text(
            f'name = "市政府网"\naddress = "{server.url()}"\ndelay = "0s"\n'
            f'include = ["/art/"]\n[[listings]]\nurl = "{server.url()}"\n',
            encoding="utf-8",
        )

    async def visit(self, now: datetime, *, deep: bool = False) -> tuple[Report, list[str]]:
        """Crawl once; return what it came to and what was asked for."""
        before = len(self.server.targets())
        loaded = sources.load(self.folder / "config")
        async with opened(loaded.settings, self.folder, now=lambda: now) as stages:
            stages.frontier.sources.register(loaded.sources)
            report = await pipeline.run(loaded.sources[0], stages, deep=deep)
        return report, self.server.targets()[before:]

    def stored(self) -> tuple[Stored, list[KeptFile]]:
        with Archive.open(self.folder / "archive.db", read_only=True) as archive:
            (found,) = archive.articles()
            return found, archive.files(found.id)

    def kept(self) -> dict[str, str]:
        return {file.role: file.sha256 for file in self.stored()[1]}


@pytest.fixture
async def stack() -> AsyncExitStack:
    async with AsyncExitStack() as held:
        yield held  # type: ignore[misc]


def remove(folder: Path) -> None:
    for file in folder.glob("archive.db*"):
        file.unlink()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_files_come_after_the_article_and_are_kept_with_it(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    report, asked = await here.visit(START)
    assert (report.new, report.failed, report.requests) == (1, 0, 4)
    assert asked == ["/", "/art/1.html", "/1.pdf", "/1.png"]
    assert here.kept() == {
        "attachment": sha256(b"%PDF-1.4 one"),
        "picture": sha256(b"\x89PNG one"),
    }
    assert here.stored()[0].revision == 1
    assert verify(tmp_path / "archive.db", deep=True) == ()


async def test_attachments_are_looked_at_again_conditionally_and_pictures_are_not(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    server = await stack.enter_async_context(serve(site))
    here = Site(server, tmp_path)
    await here.visit(START)
    site["/1.pdf"] = answer(status="304 Not Modified")
    report, asked = await here.visit(START + DAY)
    assert "/1.png" not in asked
    assert [one.fields("if-none-match") for one in server.asked if one.target == "/1.pdf"] == [
        [],
        ['"1"'],
    ]
    assert (report.revised, here.stored()[0].revision) == (0, 1)
    assert verify(tmp_path / "archive.db", deep=True) == ()


async def test_an_attachment_exchanged_without_a_word_is_a_revision(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    await here.visit(START)
    site["/1.pdf"] = answer(b"%PDF-1.4 two", "Content-Type: application/pdf")
    site["/1.png"] = answer(b"\x89PNG two", "Content-Type: image/png")
    await here.visit(START + DAY)
    found, _ = here.stored()
    assert found.revision == 2
    with Archive.open(tmp_path / "archive.db", read_only=True) as archive:
        assert archive.history(found.id)[-1].changed == ("attachments",)
        before = archive.files(found.id, 1)[0].sha256
        assert (archive.file(before), archive.file(here.kept()["attachment"])) == (
            b"%PDF-1.4 one",
            b"%PDF-1.4 two",
        )
    assert verify(tmp_path / "archive.db", deep=True) == ()
    await here.visit(START + 2 * DAY, deep=True)
    assert here.stored()[0].revision == 2


@pytest.mark.parametrize(
    "bad",
    [
        answer(status="404 Not Found"),
        answer(b"<html>please log in</html>", "Content-Type: text/html"),
        answer(b"%PDF" + bytes(99_999), "Content-Type: application/pdf"),
        answer(b"%PDF cut", "Content-Type: application/pdf", length=99),
    ],
    ids=["missing", "a page instead", "too large", "cut"],
)
async def test_what_goes_wrong_with_a_file_fails_nothing_else_and_is_tried_again(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path, bad: Answer
) -> None:
    server = await stack.enter_async_context(serve(site))
    here = Site(server, tmp_path, settings="max_file = 50_000\n")
    site["/1.pdf"] = bad
    report, _ = await here.visit(START)
    assert (report.new, report.failed, report.error) == (1, 0, "")
    assert list(here.kept().values()) == ["", sha256(b"\x89PNG one")]
    with Frontier(tmp_path / "crawl.db") as frontier:
        assert frontier.sources.due(START + timedelta(hours=1)) == ["city"]
    site["/1.pdf"] = PDF
    await here.visit(START + timedelta(hours=1))
    assert here.kept()["attachment"] == sha256(b"%PDF-1.4 one")
    assert here.stored()[0].revision == 1


async def test_a_changed_attachment_that_became_an_error_page_is_no_revision(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    await here.visit(START)
    site["/1.pdf"] = answer(b"<!DOCTYPE html><p>404</p>", "Content-Type: text/html")
    await here.visit(START + DAY)
    assert here.stored()[0].revision == 1
    assert here.kept()["attachment"] == sha256(b"%PDF-1.4 one")


async def test_a_file_in_a_private_network_is_not_asked_for(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    site["/art/1.html"] = article('<p><a href="http://10.0.0.1/1.pdf">通知.pdf</a></p>')
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    report, _ = await here.visit(START)
    assert (report.new, report.failed) == (1, 0)
    assert here.kept() == {"attachment": ""}


async def test_files_at_a_host_that_is_down_wait_and_the_source_is_well(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    names = "".join(
        f'<p><a href="http://127.0.0.9:{{port}}/{n}.pdf">{n}.pdf</a></p>' for n in range(9)
    )
    server = await stack.enter_async_context(serve(site))
    site["/art/1.html"] = article(names.format(port=server.port))
    here = Site(server, tmp_path)
    report, _ = await here.visit(START)
    assert (report.new, report.failed, report.error, report.requests) == (1, 0, "", 7)
    report, _ = await here.visit(START + timedelta(minutes=31))
    assert report.requests <= 7


async def test_a_source_that_wants_no_files_any_more_asks_for_none(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    site["/1.pdf"] = answer(status="404 Not Found")
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    await here.visit(START)
    path = tmp_path / "config" / "sources" / "city.toml"
    path.write_text('files = "none"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    _, asked = await here.visit(START + 2 * DAY)
    assert "/1.pdf" not in asked
    with Frontier(tmp_path / "crawl.db") as frontier:
        assert frontier.sources.due(START + 2 * DAY + timedelta(minutes=1)) == []


async def test_an_archive_older_than_our_memory_gets_its_files_back(
    site: dict[str, Answer], stack: AsyncExitStack, tmp_path: Path
) -> None:
    here = Site(await stack.enter_async_context(serve(site)), tmp_path)
    await here.visit(START)
    remove(tmp_path)
    site["/1.pdf"] = answer(status="304 Not Modified")
    await here.visit(START + 2 * DAY, deep=True)
    site["/1.pdf"] = PDF
    await here.visit(START + 3 * DAY)
    assert here.kept()["attachment"] == sha256(b"%PDF-1.4 one")


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (Files.NONE, []),
        (Files.ATTACHMENTS, ["https://dl.example/1.pdf"]),
        (Files.SITE, ["https://dl.example/1.pdf", "https://img.city.example/1.png"]),
        (
            Files.ALL,
            [
                "https://dl.example/1.pdf",
                "https://img.city.example/1.png",
                "https://x.example/2.png",
            ],
        ),
    ],
)
def test_a_source_says_which_files_it_wants(files: Files, wanted: list[str]) -> None:
    found = Article(
        source="city",
        url="https://www.city.example/1.html",
        title="",
        html="",
        text="",
        pictures=("https://img.city.example/1.png", "https://x.example/2.png", "data:,"),
        attachments=(Attachment(url="https://dl.example/1.pdf", name=""),),
    )
    source = Source(id="city", name="", address="https://www.city.example/", files=files)
    assert [url for url, _ in files_wanted(found, source)] == wanted


async def test_a_crawl_leaves_warc_files_that_other_tools_find_sound(tmp_path: Path) -> None:
    with Portal(size=50, seed=3, now=START) as portal:
        configure(portal, tmp_path / "config", FAMILIES)
        gazette = tmp_path / "config" / "gazette.toml"
        gazette.write_text("warc_size = 20_000\n" + gazette.read_text(encoding="utf-8"))
        loaded = sources.load(tmp_path / "config")
        async with opened(loaded.settings, tmp_path, now=lambda: START) as stages:
            stages.frontier.sources.register(loaded.sources)
            for source in loaded.sources:
                await pipeline.run(source, stages)
        truth = portal.truth()
        found = sorted((tmp_path / "warc").iterdir())
        assert len(found) > 2
        assert all(map(sound, found))
        with Archive.open(tmp_path / "archive.db", read_only=True) as archive:
            for t in truth:
                stored = archive.find(t.url)
                assert stored is not None
                kept = {file.url: file.sha256 for file in archive.files(stored.id)}
                assert {*t.attachments, *t.pictures} == set(kept)
                assert all(kept.values())
    assert verify(tmp_path / "archive.db", deep=True) == ()
