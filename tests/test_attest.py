"""Statements: what an archive held can be shown later, and what was made anew cannot."""

import json
import re
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from archive import Archive
from archive.attest import decode, encode
from archive.chain import GENESIS, link_hash
from archive.errors import StatementError
from archive.schema import open_archive
from archive.verify import contradicted, verify
from crawler.cli import main
from tests.holdings import NOW, article, capture

PAGE = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text(encoding="utf-8")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with a revision, a rereading and a capture that only confirmed an article."""
    path = tmp_path / "data" / "archive.db"
    with Archive.open(path) as archive:
        for n in (1, 2, 3):
            id_ = archive.put(article(n), capture(n), now=NOW).id
        later = NOW + timedelta(days=1)
        archive.put(article(1, title="更正"), capture(1, b"new", fetched_at=later), now=later)
        archive.reread(id_, article(3, author="他"), now=later)
        archive.seen(article(2).url, capture=capture(2, fetched_at=later), now=later)
    return path


def gazette(path: Path, *args: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [*args, "--data", str(path.parent)])
    return done.exit_code, done.stdout, done.stderr


def statement(path: Path, name: str = "head.json") -> Path:
    """Attest; return the file."""
    file = path.parent / name
    assert gazette(path, "attest", str(file))[0] == 0
    return file


def make_anew(path: Path, first: int) -> None:
    """Change a link and all behind it, as only an owner with our code can, so that all fits."""
    with closing(open_archive(path)) as conn:
        before = conn.execute("SELECT hash FROM revisions WHERE seq = ?", (first - 1,)).fetchone()
        previous = before["hash"] if before else GENESIS
        for row in conn.execute("SELECT * FROM revisions WHERE seq >= ?", (first,)).fetchall():
            link = dict(row) | {"prev_hash": previous}
            if link["seq"] == first:
                link["fetched_at"] = "2020-01-01T00:00:00Z"
            previous = link_hash(link)
            conn.execute(
                "UPDATE revisions SET fetched_at = ?, prev_hash = ?, hash = ? WHERE seq = ?",
                (link["fetched_at"], link["prev_hash"], previous, link["seq"]),
            )
        conn.execute("UPDATE meta SET value = ? WHERE key = 'chain_head'", (previous,))


def test_a_statement_is_one_line_that_says_what_was_held(path: Path) -> None:
    raw = statement(path).read_bytes()
    said = json.loads(raw)
    assert raw == encode(decode(raw, "head.json"))
    assert raw.count(b"\n") == 1
    assert (said["seq"], said["articles"], said["revisions"], said["captures"]) == (5, 3, 4, 5)
    code, out, _ = gazette(path, "attest")
    assert (code, json.loads(out)["hash"]) == (0, said["hash"])


def test_an_archive_that_only_grew_bears_its_statements_out(path: Path) -> None:
    first = statement(path)
    with Archive.open(path) as archive:
        id_ = archive.put(article(4), capture(4), now=NOW).id
        second = statement(path, "second.json")
        archive.delete(id_, reason="court order", now=NOW)
    code, out, said = gazette(path, "verify", "--against", str(first), "--against", str(second))
    assert code == 0, said
    assert f"{first}: all 5 links" in out
    assert f"{second}: all 6 links" in out


def test_a_chain_made_anew_is_contradicted_though_it_verifies(path: Path) -> None:
    with Archive.open(path) as archive:
        first = statement(path)
        archive.put(article(4), None, now=NOW)
        second = statement(path, "second.json")
    make_anew(path, 6)
    assert gazette(path, "verify")[0] == 0
    code, _, said = gazette(path, "verify", "--against", str(second), "--against", str(first))
    assert code == 3
    assert f"{second}: knows link 6 otherwise" in said
    assert "links 1 to 5 are as another statement says" in said
    make_anew(path, 1)
    assert gazette(path, "verify", "--against", str(first))[0] == 3


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["DELETE FROM revisions WHERE seq = 5"], "the chain ends before"),
        (["UPDATE captures SET status = 404 WHERE id = 5"], "captures 1 to 5 otherwise"),
        (["DELETE FROM captures WHERE id = 5"], "captures 1 to 5 otherwise"),
        (["UPDATE revisions SET hash = 'x' WHERE seq = 1"], "is of another archive"),
    ],
)
def test_it_says_how_an_archive_differs(path: Path, statements: list[str], said: str) -> None:
    head = decode(statement(path).read_bytes(), "head.json")
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        for sql in statements:
            conn.execute(sql)
    (finding,) = contradicted(path, [("head.json", head)])
    assert said in finding.what


def test_an_empty_archive_has_a_statement_that_always_holds(tmp_path: Path) -> None:
    path = tmp_path / "data" / "archive.db"
    Archive.open(path).close()
    head = statement(path)
    assert json.loads(head.read_bytes())["hash"] == GENESIS
    with Archive.open(path) as archive:
        archive.put(article(1), capture(1), now=NOW)
    assert gazette(path, "verify", "--against", str(head))[0] == 0


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"{", b'{"seq": 1}', b"\xff\xfe"])
def test_what_is_no_statement_is_refused(path: Path, raw: bytes) -> None:
    with pytest.raises(StatementError, match="gazette attest"):
        decode(raw, "x.json")
    file = path.parent / "x.json"
    file.write_bytes(raw)
    assert gazette(path, "verify", "--against", str(file))[0] == 1


def test_a_statement_that_was_written_otherwise_is_refused(path: Path) -> None:
    raw = statement(path).read_bytes()
    with pytest.raises(StatementError, match="not as"):
        decode(raw.replace(b",", b", "), "x.json")


# --- what the manual says -----------------------------------------------------------------------


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def stranger(tmp_path: Path, *args: object) -> subprocess.CompletedProcess[str]:
    """Run the script of the manual, with nothing of ours to import."""
    script = tmp_path / "stranger.py"
    script.write_text(blocks("python")[0], encoding="utf-8")
    command = [sys.executable, "-I", str(script), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)


def test_a_stranger_walks_the_chain_with_the_script_of_the_manual(
    path: Path, tmp_path: Path
) -> None:
    head = statement(path)
    with Archive.open(path) as archive:
        archive.delete(archive.put(article(4), None, now=NOW).id, reason="x", now=NOW)
    done = stranger(tmp_path, path, head)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("7 links, the last ")
    make_anew(path, 3)
    assert "does not hold this" in stranger(tmp_path, path, head).stderr
    with closing(open_archive(path)) as conn:
        conn.execute("UPDATE revisions SET status = 500 WHERE seq = 2")
    assert "link 2 was changed" in stranger(tmp_path, path).stderr
    with closing(open_archive(path)) as conn:
        conn.execute("PRAGMA foreign_keys = OFF")
        conn.execute("DELETE FROM revisions WHERE seq = 2")
    assert "link 3 does not follow" in stranger(tmp_path, path).stderr


def shell(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-eu", "-c", commands], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="needs ssh-keygen")
def test_a_statement_is_signed_and_checked_as_the_manual_says(path: Path) -> None:
    head = statement(path)
    key = head.with_name("id_ed25519")
    shell(head.parent, f"ssh-keygen -q -t ed25519 -N '' -f {key}")
    (recipe,) = (block for block in blocks("sh") if "ssh-keygen" in block)
    recipe = recipe.replace("~/.ssh/id_ed25519", str(key))
    done = shell(head.parent, recipe)
    assert done.returncode == 0, done.stderr
    head.write_bytes(head.read_bytes().replace(b'"seq":5', b'"seq":6'))
    assert shell(head.parent, recipe.splitlines()[-1]).returncode != 0


#: What openssl needs to be told to stamp times itself, in place of the authority of the manual.
_AUTHORITY = """
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out cacert.pem -subj /CN=Root -days 2
    openssl req -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.csr -subj /CN=Stamps
    printf 'extendedKeyUsage=critical,timeStamping\\n' > tsa.ext
    openssl x509 -req -in tsa.csr -CA cacert.pem -CAkey ca.key -CAcreateserial -out tsa.pem \
        -days 2 -extfile tsa.ext
    echo 01 > serial
    cat > tsa.cnf <<EOF
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
certs = cacert.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
EOF
"""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_statement_is_time_stamped_and_checked_as_the_manual_says(path: Path) -> None:
    head = statement(path)
    assert shell(head.parent, _AUTHORITY).returncode == 0
    (recipe,) = (block for block in blocks("sh") if "openssl" in block)
    ask, _, check = recipe.strip().splitlines()
    answer = "openssl ts -reply -config tsa.cnf -queryfile head.tsq -out head.tsr"
    done = shell(head.parent, f"{ask}\n{answer}\n{check}")
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr
    head.write_bytes(head.read_bytes().replace(b'"seq":5', b'"seq":6'))
    assert shell(head.parent, check).returncode != 0


@pytest.mark.parametrize(
    "over",
    [{"seq": [1]}, {"seq": 10**30}, {"seq": -1}, {"seq": 1.0}, {"captures": {}}, {"at": None},
     {"at": "\x1b[31m"}, {"hash": "\ud800"}],
)  # fmt: skip
def test_what_no_statement_can_hold_is_told(path: Path, over: dict[str, object]) -> None:
    head = decode(statement(path).read_bytes(), "head.json")
    with pytest.raises(StatementError, match="no statement"):
        decode(encode(replace(head, **over)), "x.json")  # type: ignore[arg-type]
    with pytest.raises(StatementError, match="no statement"):
        decode(b"[" * 200_000, "x.json")


def test_attesting_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    statement(path)
    assert path.read_bytes() == before
    assert verify(path, deep=True) == ()
