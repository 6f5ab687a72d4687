"""Exports of a real archive: killed and gone on with, of a selection, within bounded memory."""

import csv
import json
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from pyarrow import parquet as pq
from warcio.archiveiterator import ArchiveIterator

from archive import Archive, Article, Attachment, FileFiling, Stored, clean_html
from archive.cli.moving import export as command
from archive.export import EXPORTERS, Job, as_json, as_post
from archive.export.growing import Growing
from archive.frontmatter import parse
from archive.ids import SLOTS_PER_DAY
from tests.holdings import NOW, article, articles, capture, gzipped, sound

COUNT = 40
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of forty articles, some revised, confirmed or imported, with files."""
    folder = tmp_path_factory.mktemp("data")
    with Archive.open(folder / "archive.db") as archive:
        for n in range(COUNT):
            asked = () if n % 5 else (("User-Agent", "Gazette"), ("Cookie", "secret"))
            found = capture(n, request_headers=asked)
            published = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(hours=7 * n)
            pdf = Attachment(url=f"https://www.city.example/{n % 8}.pdf", name="附件")
            own = article(n, published=published, attachments=(pdf,))
            later = NOW + timedelta(days=1)
            receipt = archive.put(own, None if n % 9 == 8 else found, now=NOW)
            if n % 3 == 0:
                again = capture(n, b"" if n % 2 else found.payload, fetched_at=later,
                                status=304 if n % 2 else 200)  # fmt: skip
                archive.seen(own.url, now=later, capture=again)
            if n % 4 == 0:
                edited = article(n, title=f"第{n}号通告（更正）", published=published)
                edited_page = gzipped(capture(n, b"<p>corrected</p>", fetched_at=later))
                archive.put(edited, edited_page, now=later)
            file = capture(0, b"%PDF" + bytes([n % 8 // 2]) * 99, url=pdf.url, final_url=pdf.url)
            archive.keep_files([FileFiling(capture=file, articles=(receipt.id,))], now=NOW)
    return folder


def run(data: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, [*words, "--data", str(data)])
    return result.exit_code, result.output


def child(form: str, data: Path, out: Path, after: int) -> "subprocess.CompletedProcess[str]":
    asked = [sys.executable, "-m", "tests.export_child", form, data / "archive.db", out, str(after)]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)


def tree(out: Path) -> dict[str, bytes]:
    files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_an_export_killed_in_the_middle_goes_on_to_the_same_bytes(
    form: str, data: Path, tmp_path: Path
) -> None:
    out, whole = tmp_path / "killed" / "out.gz", tmp_path / "whole" / "out.gz"
    for after in (10, 25):
        assert child(form, data, out, after).returncode == -signal.SIGKILL
        assert not out.is_file()
    written, stood = map(int, child(form, data, out, 0).stdout.split())
    assert child(form, data, whole, 0).stdout.split() == [str(COUNT), "0"]
    assert tree(out) == tree(whole)
    assert sorted(path.name for path in out.parent.iterdir()) == ["out.gz"]
    # A list of rows stands at a Parquet file's end: it is begun anew, and says so.
    assert (written, stood) == ((COUNT, 0) if form == "parquet" else (COUNT - stood, stood))
    assert form == "parquet" or stood >= 21


def test_what_a_power_cut_left_behind_the_last_note_is_written_again(
    data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    child("jsonl", data, out, 20)
    with (tmp_path / ".out.part").open("ab") as torn:
        torn.write(b"\0\0\0{half a li")
    child("jsonl", data, out, 0)
    assert len([json.loads(line) for line in out.read_text("utf-8").splitlines()]) == COUNT


@pytest.mark.parametrize("note", ["", "{", "[]", '{"version": 1}', "null"])
def test_a_torn_note_begins_anew(note: str, data: Path, tmp_path: Path) -> None:
    child("csv", data, tmp_path / "out", 20)
    (tmp_path / ".out.part.json").write_text(note)
    assert child("csv", data, tmp_path / "out", 0).stdout.split() == [str(COUNT), "0"]


def test_another_question_never_goes_on_with_the_half_of_an_old_answer(
    data: Path, tmp_path: Path
) -> None:
    child("jsonl", data, tmp_path / "out", 20)
    assert run(data, str(tmp_path / "out"), "更正")[0] == 0
    titles = [json.loads(line)["title"] for line in (tmp_path / "out").read_text().splitlines()]
    assert len(titles) == 10
    assert all("更正" in title for title in titles)


def test_two_exports_do_not_write_one_file_at_once(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Archive.open(data / "archive.db", read_only=True) as archive:
        half = EXPORTERS["csv"](lambda _: archive.articles(), Job(out=out))
        next(half)
        code, said = run(data, str(out), "--format", "csv")
    assert code == 1
    assert "another export is writing" in said


def test_a_query_selects_in_the_language_of_search(data: Path, tmp_path: Path) -> None:
    for words in (["更正", "after:2024-03-05"], ["--query", "更正 after:2024-03-05"]):
        code, _ = run(data, str(tmp_path / "out"), *words)
        assert code == 0
        rows = [json.loads(line) for line in (tmp_path / "out").read_text("utf-8").splitlines()]
        assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
        assert 0 < len(rows) < 10
        assert all("更正" in row["title"] and row["published"] > "2024-03-04" for row in rows)
    assert run(data, str(tmp_path / "out"), "更正", "--query", "更正")[0] == 2
    assert run(data, "-", "没有这样的词")[0] == 1


def test_what_is_written_is_said_without_a_bar_where_no_terminal_is(
    data: Path, tmp_path: Path
) -> None:
    assert run(data, str(tmp_path / "out"))[1] == f"{COUNT} articles written: {tmp_path / 'out'}\n"


def test_a_pipe_is_written_to_and_never_replaced(data: Path) -> None:
    assert run(data, "/dev/null", "--format", "atom")[0] == 0
    assert Path("/dev/null").is_char_device()


# --- WARC ---------------------------------------------------------------------------------------


def records(path: Path) -> list[tuple[str, str, str]]:
    """Return type, address and what is repeated of every record but the opening one."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "warcinfo":
                continue
            uri = record.rec_headers.get_header("WARC-Target-URI") or ""
            refers = record.rec_headers.get_header("WARC-Refers-To-Target-URI") or ""
            found.append((record.rec_type, uri, refers))
    return found


