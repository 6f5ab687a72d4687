"""A catalogue is at hand, and nobody is asked who was not chosen: sets, and how they are listed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cadence import RESTLESS
from crawler.cli import main
from crawler.cli.crawling import picked
from crawler.frontier import Frontier
from crawler.sources import load
from crawler.sources.known import watched
from tests.config_folder import GOOD, complaints, make, write
from tests.site import Site, serving

#: id → what its file says above the rest
FILES = {
    "a": "",
    "b": 'sets = ["start", "central"]\nregion = "甘肃省"\n',
    "c": 'sets = ["central"]\nregion = "甘肃省/平凉市"\n',
    "d": 'sets = ["central"]\nregion = "甘肃省外"\nenabled = false\n',
    "e": 'sets = ["world"]\nregion = "United States"\n',
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = make(tmp_path)
    for name, head in FILES.items():
        write(folder, f"sources/{name}.toml", head + GOOD.replace("a.example", f"{name}.example"))
    return folder


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def ids(config: Path, names: tuple[str, ...] = (), *, sets: tuple[str, ...] = ()) -> str:
    """Return what a crawl visits."""
    loaded = load(config, only=names, sets=sets)
    return "".join(s.id for s in picked(loaded.sources, names=names, beyond=bool(sets)))


def test_a_crawl_without_names_visits_what_is_in_no_set_and_what_is_in_a_chosen_one(
    config: Path,
) -> None:
    assert ids(config) == "ab"
    write(config, "gazette.toml", 'sets = ["world"]\n')
    assert ids(config) == "ae"
    write(config, "gazette.toml", "sets = []\n")
    assert ids(config) == "a"


def test_a_set_is_visited_when_it_is_named_and_what_rests_is_left_in_peace(config: Path) -> None:
    assert ids(config, sets=("central",)) == "bc"
    assert ids(config, sets=("central", "world")) == "bce"
    assert ids(config, ("d",), sets=("world",)) == "de"
    everything = picked(load(config).sources, beyond=True)
    assert "".join(source.id for source in everything) == "abce"


def test_a_site_of_the_catalogue_may_be_watched_by_a_file_of_ones_own(config: Path) -> None:
    mine = GOOD.replace("a.example", "e.example")
    write(config, "sources/mine.toml", mine)
    address = "https://e.example/news/"
    assert ids(config) == "abmine"
    assert watched(config / "sources")[address] == "mine"
    write(config, "gazette.toml", 'sets = ["world"]\n')
    assert complaints(config) == [
        "sources/mine.toml:5: listings[1].url: e.toml watches this already (keep one)"
    ]


def test_what_is_merely_at_hand_counts_as_watched_by_nobody(config: Path) -> None:
    known = watched(config / "sources")
    assert sorted(known.values()) == ["a", "b"]
    write(config, "gazette.toml", 'sets = ["central"]\n')
    assert sorted(watched(config / "sources").values()) == ["a", "b", "c", "d"]


def test_a_set_that_does_not_exist_is_said_with_the_nearest(config: Path) -> None:
    done = run("crawl", "--set", "centrl", "--config", config, "--data", config.parent)
    assert done.exit_code == 2
    assert 'there is no set "centrl" (did you mean "central"?)' in done.stderr


def test_a_set_is_a_word(config: Path) -> None:
    write(config, "sources/a.toml", 'sets = ["two words"]\n' + GOOD)
    assert complaints(config) == [
        'sources/a.toml:1: sets[1]: is no word: "two words" (did you mean "two-words"?)'
    ]


def test_the_catalogue_is_listed_with_what_is_watched(config: Path) -> None:
    done = run("sources", "--config", config)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line[:1] for line in lines[1:6]] == list("●●○–○")
    assert lines[2].split() == ["●", "b", "A", "甘肃省", "start", "central", "1"]
    assert lines[-2:] == [
        "● watched 2  ○ at hand 2  – resting 1  ",
        "5 sources; sets: central 3, start 1, world 1",
    ]


def test_the_catalogue_is_narrowed_by_region_and_set(config: Path) -> None:
    def listed(*words: str) -> list[str]:
        done = run("sources", "--json", "--config", config, *words)
        return [json.loads(line)["id"] for line in done.stdout.splitlines()]

    assert listed() == ["a", "b", "c", "d", "e"]
    assert listed("--region", "甘肃省") == ["b", "c"]
    assert listed("--region", "甘肃省/平凉市") == ["c"]
    assert listed("--set", "central") == ["b", "c", "d"]
    assert listed("--set", "central", "--region", "甘肃省/平凉市") == ["c"]
    nowhere = run("sources", "--region", "青海省", "--config", config)
    assert (nowhere.exit_code, nowhere.stdout) == (1, "")
    assert nowhere.stderr == "no source of the region 青海省\n"


def test_the_catalogue_speaks_json_with_the_promised_keys(config: Path) -> None:
    line = run("sources", "--json", "--set", "start", "--config", config).stdout
    keys = ["id", "name", "address", "region", "lang", "zone", "sets", "family", "state"]
    assert list(json.loads(line)) == [*keys, "listings"]
    assert json.loads(line)["state"] == "watched"


def test_only_the_sites_of_the_set_are_asked(tmp_path: Path) -> None:
    with serving("127.0.0.1") as chosen, serving("127.0.0.2") as other:
        for site in (chosen, other):
            site.list("/a/1.html")
            site.publish("/a/1.html", "<html><body><h1>通告</h1></body></html>")
        chosen.configure(tmp_path)
        watch(tmp_path, chosen, "mine", "central")
        watch(tmp_path, other, "theirs", "world")
        (tmp_path / "config/sources/city.toml").unlink()
        where = ("--config", tmp_path / "config", "--data", tmp_path / "data")
        run("crawl", "--set", "central", *where)
        assert "/list/" in chosen.asked
        assert other.asked == []
    with Frontier(tmp_path / "data" / "crawl.db", read_only=True) as frontier:
        (state,) = frontier.sources.states(datetime.now(UTC), RESTLESS)
    # nobody watches it: it has been visited, and waits for no further visit
    assert state.last_visit is not None
    assert state.next_visit is None


def watch(folder: Path, site: Site, name: str, belongs: str) -> None:
    """Write the source that watches a site, as one of a set."""
    port = site.address.rpartition(":")[2]
    settings = folder / "config/gazette.toml"
    settings.write_text(settings.read_text().replace("ports = [", f"ports = [{port}, "))
    (folder / f"config/sources/{name}.toml").write_text(
        f'name = "市政府"\naddress = "{site.address}/"\nsets = ["{belongs}"]\n'
        f'[[listings]]\nurl = "{site.address}/list/"\n'
    )
