"""What monitoring asks for, ``/healthz`` and ``/metrics``, and what it is told unasked.

``overview`` reads a data folder, ``metrics`` writes figures as Prometheus reads them, ``endpoint``
serves both beside the daemon, ``lag`` measures how long its event loop keeps others waiting.
``telling`` sends every change of health to a webhook.
"""

from crawler.monitoring.metrics import metrics_text
from crawler.monitoring.overview import Overview, is_alive, look, report

__all__ = ["Overview", "is_alive", "look", "metrics_text", "report"]
