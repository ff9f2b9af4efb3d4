"""Writes what a new bank needs into the project: all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bank_churn.errors import BankChurnError
from bank_churn.intake import portfolio_files
from bank_churn.intake.options import options_of, vars_of
from bank_churn.intake.postgres import is_address
from bank_churn.intake.prepare import Found
from bank_churn.new_portfolio import files
from bank_churn.new_portfolio.columns import read_columns
from bank_churn.new_portfolio.guess import (
    LONGEST_NAME,
    REQUIRED,
    Choice,
    Guess,
    guess_mapping,
    read_spellings,
    sql_keywords,
)
from bank_churn.tools.dates import date_of_value, dates_in
from bank_churn.tools.files import replace_text
from bank_churn.tools.screen import number
from bank_churn.words.safe_text import shown
from bank_churn.words.speech import said, sentence

PROJECT = Path("dbt_project.yml")
LABELS = Path("seeds/labels.csv")
ROWS_OF_A_DAY = 100
"""A column that dates rows by the day they describe has many rows of each; of birthdays there are few."""
SECTIONS = {
    "likely": "the name has another word beside it, or some rows would be rejected",
    "guess": "only its values speak for it",
}


@dataclass(frozen=True)
class Scaffolded:
    """What was written.

    Attributes:
        created: New files.
        changed: Files that got new lines.
        line_count: Lines written in all.
        text: What was guessed, what to review and what to do next.
    """

    created: tuple[Path, ...]
    changed: tuple[Path, ...]
    line_count: int
    text: str


def add_portfolio(
    name: str,
    location: str,
    *,
    label_ru: str = "",
    label_en: str = "",
    sheet: str = "",
    header_row: int | None = None,
    female: str = "",
) -> Scaffolded:
    """Add a bank to the project in the current folder, guessing its columns from an extract.

    Args:
        name: Name of the portfolio: in its staging model, in the marts, in <NAME>_CLIENTS.
        location: Its extract, or a glob of parts, the first of which is looked at.
        label_ru: What the bank is called in Russian; its name when empty.
        label_en: The same in English.
        sheet: Name of the sheet of a workbook, where it is not to be found.
        header_row: Number of the header's row or line, where it is not to be found.
        female: What means a woman, where the extract has numbers for genders.

    Returns:
        What was written.

    Raises:
        BankChurnError: If the name will not do or is taken, or the extract cannot be read or has no client id
            or churn. Then nothing is written.
    """
    if not PROJECT.exists() or not LABELS.exists():
        raise BankChurnError("There is no dbt_project.yml here: run this in the project's folder.")
    settings = vars_of([])
    check_name(name, settings)
    labels = (check_label(label_ru or name), check_label(label_en or name))
    found_files = portfolio_files(location)
    if not found_files:
        raise BankChurnError(f"No file at {shown(location)}.")
    missing = {str(marker) for marker in settings.get("missing_markers") or ()}
    said = {"sheet": sheet, "header_row": header_row}
    given: dict[str, Any] = {key: value for key, value in said.items() if value}
    options = replace(options_of(settings, name), **given)
    found, columns = read_columns(found_files[0], options, missing)
    guess = guess_mapping(
        columns,
        read_spellings(LABELS.parent),
        max_values=int(settings.get("max_attribute_values", 30)),
        ranges=ranges_of(settings),
        female=female,
    )
    check_required(guess, found)
    guess.additional = apart_from_others(guess.additional, name, declared_elsewhere(settings))
    created, changed = texts_of(name, labels, guess)
    if given:
        changed[PROJECT] = files.add_formats(changed[PROJECT], name, given)
    before = {path: read_exactly(path) for path in changed}
    write_all(created, changed, before)
    lines = sum(text.count("\n") for text in created.values())
    lines += sum(text.count("\n") - before[path].count("\n") for path, text in changed.items())
    return Scaffolded(
        tuple(created), tuple(changed), lines, report(name, location, found, guess, [*created, *changed])
    )


def ranges_of(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Read the accepted ranges of canonical numbers: the project's, those of a user's own in front."""
    known = {name: facts["range"] for name, facts in settings["attributes"].items() if "range" in facts}
    return {**known, **(settings.get("valid_ranges") or {})}


