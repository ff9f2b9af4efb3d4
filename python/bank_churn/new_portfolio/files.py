"""What a new bank adds to the project: the text of every file, before anything is written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from bank_churn.errors import BankChurnError
from bank_churn.new_portfolio.guess import OPTIONAL, Choice, Guess, sql_keywords

GIVEN = ("source_file", "source_row_number", "raw_line", "row_problem")
"""Names that `read_clients` gives itself; a column of the extract is called otherwise there."""
ORDER = ("client_id", *OPTIONAL, "is_churned")
"""Canonical columns in the order of a staging model."""
LINE = 110
ROW_NUMBER = "concat(regexp_replace(source_file, '^.*[/]', ''), ':', source_row_number) as client_id"
"""What stands for the id of an extract that has none: the file and the number of the row in it."""


def quoted(name: str) -> str:
    """Write a column's name for SQL, in quotes where it needs them."""
    plain = re.fullmatch("[a-z_][a-z0-9_]*", name) and name not in sql_keywords()
    return name if plain else f'"{name}"'


def staging_sql(portfolio: str, guess: Guess) -> str:
    """Write the staging model."""
    chosen = [guess.mapped[name] for name in ORDER if name in guess.mapped] + guess.additional
    held = guess.holdings.columns if guess.holdings else {}
    keys = [choice.column.key for choice in chosen] + [column.key for column in held.values()]
    lines: list[str] = []
    for item in (f"'{key}'" for key in dict.fromkeys(keys)):
        if not lines or len(lines[-1]) + len(item) > LINE:
            lines.append(" " * 8 + item)
        else:
            lines[-1] += f", {item}"
    named = [renamed(choice, guess) for choice in chosen] + held_columns(guess)
    if guess.is_row_number:
        named.insert(0, ROW_NUMBER)
    selected = ",\n".join(f"        {one}" for one in named)
    return (
        f"-- One row per raw row of the extract of {portfolio}: columns renamed, everything still text.\n"
        f"with source as (\n    {{{{ read_clients('{portfolio}', [\n"
        + ",\n".join(lines)
        + "\n    ]) }}\n),\n\nrenamed as (\n    select\n"
        + f"        '{portfolio}' as portfolio,\n"
        + "        source_file,\n        source_row_number,\n        raw_line,\n        row_problem,\n"
        + selected
        + "\n    from source\n)\n\nselect * from renamed\n"
    )


def read_as(key: str) -> str:
    """Write the name that `read_clients` gives a column."""
    return quoted(f"{key}_in_extract" if key in GIVEN else key)


def held_columns(guess: Guess) -> list[str]:
    """Write the columns of the staging model that say which products are held."""
    if guess.holdings is None:
        return []
    if guess.holdings.form == "list":
        column = next(iter(guess.holdings.columns.values()))
        return [f"{read_as(column.key)} as product_list"]
    return [f"{read_as(column.key)} as holds_{code}" for code, column in guess.holdings.columns.items()]


def holdings_sql(portfolio: str, separator: str) -> str:
    """Write the model of the products that a column lists."""
    return (
        f"-- One row per client × product that the extract of {portfolio} lists.\n"
        f"{{{{ listed_holdings('{portfolio}', 'product_list', '{separator}') }}}}\n"
    )


def renamed(choice: Choice, guess: Guess) -> str:
    """Write one column of the staging model."""
    key = choice.column.key
    name = read_as(key)
    if choice.target == "is_churned" and guess.churn_values:
        left, stayed = guess.churn_values
        cases = [f"when '{text}' then 'true'" for text in left]
        cases += [f"when '{text}' then 'false'" for text in stayed]
        # What is not listed must not pass for its opposite.
        cases.append(f"else concat('? ', {name})" if guess.is_inverted else f"else {name}")
        return (
            f"case trim({name})"
            + "".join(f"\n{' ' * 12}{case}" for case in cases)
            + f"\n{' ' * 8}end as is_churned"
        )
    if choice.target == "gender" and guess.female:
        return (
            f"case trim({name})\n{' ' * 12}when '{guess.female}' then 'female'"
            + "".join(
                f"\n{' ' * 12}when '{text}' then 'male'"
                for text in sorted(choice.column.counts)
                if text != guess.female
            )
            + f"\n{' ' * 12}else {name}\n{' ' * 8}end as gender"
        )
    return name if name == choice.target else f"{name} as {choice.target}"


def staging_yaml(portfolio: str, guess: Guess) -> str:
    """Write the YAML beside the staging models."""
    models = [f"stg_{portfolio}__clients"]
    models += [f"stg_{portfolio}__holdings"] if has_list(guess) else []
    told = "\n".join(
        f"  - name: {model}\n    description: \"{{{{ doc('{model}') }}}}\"\n" for model in models
    )
    return f"# Renamed columns of the bank's extract, everything still text.\nmodels:\n{told}"


def has_list(guess: Guess) -> bool:
    """Say whether one column lists the products."""
    return guess.holdings is not None and guess.holdings.form == "list"


