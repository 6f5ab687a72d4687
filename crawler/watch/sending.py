"""One message to one webhook: its address filled in, signed, handed over; secrets never told."""

import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote

from crawler.errors import CrawlError, FetchError
from crawler.fetch import Fetcher
from crawler.politeness import backoff
from crawler.urls import absolute
from crawler.watch.messages import SHAPES, Post, Shape, Talk, refusal
from crawler.watch.records import Hook, WatchError

#: Seconds for an answer.
DEADLINE = timedelta(seconds=30)

_PLACE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def check_address(hook: Hook, fetcher: Fetcher, environ: Mapping[str, str] = os.environ) -> None:
    """Check what can be known of a webhook before it is used. Raises WatchError."""
    shape = SHAPES[hook.shape]
    if hook.secret_env and not shape.signs:
        raise WatchError(hook.name, f"{hook.shape} knows no secret; leave --secret-env away")
    if all(name in environ for name in _PLACE.findall(hook.webhook)):
        try:
            fetcher.check(_filled(hook, environ))
        except FetchError as error:
            raise WatchError(hook.name, f"the webhook cannot be used: {error.reason}") from error
    if hook.shape == "ntfy" and not _PLACE.sub("x", hook.webhook).split("://")[-1].strip("/").count(
        "/"
    ):
        raise WatchError(hook.name, "an ntfy address ends in its topic: https://ntfy.sh/TOPIC")


async def say(
    hook: Hook, talk: Talk, fetcher: Fetcher, now: datetime, environ: Mapping[str, str]
) -> None:
    """Send one message. Raises FetchError, or WatchError where the environment lacks a name."""
    shape: Shape = SHAPES[hook.shape]
    secret = ""
    if hook.secret_env:
        secret = environ.get(hook.secret_env, "")
        if not secret:
            raise WatchError(hook.name, f"the environment has no {hook.secret_env}")
    post: Post = shape.post(talk, _filled(hook, environ), secret, now)
    answer = await fetcher.post(
        post.url,
        post.body,
        headers=post.headers,
        delay=timedelta(seconds=shape.pause),
        deadline=DEADLINE,
    )
    if why := refusal(shape, answer.body):
        raise WatchError(hook.name, why)


def _filled(hook: Hook, environ: Mapping[str, str]) -> str:
    """Return the address with what stands in the environment for each ``${NAME}``."""
    if lacking := [name for name in _PLACE.findall(hook.webhook) if not environ.get(name)]:
        raise WatchError(hook.name, f"the environment has no {' '.join(lacking)}")
    filled = _PLACE.sub(lambda place: environ[place[1]], hook.webhook)
    try:
        return absolute(filled)
    except ValueError:
        raise WatchError(hook.name, "the webhook is no http or https address") from None


def next_try(hook: Hook, error: CrawlError, failures: int, now: datetime) -> datetime:
    """Return when to try again after so many failures in a row, as the service asks for."""
    wait = getattr(error, "retry_after", None)
    if wait is None:
        wait = max(backoff(failures), SHAPES[hook.shape].rest)
    return now + timedelta(seconds=wait)


def without_secrets(text: str, hook: Hook, environ: Mapping[str, str]) -> str:
    """Return a reason with the name of each secret in its place."""
    for name in (*_PLACE.findall(hook.webhook), hook.secret_env):
        if value := environ.get(name, ""):
            for form in (value, quote(value), quote(value, "")):
                text = text.replace(form, f"${{{name}}}")
    return text