def declared_elsewhere(settings: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Read what other banks declare of their additional attributes."""
    banks = settings.get("portfolios") or {}
    found: dict[str, dict[str, Any]] = {}
    for facts in banks.values() if isinstance(banks, Mapping) else ():
        for given in (facts or {}).get("additional") or ():
            for name, form in (given if isinstance(given, Mapping) else {given: None}).items():
                found[str(name)] = dict(form) if isinstance(form, Mapping) else {"form": form} if form else {}
    return found


def apart_from_others(
    choices: Sequence[Choice], portfolio: str, others: Mapping[str, Mapping[str, Any]]
) -> list[Choice]:
    """Name attributes so that none means something else in another bank: a name is declared in one way.

    Returns:
        The attributes: as they are where no other bank has the name, or has it in the same form (of a number
        with its range, where that is as wide); under a name with the bank's in it otherwise.
    """
    bands = {f"{name}_band" for name, said in others.items() if said.get("form", "category") != "category"}
    taken = {*others, *bands, *(choice.target for choice in choices)}
    kept = []
    for choice in choices:
        if choice.target in {*others, *bands}:
            range_ = range_alike(choice, others.get(choice.target))
            if range_ is None:
                choice = replace(
                    choice,
                    target=free_name(choice.target, portfolio, taken),
                    because=f"{choice.because}; {choice.target} is something else in another bank",
                )
                taken.add(choice.target)
            else:
                choice = replace(choice, bounds=range_)
        kept.append(choice)
    return kept


def range_alike(choice: Choice, said: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Say in which range another bank's attribute is the same as one of a new bank."""
    if said is None or said.get("form", "category") != choice.form or set(said) - {"form", "range"}:
        return None
    if choice.form == "category":
        return choice.bounds
    low, high = said.get("range") or (1, 0)
    is_wide_enough = low <= choice.bounds[0] and choice.bounds[1] <= high
    return (low, high) if is_wide_enough else None


def free_name(name: str, portfolio: str, taken: Collection[str]) -> str:
    """Make a name of an attribute's and a bank's that nothing has, no longer than a name may be."""
    stem = f"{name[: LONGEST_NAME - 7]}_of_{portfolio}"[:LONGEST_NAME].rstrip("_")
    numbered = (f"{stem[: LONGEST_NAME - 3].rstrip('_')}_{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(one for one in numbered if one not in taken)


def check_name(name: str, settings: Mapping[str, Any]) -> None:
    """Make sure that a portfolio may have this name."""
    if not re.fullmatch("[a-z][a-z0-9_]{1,29}", name) or "__" in name:
        raise BankChurnError(
            f"{shown(name)!r} will not do as a name: write 2 to 30 small Latin letters, digits and single _,"
            " a letter first."
        )
    if name in sql_keywords() or name in ("all", "none", "clients", "final", "sampled", "metadata"):
        raise BankChurnError(f"{name} means something to SQL or to the project: choose another name.")
    if name in (settings.get("portfolios") or ()):
        raise BankChurnError(f"There is a portfolio {name} already, see portfolios in dbt_project.yml.")


def check_label(label: str) -> str:
    """Make sure that what a bank is called can be shown anywhere, and written into a description."""
    if not label.isprintable() or re.search(r"[{}%<>]", label):
        raise BankChurnError(f"{shown(label)!r} will not do as a label: write plain words.")
    return label


def check_required(guess: Guess, found: Found) -> None:
    """Make sure that the extract has what no bank can go without."""
    lacking = [name for name in REQUIRED if name not in guess.mapped]
    if guess.is_row_number and "client_id" in lacking:
        lacking.remove("client_id")
    if lacking:
        needed = {
            "client_id": "a client id (another value in every row)",
            "is_churned": "churn (yes and no, or two words that say who left, in a column named like churn,"
            " attrition or отток)",
        }
        told = " nor ".join(needed[name] for name in lacking)
        raise BankChurnError(
            f"{shown(found.file)}: found no column with {told}; columns found:"
            f" {', '.join(shown(column) for column in found.columns)}. Rename the column in the extract, or"
            " write the staging model by hand."
        )


def read_exactly(path: Path) -> str:
    """Read a text file without touching its line ends."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def texts_of(name: str, labels: tuple[str, str], guess: Guess) -> tuple[dict[Path, str], dict[Path, str]]:
    """Make the text of every file."""
    model = f"stg_{name}__clients"
    folder = Path("models/staging") / name
    created = {
        folder / f"{model}.sql": files.staging_sql(name, guess),
        folder / f"_{name}__models.yml": files.staging_yaml(name, guess),
        Path(f"models/docs/ru/{model}.md"): files.doc_block(name, "ru", labels[0], guess),
        Path(f"models/docs/en/{model}.md"): files.doc_block(name, "en", labels[1], guess),
    }
    if guess.holdings and files.has_list(guess):
        created[folder / f"stg_{name}__holdings.sql"] = files.holdings_sql(name, guess.holdings.separator)
    standing = [path for path in created if path.exists()] + list(Path("models").rglob(f"{model}.sql"))
    if standing:
        raise BankChurnError(
            f"{standing[0]} exists already and is left as it is: remove it or choose another name."
        )
    line = files.config_line(name, guess)
    changed = {
        LABELS: files.add_labels(read_exactly(LABELS), name, labels, guess),
        PROJECT: files.add_to_config(read_exactly(PROJECT), name, line),
    }
    return created, changed


def write_all(created: Mapping[Path, str], changed: Mapping[Path, str], before: Mapping[Path, str]) -> None:
    """Write every file, the settings last; on any failure put everything back."""
    folders = [path.parent for path in created if not path.parent.exists()]
    try:
        for path, text in (*created.items(), *changed.items()):
            replace_text(path, text)
    except BaseException:
        for path in created:
            path.unlink(missing_ok=True)
        for path, text in before.items():
            if read_exactly(path) != text:
                replace_text(path, text)
        for folder in dict.fromkeys(folders):
            if folder.exists():
                folder.rmdir()
        raise


def report(name: str, location: str, found: Found, guess: Guess, written: list[Path]) -> str:
    """Say what was guessed, what to review and what to do next; no value of a client is shown.

    Args:
        name: Name of the portfolio.
        location: The extract as the user named it.
        found: The extract.
        guess: Which column is which.
        written: The files written.

    Returns:
        Some lines.
    """
    lines = [f"{name}: {shown(found.file)}: {found.told}", "", said("Taken for")]
    chosen = [guess.mapped[target] for target in files.ORDER if target in guess.mapped] + guess.additional
    width = max(len(choice.target) for choice in chosen)
    for choice in chosen:
        kind = said("additional attribute" if choice in guess.additional else choice.confidence)
        because = "; ".join(sentence(part) for part in choice.because.split("; "))
        count, rows = guess.rejected.get(choice.target, 0), guess.row_count
        told = said("{count} of {rows} rows would be rejected for it", count=number(count), rows=number(rows))
        tail = f"; {told}" if count else ""
        lines.append(f"  {choice.target:<{width}}  {shown(choice.column.name):<28} {kind}: {because}{tail}")
    lines += told_holdings(guess, width)
    if guess.unread:
        lines += ["", said("Not read")]
        lines += [f"  {shown(column.name):<28} {sentence(reason)}" for column, reason in guess.unread]
    if guess.without:
        lacking = ", ".join(guess.without)
        told = said("Not in the extract: {names}. All works without them, and says so.", names=lacking)
        lines += ["", told]
    lines += ["", said("To review"), *(f"  - {sentence(told)}" for told in reviews(name, found.file, guess))]
    lines += ["", said("Written"), *(f"  {path}" for path in written)]
    lines += ["", said("Next: {command}", command=f"{name.upper()}_CLIENTS={shown(location)} make build")]
    return "\n".join(lines)


def told_holdings(guess: Guess, width: int) -> list[str]:
    """Say which products were recognised, and by what."""
    if guess.holdings is None:
        return []
    if guess.holdings.form == "list":
        column = next(iter(guess.holdings.columns.values()))
        count, unknown = number(len(guess.holdings.columns)), guess.holdings.unknown
        told = said(
            "a list of products, parted by {sign}: {count}", sign=guess.holdings.separator, count=count
        )
        tail = f"; {said('names that no seed knows: {count}', count=number(unknown))}" if unknown else ""
        return [f"  {'product_list':<{width}}  {shown(column.name):<28} {told}{tail}"]
    told = said("product: by its name and what it holds")
    return [
        f"  {'holds_' + code:<{width}}  {shown(column.name):<28} {told}"
        for code, column in guess.holdings.columns.items()
    ]


def churn_reviews(guess: Guess) -> list[str]:
    """Say what is odd about churn: one outcome, or most clients left."""
    churned = guess.mapped["is_churned"].column
    if len(churned.counts) == 1:
        told = "is_churned: only one outcome occurs, so a build stops."
        if len(churned.values) < churned.row_count:
            told += (
                " If an empty field means that the client stayed, add empty_churn: stayed in dbt_project.yml."
            )
        return [told]
    return []


def month_reviews(name: str, file: str, guess: Guess) -> list[str]:
    """Say what could date the extract, so that months are kept: its name, or a column of few days."""
    tail = f"to {name} in dbt_project.yml, and months are kept and compared."
    if guess.is_row_number or is_address(file):
        return []  # months are of files, and link clients by their ids
    if len(dates_in(Path(file).name)) == 1:
        return [f"The file's name holds a day: add snapshots: file_name {tail}"]
    return [
        f"{shown(column.name)} holds few days ({number(len(column.counts))}): if a row describes the client"
        f" on that day, add snapshots with this column {tail}"
        for column, _ in guess.unread
        if len(column.values) == column.row_count >= ROWS_OF_A_DAY * len(column.counts)
        and all(date_of_value(value) for value in column.counts)
    ]


def reviews(name: str, file: str, guess: Guess) -> list[str]:
    """Say what a person should look at."""
    told = []
    for confidence, because in SECTIONS.items():
        targets = [target for target, choice in guess.mapped.items() if choice.confidence == confidence]
        if targets:
            told.append(f"{', '.join(targets)}: {because}; see stg_{name}__clients.sql.")
    if guess.is_inverted:
        told.append(
            f"is_churned: {shown(guess.mapped['is_churned'].column.name)} says of whom stayed, so it is"
            f" turned round; see stg_{name}__clients.sql."
        )
    elif guess.churn_values:
        told.append(
            f"is_churned: which of the two texts means that a client left; see stg_{name}__clients.sql."
        )
    told += churn_reviews(guess)
    if guess.holdings:
        told.append(
            "Products: whether each column is the product it was taken for; what a product is called and"
            " brings in a year, in seeds/products.csv, and new names, in seeds/product_spellings.csv."
        )
    if guess.is_row_number:
        told.append(
            "client_id: the extract has no id, so the number of the row stands for it (client_id: row_number"
            " in dbt_project.yml): repeated rows cannot be told, and the next extract holds other clients."
        )
    if guess.additional:
        told.append(
            "Additional attributes: what they are called in both languages, at the end of seeds/labels.csv."
        )
        told.append(
            "An attribute known only after a client left goes out of dbt_project.yml: a model would learn it."
        )
    told += month_reviews(name, file, guess)
    told.append(
        f"Then: .venv/bin/bank_churn check FILE --portfolio {name} says which rows would be rejected."
    )
    return told