def doc_block(portfolio: str, language: str, label: str, guess: Guess) -> str:
    """Write the descriptions of the staging models in one language."""
    texts = {
        "ru": (
            f"Строки выгрузки банка «{label}»: столбцы названы едиными именами, значения ещё текст.",
            "Одна строка — одна строка выгрузки.",
        ),
        "en": (
            f"Rows of the extract of {label}: columns under common names, values still text.",
            "One row per row of the extract.",
        ),
    }
    text = "\n\n".join(reversed(texts[language]))
    held = {
        "ru": "Одна строка — один продукт одного клиента: столбец с перечнем, по частям.",
        "en": "One row per product of a client: the column with a list, taken apart.",
    }[language]
    blocks = {f"stg_{portfolio}__clients": text}
    blocks |= {f"stg_{portfolio}__holdings": held} if has_list(guess) else {}
    return "\n".join(f"{{% docs {name} %}}\n{one}\n{{% enddocs %}}\n" for name, one in blocks.items())


def config_line(portfolio: str, guess: Guess) -> str:
    """Write the portfolio's line of the var `portfolios`, without its indent."""
    parts = []
    if guess.is_row_number:
        parts.append("client_id: row_number")
    if guess.without:
        parts.append(f"without: [{', '.join(guess.without)}]")
    if guess.additional:
        parts.append(f"additional: [{', '.join(declared(choice) for choice in guess.additional)}]")
    if guess.holdings:
        products = ", ".join(guess.holdings.products)
        parts.append(f"holdings: {{form: {guess.holdings.form}, products: [{products}]}}")
        parts += ["product_count: holdings"] if guess.is_counted else []
    return f"{portfolio}: {{{', '.join(parts)}}}"


def declared(choice: Choice) -> str:
    """Write an additional attribute as the var `portfolios` declares it.

    Args:
        choice: The attribute.

    Returns:
        Its name, for a number with its form and range.
    """
    if choice.form == "category":
        return choice.target
    return f"{{{choice.target}: {{form: {choice.form}, range: [{choice.bounds[0]}, {choice.bounds[1]}]}}}}"


def add_to_config(text: str, portfolio: str, line: str) -> str:
    """Add a portfolio to `dbt_project.yml`; every other line stays as it is, comments too."""
    before = yaml.safe_load(text)
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    starts = [
        n for n, one in enumerate(lines) if re.fullmatch(r"  portfolios:\s*(\[[^\]]*\])?\s*(#.*)?", one)
    ]
    if len(starts) != 1:
        raise BankChurnError(f"dbt_project.yml: write this line under portfolios by hand: {line}")
    start = starts[0]
    if listed := re.search(r"\[([^\]]*)\]", lines[start].split("#")[0]):
        names = [name.strip() for name in listed.group(1).split(",") if name.strip()]
        lines[start : start + 1] = [
            lines[start].replace(f" {listed.group(0)}", ""),
            *(f"    {name}: {{}}" for name in names),
        ]
    last = start
    while last + 1 < len(lines) and re.match(r"    +\S", lines[last + 1]):
        last += 1
    lines.insert(last + 1, f"    {line}")
    changed = end.join(lines) + (end if text.endswith("\n") else "")
    expected = dict.fromkeys(before["vars"]["portfolios"] or (), None)
    expected |= before["vars"]["portfolios"] if isinstance(before["vars"]["portfolios"], dict) else {}
    check_config(before, yaml.safe_load(changed), {*expected, portfolio}, line)
    return changed


def add_formats(text: str, portfolio: str, said: Mapping[str, Any]) -> str:
    """Note in `dbt_project.yml` what was said about a bank's files, so that a build reads them alike."""
    told = json.dumps(said, ensure_ascii=False)
    known = re.search(r"(?m)^  formats: \{(.*)\}[ \t]*\r?$", text)
    if not known:
        raise BankChurnError(f"dbt_project.yml: write this under formats by hand: {portfolio}: {told}")
    inner = ", ".join(part for part in (known.group(1), f"{portfolio}: {told}") if part)
    changed = f"{text[: known.start()]}  formats: {{{inner}}}{text[known.end() :]}"
    if (yaml.safe_load(changed)["vars"]["formats"] or {}).get(portfolio) != dict(said):
        raise BankChurnError(f"dbt_project.yml: write this under formats by hand: {portfolio}: {told}")
    return changed


def check_config(before: Mapping[str, Any], after: Mapping[str, Any], names: set[str], line: str) -> None:
    """Make sure that nothing but the portfolio came in."""
    others = [{**one, "vars": {**one["vars"], "portfolios": None}} for one in (before, after)]
    if others[0] != others[1] or set(after["vars"]["portfolios"]) != names:
        raise BankChurnError(f"dbt_project.yml: write this line under portfolios by hand: {line}")


def add_labels(text: str, portfolio: str, labels: tuple[str, str], guess: Guess) -> str:
    """Add the names of the bank and of its additional attributes to `seeds/labels.csv`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    known = {(row["kind"], row["name"], row["value"]) for row in rows}
    wanted = [("portfolio", "portfolio", portfolio, *labels)]
    wanted += [("attribute", choice.target, "", *choice.labels) for choice in guess.additional]
    added = io.StringIO()
    writer = csv.writer(added, lineterminator="\r\n" if "\r\n" in text else "\n")
    writer.writerows((*row, "", "", "") for row in wanted if row[:3] not in known)
    return text + ("" if text.endswith("\n") else "\n") + added.getvalue()
