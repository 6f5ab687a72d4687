"""``gazette extract`` and ``check --explain`` as their users type them."""

import gzip
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from crawler.cli import main
from crawler.cli.demo import configure
from crawler.cli.extracting import KEYS
from crawler.replica import Portal

ROOT = Path(__file__).parents[1]
TITLE = "关于做好就业工作的通知"
BODY = """<p>各市、县人民政府：为做好今年就业工作，现将有关事项通知如下。</p>
<p>一、落实岗位补贴，支持企业稳岗扩岗。二、开展技能培训，帮助重点群体就业。</p>"""
HEAD = "发布时间：2024-03-15 10:20　来源：云岭省人民政府"


def page(head: str = HEAD, below: str = "", metas: str = "") -> str:
    return f"""<html><head><title>{TITLE}</title>{metas}</head><body><h1>{TITLE}</h1>
<p>{head}</p><div class="TRS_Editor">{BODY}{below}</div></body></html>"""


def run(*words: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, ["extract", *(str(w) for w in words)], input=stdin)


def rows(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def batch(folder: Path, pages: dict[str, str | bytes | None]) -> Path:
    """Write files and the manifest that names them; None leaves the file out."""
    lines = []
    for name, content in pages.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / f"{name}.html").write_bytes(data)
        lines.append(
            {"id": name, "file": f"{name}.html", "url": f"https://a.example.cn/{name}.html"}
        )
    manifest = folder / "jobs.jsonl"
    manifest.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return manifest


def started(*words: str | Path, **more: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "crawler.cli", "extract", *(str(w) for w in words)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, **more)


def test_a_file_becomes_one_line_with_the_promised_keys(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(), encoding="utf-8")
    done = run(file, "--url", "https://www.example.cn/a.html")
    (row,) = rows(done)
    assert list(row) == ["id", *KEYS]
    assert (row["title"], row["origin"]) == (TITLE, "云岭省人民政府")
    assert row["published"] == "2024-03-15T10:20+08:00"
    assert row["witnesses"]["published"] == "label:发布时间"
    assert done.exit_code == 0


def test_a_day_without_a_clock_is_printed_as_a_date(tmp_path: Path) -> None:
    manifest = batch(tmp_path, {"a": page("发布日期：2024-03-15")})
    (row,) = rows(run("--batch", manifest))
    assert (row["published"], row["precision"]) == ("2024-03-15", "day")


def test_a_chinese_page_of_no_country_is_read_by_chinas_clock(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page(), encoding="utf-8")
    (row,) = rows(run(file, "--url", "https://www.example.com/a.html"))
    assert (row["published"], row["zone"]) == ("2024-03-15T10:20+08:00", "Asia/Shanghai")
    (row,) = rows(run(file, "--url", "https://www.example.com/a.html", "--zone", "UTC"))
    assert row["published"] == "2024-03-15T10:20+00:00"


def test_where_no_writer_is_named_the_editor_answers_for_the_text(tmp_path: Path) -> None:
    edited = page(below="<p>（责任编辑：王小溪）</p>")
    both = page(below="<p>（记者 张三）</p><p>（责任编辑：王小溪）</p>")
    first, second = rows(run("--batch", batch(tmp_path, {"edited": edited, "both": both})))
    assert (first["author"], first["editor"]) == ("王小溪", "王小溪")
    assert first["witnesses"]["author"] == f"editor {first['witnesses']['editor']}"
    assert (second["author"], second["editor"]) == ("张三", "王小溪")


