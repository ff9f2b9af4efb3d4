"""What an attribute is stands once, in the var `attributes`; no other list of attributes decides anything."""

from __future__ import annotations

import re

import yaml
from conftest import ROOT

SETTINGS = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["attributes"]
NAMES = {
    *(name for name in SETTINGS if name != "is_churned"),  # the outcome
    *(
        facts[key]
        for facts in SETTINGS.values()
        for key in ("band", "presence", "absence", "change")
        if key in facts
    ),
}
CHOICES = {
    "python/bank_churn/new_portfolio": "what banks call a column, and what its values look like",
    "python/bank_churn/dashboard": "which few attributes the page has room for",
    "python/bank_churn/exports/calling": "what a caller sees of a client",
    "python/bank_churn/passport": "the order of the groups on the page",
    "python/bank_churn/privacy": "whom the checks and the segments of a mart count",
    "models/staging": "the columns of one bank's file",
    "models/months/finding_stability": "what the rules of segments ask for",
}
"""Where attributes are named for reasons of their own: nothing there says what an attribute is."""


def test_no_other_file_lists_attributes():
    """Three names quoted in one file are a list, a ladder or a tuple that somebody must not forget."""
    files = [
        path
        for folder, ending in (
            ("macros", "sql"),
            ("models", "sql"),
            ("models", "py"),
            ("python/bank_churn", "py"),
        )
        for path in (ROOT / folder).rglob(f"*.{ending}")
        if not any(choice in path.as_posix() for choice in CHOICES)
    ]
    assert len(files) > 250, "too few files were found"
    listed = {}
    for path in files:
        quoted = set(re.findall(r"""['"](\w+)['"]""", path.read_text(encoding="utf-8"))) & NAMES
        if len(quoted) > 2:
            listed[path.relative_to(ROOT).as_posix()] = sorted(quoted)
    assert not listed


def test_every_attribute_says_what_it_is():
    forms = {"whole_number", "amount", "yes_no", "category"}
    roles = {"rates", "pairs", "search", "groups", "metric", "model", "fairness", "portraits"}
    for name, facts in SETTINGS.items():
        is_number = facts["form"] in ("whole_number", "amount")
        assert facts["form"] in forms, name
        assert set(facts["roles"]) <= roles, name
        assert ("range" in facts) == is_number, name
        assert ("band" in facts) == ("bands" in facts), name
        assert is_number or "band" not in facts, name
        assert ("presence" in facts) == ("absence" in facts), name
        assert facts["form"] != "yes_no" or "portraits" not in facts["roles"] or "share" in facts, name
