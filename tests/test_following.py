"""Following an article over time: what was edited when, how much, and how it is shown."""

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from archive import Archive, Article, Attachment, Capture, FileFiling, Precision, UnknownRevision
from archive.cli import COMMANDS
from archive.cli.diffscreen import print_comparison
from archive.cli.reading import unified
from archive.diff.edits import edit_of, span
from archive.diff.forms import as_unified
from archive.diff.texts import diff
from archive.errors import NoSpan
from archive.following import compare, history, recent
from tests.holdings import miss

NOW = datetime(2024, 3, 16, 8, tzinfo=UTC)
DAY = timedelta(days=1)

FIRST = Article(
    source="cn-pingliang",
    url="https://example.gov.cn/1",
    title="关于就业的通知",
    html="",
    text="全市就业工作会议3月14日召开。\n去年新增就业3.2万人。\n各县区要抓好落实。",
    published=datetime(2024, 3, 14, 16, 0, tzinfo=UTC),
    precision=Precision.DAY,
    zone="Asia/Shanghai",
    origin="平凉日报",
    attachments=(Attachment(url="https://example.gov.cn/1.pdf", name="附件1"),),
    extractor="gazette-extract/1",
)
#: The figure, and who published it first.
SECOND = replace(FIRST, text=FIRST.text.replace("3.2", "3.5"), origin="市人社局")
#: The title and the day; a file more, a paragraph less.
THIRD = replace(
    SECOND,
    title="关于促进就业的通知",
    published=FIRST.published and FIRST.published + DAY,
    attachments=(*FIRST.attachments, Attachment(url="https://example.gov.cn/2.doc", name="附件2")),
    text="\n".join(SECOND.text.split("\n")[:2]),
)
#: What another extractor makes of the second: not the page's doing.
OTHERWISE = replace(SECOND, author="李四", text=f"{SECOND.text}\n（完）", extractor="other/2")


def page(article: Article, at: datetime, status: int = 200) -> Capture:
    body = b"" if status == 304 else json.dumps([article.title, article.text]).encode()
    return Capture(
        url=article.url, final_url=article.url, status=status, payload=body, body=body,
        fetched_at=at,
    )  # fmt: skip


