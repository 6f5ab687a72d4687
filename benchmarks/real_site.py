"""Crawl a whole real site from a local copy, through the real command, and say what it cost.

``python -m benchmarks.real_site [--days 60 | --all] [--peer] [--keep DIR]``

The copy is ``corpus/cctv_dump_htmls.tar.zst`` of the shared folder (GAZETTE_SHARED): day lists and
their items, served on 127.0.0.1 under their own paths. Printed: pages a second, CPU a page of all
our processes together, peak memory, bytes on disk an article, failures by kind, what a second pass
does, how titles and dates agree with the truth, and where the time goes. ``--peer`` runs a Scrapy +
trafilatura + FTS5 spider over the same pages in the same run.
"""

import argparse
import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.stages import time_stages

SHARED = Path(os.environ.get("GAZETTE_SHARED", Path(__file__).parents[2] / "shared"))
SITE = "https://tv.cctv.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a command used, its children included."""

    seconds: float
    cpu: float
    #: of the largest single process, and of all together at one moment; MB
    peak: float
    peak_together: float
    output: str


def unpack(folder: Path) -> Path:
    """Unpack the site below ``folder`` once; return where its pages lie."""
    pages = folder / "dump_htmls"
    if not pages.is_dir():
        packed = SHARED / "corpus" / "cctv_dump_htmls.tar.zst"
        if not packed.exists():
            sys.exit(f"{packed} is missing: this benchmark needs the shared folder")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "-I", "zstd -d --long=27", "-xf", packed, "-C", folder], check=True)
    return pages


@contextmanager
def served(pages: Path) -> Iterator[int]:
    """Serve the pages in a process of its own; yield the port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.site_server", pages, "--replace", SITE],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


TICKS = os.sysconf("SC_CLK_TCK")


def family(root: int) -> dict[int, tuple[float, float]]:
    """Return process → CPU seconds so far and resident MB (proportional shares), children too."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    found: dict[int, tuple[float, float]] = {}
    todo = [root]
    while todo:
        pid = todo.pop()
        todo += parents.get(pid, [])
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found[pid] = (spent[pid], int(rollup.split("Pss:")[1].split()[0]) / 1024)
        except (OSError, IndexError, KeyError):
            continue
    return found


def measure(command: list[str | Path], **env: str) -> Cost:
    """Run a command to its end and return what it cost.

    The command's own CPU time is the kernel's; that of its children, which it does not wait for,
    is as last seen, twice a second.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | env)
    peak, children = 0.0, dict[int, float]()

    def watch() -> None:
        nonlocal peak
        while process.poll() is None:
            seen = family(process.pid)
            peak = max(peak, sum(memory for _, memory in seen.values()))
            children.update({p: cpu for p, (cpu, _) in seen.items() if p != process.pid})
            time.sleep(0.5)

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(
        seconds=time.monotonic() - began,
        cpu=own + sum(children.values()),
        peak=after.ru_maxrss / 1024,
        peak_together=peak,
        output=output,
    )


def configure(folder: Path, port: int, days: list[str]) -> list[str]:
    """Write a configuration for the copy; return the listings' addresses."""
    (folder / "sources").mkdir(parents=True, exist_ok=True)
    (folder / "families").mkdir(exist_ok=True)
    (folder / "gazette.toml").write_text(
        f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{port}]\ndelay = "0s"\n'
    )
    base = f"http://127.0.0.1:{port}"
    listings = [f"{base}/lm/xwlb/day/{day}.shtml" for day in days]
    rules = 'item = "li"\nlink = "a[title]@href"\ntitle = "a@title"\nnext = "none"\n'
    head = (
        f'name = "新闻联播"\naddress = "{base}/"\nzone = "Asia/Shanghai"\nlang = "zh-CN"\n'
        f'delay = "0s"\nfiles = "none"\ncategories = ["央视网", "新闻联播"]\n'
    )
    (folder / "sources" / "cctv.toml").write_text(
        head + '\n[article]\nbody = ["#content_area", ".cnt_bd"]\n\n[listing]\n' + rules
        + "".join(f'\n[[listings]]\nurl = "{url}"\n' for url in listings),
        encoding="utf-8",
    )  # fmt: skip
    return listings


def expected(pages: Path, days: list[str]) -> set[str]:
    """Return the names of the items that the day lists name, by a plain search."""
    names: set[str] = set()
    for day in days:
        text = (pages / f"{day}.shtml").read_text(encoding="utf-8", errors="replace")
        names.update(re.findall(r'href="[^"]+/(VIDE\w+)\.shtml"', text))
    return names


def truth() -> dict[str, dict[str, str]]:
    """Return what another reader of the site found: name of the page → title, date, text."""
    packed = SHARED / "corpus" / "text" / "cctv_xinwenlianbo.jsonl.zst"
    run = subprocess.run(["zstd", "-dc", packed], capture_output=True, check=True)
    rows = map(json.loads, run.stdout.decode().splitlines())
    return {row["id"]: row for row in rows}


