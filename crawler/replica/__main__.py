"""``python -m crawler.replica``: the portal on the air until interrupted."""

import argparse
import threading
from datetime import datetime

from crawler.replica import Portal
from crawler.replica.profiles import ORDER, PROFILES


def main() -> None:
    """Serve, and say where."""
    parser = argparse.ArgumentParser(prog="python -m crawler.replica", description=__doc__)
    parser.add_argument("--size", type=int, default=200, help="articles over all sites")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=400, help="how far back they reach")
    parser.add_argument("--now", type=datetime.fromisoformat, help="ISO moment; default: now")
    parser.add_argument("--port", type=int, default=8011, help="0 for any that is free")
    parser.add_argument("--hosts", choices=("auto", "addresses", "ports"), default="auto")
    parser.add_argument(
        "--sites", nargs="+", choices=PROFILES, default=ORDER, metavar="SITE",
        help=f"which, of {', '.join(PROFILES)}",
    )  # fmt: skip
    with Portal(**vars(parser.parse_args())) as portal:
        for site in portal.sites:
            print(f"{site.id:11} {site.family:11} {site.address}/  {site.name}")
            for listing in site.listings:
                print(f"{'':23} {listing.kind:8} {listing.url}  {listing.category}")
        try:
            print("Ctrl-C ends it.", flush=True)
            threading.Event().wait()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    main()
