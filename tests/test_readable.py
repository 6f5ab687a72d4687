"""An article is read on a terminal: its blocks, its lines, and nothing in it that acts."""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from archive import Archive, Article, Precision
from archive.cli.page import print_article
from archive.readable import Block, readable
from archive.sanitise import clean_html
from archive.wrapping import breaks, filled

NOW = datetime(2024, 3, 16, 8, tzinfo=UTC)


def test_headings_paragraphs_and_lists_stand_apart() -> None:
    found = readable(
        "<h2>总则</h2><p>第一\n段<br>第二行</p><ol start='3'><li>甲<ul><li>乙</li></ul></li>"
        "<li><p>丙</p></li></ol><blockquote><p>引</p></blockquote><pre>a\n  b</pre><hr>尾"
    )
    assert found.blocks == (
        Block(kind="heading", text="总则", depth=2),
        Block(kind="paragraph", text="第一 段"),
        Block(kind="paragraph", text="第二行"),
        Block(kind="item", text="甲", depth=1, bullet="3."),
        Block(kind="item", text="乙", depth=2, bullet="•"),
        Block(kind="item", text="丙", depth=1, bullet="4."),
        Block(kind="quote", text="引"),
        Block(kind="code", text="a\n  b"),
        Block(kind="rule"),
        Block(kind="paragraph", text="尾"),
    )


def test_links_become_numbers_and_the_same_address_the_same_number() -> None:
    found = readable(
        '<p><a href="https://a.example/1">通知</a>和<a href="https://a.example/2">附件</a>，见'
        '<a href="https://a.example/1">上</a>；<a href="javascript:x">不</a>、'
        '<a href="https://a.example/3">https://a.example/3</a></p>'
    )
    assert found.blocks[0].text == "通知[1]和附件[2]，见上[1]；不、https://a.example/3"
    assert found.links == ("https://a.example/1", "https://a.example/2")


def test_pictures_are_named() -> None:
    found = readable('<p>前<img src="a" alt="会 场">后<img src="b"></p>')
    assert found.blocks[0].text == "前[picture 1: 会 场]后[picture 2]"


def test_tables_keep_their_rows_and_know_their_head() -> None:
    head, row = "<tr><td>地区</td><td>数</td></tr>", "<tr><td>双塘<p>镇</p></td><td>4</td></tr>"
    table = f"<table>{head}{row}</table>"
    assert readable(table).blocks == (
        Block(kind="table", rows=(("地区", "数"), ("双塘 镇", "4")), headed=True),
    )
    frame = "<table><tr><td>只是框</td></tr><tr><td>第二</td></tr></table>"
    assert [block.kind for block in readable(frame).blocks] == ["paragraph", "paragraph"]
    nested = f"<table><tr><td>甲</td><td>{table}</td></tr></table>"
    assert readable(nested).blocks[0].rows == (("甲", "地区 数 双塘 镇 4"),)


def test_a_cell_over_several_columns_pushes_the_next_ones_right() -> None:
    html = "<table><tr><th colspan='2'>甲</th><th>乙</th></tr><tr><td>1<td>2<td>3</tr></table>"
    assert readable(clean_html(html)).blocks[0].rows == (("甲", "", "乙"), ("1", "2", "3"))
    wild = readable("<table><tr><td colspan='999999999'>甲<td></td><td>乙</td></tr></table>")
    assert all(len(row) < 200 for block in wild.blocks for row in block.rows)


@given(st.text(alphabet="<>/\"'= apliтdrhe1就业\n&;", max_size=200))
def test_no_html_at_all_is_an_error(html: str) -> None:
    readable(clean_html(html))
    readable(html)


