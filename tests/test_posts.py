"""Posts from files and folders: every one is taken or told why not, and none twice."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from archive.errors import PostError
from archive.export import export_posts
from archive.posts import LARGEST, Outcome, import_posts, post_files, read_post
from archive.records import Article, Attachment, Precision, Verdict
from archive.store import Archive
from archive.verify import verify
from tests.crash_child import import_folder, killer
from tests.shared import shared

NOW = datetime(2024, 3, 15, 2, tzinfo=UTC)


def post(title: str, body: str = "<p>就业是民生之本。</p>") -> str:
    return (
        f"\n---\ntitle: '{title}'\ncategories: \n - 政务\nheadimg: ''\nauthor: 平凉市人民政府\n"
        f"comments: false\ndate: Fri, 11 Feb 2022 11:06:56 GMT\nthumbnail: ''\n---\n"
        f"\n<div>   \n{body}  \n</div>\n            "
    )


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "data" / "archive.db") as opened:
        yield opened


def put(archive: Archive, *paths: Path, batch: int = 200) -> list[Outcome]:
    return list(import_posts(archive, post_files(paths), now=NOW, batch=batch))


def verdicts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.receipt.verdict if outcome.receipt else "failed" for outcome in outcomes]


def test_the_reference_post_goes_through_the_archive_byte_for_byte(
    archive: Archive, tmp_path: Path
) -> None:
    seed = shared("design/seed-post.txt")
    assert verdicts(put(archive, seed)) == [Verdict.NEW]
    assert export_posts(archive, tmp_path / "out") == 1
    (written,) = (tmp_path / "out").rglob("*.md")
    assert written.read_bytes() == seed.read_bytes()


def test_posts_found_in_the_wild_settle_after_one_passage(archive: Archive, tmp_path: Path) -> None:
    outcomes = put(archive, shared("corpus/posts"))
    assert verdicts(outcomes) == [Verdict.NEW] * 3
    assert sorted({note.partition(":")[0] for outcome in outcomes for note in outcome.notes}) == [
        "body cleaned",
        "no date",
        "title is cut",
    ]
    export_posts(archive, tmp_path / "out")
    assert verdicts(put(archive, tmp_path / "out")) == [Verdict.UNCHANGED] * 3


def test_articles_move_from_one_archive_to_another_whole(archive: Archive, tmp_path: Path) -> None:
    article = Article(
        source="cn-pingliang", url="https://example.gov.cn/1?a=1&b=2", title="'一': \"二\"\n---",
        html="<p>{{ 文 }}</p>", text="文", published=datetime(2024, 2, 29, 16, tzinfo=UTC),
        precision=Precision.DAY, zone="Asia/Shanghai", written=date(2024, 2, 1), lang="zh",
        region="CN-62", categories=("政务 / 公告", "no"), channel="2022", origin="新华社",
        author="甲", editor="乙", issuer="国务院办公厅", doc_number="国办发〔2017〕47号",
        index_number="000014349/2017-00113", pictures=("https://example.gov.cn/a.jpg",),
        attachments=(Attachment(url="https://example.gov.cn/a.pdf", name="附件: 一"),),
        witnesses=(("title", "meta"), ("text", "density")), extractor="gazette-extract/1",
    )  # fmt: skip
    archive.put(article, None, now=NOW)
    export_posts(archive, tmp_path / "out")
    with Archive.open(tmp_path / "other" / "archive.db") as other:
        assert verdicts(put(other, tmp_path / "out")) == [Verdict.NEW]
        found = other.find(article.url)
    assert found is not None
    assert found.article == article


def test_importing_again_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.md").write_text(post(f"第{number}号"), "utf-8")
    assert verdicts(put(archive, tmp_path)) == [Verdict.NEW] * 5
    before = list(archive.articles())
    assert verdicts(put(archive, tmp_path, batch=2)) == [Verdict.UNCHANGED] * 5
    assert list(archive.articles()) == before


def test_the_same_post_twice_in_a_folder_is_one_article(archive: Archive, tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(post("通知"), "utf-8")
    assert verdicts(put(archive, tmp_path)) == [Verdict.NEW, Verdict.UNCHANGED]


def test_an_import_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    for number in range(600):
        body = f"<p>第{number}号，各不相同。</p>"
        (tmp_path / "posts" / f"{number}.md").write_text(post(f"第{number}号", body), "utf-8")
    with killer(import_folder, tmp_path) as process:
        for _ in range(8):
            said = process.kill("posts", (0.02, 0.3))
            with Archive.open(tmp_path / "archive.db") as left:
                titles = [stored.article.title for stored in left.articles()]
            assert len(titles) == len(set(titles))
            assert {f"第{number}号" for number in said} <= set(titles)
        assert len(process.run("posts")) == 600
    with Archive.open(tmp_path / "archive.db", read_only=True) as left:
        assert left.stats()["articles"] == left.stats()["revisions"] == 600
    assert verify(tmp_path / "archive.db", deep=True) == ()


def test_a_file_that_is_no_post_is_told_and_the_rest_goes_on(
    archive: Archive, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text(post("一"), "utf-8")
    (tmp_path / "b.md").write_text("# Read me\n", "utf-8")
    (tmp_path / "c.md").write_text(post("三", "<p>另一则</p>"), "utf-8")
    outcomes = {outcome.path.name: outcome for outcome in put(archive, tmp_path)}
    error = outcomes["b.md"].error
    assert error is not None
    assert (error.line, error.reason) == (1, "no front matter: the first line is not ---")
    assert outcomes["a.md"].receipt
    assert outcomes["c.md"].receipt


def test_an_older_encoding_is_read_and_noted(tmp_path: Path) -> None:
    path = tmp_path / "gbk.md"
    path.write_bytes(post("关于促进就业的通知").encode("gb18030"))
    article, notes = read_post(path)
    assert article.title == "关于促进就业的通知"
    assert notes == ("encoding: read as GB18030",)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"---\ntitle: a\n---\n\0", 4, "not a text file: it holds a zero byte"),
        (b"---\ntitle: a\xff\xff\n---\n", 2, "neither UTF-8 nor GB18030"),
        (b"x" * (LARGEST + 1), 1, "larger than 16 MiB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(
    content: bytes, line: int, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(content)
    with pytest.raises(PostError) as refused:
        read_post(path)
    assert (refused.value.line, refused.value.reason) == (line, reason)


def test_a_pipe_or_a_missing_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(PostError, match="not a regular file"):
        read_post(tmp_path / "pipe.md")
    with pytest.raises(PostError, match="No such file"):
        read_post(tmp_path / "none.md")


def test_folders_are_gone_through_in_order_and_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ("z.md", "b/c/x.markdown", "b/a.MD", "b/.hidden.md", "b/picture.png", ".git/x.md"):
        (tmp_path / name).touch()
    (tmp_path / "b" / "c" / "loop").symlink_to(tmp_path)
    found = [path.relative_to(tmp_path).as_posix() for path in post_files([tmp_path])]
    assert found == ["z.md", "b/a.MD", "b/c/x.markdown"]


def test_a_file_named_by_itself_may_end_as_it_likes(tmp_path: Path) -> None:
    path = tmp_path / "post.txt"
    path.write_text(post("一"), "utf-8")
    assert list(post_files([path])) == [path]


def test_what_was_told_is_stored_when_the_reader_stops(archive: Archive, tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"{number}.md").write_text(post(f"{number}", f"<p>{number}</p>"), "utf-8")
    told = list(islice(import_posts(archive, post_files([tmp_path]), now=NOW, batch=2), 2))
    assert all(o.receipt and archive.get(o.receipt.id) for o in told)