def test_poison_costs_itself_only_and_the_order_stays(tmp_path: Path) -> None:
    deep = "<html><body>" + "<div>" * 100_000 + "正文"
    wide = "<html><body><div " + " ".join(f'a{n}="{n}"' for n in range(20_000)) + ">正文</div>"
    open_ended = "<html><body><p>正文</p><!-- " + "x" * 5_000_000
    manifest = batch(
        tmp_path,
        {"a": page(), "deep": deep, "b": page(), "wide": wide, "comment": open_ended,
         "missing": None, "large": "<html>" + "y" * 6_000_000, "c": gzip.compress(page().encode()),
         "bomb": gzip.compress(b"z" * 60_000_000), "torn": b"\x1f\x8b\x08torn", "d": page()},
    )  # fmt: skip
    done = run("--batch", manifest)
    found = rows(done)
    names = ["a", "deep", "b", "wide", "comment", "missing", "large", "c", "bomb", "torn", "d"]
    assert [row["id"] for row in found] == names
    assert {row["id"] for row in found if row.get("title") == TITLE} == {"a", "b", "c", "d"}
    bad = [row for row in found if "title" not in row]
    assert all(list(row) == ["id", "error", "reason"] for row in bad)
    reasons = {row["id"]: f"{row['error']}: {row['reason']}" for row in bad}
    assert reasons["missing"].startswith("FileNotFoundError: ")
    assert reasons["missing"].endswith("missing.html: No such file or directory")
    assert "too large" in reasons["large"]
    assert "too large" in reasons["bomb"]
    assert "gzip" in reasons["torn"]
    assert done.exit_code == 1


def test_a_page_that_hangs_is_stopped_at_its_deadline(tmp_path: Path) -> None:
    manifest = batch(tmp_path, {"a": page(), "pipe": None, "b": page()})
    os.mkfifo(tmp_path / "pipe.html")  # nobody ever writes to it
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "gazette.toml").write_text('[sandbox]\ndeadline = "1s"\n')
    done = run("--batch", manifest, "--config", tmp_path / "config")
    found = rows(done)
    assert [row.get("title", row.get("error")) for row in found] == [TITLE, "PoisonError", TITLE]
    assert "took longer than 1 s" in found[1]["reason"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "Expecting"),
        ('{"id": "x"}', "no 'file'"),
        ('{"id": ["x"], "file": "a.html"}', "strings"),
        ('{"id": "x", "file": "a.html", "url": "http://["}', "Invalid IPv6"),
        ("[]", "list"),
        ("\udcff", "utf-8"),
    ],
)
def test_a_fault_of_a_manifest_is_named_with_file_and_line(
    tmp_path: Path, line: str, said: str
) -> None:
    manifest = tmp_path / "jobs.jsonl"
    good = b'{"id": "ok", "file": "a.html"}\n\n'
    manifest.write_bytes(good + line.encode("utf-8", "surrogateescape") + b"\n")
    done = run("--batch", manifest)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"{manifest}:3: " in done.stderr
    assert said in done.stderr


def test_what_is_neither_file_nor_address_is_bad_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "none.html").exit_code == 2
    assert run().exit_code == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://10.0.0.1/", "http://[::1]/a"])
def test_an_address_that_is_not_public_is_refused_in_one_line(url: str) -> None:
    done = run(url)
    (row,) = rows(done)
    assert (row["id"], row["error"], done.exit_code) == (url, "FetchError", 1)
    assert "is not a public address" in row["reason"]
    assert "Traceback" not in done.output


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with Portal(size=50, seed=7, now=datetime.now(UTC) - timedelta(days=1)) as running:
        yield running


@pytest.fixture
def folder(portal: Portal, tmp_path: Path) -> Path:
    configure(portal, tmp_path / "config", ROOT / "config" / "families")
    return tmp_path


def test_an_address_is_asked_within_the_settings_and_robots(portal: Portal, folder: Path) -> None:
    url = portal.urls("trs")[0]
    (row,) = rows(run(url, "--config", folder / "config"))
    assert (row["id"], row["title"]) == (url, portal.told(url).title)
    portal.disallow("trs")
    try:
        done = run(url, "--config", folder / "config")
    finally:
        portal.restore("trs")
    assert "robots" in rows(done)[0]["reason"]
    assert done.exit_code == 1


