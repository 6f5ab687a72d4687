"""``python -m crawler.cli`` is ``gazette``."""

from crawler.cli import main

main()
