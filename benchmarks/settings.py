"""Constants of the crawler, changed for a while to see what they are worth."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

#: A constant: the module that defines it, and its name there.
Setting = tuple[str, str]


def shipped(setting: Setting) -> object:
    """Return the value of a constant as it is shipped, None where there is no such constant."""
    module, name = setting
    try:
        return vars(import_module(module)).get(name)
    except ModuleNotFoundError:
        return None


@contextmanager
def changed(values: Mapping[Setting, object]) -> Iterator[None]:
    """Give constants other values in every module that knows them; caches start empty."""
    before = []
    for (module, name), value in values.items():
        old = shipped((module, name))
        for other in _crawler_modules():
            if name in vars(other) and vars(other)[name] is old:
                before.append((other, name, old))
                setattr(other, name, value)
    _forget()
    try:
        yield
    finally:
        for other, name, old in before:
            setattr(other, name, old)
        _forget()


def _crawler_modules() -> list[object]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("crawler")]


def _forget() -> None:
    """Empty every cache of a function of the crawler: it may hold what a constant decided."""
    for module in _crawler_modules():
        for one in list(vars(module).values()):
            if callable(clear := getattr(one, "cache_clear", None)):
                clear()
