"""Random ways to spoil a good extract: its cells, rows, header, separator, encoding and bytes."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
from dataclasses import dataclass

import zstandard
from extracts import HEADER, good_row, to_line
from hypothesis import strategies as st

ROWS = 40
HOSTILE = [
    *(
        "",
        " ",
        '"',
        '""',
        '"x',
        "'",
        ";",
        ",",
        "\t",
        "|",
        "\\",
        "\n",
        "\r",
        "\r\n",
        "\x00",
        "\x0b",
        "\x1a",
        "\x85",
    ),
    *(
        "'; drop table clients; --",
        "{{ 7*7 }}",
        "{% raw %}",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "<script>",
    ),
    *(
        "\u202eabc",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\ue000",
        "\x1f\x1e\x1d\x1c",
        "NULL",
        "NaN",
        "inf",
        "-inf",
        "1e999",
    ),
    *(
        "-1",
        "0x10",
        "1_000",
        "1,5",
        "12,500",
        "1 234",
        "99999999999999999999",
        "٣٤",
        "½",
        "true",
        "Да",
        "?" * 5_000,
    ),
    *(
        "$1",
        "%s",
        "a\nb,c",
        '"a\nb"',
        "#",
        "//",
        "/*",
        "--",
        "null",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    ),
]
PACKERS = {"bzip2": bz2.compress, "xz": lzma.compress, "zstandard": zstandard.compress}
CELL = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
ENCODINGS = [
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1251",
    "koi8-r",
    "cp866",
    "latin-1",
]


@dataclass(frozen=True)
class Corrupted:
    """A spoilt extract.

    Attributes:
        kinds: What was done to it, in order.
        data: Its bytes.
        name: Name of the file.
    """

    kinds: tuple[str, ...]
    data: bytes
    name: str


def good_lines(separator: str = ",") -> list[str]:
    """The header and the rows of the good extract."""
    rows = [to_line(good_row(number), separator=separator) for number in range(ROWS)]
    return [separator.join(HEADER), *rows]


@st.composite
def spoilt_lines(draw: st.DrawFn, lines: list[str], separator: str) -> tuple[str, list[str]]:
    """One change of a cell, a row, the header or the separator."""
    lines = list(lines)
    place = draw(st.integers(1, max(len(lines) - 1, 1))) if len(lines) > 1 else 0
    line = lines[place] if lines else ""
    cut = draw(st.integers(0, len(line)))
    kind = draw(
        st.sampled_from(
            [
                *(
                    "cell",
                    "cell",
                    "cell",
                    "insert",
                    "delete span",
                    "drop row",
                    "copy row",
                    "swap rows",
                    "cut row",
                ),
                *(
                    "longer row",
                    "blank row",
                    "trailing separators",
                    "spaces",
                    "total row",
                    "joined rows",
                    "header name",
                    "header drop",
                    "header copy",
                ),
                *(
                    "header case",
                    "header gone",
                    "header again",
                    "blank first",
                    "separator",
                    "separator of a row",
                ),
                *("quotes", "copy with a change"),
            ]
        )
    )
    if kind in ("cell", "copy with a change"):
        cells = line.split(separator)
        cells[draw(st.integers(0, len(cells) - 1))] = draw(CELL)
        lines[place : place + (kind == "cell")] = [separator.join(cells)]
    elif kind == "insert":
        lines[place] = line[:cut] + draw(CELL) + line[cut:]
    elif kind == "delete span":
        lines[place] = line[:cut] + line[cut + draw(st.integers(1, 10)) :]
    elif kind == "drop row":
        del lines[place : place + draw(st.integers(1, ROWS))]
    elif kind == "copy row":
        lines.insert(draw(st.integers(1, len(lines))), line)
    elif kind == "swap rows":
        lines.append(lines.pop(place))
    elif kind == "cut row":
        lines[place] = line[:cut]
    elif kind == "longer row":
        lines[place] = line + separator + draw(CELL)
    elif kind == "blank row":
        lines.insert(place, draw(st.sampled_from(["", " ", "\t", separator, separator * 11])))
    elif kind == "trailing separators":
        lines = [lines[0], *(text + separator for text in lines[1:])]
    elif kind == "spaces":
        lines = [text.replace(separator, separator + " ") for text in lines]
    elif kind == "total row":
        lines.append("Итого" + separator * 6 + "123456.5" + separator * 5)
    elif kind == "joined rows":
        lines[place - 1 : place + 1] = [separator.join(lines[max(place - 1, 0) : place + 1])]
    elif kind == "header name":
        cells = lines[0].split(separator)
        cells[draw(st.integers(0, len(cells) - 1))] = draw(CELL)
        lines[0] = separator.join(cells)
    elif kind == "header drop":
        cells = lines[0].split(separator)
        del cells[draw(st.integers(0, len(cells) - 1))]
        lines[0] = separator.join(cells)
    elif kind == "header copy":
        cells = lines[0].split(separator)
        lines[0] = separator.join([*cells, draw(st.sampled_from(cells))])
    elif kind == "header case":
        lines[0] = separator.join(f' "{name.upper()}"'.strip() for name in lines[0].split(separator))
    elif kind == "header gone":
        del lines[0]
    elif kind == "header again":
        lines.insert(place, lines[0])
    elif kind == "blank first":
        lines.insert(
            0, draw(st.sampled_from(["", " ", "Выгрузка клиентов", "sep=,", f"sep={separator}", "за;ноябрь"]))
        )
    elif kind == "separator":
        other = draw(st.sampled_from([",", ";", "\t", "|", "~", "^", " "]))
        lines = [text.replace(separator, other) for text in lines]
    elif kind == "separator of a row":
        lines[place] = line.replace(separator, draw(st.sampled_from([",", ";", "\t", "|", " "])))
    elif kind == "quotes":
        buffer = io.StringIO()
        csv.writer(buffer, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
            text.split(separator) for text in lines
        )
        lines = buffer.getvalue().splitlines()
    return kind, lines or [""]


@st.composite
def spoilt_bytes(draw: st.DrawFn, data: bytes) -> tuple[str, bytes]:
    """One change of the bytes, such as a cut transfer makes."""
    kind = draw(
        st.sampled_from(
            ["none"] * 6
            + ["cut", "flip", "insert", "zeros", "twice", "gzip", "cut gzip", "gzip and more"]
            + [f"{how}{name}" for name in ("bzip2", "xz", "zstandard") for how in ("", "cut ")]
        )
    )
    place = draw(st.integers(0, max(len(data) - 1, 0)))
    if kind == "cut":
        data = data[:place]
    elif kind == "flip" and data:
        data = data[:place] + bytes([data[place] ^ draw(st.integers(1, 255))]) + data[place + 1 :]
    elif kind == "insert":
        data = data[:place] + draw(st.binary(min_size=1, max_size=20)) + data[place:]
    elif kind == "zeros":
        data = data[:place] + bytes(draw(st.sampled_from([1, 2, 512, 4096]))) + data[place:]
    elif kind == "twice":
        data = data + data
    elif kind.split()[-1] in PACKERS:
        data = PACKERS[kind.split()[-1]](data)
        data = data[: draw(st.integers(1, len(data)))] if kind.startswith("cut") else data
    elif "gzip" in kind:
        data = gzip.compress(data, mtime=0)
        data = data[: draw(st.integers(1, len(data)))] if kind == "cut gzip" else data
        data = data + draw(st.binary(min_size=1, max_size=20)) if kind == "gzip and more" else data
    return kind, data


@st.composite
def corrupted(draw: st.DrawFn) -> Corrupted:
    """A good extract with up to three changes of its lines, perhaps one of its encoding or its bytes."""
    separator = draw(st.sampled_from([",", ";", "\t"]))
    lines, kinds = good_lines(separator), []
    for _ in range(draw(st.integers(0, 3))):
        kind, lines = draw(spoilt_lines(lines, separator))
        kinds.append(kind)
    end = draw(st.sampled_from(["\n"] * 6 + ["\r\n", "\r\n", "\r", "\n\r"]))
    text = end.join(lines) + draw(st.sampled_from([end, end, "", end * 3]))
    encoding = draw(st.sampled_from(["utf-8"] * 8 + ENCODINGS))
    kind, data = draw(spoilt_bytes(text.encode(encoding, errors="replace")))
    kinds += [name for name in (encoding, kind) if name not in ("utf-8", "none")]
    suffix = draw(st.sampled_from([".csv"] * 6 + [".txt", ".csv.gz", ".xlsx", ".parquet", ""]))
    return Corrupted(tuple(kinds), data, f"clients{suffix}")