@given(st.text(alphabet="就业促进，。（）“”、GDP 5.2%https://x", max_size=200), st.integers(10, 60))
def test_lines_fit_lose_nothing_and_begin_with_no_closing_mark(text: str, width: int) -> None:
    lines = filled(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        # A run of marks wider than a line is cut like a long word.
        assert cell_len(line) <= width
    for place in breaks("就业，" * 30, width):
        assert ("就业，" * 30)[place] != "，"


def test_english_breaks_between_words_and_chinese_between_characters() -> None:
    assert filled("carbon market opened", 13) == ["carbon market", "opened"]
    assert filled("（一）稳定就业，促进发展。", 10) == ["（一）稳定", "就业，促进", "发展。"]


def test_the_title_is_not_told_twice_where_the_text_begins_with_it(tmp_path: Path) -> None:
    title = "关于促进就业的通知"
    with Archive.open(tmp_path / "archive.db") as archive:
        article = Article(
            source="cn-gov", url="https://gov.example/2.html", title=title,
            html=f"<h1>{title}</h1><ul><li>{'就业' * 20}</li></ul>", text=title,
            published=NOW, precision=Precision.DAY, zone="UTC",
        )  # fmt: skip
        archive.put(article, None, now=NOW)
        (stored,) = archive.articles()
    console = Console(width=40, file=io.StringIO(), force_terminal=False)
    print_article(stored, [], console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert shown.count(title) == 1
    # All lines of an item are as long as they can be, beside its dot.
    assert f"• {'就业' * 9}就\n  业就业" in shown


# --- on a real terminal -------------------------------------------------------------------------


def typed(*words: str, columns: int = 60, **environ: str) -> str:
    """Return what a command prints on a terminal of so many columns and 500 lines."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 500, columns, 0, 0))
    env = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environ}
    for name in ("COLUMNS", "LINES"):  # a parallel run of the tests sets them
        env.pop(name, None)
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.cli", *words],
        stdout=theirs, stderr=theirs, stdin=theirs, env=env,
        cwd=Path(__file__).parent.parent,
    ):  # fmt: skip
        os.close(theirs)
        printed = b""
        while True:
            try:
                printed += (read := os.read(ours, 65536))
            except OSError:  # how Linux tells that nobody writes any more
                break
            if not read:
                break
    os.close(ours)
    return printed.decode().replace("\r\n", "\n")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read")
    article = Article(
        source="cn-gov", url="https://gov.example/1.html", title="关于促进就业的通知\x1b]0;x\x07",
        html='<h2>一、总则</h2><p>就业是民生之本，<a href="https://gov.example/2">见附件</a>。'
        "各地要统筹推进就业优先政策，稳定就业、促进发展，抓好落实，确保目标任务完成。</p>",
        text="一、总则\n就业是民生之本，见附件。各地要统筹推进。",
        published=datetime(2024, 3, 15, tzinfo=UTC), precision=Precision.DAY, zone="Asia/Shanghai",
    )  # fmt: skip
    with Archive.open(folder / "archive.db") as archive:
        archive.put(article, None, now=NOW)
    return folder


def test_a_terminal_shows_hits_in_lines_that_fit_with_a_link_on_the_title(data: Path) -> None:
    shown = typed("search", "就业", "--data", str(data))
    assert "]8;id=" in shown
    assert "https://gov.example/1.html" in shown
    assert "\x1b]0;" not in shown
    assert "\x1b[1;31m就业" in shown or "31m就业" in shown
    assert "1 article matches" in shown


def test_no_color_and_dumb_terminals_are_respected(data: Path) -> None:
    assert "31m" not in typed("search", "就业", "--data", str(data), NO_COLOR="1")
    assert "\x1b" not in typed("search", "就业", "--data", str(data), TERM="dumb")


def test_a_terminal_shows_an_article_as_it_reads(data: Path) -> None:
    with Archive.open(data / "archive.db", read_only=True) as archive:
        (stored,) = archive.articles()
    printed = typed("show", str(stored.id), "--data", str(data))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", printed).split("\n")
    assert shown[0] == "关于促进就业的通知\\x1b]0;x\\x07"
    assert shown[1].startswith("2024-03-15 · cn-gov")
    assert "一、总则" in shown
    assert any(line.startswith("就业是民生之本，见附件[1]。") for line in shown)
    assert "[1] https://gov.example/2" in shown
    assert max(cell_len(line) for line in shown) <= 60


def test_a_long_list_goes_through_the_pager_unless_told_not_to(data: Path, tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)
    with Archive.open(data / "archive.db", read_only=True) as archive:
        (stored,) = archive.articles()
    words = ["show", *[str(stored.id)] * 60, "--data", str(data)]
    assert typed(*words, GAZETTE_PAGER=str(pager)).startswith("PAGED")
    assert "PAGED" not in typed(*words, "--no-pager", GAZETTE_PAGER=str(pager))