def test_explain_tells_what_every_witness_says_and_why_one_is_refused(tmp_path: Path) -> None:
    meta = '<meta name="PubDate" content="2024-03-15 10:20:33"><meta name="Author" content="wms">'
    meta += '<meta name="firstpublishedtime" content="昨天">'
    (row,) = rows(run("--batch", batch(tmp_path, {"a": page(metas=meta)}), "--explain"))
    said = row["explain"]["published"]
    assert {"value": "2024-03-15 10:20", "witness": "label:发布时间", "won": True} in said
    assert {"value": "昨天", "witness": "meta:firstpublishedtime", "won": False,
            "refused": "unreadable"} in said  # fmt: skip
    (author,) = row["explain"]["author"]
    assert (author["value"], author["refused"]) == ("wms", "no name")
    (origin,) = row["explain"]["origin"]
    assert origin["won"]


def test_a_date_in_the_future_is_shown_as_refused(tmp_path: Path) -> None:
    far = f"{datetime.now(UTC).year + 2}-01-01 10:00"
    head = f"发布时间：{far}　来源：云岭省人民政府"
    meta = '<meta name="PubDate" content="2024-03-15 10:20">'
    (row,) = rows(run("--batch", batch(tmp_path, {"a": page(head, metas=meta)}), "--explain"))
    first, second = row["explain"]["published"]
    assert (first["refused"], first["won"]) == ("in the future", False)
    assert (second["witness"], second["won"]) == ("meta:pubdate", True)


def terminal(*words: str | Path, **more: str) -> str:
    """Return what a terminal of 80 columns shows of ``gazette extract``."""
    ours, theirs = pty.openpty()
    env = os.environ | {"COLUMNS": "80", "TERM": "xterm-256color"} | more
    with started(*words, stdout=theirs, env=env) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # Linux: nobody writes any more
                break
            if not piece:
                break
            shown += piece
        process.wait()
    os.close(ours)
    return shown.decode()


def test_explain_is_a_table_on_a_terminal_that_fits_80_columns(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    meta = '<meta name="Author" content="wms">'
    file.write_text(page(metas=meta, below="<p>（责任编辑：王小溪）</p>"), encoding="utf-8")
    url = "https://www.example.cn/a.html"
    shown = terminal(file, "--url", url, "--explain", NO_COLOR="1")
    lines = shown.replace("\r", "").split("\n")
    assert any("title" in line and f"✓ \x1b[1m{TITLE}" in line for line in lines)
    assert any("✗ wms" in line and "(no name)" in line for line in lines)
    assert not any(f"\x1b[{colour}m" in shown for colour in range(30, 38))
    assert max(cell_len(without_styles(line)) for line in lines[1:]) <= 80
    assert "\x1b[36m" in terminal(file, "--url", url, "--explain", NO_COLOR="")
    assert json.loads(terminal(file, "--url", url, "--explain", "--json"))["explain"]


def without_styles(line: str) -> str:
    for code in range(108):
        line = line.replace(f"\x1b[{code}m", "")
    return line.replace("\x1b[2;36m", "")


def test_a_reader_that_has_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    manifest = batch(tmp_path, {str(n): page(below=BODY * 200) for n in range(300)})
    with started("--batch", manifest, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_ctrl_c_ends_the_command_and_its_children(tmp_path: Path) -> None:
    manifest = batch(tmp_path, {str(n): page() for n in range(3)} | {"pipe": None})
    os.mkfifo(tmp_path / "pipe.html")
    with started("--batch", manifest, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    # What is said depends on where the signal comes.
    assert said.strip() in ("Aborted!", "")
    for _ in range(100):  # killed children are reaped by init in their own time
        if not alive(process.pid):
            break
        time.sleep(0.1)
    assert not alive(process.pid)


def alive(session: int) -> list[int]:
    """Return the processes of a session that are no zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = stat.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def test_check_shows_the_winner_and_below_it_who_says_otherwise(folder: Path) -> None:
    words = ["check", "trs", "--config", str(folder / "config")]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert "✓" in done.output
    assert "rule:.TRS_Editor" in done.output
    said = CliRunner().invoke(main, [*words, "--json", "--explain"]).stdout.splitlines()
    first = json.loads(said[0])["article"]["explain"]
    assert [one["won"] for one in first["title"]].count(True) == 1
    assert {one["witness"] for one in first["published"]} >= {"listing"}
    plain = CliRunner().invoke(main, [*words, "--json"]).stdout.splitlines()
    assert "explain" not in json.loads(plain[0])["article"]
