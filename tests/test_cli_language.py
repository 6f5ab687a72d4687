"""The command line in Chinese: people read it in their language, machines as ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from archive.cli.speaking import spoken
from archive.language import speaking
from crawler.cli import main
from tests.test_archive_cli import data as data

CHINESE = {"LC_ALL": "zh_CN.UTF-8"}


def said(*words: object, env: dict[str, str] = CHINESE) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=env)


def test_help_is_in_the_language_of_the_process() -> None:
    chinese, english = said("history", "--help").output, said("history", "--help", env={}).output
    assert "列出文章的历次版本" in chinese
    assert "用法：" in chinese
    assert "选项：" in chinese
    assert "显示本帮助并退出。" in chinese
    assert "List what an article said" in english


def test_a_command_that_is_not_loaded_is_listed_in_chinese_too() -> None:
    listed = said("--help").output
    assert "demo       在本机运行的五个虚构政府网站上试用全部功能" in listed
    assert "daemon     持续监测所有站点" in listed


@pytest.mark.parametrize("name", [None, *sorted(main.commands)])
def test_no_line_of_help_is_wider_than_the_terminal(name: str | None) -> None:
    shown = said(*([name] if name else []), "--help").output
    assert [line for line in shown.splitlines() if cell_len(line) > 80] == []


def test_a_line_of_help_begins_with_no_comma() -> None:
    with speaking("zh"):
        command = spoken(click.Command("x", help="，".join(["一" * 11] * 20)))
        shown = command.get_help(command.make_context("x", []))
    assert "\n  ，" not in shown


def test_a_wrong_option_is_told_in_chinese_with_the_same_exit_code() -> None:
    wrong = said("search", "--nonsense-option")
    assert wrong.exit_code == said("search", "--nonsense-option", env={}).exit_code
    odd = said("changes", "--since", "foo")
    assert odd.exit_code == 2
    assert "错误：'--since' 的值无效：'foo' 既不是 7d、12h 这样的时长，也不是日期" in odd.output


def test_where_there_is_no_archive_the_way_out_is_told_in_chinese(tmp_path: Path) -> None:
    none = said("history", 5, "--data", tmp_path / "none")
    assert none.exit_code == 2
    assert "中没有档案库：`gazette demo` 生成一个供试用" in none.output


@pytest.mark.parametrize(
    "words",
    [
        "search --json", "search --facets --json", "search 就业 --ids", "search", "gone --json",
        "show {id} --json", "show {id} --diff --json", "show {id} --format post",
        "files {id} --json",
        "show {id}", "show {id} --diff", "history {id} --json", "changes --since 9999d --json",
        "similar {id} --json", "verify --json", "export --format jsonl -", "export --format csv -",
        "attest",
    ],
)  # fmt: skip
def test_what_machines_read_is_the_same_in_every_language(data: Path, words: str) -> None:
    found = said("search", "--json", "--data", data).stdout.splitlines()
    ids = [json.loads(line)["id"] for line in found]
    asked = [*words.format(id=ids[0]).split(), "--data", data]
    chinese, english = said(*asked), said(*asked, env={})
    assert chinese.stdout == english.stdout
    assert chinese.exit_code == english.exit_code


def test_a_language_leaves_nothing_behind() -> None:
    before = dict(os.environ)
    said("--help")
    assert dict(os.environ) == before
    assert "Usage:" in said("--help", env={}).output


def test_the_variables_of_the_shell_decide(tmp_path: Path) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    command = [sys.executable, "-m", "crawler.cli", "gone", "--data", str(tmp_path)]
    for set_, words in (
        ({"LANG": "zh_CN.UTF-8"}, "没有档案库"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "没有档案库"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "there is no archive"),
    ):
        env = clean | set_ | {"PYTHONUTF8": "1"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert words in done.stderr


def test_commands_below_a_command_speak_too() -> None:
    below = click.Command("x", help="Do not ask.")
    with speaking("zh"):
        group = spoken(click.Group("g", {"x": below}, help="Say why."))
        shown = group.get_help(group.make_context("g", ["x"]))
    assert "x  不再询问" in shown