def test_the_records_of_everything_are_all_that_the_archive_keeps(
    data: Path, tmp_path: Path
) -> None:
    run(data, str(tmp_path / "all.warc.gz"), "--format", "warc")
    assert sound(tmp_path / "all.warc.gz")
    kept = [one for path in (data / "warc").iterdir() for one in records(path)]
    assert sorted(records(tmp_path / "all.warc.gz")) == sorted(kept)
    assert {"request", "response", "revisit"} <= {kind for kind, _, _ in kept}


def test_a_record_that_repeats_another_comes_after_it_in_any_selection(
    data: Path, tmp_path: Path
) -> None:
    run(data, str(tmp_path / "some.warc.gz"), "更正", "--format", "warc")
    assert sound(tmp_path / "some.warc.gz")
    found = records(tmp_path / "some.warc.gz")
    # Attachments are shared in pairs: whichever was asked for, the one that holds the bytes comes.
    for place, (kind, _, refers) in enumerate(found):
        if kind == "revisit":
            assert ("response", refers) in [one[:2] for one in found[:place]]
    assert any(kind == "revisit" and ".pdf" in uri for kind, uri, _ in found)
    everything = [one for path in (data / "warc").iterdir() for one in records(path)]
    assert len(found) < len(everything)


def test_a_damaged_record_is_told_and_not_handed_on(data: Path, tmp_path: Path) -> None:
    warc = max((data / "warc").iterdir(), key=lambda path: path.stat().st_size)
    before = warc.read_bytes()
    try:
        warc.write_bytes(
            before[: len(before) // 2] + b"\0" * 200 + before[len(before) // 2 + 200 :]
        )
        code, said = run(data, str(tmp_path / "out.warc.gz"), "--format", "warc")
    finally:
        warc.write_bytes(before)
    assert code == 3
    assert "not those that were written" in said
    assert not (tmp_path / "out.warc.gz").exists()


# --- Parquet and rows ---------------------------------------------------------------------------


def test_a_parquet_file_has_typed_columns_and_every_article(data: Path, tmp_path: Path) -> None:
    run(data, str(tmp_path / "out.parquet"), "--format", "parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    assert str(table.schema.field("published").type) == "timestamp[ms, tz=UTC]"
    assert str(table.schema.field("written").type) == "date32[day]"
    with Archive.open(data / "archive.db", read_only=True) as archive:
        held = list(archive.articles())
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == [one.id for one in held]
    for row, one in zip(rows, held, strict=True):
        assert row["published"] == one.article.published
        assert row["written"] == one.article.written == date(2024, 3, 13)
        assert tuple(row["categories"]) == one.article.categories
        assert [held["url"] for held in row["attachments"]] == [
            attached.url for attached in one.article.attachments
        ]
        assert (row["text"], row["last_seen"], row["gone"]) == (
            one.article.text, one.last_seen, None,
        )  # fmt: skip


def test_without_pyarrow_parquet_says_what_to_install(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, said = run(data, str(tmp_path / "out"), "--format", "parquet")
    assert code == 1
    assert "pip install 'gazette[parquet]'" in said


def kept(one: Article) -> Stored:
    return Stored(
        id=738_000 * SLOTS_PER_DAY, article=one, revision=1, cluster=1, first_seen=NOW,
        last_seen=NOW,
    )  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(one=articles)
def test_whatever_an_article_says_rows_and_posts_say_it_again(one: Article, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stored = kept(one)
    for form in ("jsonl", "csv", "parquet"):
        assert list(EXPORTERS[form](lambda _: [stored], Job(out=out, raw=True))) == [True]
        if form == "jsonl":
            assert json.loads(out.read_text("utf-8")) == json.loads(json.dumps(as_json(stored)))
        elif form == "csv":
            with out.open(encoding="utf-8", newline="") as file:
                (row,) = csv.DictReader(file)
            assert (row["title"], row["text"]) == (one.title, one.text)
        else:
            (row,) = pq.read_table(out).to_pylist()
            assert (row["title"], row["text"], row["published"]) == (
                one.title, one.text, one.published,
            )  # fmt: skip


@settings(deadline=None)
@given(one=articles)
def test_no_text_of_a_post_is_markdown_code_or_a_tag_of_a_site_generator(one: Article) -> None:
    html = clean_html(f"<p>一</p>\n\n\n# x\n \t\n- [y](javascript:z)\n```js\n{one.html}\n")
    post = as_post(kept(Article(**{**fields_of(one), "html": html})))
    body = post.split("\n---\n", 2)[-1].removeprefix("\n<div>   \n")
    block = body.rpartition("  \n</div>\n")[0]
    assert not [line for line in block.split("\n") if not line.strip()]
    assert not [line for line in block.split("\n") if line.strip().startswith(("```", "~~~"))]
    assert "{" not in block
    assert "}" not in block
    assert parse(post, path="")[0].html == html


def fields_of(one: Article) -> dict[str, object]:
    return {name: getattr(one, name) for name in Article.__slots__}


# --- memory -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", sorted(EXPORTERS))
def test_ten_times_as_many_articles_take_no_more_memory(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.export.parquet._ROWS", 50)

    def made(count: int) -> Iterator[Stored]:
        for n in range(count, 0, -1):
            own = article(n, text=f"正文{n}。" * 500, html=f"<p>正文{n}。</p>" * 300)
            yield Stored(
                id=(738_000 + n // 50) * SLOTS_PER_DAY + n, article=own, revision=1, cluster=1,
                first_seen=NOW, last_seen=NOW,
            )  # fmt: skip

    class Empty:
        def records(self, article_id: int, known: object) -> Iterator[bytes]:
            return iter((b"x" * 1000,))

    def peak(count: int) -> int:
        tracemalloc.start()
        job = Job(out=tmp_path / f"{count}", archive=Empty())
        assert sum(EXPORTERS[form](lambda _: made(count), job)) == count
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is loaded once
    # All the articles together take 30 MB; a thread of the test runner may take some.
    assert peak(1000) < 1.5 * peak(100) + (4 << 20)


def test_a_growing_file_notes_how_far_it_is_only_now_and_then(tmp_path: Path) -> None:
    with (tmp_path / "part").open("wb") as file:
        grown = Growing(file=file, note=tmp_path / "note")
        assert [grown.done(id_) for id_ in range(1000, 0, -1)].count(True) == 2


@pytest.mark.parametrize("form", ["jsonl", "csv", "atom", "warc", "parquet"])
def test_no_database_is_replaced_by_an_export(data: Path, form: str) -> None:
    before = (data / "archive.db").read_bytes()
    words = [str(data / "archive.db"), "--format", form, "--data", str(data)]
    done = CliRunner().invoke(command, words)
    assert done.exit_code != 0
    assert (data / "archive.db").read_bytes() == before
