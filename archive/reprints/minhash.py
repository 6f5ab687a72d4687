"""Words of a text → keys that a copy of it, and a text that quotes it, share with it. Pure.

A scaled MinHash: of the hashes of all shingles of a text the lowest stand for it, one in
``SPACING`` and never fewer than ``FEWEST``. Banded MinHash keeps as many keys for a line as for a
book, so a bulletin shares none with the twenty notices it holds; here every passage leaves its own.
"""

import hashlib
import zlib

#: Of this many shingles one is a key. At 24, .99 of 4,861 real items share a key with the bulletin
#: that holds them; .98 at 32, .95 at 64 (`python -m benchmarks.reprints`).
SPACING = 24
#: A text keeps so many keys, however short: two that share half their shingles then share one with
#: a probability of .9998.
FEWEST = 12
#: … and no more than these, however long: a longer text is sampled more thinly.
MOST = 512

#: What stands behind so many characters is not looked at: a text built to be long costs no more.
LONGEST = 200_000

#: Rises whenever the same text may get other keys: an archive then makes all of them anew.
SKETCH_VERSION = 1

_FOUR_BYTES = 4
_LOWEST = (1 << 32) // SPACING
#: SQLite keeps a number of six bytes in six bytes.
_KEY_BYTES = 6
_HALF = 1 << (8 * _KEY_BYTES - 1)


def grain(words: str) -> int:
    """Return how many characters of a text say as much as four of Chinese.

    Strangers who write in an alphabet share most groups of four letters. What takes three bytes in
    UTF-8 is Chinese, or a script of syllables.
    """
    return 4 if len(words.encode()) > 2 * len(words) else 12


def sketch(words: str) -> tuple[int, ...]:
    """Return the keys of a text, ascending; none for one shorter than a shingle."""
    words = words[:LONGEST]
    size = 2 * grain(words)
    # As UTF-32 every character is four bytes, so that a shingle is a slice.
    raw = words.encode("utf-32-le")
    wide = _FOUR_BYTES * size
    starts = range(0, len(raw) - wide + 1, _FOUR_BYTES)
    crc32 = zlib.crc32
    places = {hash_: at for at in starts if (hash_ := crc32(raw[at : at + wide])) < _LOWEST}
    most = MOST
    if len(places) < FEWEST:
        places, most = {crc32(raw[at : at + wide]): at for at in starts}, FEWEST
    lowest = sorted(places)[:most]
    return tuple(sorted({_key(raw[at : at + wide]) for at in map(places.__getitem__, lowest)}))


def _key(shingle: bytes) -> int:
    # The low 32-bit hashes are few enough to meet by chance among a million articles.
    digest = hashlib.blake2b(shingle, digest_size=_KEY_BYTES).digest()
    return int.from_bytes(digest, "big") - _HALF


def in_common(one: int, other: int) -> float:
    """Return how many keys two texts of so many characters share if one stands in the other."""
    return min(one, other) * min(_sampled(one), _sampled(other))


def _sampled(length: int) -> float:
    return min(max(FEWEST, min(MOST, length / SPACING)) / max(length, 1), 1.0)