def see(archive: Archive, article: Article, at: datetime) -> int:
    return archive.put(article, page(article, at), now=at).id


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder: an article edited twice, read again in between, looked at six times."""
    with Archive.open(tmp_path / "data" / "archive.db") as archive:
        id_ = see(archive, FIRST, NOW)
        archive.seen(FIRST.url, now=NOW + DAY, capture=page(FIRST, NOW + DAY, 304))
        see(archive, SECOND, NOW + 2 * DAY)
        archive.reread(id_, OTHERWISE, now=NOW + 3 * DAY)
        archive.reread(id_, SECOND, now=NOW + 4 * DAY)
        see(archive, THIRD, NOW + 5 * DAY)
        for later in (6, 7):
            at = NOW + later * DAY
            archive.seen(FIRST.url, now=at, capture=page(THIRD, at, 304))
        other = replace(FIRST, url="https://example.gov.cn/2", source="cn-gov", text="数字经济。")
        see(archive, other, NOW)
        see(archive, replace(other, text="数字经济发展。"), NOW + 6 * DAY)
        archive.put(replace(FIRST, url="https://example.gov.cn/3"), None, now=NOW)
    return tmp_path / "data"


@pytest.fixture
def path(data: Path) -> Path:
    return data / "archive.db"


@pytest.fixture
def id_(path: Path) -> int:
    return id_of(path, FIRST.url)


def id_of(path: Path, url: str) -> int:
    with Archive.open(path, read_only=True) as archive:
        found = archive.find(url)
        assert found is not None
        return found.id


def run(data: Path, *words: object) -> Result:
    group = click.Group("gazette", commands={str(command.name): command for command in COMMANDS})
    command, *rest = map(str, words)
    return CliRunner().invoke(group, [command, "--data", str(data), *rest])


# --- which revisions ---


@pytest.mark.parametrize(
    ("asked", "revisions"),
    [
        ("", (3, 4)),
        ("2", (1, 2)),
        ("1..3", (1, 3)),
        ("2..", (2, 4)),
        ("..3", (1, 3)),
        ("..", (1, 4)),
        ("1", None),
        ("4..", None),
    ],
)
def test_two_revisions_are_named_by_a_span(asked: str, revisions: tuple[int, int] | None) -> None:
    assert span(asked, 17, 4) == revisions


@pytest.mark.parametrize("asked", ["x", "3..1", "2..2", "-1", "1...2", "1..2..3", "1-2", "²"])
def test_a_span_that_makes_no_sense_is_refused_with_what_does(asked: str) -> None:
    with pytest.raises(NoSpan, match=r"1\.\.3 for all"):
        span(asked, 17, 4)


@pytest.mark.parametrize("asked", ["0", "5", "0..2", "1..5", "9.."])
def test_a_revision_that_is_not_there_is_told_with_those_that_are(asked: str) -> None:
    with pytest.raises(UnknownRevision, match="but 1 to 4"):
        span(asked, 17, 4)


# --- what was edited ---


def test_a_revision_is_compared_with_the_one_before(path: Path, id_: int) -> None:
    found = compare(path, id_, "2")
    assert found is not None
    assert found.edit.names == ("origin", "text")
    assert (found.edit.added, found.edit.removed) == (3, 3)
    assert found.seen == (NOW, NOW + 2 * DAY)


def test_what_an_extractor_read_anew_is_no_edit_of_the_page(path: Path, id_: int) -> None:
    third = compare(path, id_, "3")
    assert third is not None
    assert third.edit.names == ("title", "published", "attachments", "text")
    assert not third.reread
    whole = compare(path, id_, "1..3")
    assert whole is not None
    assert "author" not in whole.edit.names
    assert whole.reread
    assert [each.last for each in recent(path, since=NOW).edited] == [3, 2]


def test_an_edit_that_was_taken_back_leaves_nothing_to_show(data: Path) -> None:
    with Archive.open(data / "archive.db") as archive:
        id_ = see(archive, replace(THIRD, title="关于就业的公告"), NOW + 8 * DAY)
        see(archive, THIRD, NOW + 9 * DAY)
    assert "changed back" in run(data, "show", id_, "--diff", "3..5").stderr
    # … but it was made, and is told of.
    (edited, _) = recent(data / "archive.db", since=NOW + 6 * DAY).edited
    assert (edited.id, edited.first, edited.last, edited.fields) == (id_, 4, 5, ("title",))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("就业。a b\n19", min_size=1, max_size=40), min_size=2, max_size=6))
def test_every_state_of_a_text_can_be_put_together_from_the_comparisons(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("states") / "archive.db"
    with Archive.open(path) as archive:
        for day, text in enumerate(texts):
            id_ = see(archive, replace(FIRST, text=text), NOW + day * DAY)
        newest = archive.get(id_).revision
        for number in range(2, newest + 1):
            found = compare(path, id_, str(number))
            assert found is not None
            assert found.edit.text is not None
            old, new = (archive.get(id_, side).article.text for side in (number - 1, number))
            lines = found.edit.text.lines
            assert old == "\n".join(line.before for line in lines if line.before is not None)
            assert new == "\n".join(line.after for line in lines if line.after is not None)


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [
        # a word of the text, the same word of the title
        ({"text": FIRST.text.replace("召开", "举行")}, {"title": "关于民生的通知"}),
        # a word, a figure
        ({"text": FIRST.text.replace("召开", "举行")}, {"text": FIRST.text.replace("3.2", "3.3")}),
        # a figure, the day
        ({"text": FIRST.text.replace("3.2", "3.3")}, {"published": NOW}),
        # one field, two
        ({"published": NOW}, {"published": NOW, "doc_number": "平政发〔2024〕7号"}),
    ],
)
def test_dates_titles_and_figures_weigh_more_than_words(
    lesser: dict[str, object], greater: dict[str, object]
) -> None:
    less, more = (
        edit_of(FIRST, replace(FIRST, **over), tuple(over)).weight for over in (lesser, greater)
    )
    assert 0 < less < more


def test_another_file_at_the_address_of_an_attachment_is_told_by_its_digest(
    path: Path, id_: int
) -> None:
    with Archive.open(path) as archive:
        for later, body in ((8, b"one"), (9, b"another")):
            at = NOW + later * DAY
            url = FIRST.attachments[0].url
            answer = replace(page(FIRST, at), url=url, final_url=url, payload=body, body=body)
            archive.keep_files([FileFiling(capture=answer, articles=(id_,))], now=at)
    known, exchanged = history(path, id_).entries[-2:]
    assert (known.revision.reading, known.only_digests) == (1, True)
    assert (exchanged.revision.number, exchanged.edit.names) == (4, ("attachments",))
    found = compare(path, id_, "4")
    assert found is not None
    assert "".join(unified(found)).count("(kept: sha256 ") == 2


# --- history ---


def test_history_tells_how_long_each_revision_was_seen_to_stand(path: Path, id_: int) -> None:
    entries = history(path, id_).entries
    assert [(e.revision.number, e.revision.reading) for e in entries] == [
        (1, 0), (2, 0), (2, 1), (2, 2), (3, 0),
    ]  # fmt: skip
    assert [entry.looked for entry in entries] == [2, 1, None, None, 3]
    stood = [entry.last_seen for entry in entries if entry.last_seen]
    assert stood == [NOW + DAY, NOW + 2 * DAY, NOW + 7 * DAY]


def test_history_prints_times_by_the_clock_of_the_page_and_how_much_changed(
    data: Path, id_: int
) -> None:
    head, *rows, last = run(data, "history", id_).stdout.splitlines()
    assert head.split("  ")[1] == "seen (Asia/Shanghai)"
    assert rows[0].split()[:5] == ["1", "2024-03-16", "16:00", "2", "new"]
    assert "text, origin" in rows[1]
    assert "+3 −3" in rows[1]
    assert "read again by other/2" in rows[2]
    assert "+0 −9" in rows[4]
    assert last == "looked at 6 times, last seen 2024-03-23 16:00"


def test_history_says_since_when_an_article_is_missing_or_gone(data: Path, id_: int) -> None:
    with Archive.open(data / "archive.db") as archive:
        absent = page(FIRST, NOW + 9 * DAY, 404)
        archive.absent(FIRST.url, absent, how="404", now=NOW + 9 * DAY)
    last = run(data, "history", id_).stdout.splitlines()[-1]
    assert last.startswith("looked at 7 times, once in vain, last seen 2024-03-23 16:00, missing")
    with Archive.open(data / "archive.db") as archive:
        miss(archive, FIRST.url, NOW + 10 * DAY)
    last = run(data, "history", id_).stdout.splitlines()[-1]
    assert last.endswith("gone since 2024-03-25 16:00 (404)")


def test_history_calls_an_article_restless_until_it_comes_to_rest(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.db") as archive:
        states = [replace(FIRST, text=f"{FIRST.text}\n今日第{n}次更新。") for n in range(5)]
        for hours, state in enumerate(states):
            id_ = see(archive, state, NOW + hours * timedelta(hours=1))
        assert history(tmp_path / "archive.db", id_).restless == 4
        assert "it changed at each of the last 4 looks" in run(tmp_path, "history", id_).stdout
        for days in (1, 2):
            see(archive, states[-1], NOW + days * DAY)
        assert history(tmp_path / "archive.db", id_).restless == 0
        see(archive, states[0], NOW + 3 * DAY)
        assert history(tmp_path / "archive.db", id_).restless == 0


def test_history_of_an_import_says_so(data: Path) -> None:
    id_ = id_of(data / "archive.db", "https://example.gov.cn/3")
    shown = run(data, "history", id_).stdout
    assert "new (import)" in shown
    assert "\nimported, last seen 2024-03-16 16:00\n" in shown


def test_history_for_machines_is_a_revision_a_line(data: Path, id_: int) -> None:
    rows = [json.loads(line) for line in run(data, "history", id_, "--json").stdout.splitlines()]
    assert [row["reading"] for row in rows] == [0, 0, 1, 2, 0]
    assert {key: rows[1][key] for key in ("added", "removed", "looked", "last_seen")} == {
        "added": 3, "removed": 3, "looked": 1, "last_seen": "2024-03-18T08:00:00Z",
    }  # fmt: skip


# --- show --diff ---


def test_a_pipe_gets_a_unified_diff(data: Path, id_: int) -> None:
    assert run(data, "show", id_, "--diff", "2").stdout.splitlines() == [
        f"--- {id_} revision 1",
        f"+++ {id_} revision 2",
        "@@ -2,10 +2,10 @@",
        " ",
        " published: 2024-03-15 Asia/Shanghai",
        " source: cn-pingliang",
        "-来源: 平凉日报",
        "+来源: 市人社局",
        " address: https://example.gov.cn/1",
        " ",
        " 全市就业工作会议3月14日召开。",
        "-去年新增就业3.2万人。",
        "+去年新增就业3.5万人。",
        " 各县区要抓好落实。",
        " 附件: 附件1 https://example.gov.cn/1.pdf",
    ]


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch on PATH")
@pytest.mark.parametrize("asked", ["2", "3", "1..3"])
def test_patch_makes_the_later_revision_of_the_earlier(
    data: Path, id_: int, tmp_path: Path, asked: str
) -> None:
    first = {"2": 1, "3": 2, "1..3": 1}[asked]
    file = tmp_path / "article"
    file.write_bytes(run(data, "show", id_, "--revision", first).stdout_bytes)
    unified = run(data, "show", id_, "--diff", asked).stdout_bytes
    subprocess.run(["patch", file], input=unified, capture_output=True, check=True)
    wanted = run(data, "show", id_, "--revision", asked[-1]).stdout_bytes
    assert file.read_bytes() == wanted


def applied(before: list[str], unified: list[str]) -> list[str]:
    """Apply a unified diff, by the numbers of its hunks."""
    after, at = [], 0
    for line in unified[2:]:
        if found := re.fullmatch(r"@@ -(\d+),(\d+) \+(\d+),(\d+) @@", line):
            start = int(found[1]) - (found[2] != "0")
            after += before[at:start]
            at = start
            assert len(after) == int(found[3]) - (found[4] != "0")
        elif line[0] == "+":
            after.append(line[1:])
        else:
            assert before[at] == line[1:]
            after += [line[1:]] if line[0] == " " else []
            at += 1
    return after + before[at:]


@given(*[st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=40)] * 2)
def test_a_unified_diff_can_be_applied(before: list[str], after: list[str]) -> None:
    unified = list(as_unified(diff("\n".join(before), "\n".join(after)), "a", "b"))
    assert applied(before, unified) == after
    assert bool(unified) == (before != after)


def test_a_terminal_gets_colours_and_unchanged_paragraphs_folded(path: Path, id_: int) -> None:
    shown = on_a_terminal(path, id_, "1..3", color_system="standard")
    assert "\x1b[9;31m2024-03-15 Asia/Shanghai\x1b[0m → \x1b[32m2024-03-16 Asia/Shanghai" in shown
    assert "关于\x1b[32m促进\x1b[0m就业的通知" in shown
    assert "去年新增就业\x1b[9;31m3.2\x1b[0m\x1b[32m3.5\x1b[0m万人。" in shown
    assert "… 1 paragraph unchanged" in shown
    assert "part of this may be its doing" in shown


def test_a_terminal_without_colours_gets_marks(path: Path, id_: int) -> None:
    shown = on_a_terminal(path, id_, "2", color_system="standard", no_color=True)
    assert "[-平凉日报-] → {+市人社局+}" in shown
    assert "去年新增就业[-3.2-]{+3.5+}万人。" in shown
    assert "\x1b[3" not in shown


def on_a_terminal(path: Path, id_: int, asked: str, **options: object) -> str:
    found = compare(path, id_, asked)
    assert found is not None
    file = io.StringIO()
    console = Console(
        file=file, width=80, force_terminal=True, highlight=False, markup=False, **options
    )  # type: ignore[arg-type]
    print_comparison(found, console)
    return file.getvalue()


def test_of_a_long_paragraph_only_what_stands_beside_an_edit_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with Archive.open(path) as archive:
        long = "这是一段很长的文字，" * 60
        see(archive, replace(FIRST, text=f"{long}旧{long}"), NOW)
        id_ = see(archive, replace(FIRST, text=f"{long}新{long}"), NOW + DAY)
    shown = on_a_terminal(path, id_, "", color_system=None).replace("\n", "")
    assert "很长的文字，[-旧-]{+新+}这是一段" in shown
    assert shown.count("很长") == 12


class Texts(HTMLParser):
    """Collects the text of a fragment without what is deleted, or without what is inserted."""

    def __init__(self, without: str) -> None:
        super().__init__()
        self.without, self.out, self.text = without, False, ""
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.out = self.out or tag in (self.without, "summary", "th")

    def handle_endtag(self, tag: str) -> None:
        self.out = self.out and tag not in (self.without, "summary", "th")

    def handle_data(self, data: str) -> None:
        self.text += "" if self.out else data


def test_html_marks_what_was_deleted_and_inserted_and_nothing_in_it_acts(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>\"'&amp;\u202e"
    with Archive.open(tmp_path / "archive.db") as archive:
        one = replace(FIRST, text=f"一{hostile}\n二", title=hostile, lang='"><b>')
        see(archive, one, NOW)
        two = replace(one, text=f"一{hostile}{hostile}\n二", title=f"{hostile}新")
        id_ = see(archive, two, NOW + DAY)
    html = run(tmp_path, "show", id_, "--diff", "--format", "html").stdout
    before, after = Texts("ins"), Texts("del")
    before.feed(html)
    after.feed(html)
    assert before.tags <= {
        "div",
        "table",
        "tr",
        "th",
        "td",
        "p",
        "ins",
        "del",
        "details",
        "summary",
    }
    shown = hostile.replace("\u202e", r"\u202e")
    assert f"一{shown}\n" in before.text
    assert f"一{shown}{shown}\n" in after.text
    assert "\u202e" not in html


def test_json_holds_both_texts(data: Path, id_: int) -> None:
    (line,) = run(data, "show", id_, "--diff", "1..3", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["from"], told["to"], told["reread"]) == (1, 3, True)
    assert told["changed"] == ["title", "published", "origin", "attachments", "text"]
    text = told["fields"]["text"]
    assert (text["before"], text["after"]) == (FIRST.text, THIRD.text)
    assert text["lines"][1] == [
        ["equal", "去年新增就业"], ["delete", "3.2"], ["insert", "3.5"], ["equal", "万人。"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--diff", "x"], 2, "names no two revisions"),
        (["--diff", "9"], 1, "no revision 9, but 1 to 3"),
        (["--diff", "1..2", "--revision", "2"], 2, "leave out --revision"),
        (["--diff", "2", "--format", "post"], 2, "text, html or json"),
        (["--diff", "1"], 0, "nothing before it"),
    ],
)
def test_a_diff_that_cannot_be_shown_is_told(
    data: Path, id_: int, options: list[str], code: int, told: str
) -> None:
    result = run(data, "show", id_, *options)
    assert (result.exit_code, result.stdout) == (code, "")
    assert told in result.stderr


def test_the_option_may_stand_before_the_id_and_beside_a_revision(data: Path, id_: int) -> None:
    newest = run(data, "show", id_, "--diff").stdout
    assert newest.startswith(f"--- {id_} revision 2\n+++ {id_} revision 3\n")
    assert run(data, "show", "--diff", id_).stdout == newest
    second = run(data, "show", id_, "--diff", "2").stdout
    assert run(data, "show", id_, "--revision", 2, "--diff").stdout == second
    assert run(data, "show", "--diff").exit_code == 2


# --- changes ---


def test_changes_lists_the_most_changed_first(data: Path, id_: int) -> None:
    rows = [
        json.loads(line)
        for line in run(data, "changes", "--since", "2024-01-01", "--json").stdout.splitlines()
    ]
    assert [row["id"] for row in rows] == [
        id_,
        id_of(data / "archive.db", "https://example.gov.cn/2"),
    ]
    assert rows[0]["fields"] == ["title", "published", "origin", "attachments", "text"]
    assert (rows[0]["first"], rows[0]["last"]) == (2, 3)
    assert rows[0]["weight"] > rows[1]["weight"]


def test_changes_can_be_narrowed(data: Path, id_: int) -> None:
    by_source = run(data, "changes", "--since", "2024-01-01", "--source", "cn-gov").stdout
    assert "数字" not in by_source
    assert by_source.count("gazette show") == 1
    late = recent(data / "archive.db", since=NOW + 6 * DAY)
    assert [each.source for each in late.edited] == ["cn-gov"]
    one = run(data, "changes", "--since", "2024-01-01", "--limit", "1")
    assert f"gazette show {id_} --diff 1..3" in one.stdout
    assert "1 of 2 articles; --limit shows more" in one.stderr


def test_no_change_is_an_answer_and_no_failure(data: Path) -> None:
    result = run(data, "changes")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "no article was seen to change since" in result.stderr


@pytest.mark.parametrize("since", ["soon", "7", "d", "999999w", "2024-13"])
def test_a_time_that_is_none_is_bad_usage(data: Path, since: str) -> None:
    result = run(data, "changes", "--since", since)
    assert result.exit_code == 2
    assert "write 7d, 12h" in result.stderr
