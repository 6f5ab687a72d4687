"""The catalogue: whole, in step with the code, and nothing lost on the way."""

import re

from babel.messages.catalog import Message

from tools.words import PO, compiled, needed, read

CATALOGUE = read()
MESSAGES = [message for message in CATALOGUE if message.id]


def _forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text or ()]  # type: ignore[union-attr]


def _places(text: str) -> set[str]:
    return set(re.findall(r"(?<!\{)\{\w+|%\(\w+\)s", text))


def test_every_text_that_people_are_told_has_a_translation() -> None:
    done = {(m.context, str(m.id)) for m in MESSAGES if all(_forms(m.string)) and m.string}
    missing = [m.id for m in needed() if m.id and (m.context, str(m.id)) not in done]
    assert missing == [], "run `make words`, then fill in archive/locale/zh_CN"


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in MESSAGES if message.fuzzy] == []


def test_what_programs_read_is_what_translators_wrote() -> None:
    assert PO.with_suffix(".mo").read_bytes() == compiled(CATALOGUE), "run `make words`"


def test_a_translation_has_the_places_of_its_text() -> None:
    assert [(message.id, message.string) for message in MESSAGES if not _fits(message)] == []


def _fits(message: Message) -> bool:
    """Tell whether a translation names the values of its text; of two forms, one may not."""
    asked = set().union(*map(_places, _forms(message.id)))
    plural = len(_forms(message.id)) > 1
    places = [_places(form) for form in _forms(message.string) if form]
    return all(found <= asked if plural else found == asked for found in places)
