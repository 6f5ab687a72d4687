"""Kept files in the browser: handed over to be saved, never shown, whatever a publisher sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from datasette.app import Datasette

from archive import Archive, Attachment, FileFiling
from archive.datasette_plugin.downloads import name_of
from archive.records import KeptFile
from tests.holdings import NOW, article, capture

HOSTILE = b"<script>alert(1)</script>"
PDF = "https://www.city.example/1.pdf"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an archive of one article whose first attachment was exchanged."""
    path = tmp_path / "archive.db"
    files = (
        Attachment(url=PDF, name="../../通知"),
        Attachment(url="https://www.city.example/2.doc", name="2"),
    )
    with Archive.open(path) as archive:
        id_ = archive.put(article(attachments=files), capture(), now=NOW).id
        for day, content in enumerate((b"%PDF one", HOSTILE)):
            at = NOW + timedelta(days=day)
            found = capture(1, content, url=PDF, final_url=PDF, fetched_at=at)
            archive.keep_files([FileFiling(capture=found, articles=(id_,))], now=at)
    return path


@pytest.fixture
def datasette(path: Path) -> Iterator[Datasette]:
    made = Datasette([str(path)])
    yield made
    for database in made.databases.values():
        database.close()


@pytest.fixture
def page(path: Path) -> str:
    with Archive.open(path, read_only=True) as archive:
        (stored,) = archive.articles()
        return f"/-/gazette/article/{stored.id}"


async def test_a_kept_file_is_saved_and_never_run(datasette: Datasette, page: str) -> None:
    got = await datasette.client.get(f"{page}/file/1")
    assert (got.status_code, got.content) == (200, HOSTILE)
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-disposition"] == (
        "attachment; filename*=UTF-8''%E9%80%9A%E7%9F%A5.pdf"
    )


async def test_what_it_was_before_can_be_had_too(datasette: Datasette, page: str) -> None:
    assert (await datasette.client.get(f"{page}/file/1?revision=1")).content == b"%PDF one"


async def test_the_page_of_an_article_links_the_copies_that_are_kept(
    datasette: Datasette, page: str
) -> None:
    shown = (await datasette.client.get(page)).text
    assert f'href="{page}/file/1?revision=2"' in shown
    assert f"{page}/file/2" not in shown


@pytest.mark.parametrize("place", ["0", "2", "3", "99", "1?revision=9"])
async def test_what_is_not_kept_is_a_404(datasette: Datasette, page: str, place: str) -> None:
    assert (await datasette.client.get(f"{page}/file/{place}")).status_code == 404


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("通知.pdf", "通知.pdf"),
        ("通知.PDF", "通知.PDF"),
        ("../..\\x\r\ny\u202e", "xy.pdf"),
        ("", "file.pdf"),
        ("长" * 300, f"{'长' * 100}.pdf"),
    ],
)
def test_a_file_is_saved_under_a_name_that_harms_nobody(name: str, saved: str) -> None:
    assert name_of(KeptFile(url=PDF, name=name, role="attachment")) == saved