def compare(archive: Path, pages: Path, names: set[str]) -> None:
    """Print what was lost, stored twice, and how fields agree with the truth."""
    db = sqlite3.connect(f"file:{archive}?mode=ro", uri=True)
    rows = db.execute("SELECT url, title, published, text, editor FROM articles").fetchall()
    known, right = truth(), Counter[str]()
    stored = [url.rpartition("/")[2].removesuffix(".shtml") for url, *_ in rows]
    print(
        f"  lost {len(names - set(stored))}, stored twice {len(stored) - len(set(stored))}, "
        f"not named by a list {len(set(stored) - names)}"
    )
    for name, (_, title, published, text, editor) in zip(stored, rows, strict=True):
        want = known.get(name)
        if want is None or not want["date"]:
            continue
        moment = datetime.strptime(want["date"][:16], "%Y/%m/%d %H:%M") - timedelta(hours=8)
        right["dated"] += 1
        right["minute"] += (published or "")[:16] == moment.isoformat()[:16]
        # The truth's titles are those of <title>, with the site's name behind them in early years.
        right["title"] += title == want["title"].partition("_CCTV节目官网")[0].strip()
        if want["text"]:
            right["texts"] += 1
            right["text"] += squeeze(want["text"]) == squeeze(text)
        page = (pages / f"{name}.shtml").read_text(encoding="utf-8", errors="replace")
        if shown := re.search(r"<span>编辑：([^<\s]+)</span>", page):
            right["editors"] += 1
            right["editor"] += editor == shown[1]
    for field, among in (
        ("title", "dated"), ("minute", "dated"), ("text", "texts"), ("editor", "editors")
    ):  # fmt: skip
        share = right[field] / max(1, right[among])
        print(f"  {field} as in the truth: {share:.4f} of {right[among]}")


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return "".join(text.split())


def disk(data: Path, pages: int) -> None:
    """Print bytes a article on disk."""
    db = sqlite3.connect(f"file:{data / 'archive.db'}?mode=ro", uri=True)
    index = db.execute("SELECT sum(length(block)) FROM articles_fts_data").fetchone()[0]
    text = db.execute("SELECT sum(length(CAST(title || text AS BLOB))) FROM articles").fetchone()[0]
    whole = (data / "archive.db").stat().st_size
    warc = sum(f.stat().st_size for f in (data / "warc").iterdir())
    print(
        f"  bytes an article: database {whole / pages:,.0f} (of it index {index / pages:,.0f}, "
        f"text {text / pages:,.0f}; index/text {index / text:.2f}), WARC {warc / pages:,.0f}"
    )


def failures(data: Path) -> None:
    """Print what failed, by kind."""
    db = sqlite3.connect(f"file:{data / 'crawl.db'}?mode=ro", uri=True)
    kinds = db.execute("SELECT kind, count(*) FROM attempts WHERE outcome = 'failed' GROUP BY kind")
    print("  failures by kind:", dict(kinds) or "none")


def report(name: str, cost: Cost, pages: int) -> None:
    """Print a command's cost a page."""
    print(f"{name}: {pages} pages in {cost.seconds:.1f} s = {pages / cost.seconds:.0f} pages/s, "
          f"{cost.cpu / pages * 1000:.2f} ms CPU a page, peak memory {cost.peak:.0f} MB "
          f"(all processes together {cost.peak_together:.0f} MB)")  # fmt: skip


def stages(pages: Path, names: set[str], folder: Path) -> None:
    """Print where the time goes: each stage alone, in this process, on the same pages."""
    sample = sorted(names)[:: max(1, len(names) // 300)][:300]
    print("where the time goes (each stage alone, CPU ms a page):")
    for stage, ms in time_stages([pages / f"{name}.shtml" for name in sample], folder).items():
        print(f"  {stage:<28} {ms:.2f}")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--days", type=int, default=60, help="day lists to crawl, evenly from all years"
    )
    parser.add_argument("--all", action="store_true", help="the whole site")
    parser.add_argument("--peer", action="store_true", help="run the Scrapy spider too")
    parser.add_argument("--pages", type=Path, help="folder to unpack the site to, kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        pages = unpack(given.pages or work / "site")
        days = sorted(p.stem for p in pages.glob("2*.shtml"))
        if not given.all:
            days = days[:: max(1, len(days) // given.days)][: given.days]
        names = expected(pages, days)
        with served(pages) as port:
            listings = configure(work / "config", port, days)
            folders = ["--config", work / "config", "--data", work / "data"]
            command = [sys.executable, "-m", "crawler.cli", "crawl", "--json", *folders]
            first = measure(command)
            report("gazette", first, len(names) + len(days))
            print("  " + first.output.strip())
            compare(work / "data" / "archive.db", pages, names)
            disk(work / "data", len(names))
            failures(work / "data")
            again = measure(command)
            print("second pass:\n  " + again.output.strip())
            stages(pages, names, work)
            if given.peer:
                peer = [sys.executable, "-m", "benchmarks.peer_spider", work / "peer.db", *listings]
                cost = measure(peer)
                report("Scrapy + trafilatura + FTS5", cost, len(names) + len(days))
                stored = sqlite3.connect(work / "peer.db").execute("SELECT count(*) FROM pages")
                print(f"  stored {stored.fetchone()[0]} of {len(names)}")


if __name__ == "__main__":
    main()
