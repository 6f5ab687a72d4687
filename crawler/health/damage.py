"""How much of a text was not decoded as it was written. Pure."""

import re

#: What stands where bytes were no text, and what such marks become when they are decoded again.
_LOST = re.compile("[\ufffd\x80-\x9f]|锟斤拷|ï¿½")
#: UTF-8 that was read as Latin-1 or Windows-1252.
_TWICE = re.compile("[ÃÂ][\u0080-¿]|â€[\u0080-\uffff]|[äåæçèé][\u0080-¿–—‘’“”†‡•…‰‹›€™Œœž]{2}")


def damage(text: str) -> float:
    """Return the share of the characters of a text that could not be decoded."""
    lost = sum(len(found[0]) for mark in (_LOST, _TWICE) for found in mark.finditer(text))
    return min(1.0, lost / len(text)) if text else 0.0
