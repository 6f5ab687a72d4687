"""``/healthz`` and ``/metrics`` for monitoring, where whoever watches tells of it."""

from datetime import UTC, datetime
from typing import Any

from datasette import Response  # type: ignore[import-untyped]

from archive.datasette_plugin.layout import archive_of, may_be_seen, missing
from archive.datasette_plugin.strangers import is_public
from archive.datasette_plugin.watch import exposed
from archive.language import _


async def healthz(datasette: Any, request: Any) -> Any:
    """Answer ``/healthz``: 200 where articles are being looked for, else 503."""
    found = await exposed(datasette, datetime.now(UTC))
    if found is None:
        return await missing(datasette, request, _("Nobody here knows how the watching goes"))
    # A stranger learns whether, and not why: reasons name files of the machine.
    told = {"status": found.told["status"]} if is_public(datasette) else found.told
    return Response.json(told, status=200 if found.well else 503)


async def metrics(datasette: Any, request: Any) -> Any:
    """Answer ``/metrics`` in the text format of Prometheus; strangers are told nothing."""
    database = await archive_of(datasette)
    if database is not None:
        await may_be_seen(datasette, request, database)
    found = None if is_public(datasette) else await exposed(datasette, datetime.now(UTC))
    if found is None:
        return await missing(datasette, request, _("Nobody here knows how the watching goes"))
    return Response(found.metrics, content_type=found.content_type)
