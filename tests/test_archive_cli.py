"""The archive's commands, as typed: what they print, where, and with which exit code."""

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from rich.text import Text

from archive.cli import COMMANDS
from archive.clock import shown_time
from archive.escapes import neutral
from archive.records import Article, Capture, Hit, Precision, Results
from archive.schema import open_archive
from archive.store import Archive
from archive.terminal import marked, print_results

ROOT = Path(__file__).parents[1]
NOW = datetime(2024, 3, 16, 8, tzinfo=UTC)
PAGE = "<html>页面\x1b[2J</html>".encode()

ARTICLE = Article(
    source="cn-pingliang",
    url="https://example.gov.cn/1",
    title="关于促进就业的通知",
    html="<p>就业是民生之本。</p>",
    text="就业是民生之本。",
    published=datetime(2024, 2, 29, 16, 0, tzinfo=UTC),
    precision=Precision.DAY,
    zone="Asia/Shanghai",
    categories=("政务",),
    origin="平凉日报",
    region="CN-62",
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder: an article in two revisions with its page, and another."""
    folder = tmp_path / "data"
    first = Capture(
        url=ARTICLE.url, final_url=ARTICLE.url, status=200, payload=b"old", body=b"old",
        fetched_at=NOW,
    )  # fmt: skip
    second = replace(first, payload=PAGE, body=PAGE, fetched_at=NOW.replace(hour=9))
    other = replace(
        ARTICLE, url="https://example.gov.cn/2", source="cn-gov", title="数字经济\x1b]0;x\x07报告",
        text="数字经济\u202e发展", html="<p>数字经济\u202e发展</p>", precision=Precision.MINUTE,
        published=datetime(2024, 3, 15, 2, 10, tzinfo=UTC),
    )  # fmt: skip
    with Archive.open(folder / "archive.db") as archive:
        archive.put(replace(ARTICLE, title="关于就业的通知"), first, now=NOW)
        archive.put(ARTICLE, second, now=NOW)
        archive.put(other, None, now=NOW)
    return folder


def run(*words: object, data: Path | None = None, typed: str = "") -> Result:
    """Run ``gazette`` with the archive's commands alone, as the crawling half mounts them."""
    group = click.Group("gazette", commands={str(command.name): command for command in COMMANDS})
    where = ["--data", str(data)] if data else []
    command, *rest = map(str, words)
    return CliRunner().invoke(group, [command, *where, *rest], input=typed)


def lines(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def id_of(data: Path, query: str) -> str:
    return str(lines(run("search", query, "--json", data=data))[0]["id"])


def test_a_pipe_gets_a_line_for_each_hit_with_its_id_first(data: Path) -> None:
    result = run("search", "就业", data=data)
    assert result.exit_code == 0
    # The page shows its day by its own clock: in UTC it was still February.
    number, *rest = result.stdout.rstrip("\n").split("\t")
    assert rest == ["2024-03-01", "cn-pingliang", "关于促进就业的通知"]
    assert run("search", "就业", "--ids", data=data).stdout == f"{number}\n"


def test_matches_are_counted_and_what_was_understood_is_told(data: Path) -> None:
    (counts,) = lines(run("search", "就业", "--facets", "--json", data=data))
    assert counts["source"] == {"cn-pingliang": 1}
    assert counts["of"] is None
    assert "1 ████" in run("search", "就业", "--facets", data=data).stdout
    told = run("search", "就业", "-养老", "--explain", data=data).stderr
    assert told == "looks for: “就业” and not “养老”\n"


def test_matches_can_be_counted_alone_and_none_is_exit_code_1(data: Path) -> None:
    assert run("search", "就业", "--count", data=data).stdout == "1\n"
    none = run("search", "没有的词", "--count", data=data)
    assert (none.stdout, none.exit_code) == ("0\n", 1)
    assert "nothing found" in run("search", "没有的词", "--facets", data=data).stderr


def test_a_mistyped_field_of_a_template_is_told_the_nearest(data: Path) -> None:
    result = run("search", "就业", "--format", r"{id}\t{titel}", data=data)
    assert result.exit_code == 2
    assert "there is no {titel}; there is {title}" in result.stderr
    assert run("search", "就业", "--format", "{reprints}", data=data).stdout == "0\n"


def test_search_hits_are_one_json_object_a_line_with_stable_keys(data: Path) -> None:
    (hit,) = lines(run("search", "就业", "--json", data=data))
    keys = "id title published day source origin url snippet score reprints"
    assert list(hit) == keys.split()
    assert hit["published"] == "2024-02-29T16:00:00Z"
    assert hit["title"] == "关于促进就业的通知"


def test_a_search_without_a_query_lists_the_newest_first(data: Path) -> None:
    hits = lines(run("search", "--json", data=data))
    assert [hit["source"] for hit in hits] == ["cn-gov", "cn-pingliang"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--source", "cn-gov"], ["cn-gov"]),
        (["--source", "cn-gov", "--source", "cn-pingliang"], ["cn-gov", "cn-pingliang"]),
        (["--since", "2024-03-02"], ["cn-gov"]),
        (["--since", "2024-03", "--until", "2024-03-01"], ["cn-pingliang"]),
        (["--until", "2024"], ["cn-gov", "cn-pingliang"]),
        (["--sort", "oldest"], ["cn-pingliang", "cn-gov"]),
        (["--limit", "1", "--offset", "1"], ["cn-pingliang"]),
        (["--region", "CN-62", "--category", "政务"], ["cn-gov", "cn-pingliang"]),
    ],
)
def test_filters_narrow_a_search(options: list[str], found: list[str], data: Path) -> None:
    assert [hit["source"] for hit in lines(run("search", "--json", *options, data=data))] == found


def test_a_word_with_a_hyphen_is_left_out_and_a_mistyped_option_is_refused(data: Path) -> None:
    assert run("search", "通知", "-就业", data=data).exit_code == 1
    refused = run("search", "通知", "--sourc", "x", data=data)
    assert refused.exit_code == 2
    assert "--sourc" in refused.stderr


def test_nothing_found_is_said_with_what_was_searched(data: Path) -> None:
    result = run("search", "养老", "--source", "cn-gov", "--in", "title", data=data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "nothing found",
        "  looks for: “养老”",
        "  only of the source cn-gov",
        "  only in: title",
        "  searched 2 articles",
        "  without “养老”: 1",
    ]


@pytest.mark.parametrize(
    "options", [["--since", "soon"], ["--in", "body"], ["--format", "{nosuch}"], ["--limit", "0"]]
)
def test_an_option_that_makes_no_sense_is_bad_usage(options: list[str], data: Path) -> None:
    assert run("search", "就业", *options, data=data).exit_code == 2


def test_a_template_makes_lines_whose_ids_show_takes(data: Path) -> None:
    listed = run("search", "就业", "--format", r"{id}\t{title}", data=data)
    number, title = listed.stdout.rstrip("\n").split("\t")
    assert title == "关于促进就业的通知"
    shown = run("show", "-", "--format", "html", data=data, typed=listed.stdout)
    assert shown.stdout == "<p>就业是民生之本。</p>\n"
    assert number.isdigit()


def test_show_prints_an_article_for_people(data: Path) -> None:
    shown = run("show", id_of(data, "就业"), data=data).stdout
    assert shown.startswith("关于促进就业的通知\n\npublished: 2024-03-01 Asia/Shanghai\n")
    assert "来源: 平凉日报\n" in shown
    assert shown.endswith("\n就业是民生之本。\n")


def test_show_goes_back_to_a_revision_and_shows_what_changed(data: Path) -> None:
    number = id_of(data, "就业")
    assert run("show", number, "--revision", 1, data=data).stdout.startswith("关于就业的通知\n")
    diff = run("show", number, "--diff", data=data).stdout.splitlines()
    assert "-关于就业的通知" in diff
    assert "+关于促进就业的通知" in diff


def test_show_as_a_post_imports_again_as_the_same_article(data: Path, tmp_path: Path) -> None:
    post = run("show", id_of(data, "就业"), "--format", "post", data=data).stdout_bytes
    (tmp_path / "post.md").write_bytes(post.removesuffix(b"\n"))
    (outcome,) = lines(run("import", tmp_path / "post.md", "--json", data=data))
    assert outcome["verdict"] == "unchanged"


def test_show_raw_is_the_page_as_received(data: Path) -> None:
    assert run("show", id_of(data, "就业"), "--format", "raw", data=data).stdout_bytes == PAGE
    imported = run("show", id_of(data, "数字经济"), "--format", "raw", data=data)
    assert imported.exit_code == 1
    assert "imported" in imported.stderr


def test_an_unknown_id_is_told_and_the_others_are_shown(data: Path) -> None:
    result = run("show", 17, id_of(data, "就业"), data=data)
    assert result.exit_code == 1
    assert "no article 17" in result.stderr
    assert "就业是民生之本" in result.stdout
    assert run("show", "x17", data=data).exit_code == 2


def test_history_lists_what_changed_when(data: Path) -> None:
    number = id_of(data, "就业")
    first, second = lines(run("history", number, "--json", data=data))
    assert (first["number"], second["number"]) == (1, 2)
    assert second["changed"] == ["title"]
    assert second["prev_hash"] == first["hash"]
    assert "2024-03-16 17:00" in run("history", number, data=data).stdout


@pytest.mark.parametrize("form", ["text", "html", "post", "json"])
def test_no_text_from_outside_reaches_a_terminal_or_pipe_unescaped(form: str, data: Path) -> None:
    shown = run("show", id_of(data, "数字经济"), "--format", form, data=data).stdout
    assert not set("\x1b\x07\u202e\x9b") & set(shown)
    assert "u202e" in shown


def test_a_search_result_is_escaped_too(data: Path) -> None:
    for options in ([], ["--json"], ["--format", "{title}{snippet}"]):
        found = run("search", "数字经济", *options, data=data).stdout
        assert not set("\x1b\x07\u202e") & set(found)


def test_import_tells_what_it_did_and_goes_on_after_a_file_that_is_no_post(tmp_path: Path) -> None:
    posts = tmp_path / "posts"
    posts.mkdir()
    (posts / "a.md").write_text("---\ntitle: 一\ndate: Invalid Date\n---\n<p>文</p>", "utf-8")
    (posts / "b.md").write_text("no\n")
    result = run("import", posts, data=tmp_path / "data")
    assert result.exit_code == 1
    assert result.stdout == "2 posts: 1 new, 1 failed\n"
    assert f"error: {posts}/b.md:1: no front matter" in result.stderr
    assert f"{posts}/a.md: no date: Invalid Date" in result.stderr
    (posts / "b.md").unlink()
    again = run("import", posts, data=tmp_path / "data")
    assert (again.exit_code, again.stdout) == (0, "1 posts: 1 unchanged\n")


def test_import_counts_notes_of_one_kind_rather_than_print_them_all(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: {number}号\n---\n<p>文</p>", "utf-8")
    result = run("import", tmp_path, data=tmp_path / "data")
    assert result.stderr.count("no date: none given") == 5
    assert "note: no date: 4 more posts" in result.stderr


def test_export_takes_a_query_and_filters_and_defaults_to_json_on_standard_output(
    data: Path, tmp_path: Path
) -> None:
    assert len(lines(run("export", data=data))) == 2
    assert len(lines(run("export", "-", "就业", data=data))) == 1
    assert len(lines(run("export", "--source", "cn-gov", data=data))) == 1
    out = tmp_path / "out"
    assert run("export", "--format", "hexo", out, "就业", data=data).exit_code == 0
    assert len(list(out.rglob("*.md"))) == 1
    again = run("export", "--format", "hexo", out, data=data)
    assert again.stderr == f"1 articles written, 1 as they were: {out}\n"
    nothing = run("export", "-", "养老", data=data)
    assert (nothing.exit_code, nothing.stderr) == (1, "nothing to export: looks for: “养老”\n")


def test_verify_says_that_all_is_well_or_what_is_not(data: Path) -> None:
    for options in ([], ["--deep"]):
        well = run("verify", *options, data=data)
        assert (well.exit_code, well.stderr) == (0, "")
        assert "all is as it was stored" in well.stdout
    number = id_of(data, "就业")
    with closing(open_archive(data / "archive.db")) as conn:
        conn.execute("UPDATE articles SET origin = '别处' WHERE id = ?", (number,))
    ill = run("verify", data=data)
    assert (ill.exit_code, ill.stdout) == (3, "")
    assert f"article {number}: does not say what it said" in ill.stderr
    (finding,) = lines(run("verify", "--json", data=data))
    assert (finding["check"], finding["where"]) == ("articles", f"article {number}")


def test_a_backup_brings_the_archive_back_and_keeps_what_stood_there(
    data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backups" / "archive.db"
    before = run("export", data=data).stdout
    assert run("backup", file, data=data).exit_code == 0
    (data / "archive.db").write_bytes(b"damaged")
    result = run("restore", file, data=data)
    assert result.exit_code == 0
    assert "replaced" in result.stderr
    assert run("export", data=data).stdout == before
    assert run("backup", file, data=tmp_path / "nowhere").exit_code == 2
    assert run("restore", tmp_path / "none", data=data).exit_code == 2


def test_what_is_no_backup_is_refused_and_the_archive_stays(data: Path, tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"no database at all" * 1000)
    assert run("restore", tmp_path / "other", data=data).exit_code == 3
    assert run("search", "就业", data=data).exit_code == 0


@pytest.mark.parametrize("words", [("search", "x"), ("show", "1"), ("history", "1"), ("export",)])
def test_where_there_is_no_archive_it_is_said_how_to_make_one(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    result = run(*words, data=tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "gazette demo" in result.stderr
    assert "gazette crawl" in result.stderr
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_no_archive_is_one_line_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 1000)
    result = run("search", "x", data=tmp_path)
    assert result.exit_code == 3
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_the_data_folder_is_what_the_crawling_half_says_unless_given(data: Path) -> None:
    asked: list[Path | None] = []

    def by_config(config: Path | None) -> Path:
        asked.append(config)
        return data

    group = click.Group("gazette", commands={str(command.name): command for command in COMMANDS})
    found = CliRunner().invoke(group, ["search", "就业", "--config", "conf"], obj=by_config)
    assert found.exit_code == 0
    assert asked == [Path("conf")]


GAZETTE = (
    "import click; from archive.cli import COMMANDS;"
    "click.Group('gazette', commands={c.name: c for c in COMMANDS})()"
)


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "GAZETTE_DATA": str(data)}


def typed(data: Path, script: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell line in which ``gazette`` is a process of its own."""
    gazette = f'gazette() {{ {sys.executable} -c "{GAZETTE}" "$@"; }}; '
    return subprocess.run(
        ["bash", "-c", gazette + script],
        capture_output=True,
        timeout=60,
        check=False,
        env=environment(data) | more,
    )


def test_a_pipe_that_closes_early_is_no_error(data: Path) -> None:
    for command in ("export", "export --format csv", "search"):
        done = typed(data, f"gazette {command} | true")
        assert b"Traceback" not in done.stderr
        assert b"broken" not in done.stderr.lower()


def test_a_pipe_in_a_plain_locale_gets_utf8(data: Path) -> None:
    done = typed(data, "gazette search 就业 | cat", LC_ALL="C", LANG="C")
    assert "关于促进就业的通知" in done.stdout.decode()
    assert b"\x1b" not in done.stdout


def test_searching_and_showing_need_nothing_of_the_crawling_half(data: Path) -> None:
    absent = "dict.fromkeys(['httpx', 'selectolax', 'apscheduler', 'crawler'])"
    blocked = f"import sys; sys.modules.update({absent}); {GAZETTE}"
    for words in (["search", "就业"], ["export"], ["history", id_of(data, "就业")]):
        done = subprocess.run(
            [sys.executable, "-c", blocked, *words],
            capture_output=True,
            check=False,
            env=environment(data),
        )
        assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)


def test_browse_serves_the_archive_until_it_is_interrupted(data: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", GAZETTE, "browse", "--port", "0"],
        stdout=subprocess.PIPE,
        env=environment(data),
    ) as server:
        assert server.stdout
        said = server.stdout.readline().decode()
        address = said.split(" open at ")[1].split()[0]
        with urlopen(f"{address}archive/articles.json?_shape=array&_col=title") as answer:  # noqa: S310
            rows = json.load(answer)
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0
    assert len(rows) == 2


# --- terminal ---


def test_every_character_a_terminal_obeys_is_shown_as_its_escape() -> None:
    assert neutral("a\x1b[2J\x9b31m\r\u202e\u2066\ufeff\x7f") == (
        r"a\x1b[2J\x9b31m\x0d\u202e\u2066\ufeff\x7f"
    )
    assert neutral("两行\n一\t二\xa0\u3000") == "两行\n一\t二\xa0\u3000"


def test_marks_become_style_and_never_reach_the_screen() -> None:
    shown = marked("a\ue000就业\ue001b\ue001\ue000c")
    assert shown.plain == "a就业bc"
    assert [shown.plain[span.start : span.end] for span in shown.spans] == ["就业", "c"]


@pytest.mark.parametrize(
    ("precision", "shown"),
    [
        (Precision.DAY, "2024-03-15"),
        (Precision.MINUTE, "2024-03-15 00:30"),
        (Precision.SECOND, "2024-03-15 00:30:07"),
    ],
)
def test_a_time_is_shown_by_the_clock_of_the_page_and_no_more_exactly(
    precision: Precision, shown: str
) -> None:
    moment = datetime(2024, 3, 14, 16, 30, 7, tzinfo=UTC)
    assert shown_time(moment, precision, "Asia/Shanghai") == shown
    assert shown_time(None, precision, "UTC") == "undated"


def test_a_terminal_of_80_columns_breaks_wide_characters_inside_the_margin() -> None:
    hit = Hit(id=1, title="就业" * 60, published=NOW, precision=Precision.DAY, day=NOW.date(),
              source="s", origin="", url="https://example.gov.cn/1", snippet="文" * 100, score=None,
              reprints=2)  # fmt: skip
    screen = Console(width=80, force_terminal=True, record=True, file=io.StringIO())
    print_results(Results(hits=(hit,), total=1), screen, all_hits=True)
    shown = screen.export_text().splitlines()
    assert all(Text(line).cell_len <= 80 for line in shown)
    assert "".join(line.strip() for line in shown).count("文") == 100
    assert any("and 2 reprints" in line for line in shown)
