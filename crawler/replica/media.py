"""Pictures and files, made small and whole when they are asked for."""

import zlib
from functools import lru_cache
from struct import pack

WIDTH, HEIGHT = 320, 200


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return pack(">I", len(content)) + kind + content + pack(">I", check)


@lru_cache(maxsize=64)
def png(shade: int) -> bytes:
    """A picture of two colours that follow from a number below 64."""
    sky = bytes((60 + shade * 3, 120 + shade, 200))
    ground = bytes((90, 160 - shade * 2, 70))
    horizon = HEIGHT // 2 + shade % 32
    rows = b"\0" + b"\0" * WIDTH, b"\0" + b"\1" * WIDTH
    content = zlib.compress(rows[0] * horizon + rows[1] * (HEIGHT - horizon), 6)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", sky + ground),
            _chunk(b"IDAT", content),
            _chunk(b"IEND", b""),
        )
    )


def pdf(title: str) -> bytes:
    """A page that says the title, in a font every reader has a stand-in for."""
    written = title.encode("utf-16-be").hex().upper()
    draw = f"BT /F1 14 Tf 60 760 Td <{written}> Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]"
        b"/Resources<</Font<</F1 4 0 R>>>>/Contents 6 0 R>>",
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        b"/DescendantFonts[5 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/DW 1000>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(draw), draw),
        b"<</Title<FEFF%s>>>" % written.encode(),
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places: list[int] = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 7 0 R>>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
