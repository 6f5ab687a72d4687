"""Numbers of variable length, as the records of SQLite have them: seven bits a byte."""

from collections.abc import Iterator


def numbers(block: bytes) -> Iterator[int]:
    """Yield the variable-length numbers of a record of SQLite."""
    value = 0
    for byte in block:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            yield value
            value = 0


def encoded(value: int) -> bytes:
    """Return a number as such a record has it."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
