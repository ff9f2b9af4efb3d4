"""Content security policies: a page runs its own scripts, named by hashes, and no other."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser


class _Scripts(HTMLParser):
    """Collects the text of the inline scripts of a page."""

    def __init__(self) -> None:
        """Begin outside any script."""
        super().__init__(convert_charrefs=False)
        self.texts: list[str] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a script that runs begins; one of data does not run."""
        if tag == "script" and dict(attrs).get("type") in (None, "", "text/javascript", "module"):
            self.is_inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note where a script ends."""
        if tag == "script":
            self.is_inside = False

    def handle_data(self, data: str) -> None:
        """Collect the text of a script."""
        if self.is_inside:
            self.texts[-1] += data


def script_hashes(page: str) -> list[str]:
    """Hash the inline scripts of a page, as a content security policy names them.

    Args:
        page: HTML.

    Returns:
        Sources for `script-src`.

    Examples:
        >>> script_hashes("<script>alert(1)</script>")
        ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    """
    parser = _Scripts()
    parser.feed(page)
    parser.close()
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for text in parser.texts
    ]
