"""Markdown of the documentation as HTML: headings, lists, tables, quotes, paragraphs, code; else text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

CODE = re.compile(r"`([^`]+)`")
BOLD = re.compile(r"\*\*(.+?)\*\*")
SLOPED = re.compile(r"(?<![*\w])\*([^*\s](?:[^*]*[^*\s])?)\*(?![*\w])")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def to_html(text: str, address: Callable[[str], str | None], *, top: int = 3) -> Markup:
    r"""Turn Markdown into HTML.

    Args:
        text: The Markdown; tags in it are shown as text.
        address: Where a link leads on this page; None: only its words are left.
        top: Level of the highest heading.

    Returns:
        HTML.

    Examples:
        >>> to_html("# A\n\nb **c** `d`\n\n- e", lambda link: None)
        Markup('<h3>A</h3>\n<p>b <strong>c</strong> <code>d</code></p>\n<ul><li>e</li></ul>')
    """
    lines = COMMENT.sub("", text).strip().split("\n")
    is_code, depths = False, []
    for line in lines:
        is_code ^= kind_of(line) == "fence"
        if not is_code and kind_of(line) == "heading":
            depths.append(depth(line))
    return Markup("\n").join(blocks(lines, address, top - min(depths, default=1)))


def depth(heading: str) -> int:
    """Count the signs that a heading begins with."""
    return len(heading) - len(heading.lstrip("#"))


def blocks(lines: list[str], address: Callable[[str], str | None], above: int) -> Iterator[Markup]:
    """Write block by block, a heading as deep as it is below `above`; a block ends where its kind does."""
    number = 0
    while number < len(lines):
        kind = kind_of(lines[number])
        begin = number
        number += 1
        if kind == "fence":
            while number < len(lines) and kind_of(lines[number]) != "fence":
                number += 1
            number += 1
            yield Markup('<pre tabindex="0"><code>{}</code></pre>').format(
                "\n".join(lines[begin + 1 : number - 1])
            )
            continue
        while number < len(lines) and continues(kind, kind_of(lines[number])):
            number += 1
        part = lines[begin:number]
        if kind == "heading":
            yield Markup("<h{0}>{1}</h{0}>").format(
                above + depth(part[0]), inline(part[0].lstrip("# "), address)
            )
        elif kind == "list":
            yield listed(part, address)
        elif kind == "table":
            yield tabled(part, address)
        elif kind == "quote":
            said = to_html("\n".join(re.sub(r"^>\s?", "", line) for line in part), address, top=above + 1)
            yield Markup("<blockquote>{}</blockquote>").format(said)
        elif kind == "text":
            yield Markup("<p>{}</p>").format(inline(" ".join(line.strip() for line in part), address))


def kind_of(line: str) -> str:
    """Tell what a line begins."""
    if line.startswith("```"):
        return "fence"
    if line.startswith("#"):
        return "heading"
    if re.match(r"\s*(?:[-*]|\d+\.) ", line):
        return "list"
    if line.startswith("|"):
        return "table"
    if line.startswith(">"):
        return "quote"
    return "text" if line.strip() else "nothing"


def continues(kind: str, following: str) -> bool:
    """Say whether a line belongs to the block before it: an item of a list goes on without a mark."""
    return (
        following == kind
        if kind in ("table", "text", "quote")
        else kind == "list" and following in ("list", "text")
    )


def listed(lines: list[str], address: Callable[[str], str | None]) -> Markup:
    """Write a list."""
    items: list[str] = []
    for line in lines:
        if kind_of(line) == "list":
            items.append(re.sub(r"^\s*(?:[-*]|\d+\.) ", "", line))
        else:
            items[-1] += " " + line.strip()
    written = Markup("").join(Markup("<li>{}</li>").format(inline(item, address)) for item in items)
    return Markup("<{0}>{1}</{0}>").format("ol" if lines[0].lstrip()[0].isdigit() else "ul", written)


def tabled(lines: list[str], address: Callable[[str], str | None]) -> Markup:
    """Write a table."""
    rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    head, body = rows[0], [row for row in rows[1:] if not all(re.fullmatch(r":?-+:?", cell) for cell in row)]
    headings = Markup("").join(
        Markup('<th scope="col">{}</th>').format(inline(cell, address)) for cell in head
    )
    cells = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(inline(cell, address)) for cell in row)
        )
        for row in body
    )
    return Markup(
        '<div class="scroll" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(headings, cells)


def inline(text: str, address: Callable[[str], str | None]) -> Markup:
    """Write what stands within a line; code is left as it is."""
    written = Markup("")
    for number, part in enumerate(CODE.split(text)):
        written += Markup("<code>{}</code>").format(part) if number % 2 else linked(part, address)
    return written


def linked(text: str, address: Callable[[str], str | None]) -> Markup:
    """Write links, bold and sloped words."""
    bold = BOLD.sub(r"<strong>\1</strong>", str(escape(text)))
    marked = SLOPED.sub(r"<em>\1</em>", bold)

    def link(found: re.Match[str]) -> str:
        place = address(found[2])
        return f'<a href="{escape(place)}">{found[1]}</a>' if place else found[1]

    return Markup(LINK.sub(link, marked))
