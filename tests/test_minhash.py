"""Keys of texts: what a copy shares with its original, what a passage shares with the whole."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.reprints.minhash import FEWEST, LONGEST, MOST, SPACING, grain, in_common, sketch

# As many characters as a newspaper uses.
ALPHABET = [chr(0x4E00 + 7 * n) for n in range(2500)]


def text(length: int, seed: int) -> str:
    """Return a text of its own."""
    chance = random.Random(seed)
    return "".join(chance.choices(ALPHABET, k=length))


def test_a_text_shorter_than_a_shingle_has_no_keys() -> None:
    assert sketch("") == sketch("七个字的正文啊") == ()


def test_a_short_text_keeps_as_many_keys_as_it_has_shingles_up_to_the_fewest() -> None:
    assert len(sketch(text(10, 1))) == 3
    assert len(sketch(text(60, 1))) == FEWEST


def test_a_long_text_keeps_a_share_of_its_shingles_and_a_book_no_more_than_the_most() -> None:
    assert len(sketch(text(4_800, 1))) == pytest.approx(4_800 / SPACING, rel=0.2)
    assert len(sketch(text(60_000, 1))) == MOST


def test_keys_fit_in_six_bytes_and_are_in_order() -> None:
    keys = sketch(text(5_000, 1))
    assert all(-(2**47) <= key < 2**47 for key in keys)
    assert list(keys) == sorted(set(keys))


@pytest.mark.parametrize("kept", [0.9, 0.7, 0.5])
def test_the_share_of_common_keys_is_the_share_of_common_shingles(kept: float) -> None:
    length, estimates = 6_000, []
    for seed in range(8):
        whole = text(length, seed)
        cut = int(length * kept)
        other = whole[:cut] + text(length - cut, seed + 100)
        mine, theirs = set(sketch(whole)), set(sketch(other))
        estimates.append(len(mine & theirs) / len(mine | theirs))
    assert sum(estimates) / len(estimates) == pytest.approx(kept / (2 - kept), abs=0.05)


def test_a_passage_shares_as_many_keys_with_the_whole_as_are_expected() -> None:
    for length in (150, 500, 2_000):
        shared = []
        for seed in range(40):
            whole = text(8_000, seed)
            passage = whole[3_000 : 3_000 + length]
            shared.append(len({*sketch(passage)} & {*sketch(whole)}))
        assert sum(shared) / 40 == pytest.approx(in_common(length, 8_000), rel=0.2)
        assert sum(map(bool, shared)) >= 39


def test_strangers_share_no_key() -> None:
    assert not {*sketch(text(9_000, 1))} & {*sketch(text(9_000, 2))}


def test_a_repeated_line_counts_once() -> None:
    line = text(40, 1)
    assert len(sketch(line * 5_000)) <= 40


def test_letters_need_longer_shingles_than_chinese() -> None:
    assert grain("the quick brown fox".replace(" ", "")) == 3 * grain("敏捷的棕色狐狸")


@given(st.text(max_size=300))
def test_every_text_has_keys_in_order_and_the_same_ones_again(words: str) -> None:
    assert sketch(words) == sketch(words)
    assert list(sketch(words)) == sorted(sketch(words))


def test_keys_are_the_same_in_every_process_and_for_ever() -> None:
    words = "国务院常务会议研究稳定就业的政策措施部署下一步工作"
    asked = f"from archive.reprints.minhash import sketch; print(*sketch({words!r}))"
    for seed in ("0", "1"):
        told = subprocess.run(
            [sys.executable, "-c", asked],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=sys.path[0] or None,
        )
        assert tuple(map(int, told.stdout.split())) == sketch(words)
    # Whoever has to change this number has to change SKETCH_VERSION as well.
    assert sketch(words)[0] == -131254746332469


def test_what_stands_far_behind_costs_nothing_and_changes_nothing() -> None:
    whole = text(LONGEST, 1)
    assert sketch(whole + text(90_000, 2)) == sketch(whole)
