"""A real Apache Superset: its web server on the loopback address, and a client of its API."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ENVIRONMENT = ROOT / ".venv-superset"
START_SECONDS = 300
CALL_SECONDS = 60


@dataclass
class Superset:
    """A running Superset and a session of its administrator."""

    address: str
    password: str
    session: requests.Session = field(default_factory=requests.Session)

    def log_in(self) -> None:
        """Get the tokens that the API wants."""
        answer = self.call(
            "POST",
            "security/login",
            json={"username": "admin", "password": self.password, "provider": "db"},
        )
        self.session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        self.session.headers["X-CSRFToken"] = self.call("GET", "security/csrf_token/")["result"]
        self.session.headers["Referer"] = self.address

    def ask(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """One call, whatever its status."""
        url = f"{self.address}/api/v1/{path}"
        return self.session.request(method, url, timeout=CALL_SECONDS, **arguments)

    def call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """One call that must succeed."""
        answer = self.ask(method, path, **arguments)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def chart_data(self, dataset: int, columns: list[str], metrics: list[dict], **query: Any) -> list[dict]:
        """The rows of a chart that is not saved, never from a cache."""
        body = {
            "datasource": {"id": dataset, "type": "table"},
            "force": True,
            "queries": [{"columns": columns, "metrics": metrics, "row_limit": 1000, **query}],
        }
        [result] = self.call("POST", "chart/data", json=body)["result"]
        return result["data"]

    def sql(self, database: int, sql: str) -> requests.Response:
        """One query of SQL Lab, run while we wait."""
        body = {"database_id": database, "sql": sql, "runAsync": False, "schema": "main", "queryLimit": 1000}
        return self.ask("POST", "sqllab/execute/", json=body)


def free_port() -> int:
    """A port on the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment_of(home: Path) -> dict[str, str]:
    """Variables of every Superset process."""
    return {
        **os.environ,
        "SUPERSET_HOME": str(home),
        "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
        "BI_SECRET_KEY": secrets.token_urlsafe(42),
        "FLASK_APP": "superset",
        "SCARF_ANALYTICS": "false",
    }


def set_up(home: Path, environment: dict[str, str], password: str) -> None:
    """Create Superset's own store, its administrator and its roles."""
    administrator = ("--username", "admin", "--firstname", "A", "--lastname", "A", "--email", "a@localhost")
    for arguments in (
        ("db", "upgrade"),
        ("fab", "create-admin", *administrator, "--password", password),
        ("init",),
    ):
        done = subprocess.run(
            [str(ENVIRONMENT / "bin/superset"), *arguments],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


def wait_until_healthy(process: subprocess.Popen, address: str, log: Path) -> None:
    """Wait for the server's first answer, or fail with the end of its log."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.RequestException:  # not listening yet, or too busy starting to answer
            time.sleep(0.5)
    raise AssertionError("Superset did not start:\n" + log.read_text(errors="replace")[-3000:])


@contextmanager
def running_superset(home: Path):
    """Start Superset, log in, and stop it in the end whatever happens."""
    home.mkdir(parents=True)
    password = secrets.token_urlsafe(12)
    environment = environment_of(home)
    set_up(home, environment, password)
    address = f"http://127.0.0.1:{free_port()}"
    command = [
        *(str(ENVIRONMENT / "bin/gunicorn"), "--bind", address.removeprefix("http://")),
        *("--workers", "1", "--worker-class", "gthread", "--threads", "8", "--timeout", "120"),
        "superset.app:create_app()",
    ]
    log = home / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=output, stderr=output)
        try:
            wait_until_healthy(process, address, log)
            superset = Superset(address=address, password=password)
            superset.log_in()
            yield superset
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)


def database_body(name: str, path: Path) -> dict[str, Any]:
    """A read-only connection, as the README tells users to make it."""
    extra = {"engine_params": {"connect_args": {"read_only": True}}}
    return {
        "database_name": name,
        "sqlalchemy_uri": f"duckdb:///{path}",
        "expose_in_sqllab": True,
        "extra": json.dumps(extra),
    }
