"""Open a dashboard in a headless browser, wait for its charts, take a picture. Run by Superset's own Python.

Arguments: address of the server, password, path of the dashboard, number of charts, file of the picture,
the browser, its driver.
"""

from __future__ import annotations

import json
import sys
import time

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

PAGE_SECONDS = 60
CHART_SECONDS = 120
# Where a chart stands, what it has drawn, one that is still asking, one that failed, and the chosen bank.
CHART = "[data-test='chart-grid-component']"
DRAWN = "canvas, table, .header-line"
LOADING = ".grid-container .loading, .grid-container [data-test='loading-indicator']"
FAILED = ".grid-container [role='alert'], .grid-container .ant-alert-error"
CHOSEN = "[data-test='form-item-value'] .ant-select-selection-item"


def open_browser(width: int, height: int) -> webdriver.Chrome:
    """Start Chromium without a window; it resolves no name, so it reaches this machine only."""
    options = webdriver.ChromeOptions()
    options.binary_location = sys.argv[6]
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--lang=ru",
        f"--window-size={width},{height}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ):
        options.add_argument(argument)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(sys.argv[7]))


def log_in(browser: webdriver.Chrome, address: str, password: str) -> None:
    """Fill in the login form as a person would."""
    browser.get(f"{address}/login/")
    wait = WebDriverWait(browser, PAGE_SECONDS)
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "input#username, input[name='username']"))
    browser.find_element(By.CSS_SELECTOR, "input#username, input[name='username']").send_keys("admin")
    field = browser.find_element(By.CSS_SELECTOR, "input#password, input[name='password']")
    field.send_keys(password)
    field.submit()
    wait.until(lambda page: "/login" not in page.current_url)


def wait_for_charts(browser: webdriver.Chrome, count: int) -> None:
    """Wait until every chart is there and none is loading."""
    end = time.monotonic() + CHART_SECONDS
    quiet = 0
    while time.monotonic() < end and quiet < 3:
        charts = browser.find_elements(By.CSS_SELECTOR, CHART)
        loading = browser.find_elements(By.CSS_SELECTOR, LOADING)
        quiet = quiet + 1 if len(charts) >= count and not loading else 0
        time.sleep(1)


def fit_window(browser: webdriver.Chrome) -> None:
    """Make the window as high as the dashboard, so that the picture holds all of it and nothing below."""
    charts = browser.find_elements(By.CSS_SELECTOR, CHART)
    height = max(int(chart.rect["y"] + chart.rect["height"]) for chart in charts) + 40
    metrics = {"width": 1600, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def main() -> None:
    """Write the picture and tell on standard output what is on the page."""
    address, password, path, count, picture = sys.argv[1:6]
    browser = open_browser(1600, 2600)
    try:
        log_in(browser, address, password)
        browser.get(address + path)
        wait_for_charts(browser, int(count))
        fit_window(browser)
        wait_for_charts(browser, int(count))
        browser.save_screenshot(picture)
        charts = browser.find_elements(By.CSS_SELECTOR, CHART)
        found = {
            "charts": len(charts),
            "drawn": sum(bool(chart.find_elements(By.CSS_SELECTOR, DRAWN)) for chart in charts),
            "bank": browser.find_element(By.CSS_SELECTOR, CHOSEN).text,
            "loading": len(browser.find_elements(By.CSS_SELECTOR, LOADING)),
            "failed": [element.text for element in browser.find_elements(By.CSS_SELECTOR, FAILED)],
            "text": browser.find_element(By.TAG_NAME, "body").text,
        }
        print(json.dumps(found, ensure_ascii=False))
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
