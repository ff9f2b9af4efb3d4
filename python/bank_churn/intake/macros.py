"""The project's own macros, called without dbt: what they judge is told at once, by the same rules."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import jinja2

from bank_churn.errors import InputError

DEFINED = re.compile(r"\{%-?\s*macro (\w+)\(")


class _Returned(Exception):
    """Carries the value of a macro."""


def _return(value: object) -> NoReturn:
    raise _Returned(value)


def _stop(sentence: str) -> NoReturn:
    raise InputError(sentence)


class Macros:
    """Macros that ask no database."""

    def __init__(self, settings: dict[str, Any], folder: Path = Path("macros")) -> None:
        """Find the macros."""
        self._files = {
            name: path
            for path in folder.rglob("*.sql")
            for name in DEFINED.findall(path.read_text(encoding="utf-8"))
        }
        self._modules: dict[Path, Any] = {}
        # What is rendered is SQL and sentences, never HTML: escaping would change them.
        self._jinja = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)  # nosec B701
        self._jinja.globals.update(
            {name: partial(self.call, name) for name in self._files},
            var=lambda name, default=None: settings.get(name, default),
            env_var=lambda name, default="": os.environ.get(name, default),
            fromjson=json.loads,
            modules=SimpleNamespace(re=re),
            exceptions=SimpleNamespace(raise_compiler_error=_stop),
            execute=True,
            **{"return": _return},
        )

    def call(self, name: str, *values: object, **named: object) -> Any:  # noqa: ANN401 (whatever a macro returns)
        """Call a macro."""
        path = self._files[name]
        if path not in self._modules:
            template = self._jinja.from_string(path.read_text(encoding="utf-8"))
            self._modules[path] = template.make_module()
        macro: Callable[..., object] = getattr(self._modules[path], name)
        try:
            return macro(*values, **named)
        except _Returned as returned:
            return returned.args[0]
