"""The system's Chromium with the network cut, for tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CUT_OFF = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9")


@dataclass
class Seen:
    """What a page did while it was open."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def opened(path: Path, *, fragment: str = "", width: int = 1280) -> Iterator[Seen]:
    """Open a file in a browser without a network and wait for its charts; the test is skipped without one."""
    executable = next((found for name in NAMES if (found := shutil.which(name))), None)
    if executable is None:
        pytest.skip("no chromium on this machine (install it to test the dashboard in a browser)")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable, args=list(CUT_OFF))
        except Error as error:
            pytest.skip(f"chromium does not start here: {error.message.splitlines()[0]}")
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
        seen = Seen(context.new_page())
        seen.page.on(
            "console",
            lambda told: seen.complaints.append(told.text) if told.type in ("error", "warning") else None,
        )
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.goto(path.as_uri() + fragment)
        wait_for_charts(seen.page)
        yield seen
        browser.close()


def wait_for_charts(page: Page) -> None:
    """Wait until every chart on display is drawn."""
    page.wait_for_function(
        "[...document.querySelectorAll('.panel:not([hidden]) .chart')]"
        ".every(one => one.dataset.drawn === 'true' || !one.checkVisibility())"
    )
