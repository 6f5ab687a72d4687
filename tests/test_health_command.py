"""``gazette status`` and ``gazette crawl`` where a site shuts us out, as their users type them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from crawler.sources import load
from tests.hook import Hook, listening
from tests.site import Site, notice, serving

CHALLENGE = "<html><script>document.cookie='a=b';location.reload()</script></html>"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        for n in range(1, 6):
            found.publish(f"/a/{n}.html", notice(n))
        found.list(*(f"/a/{n}.html" for n in range(1, 6)))
        yield found


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as found:
        yield found


@pytest.fixture
def folders(site: Site, hook: Hook, tmp_path: Path) -> tuple[str | Path, ...]:
    site.configure(tmp_path)
    settings = tmp_path / "config" / "gazette.toml"
    ports = f"ports = [{hook.port}, {site.address.rpartition(':')[2]}]"
    kept = [row for row in settings.read_text().splitlines() if not row.startswith("ports")]
    hooked = '[health]\nwebhook = "${HEALTH}/topic"\nshape = "ntfy"\n'
    settings.write_text("\n".join([*kept, ports, hooked]))
    return "--config", tmp_path / "config", "--data", tmp_path / "data"


def test_a_source_that_shuts_us_out_is_shown_and_told(
    site: Site, hook: Hook, folders: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTH", hook.address)
    assert run("crawl", *folders).exit_code == 0
    (row,) = map(json.loads, run("status", "--json", *folders).stdout.splitlines())
    assert (row["state"], row["reason"], row["late"]) == ("healthy", "", False)
    assert hook.got == []
    site.publish("/list/", CHALLENGE)
    assert run("crawl", *folders).exit_code == 1
    (row,) = map(json.loads, run("status", "--json", *folders).stdout.splitlines())
    assert row["state"] == "blocked"
    assert row["since"] is not None
    shown = run("status", *folders).stdout
    assert "city blocked: it refuses us or shows a challenge" in shown
    (message,) = hook.said()
    assert message["title"] == "市政府: blocked"
    assert message["message"].startswith("it refuses us or shows a challenge")
    site.list(*(f"/a/{n}.html" for n in range(1, 6)))
    run("crawl", *folders)
    assert hook.said()[1]["title"] == "市政府: healthy"


def test_all_that_is_known_of_a_source_is_told_where_it_is_named(
    folders: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTH", "http://127.0.0.1:9")
    run("crawl", *folders)
    shown = run("status", "city", *folders).stdout
    assert "/list/: 5 links, 5 are usual, 100% of them dated" in shown
    assert "of the last 5 new articles 5 have a date, 5 an origin" in shown
    assert "5 named, 5 new, 0 revised, 0 failed" in shown
    unknown = run("status", "nobody", *folders)
    assert unknown.exit_code == 2
    assert "no source nobody was ever crawled here" in unknown.output


def test_a_message_that_does_not_arrive_is_told(
    site: Site, hook: Hook, folders: tuple[str | Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEALTH", f"{hook.address}/very-secret")
    hook.answers = [(500, {}, "no")]
    site.publish("/list/", CHALLENGE)
    crawled = run("crawl", *folders).output
    shown = run("status", *folders).output
    for said in (crawled, shown):
        assert "no message of health is delivered: status 500" in said
        assert "secret" not in said


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ('[daemon]\nlisten = "9464"', 'daemon.listen: is no host and port: "9464"'),
        ('[daemon]\nlisten = "127.0.0.1:99999"', "daemon.listen: is no host and port"),
        ("[daemon]\nlisten = 9464", "daemon.listen: wants text, not the number 9464"),
        ('[health]\nshape = "slak"', "health.shape: is none of json, ntfy, slack"),
        ('[health]\nwebhok = "x"', "health.webhok"),
    ],
)
def test_a_mistake_in_the_configuration_is_named(tmp_path: Path, keys: str, fault: str) -> None:
    with serving() as site:
        site.configure(tmp_path)
    settings = tmp_path / "config" / "gazette.toml"
    settings.write_text(f"{settings.read_text()}\n{keys}\n")
    done = run("status", "--config", tmp_path / "config")
    assert done.exit_code == 2
    assert fault in done.output


@pytest.mark.parametrize("place", ["127.0.0.1:9464", "[::1]:9464", "localhost:1", ""])
def test_a_place_to_listen_at_is_read(tmp_path: Path, place: str) -> None:
    with serving() as site:
        site.configure(tmp_path)
    settings = tmp_path / "config" / "gazette.toml"
    settings.write_text(f'{settings.read_text()}\n[daemon]\nlisten = "{place}"\n')
    assert load(tmp_path / "config").settings.daemon.listen == place
