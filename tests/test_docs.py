"""The manual cannot lie: what is pasted is what commands print, and links lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.cli import main

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / name
    for name in (
        "README.md",
        "README.zh-CN.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "config/README.md",
    )
]
PAGES += sorted((ROOT / "docs").glob("*.md"))


def test_everything_pasted_is_up_to_date() -> None:
    pasted = [str(page) for page in PAGES if "[[[cog" in page.read_text(encoding="utf-8")]
    check = [sys.executable, "-m", "cogapp", "--check", *pasted]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run `make docs`\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_the_manual(name: str) -> None:
    assert f"## `gazette {name}`" in (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [x for x in links if "://" not in x and not (page.parent / x).exists()]
    assert missing == []


def test_every_command_of_the_readme_exists() -> None:
    said = re.findall(r"^gazette (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert set(said) <= set(main.commands)


def _commands(page: str) -> list[str]:
    """Return what a page tells to type, without the remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    return [line.split("  #")[0].split(" # ")[0].rstrip() for line in "".join(blocks).splitlines()]


def test_the_chinese_readme_shows_the_commands_of_the_english_one() -> None:
    assert _commands("README.zh-CN.md") == _commands("README.md")
