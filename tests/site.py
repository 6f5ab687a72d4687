"""A small news site on 127.0.0.1 whose pages a test writes, moves and takes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

TEXT = (
    "市政府办公室昨日召开会议，部署今年的防汛工作。会议要求各区县加强值守，落实责任，"
    "确保群众生命财产安全。",
    "会议指出，今年汛期预计偏早，各部门要提前检查堤防和水库，备足物资，完善预案。",
)


def notice(n: int, *paragraphs: str) -> str:
    """Return the page of a notice."""
    body = "".join(f"<p>{p}</p>" for p in paragraphs or (*TEXT, f"这是第{n}号通告。"))
    return (
        f"<html><head><title>第{n}号防汛工作通告</title></head><body><h1>第{n}号防汛工作通告</h1>"
        f"<p>发布时间：2026-03-0{n} 10:00 来源：市政府</p><div class=content>{body}</div>"
        "</body></html>"
    )


@dataclass(slots=True)
class Site:
    """Path → status, header fields, page; and the paths asked for, in order."""

    address: str
    pages: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    #: what is answered for any path that has no page
    blank: tuple[int, dict[str, str], str] = (404, {}, "<html><body>not here</body></html>")
    #: answers everything where it is set: the site is down
    down: tuple[int, dict[str, str], str] | None = None

    def publish(self, path: str, page: str, **fields: str) -> None:
        self.pages[path] = (200, fields, page)

    def move(self, path: str, to: str) -> None:
        self.pages[path] = (302, {"Location": to}, "")

    def list(self, *paths: str) -> None:
        """Write the listing, the first path on top."""
        rows = "".join(
            f'<li><a href="{p}">第{p[3]}号防汛工作通告</a><span>2026-03-0{p[3]}</span></li>'
            for p in paths
        )
        self.publish("/list/", f"<html><body><ul>{rows}</ul></body></html>")

    def configure(self, folder: Path) -> None:
        """Write the configuration that watches this site."""
        (folder / "config/sources").mkdir(parents=True)
        port = self.address.rpartition(":")[2]
        (folder / "config/gazette.toml").write_text(
            f'[fetch]\nallow_networks = ["127.0.0.0/8"]\nports = [{port}]\ndelay = "0s"\n'
        )
        (folder / "config/sources/city.toml").write_text(
            f'name = "市政府"\naddress = "{self.address}/"\nzone = "Asia/Shanghai"\n'
            f'[[listings]]\nurl = "{self.address}/list/"\n'
        )


@contextmanager
def serving(host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a site until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # see small_site.py

        def do_GET(self) -> None:
            site.asked.append(self.path)
            status, fields, page = site.down or site.pages.get(self.path, site.blank)
            body = page.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **fields}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    site = Site(address=f"http://{host}:{server.server_port}")
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
