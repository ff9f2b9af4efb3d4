"""What dbt tells while it works, as it goes: how far it is, what went wrong, what it warns of."""

from __future__ import annotations

import json
import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bank_churn.running.artifacts import failures, read_artifact, told_in_words
from bank_churn.tools.places import Places
from bank_churn.tools.screen import number, screen
from bank_churn.words.speech import said

WINGS = {
    "staging": "Cleaning",
    "cleaning": "Cleaning",
    "churn": "Churn",
    "scoring": "Churn model",
    "statistics": "Hypotheses and drivers",
    "segments": "Segments and portraits",
    "retention": "Whom to keep",
}
SEEDS, TESTS, OTHERS = "Reference lists", "Checks", "Other tables"
STAGES = (SEEDS, *dict.fromkeys(WINGS.values()), OTHERS, TESTS)
COLOURS = re.compile(r"\x1b\[[\d;]*m")
FITS = re.compile(r"Churn model: (\d+) of (\d+) fits done")


@dataclass
class Watch:
    """Follows a dbt command by its lines of JSON.

    Attributes:
        shows: Whether a person is shown what is going on.
        counts: Nodes done, by stage.
        seconds: Time they took.
        failed: Checks that did not pass or only warned.
        errors: What dbt says went wrong, where it says so before or outside a node.
        passed_before: Unit tests left out because the same code has passed them.
    """

    shows: bool = True
    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    failed: int = 0
    errors: list[str] = field(default_factory=list)
    done: int = 0
    total: int = 0
    passed_before: int = 0

    def skips(self, count: int) -> None:
        """Know how many unit tests are left out because the same code has passed them."""
        self.passed_before = count

    def read(self, lines: Iterable[str]) -> None:
        """Follow dbt until it ends.

        Args:
            lines: What it prints.
        """
        for line in lines:
            try:
                plain = COLOURS.sub("", line.replace("\\u001b", "\x1b"))
                event: dict[str, Any] = json.loads(plain, strict=False)
                name, data = event["info"]["name"], event["data"]
            except (ValueError, KeyError, TypeError):
                self.other(line.rstrip("\n"))
                continue
            self.event(name, event["info"], data)

    def event(self, name: str, info: dict[str, Any], data: dict[str, Any]) -> None:
        """Take in one event."""
        if screen.is_verbose and info["msg"] and self.shows:
            screen.line(f"{info['ts'][11:19]}  {info['msg']}")
        node = data.get("node_info") or {}
        if name.startswith("Log") and name.endswith("Result") and node:
            self.total = int(data.get("total") or data.get("num_models") or self.total)
            self.count(node, data)
        elif name == "LogStartLine":
            self.total = int(data.get("total") or self.total)
            self.draw(stage_of(node))
        elif info["level"] == "error" and name.startswith(("MainEncountered", "Log")):
            self.errors.append(info["msg"])

    def count(self, node: dict[str, Any], data: dict[str, Any]) -> None:
        """Count a node that is done."""
        stage = stage_of(node)
        self.counts[stage] += 1
        self.seconds[stage] += float(data.get("execution_time") or 0)
        self.done += 1
        if stage == TESTS and data.get("status") != "pass":
            self.failed += 1
        if data.get("status") == "warn":
            screen.warn(said("the check {name} warns: see {log}", name=node.get("node_name"), log=log_path()))
        self.draw(stage)

    def other(self, line: str) -> None:
        """Take in a line that is none of dbt's own."""
        if fits := FITS.search(line):
            self.draw("Churn model", said("training: {done} of {all}", done=fits[1], all=fits[2]))
        if screen.is_verbose and self.shows:
            screen.line(line)

    def draw(self, stage: str, told: str = "") -> None:
        """Draw how far the build is."""
        if self.shows:
            counted = said("{done} of {all}", done=number(self.done), all=number(max(self.total, self.done)))
            share = self.done / max(self.total, self.done, 1)
            screen.progress("Building and checking", share, f"{counted} · {told or said(stage)}")

    def told(self, places: Places) -> str:
        """Say what stopped dbt.

        Args:
            places: Where the build stands.

        Returns:
            A sentence for each failed model or test, or what dbt said where there are no results.
        """
        results, told = places.target_path / "run_results.json", list[str]()
        if results.exists():
            told = failures(read_artifact(places.target_path, results.name), places.database)
        told = told or [told_in_words(error) for error in self.errors[:1]]
        return "; ".join(told) or "dbt said nothing of it."

    def report(self) -> None:
        """Say a line for each stage."""
        for stage in STAGES:
            if self.counts[stage]:
                told = "{count} lists" if stage == SEEDS else "{count} tables"
                if stage == TESTS:
                    told = "{count} checks, {failed} of them not passed"
                    told = told if self.failed else "{count} checks, all passed"
                facts = {"count": self.counts[stage]}
                said_so = said(told, count=number(facts["count"]), failed=number(self.failed))
                if stage == TESTS and self.passed_before:
                    facts["passed_before"] = self.passed_before
                    before = number(self.passed_before)
                    said_so += said("; unit tests that the same code passed before: {before}", before=before)
                screen.done(stage, self.seconds[stage], said_so, **facts)


def stage_of(node: dict[str, Any]) -> str:
    """Say to which stage a node belongs."""
    kind, path = node.get("resource_type", ""), str(node.get("node_path", ""))
    if kind == "seed":
        return SEEDS
    if kind in ("test", "unit_test"):
        return TESTS
    return WINGS.get(Path(path).parts[0] if path else "", OTHERS)


def log_path() -> Path:
    """Name dbt's log, where everything it did is told."""
    return Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log"
