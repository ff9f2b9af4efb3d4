"""What a person sees of a long command: a line per stage, then what was found; or lines of JSON.

There is one terminal for a process, hence one `screen`, which the command line sets up.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from bank_churn.words.language import reader_language
from bank_churn.words.numbers import format_number
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said

NAME_WIDTH = 30
BAR_WIDTH = 24
INTERVAL = 0.2  # seconds from one drawing to the next
KNOW_LINKS = ("VTE_VERSION", "KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION", "ALACRITTY_WINDOW_ID")
PROGRAMS_WITH_LINKS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper")


@dataclass
class Screen:
    """Where a command speaks.

    Attributes:
        is_quiet: Only warnings and failures are said.
        is_verbose: dbt's own lines are shown.
        is_json: A line of JSON for each event, for programs.
        warnings: What is said last.
        is_brief: Only what goes on is drawn; a line will tell of it when it is over.
    """

    is_quiet: bool = False
    is_verbose: bool = False
    is_json: bool = False
    warnings: list[str] = field(default_factory=list)
    is_brief: bool = False
    drawn: int = 0
    drawn_at: float = 0.0
    inside: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether nothing is to be drawn over what was said."""
        return self.is_quiet or self.is_verbose or self.is_json

    @property
    def is_terminal(self) -> bool:
        """Whether lines may be drawn anew."""
        return sys.stdout.isatty() and not self.is_plain

    @property
    def width(self) -> int:
        """How many signs fit a line."""
        return max(shutil.get_terminal_size((100, 24)).columns, 40)

    def line(self, text: str = "", **facts: object) -> None:
        """Say a line.

        Args:
            text: In the reader's language.
            facts: What a program is told instead; nothing is said to it without any.
        """
        if self.is_json:
            self.event(**facts) if facts else None
        elif not self.is_quiet and not (self.is_brief and not self.is_verbose):
            self.wipe()
            print(self.folded(text) if self.is_terminal else text, file=sys.stdout, flush=True)

    def folded(self, text: str) -> str:
        """Break long lines between words; what holds a link, which takes no room, is left as it is."""
        fold = partial(
            textwrap.fill,
            width=self.width,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
            replace_whitespace=False,
        )
        return "\n".join(
            line if len(line) <= self.width or "\033" in line else fold(line) for line in text.split("\n")
        )

    @contextmanager
    def brief(self) -> Iterator[None]:
        """Only draw what goes on inside; programs, and who asked for all of it, are told as ever."""
        self.is_brief = True
        try:
            yield
        finally:
            self.is_brief = False

    def written(self, text: str, paths: Iterable[Path]) -> None:
        """Say which files were written.

        Args:
            text: The sentence, as `words/sentences.toml` has it, with `{paths}`.
            paths: The files.
        """
        names = [str(path) for path in paths]
        self.line(said(text, paths=", ".join(names)), event="written", files=names)

    def event(self, **facts: object) -> None:
        """Say a line of JSON, if a program reads."""
        if self.is_json:
            now = datetime.now().astimezone().isoformat(timespec="milliseconds")
            print(
                json.dumps({"time": now, **facts}, ensure_ascii=False, default=str),
                file=sys.stdout,
                flush=True,
            )

    def done(self, name: str, seconds: float, told: str = "", **facts: object) -> None:
        """Say that a stage is over.

        Args:
            name: The stage, as `words/sentences.toml` has it.
            seconds: How long it took.
            told: What it did, in the reader's language.
            facts: The same for a program.
        """
        took = said("{seconds} s", seconds=number(seconds, 1 if seconds < 100 else 0))
        mark = "✓ " if self.is_terminal else ""
        text = f"{mark}{said(name):<{NAME_WIDTH}} {took:>8}   {told}".rstrip()
        self.line(text, event="stage", stage=name, seconds=round(seconds, 3), **facts)

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, object]]:
        """Time a stage, without those inside it, and say a line when it is over.

        Args:
            name: The stage, as `words/sentences.toml` has it.

        Yields:
            What is to be told of it: `told` in the reader's language, the rest for a program.
        """
        started, facts = time.monotonic(), dict[str, object]()
        before, self.inside = self.inside, 0.0
        self.progress(name, None)
        yield facts
        took = time.monotonic() - started
        self.done(name, took - self.inside, str(facts.pop("told", "")), **facts)
        self.inside = before + took

    def progress(self, name: str, share: float | None, told: str = "") -> None:
        """Draw how far a stage is, over the last drawing; on a terminal only.

        Args:
            name: The stage, as `words/sentences.toml` has it.
            share: What part is done, from 0 to 1; None draws no bar.
            told: What is being done.
        """
        now = time.monotonic()
        if not self.is_terminal or (share is not None and now - self.drawn_at < INTERVAL):
            return
        bar = "" if share is None else f"[{'#' * int(share * BAR_WIDTH):<{BAR_WIDTH}}] "
        text = shown(f"  {said(name):<{NAME_WIDTH}} {bar}{told}")[: self.width - 3]
        self.wipe()
        print(text, end="", file=sys.stdout, flush=True)
        self.drawn, self.drawn_at = len(text), now

    def wipe(self) -> None:
        """Wipe the last drawing out, and the ^C that a terminal shows behind it."""
        if self.drawn:
            print("\r" + " " * (self.drawn + 2) + "\r", end="", file=sys.stdout, flush=True)
            self.drawn = 0

    def warn(self, text: str) -> None:
        """Keep a warning for the end."""
        if text not in self.warnings:
            self.warnings.append(text)

    def end(self) -> None:
        """Say the warnings, after everything else."""
        self.wipe()
        for text in self.warnings:
            self.event(event="warning", text=text)
            if not self.is_json:
                warning = f"{said('WARNING')}: {shown(text)}"
                print(self.folded(warning) if self.is_terminal else warning, file=sys.stdout, flush=True)
        self.warnings.clear()

    def link(self, path: Path) -> str:
        """Write a path so that a terminal that knows how opens it."""
        if not (self.is_terminal and knows_links()):
            return str(path)
        return f"\033]8;;{path.absolute().as_uri()}\033\\{path}\033]8;;\033\\"


def knows_links() -> bool:
    """Tell whether the terminal is one of those known to open links."""
    return os.environ.get("TERM_PROGRAM") in PROGRAMS_WITH_LINKS or any(map(os.environ.get, KNOW_LINKS))


def number(value: float, decimals: int = 0) -> str:
    """Write a number in the form of the reader's language."""
    return format_number(value, decimals=decimals, language=reader_language())


screen = Screen()
