"""Text from outside → harmless to a terminal, a pipe, a line of JSON. Pure."""

import json
import re

# C0 and C1 but for line feed and tab, the characters that turn the direction of writing or break
# lines unseen, and U+FEFF: a terminal obeys them, and so may what a pipe leads to.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)
# The same as far as JSON leaves them, and what YAML refuses: such a line is YAML too.
_NO_JSON = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# What begins so is calculated, not shown: OWASP, “CSV injection”; the full-width twins as well.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def neutral(text: str) -> str:
    """Return ``text`` with every character that would act written as its escape, ``\\x1b``."""
    return _CONTROLS.sub(lambda found: _escape(ord(found[0])), text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """Return ``text`` on one line, blanks evened out, with nothing in it that would act."""
    return neutral(" ".join(text.split()))


def json_line(value: object) -> str:
    """Return ``value`` as JSON on one line, text as it is but for what must be escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _NO_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def for_spreadsheet(value: object) -> object:
    """Return a value of a table that no spreadsheet takes for a formula; numbers as they are."""
    if not isinstance(value, str):
        return value
    return neutral(f"'{value}" if value.startswith(_FORMULA) else value)
