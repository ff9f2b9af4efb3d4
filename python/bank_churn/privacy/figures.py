"""The counts of the public marts, each with the people it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

import yaml

# The people of a portfolio that meet conditions: pairs of an attribute and a value. A value `a|b` is either,
# `≠a` is any other than a.
Condition = tuple[str, str]
Population = tuple[str, frozenset[Condition]]
Row = dict[str, Any]
KNOWN = ("churn_known", "true")
CHURNED = ("churned", "churned")
OTHERS, EITHER = "≠", "|"
# Clients of another month than the latest are other people: `bank@2026-01-31`.
AT = "@"


@dataclass(frozen=True)
class Figure:
    """One count in one row of a mart, or a share from which a count follows.

    Attributes:
        mart: Relation of the mart.
        row: Number of the row.
        column: The column.
        population: The people it is about.
        count: Their number; of a rate, nothing.
        kind: `count`; `alone` for one that is hidden without its row; `share` of those in `total_column`;
            `part` for a share of the whole bank; `rate` for the share of these people among those of known
            churn.
        total_column: For a share, the column of what it is a share of.
        tells: Columns of the row from which the count follows.
    """

    mart: str
    row: int
    column: str
    population: Population
    count: int
    kind: str = "count"
    total_column: str | None = None
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """Conditions that mean the same people.

    Attributes:
        missing: For a check of data quality or an attribute without a value, the condition that says so.
        presence: Attribute "has a value" of what is banded, by the column of its bands.
        same: Conditions that are another's name, such as a segment that is a number of products.
        advised: Whom each recommendation is for.
    """

    missing: Mapping[str, Condition] = field(default_factory=dict)
    presence: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[Condition, Condition] = field(default_factory=dict)
    advised: Mapping[str, frozenset[Condition]] = field(default_factory=dict)


def words_of(
    attributes: Mapping[str, Mapping[str, Any]],
    rules: Iterable[Mapping[str, Any]],
    cities: Iterable[str] = (),
    advised: Mapping[str, frozenset[Condition]] | None = None,
) -> Words:
    """Work out which conditions mean the same people.

    Args:
        attributes: Var `attributes`.
        rules: The seed `segment_rules`.
        cities: The cities of the seed.
        advised: What `advised_by` returns.

    Returns:
        The words.
    """
    missing, presence = {}, {}
    for name, attribute in attributes.items():
        condition = (str(attribute.get("band", name)), "unknown")
        if attribute.get("presence"):
            condition = (str(attribute["presence"]), "false")
            presence[str(attribute.get("band", name))] = str(attribute["presence"])
        missing[f"{name}_missing"] = missing[name] = condition
    same = segments_by_products(rules) | {
        ("churn", "churned"): CHURNED,
        ("is_churned", "true"): CHURNED,
        ("is_churned", "false"): (CHURNED[0], OTHERS + CHURNED[1]),
        ("churn", "stayed"): (CHURNED[0], OTHERS + CHURNED[1]),
        ("quality", "city_not_in_seed"): ("city", OTHERS + EITHER.join([*cities, "unknown"])),
    }
    return Words(missing=missing, presence=presence, same=same, advised=advised or {})


def advised_by(
    recommendations: Iterable[Mapping[str, Any]],
    offers: Iterable[Mapping[str, Any]],
    offer_rules: Iterable[Mapping[str, Any]],
    group_rules: Iterable[Mapping[str, Any]],
) -> dict[str, frozenset[Condition]]:
    """Read from the seeds whom each recommendation is for: who can get its offer, else its group or segment.

    Returns:
        Conditions by recommendation, but for those of the groups that a search finds.
    """
    rules: dict[tuple[str, str], set[Condition]] = defaultdict(set)
    for code, lines in (("offer_code", offer_rules), ("group_code", group_rules)):
        for line in lines:
            rules[code, str(line[code])].add((str(line["attribute"]), str(line["allowed_values"])))
    offered = {row["recommendation_id"]: str(row["offer_code"]) for row in offers}
    found: dict[str, frozenset[Condition]] = {}
    for row in recommendations:
        name = row["recommendation_id"]
        if name in offered:
            found[name] = frozenset(rules["offer_code", offered[name]])
        elif row["evidence_kind"] == "cover":
            continue
        elif row["group_code"]:
            found[name] = frozenset(rules["group_code", str(row["group_code"])])
        else:
            segment = ("segment_v1", str(row["segment_code"]))
            found[name] = frozenset({segment} if row["segment_code"] else ())
    return found


def segments_by_products(rules: Iterable[Mapping[str, Any]]) -> dict[Condition, Condition]:
    """Find the segments that are nothing but numbers of products.

    Returns:
        The condition on products, by the condition on the segment.
    """
    by_version: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for rule in rules:
        by_version[int(rule["segment_version"])].append(rule)
    found = {}
    for version, lines in by_version.items():
        if any(
            line["balance"] != "any" or line["property_from"] or line["property_below"] is not None
            for line in lines
        ):
            continue
        for line in lines:
            end = 100 if line["products_below"] is None else int(line["products_below"])
            values = [str(value) for value in range(int(line["products_from"]), end)]
            if values[0] == "0":
                values.append("unknown")
            found[f"segment_v{version}", str(line["segment_code"])] = ("product_count", EITHER.join(values))
    return found


def declared() -> dict[str, dict[str, Any]]:
    """Read what is known about the figures of the marts.

    Returns:
        Declarations by mart, see `tables.yaml`.
    """
    text = (resources.files("bank_churn.privacy") / "tables.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


def conditions_of(row: Row, parts: Iterable[str], words: Words) -> frozenset[Condition] | None:
    """Read the conditions of a population from a row.

    Returns:
        The conditions; None if the row has none that can be read.
    """
    found: set[Condition] = set()
    for part in parts:
        pairs = list(pairs_of(row, part, words))
        if any(value is None for _, value in pairs) or (not pairs and part.startswith(("rule:", "missing:"))):
            return None
        for attribute, value in pairs:
            text = str(value).lower() if isinstance(value, bool) else str(value)
            if text != "all":
                found |= plain((str(attribute), text), words)
    return frozenset(found)


def pairs_of(row: Row, part: str, words: Words) -> Iterator[tuple[str, Any]]:
    """Read one declared condition from a row."""
    kind, _, name = part.partition(":")
    if kind in ("rule", "filter"):
        for term in str(row[name] or "").split(";"):
            if "=" in term:
                yield tuple(text.strip(" '") for text in term.split("=", 1))  # type: ignore[misc]
    elif kind == "missing":
        if row[name] in words.missing and str(row[name]).endswith("_missing"):
            yield words.missing[row[name]]
    elif kind == "unknown":
        yield words.missing.get(str(row[name]), (name, None))
    elif kind == "known":
        metric = str(row[name])
        if metric == "is_churned":
            yield KNOWN
        elif metric in words.missing and not metric.endswith("_missing"):
            attribute, value = words.missing[metric]
            yield (attribute, "true") if value == "false" else (attribute, OTHERS + value)
    elif kind == "up_to":
        attribute, _, column = name.partition(":")
        last = row[column]
        yield attribute, EITHER.join(str(place) for place in range(1, last + 1)) if last else None
    elif kind == "second":
        attribute, first, second = (row[column] for column in name.split(":"))
        yield attribute, f"{OTHERS}{first}{EITHER}unknown" if second == "rest" else second
    elif part.startswith(("@", "not@")):
        sign, _, columns = part.partition("@")
        attribute, value = (row[column] for column in columns.split(":"))
        if attribute is not None:
            yield attribute, value if value is None or not sign else f"{OTHERS}{value}{EITHER}unknown"
    else:
        name, sign, value = part.partition("=")
        yield name.format_map(row), row[value[1:]] if value.startswith("@") else value if sign else row[name]


def plain(condition: Condition, words: Words) -> set[Condition]:
    """Put a condition into its one form.

    Args:
        condition: An attribute and a value.
        words: Conditions that mean the same people.

    Returns:
        The conditions that say it.
    """
    if condition[0] == "recommendation" and condition[1] in words.advised:
        return {term for one in words.advised[condition[1]] for term in plain(one, words)}
    attribute, value = words.same.get(condition, condition)
    presence = words.presence.get(attribute)
    if presence is None:
        return {(attribute, value)}
    if value.startswith(OTHERS):  # the rest of those who have a value
        return {(presence, "true"), (attribute, value.removesuffix(f"{EITHER}unknown"))}
    return {(presence, "false")} if value == "unknown" else {(presence, "true"), (attribute, value)}


def figures_of(mart: str, rows: list[Row], entries: list[dict[str, Any]], words: Words) -> list[Figure]:
    """List the counts of a mart."""
    found: list[Figure] = []
    for number, row in enumerate(rows):
        for entry in entries:
            if any(row[column] not in wanted for column, wanted in entry.get("when", {}).items()):
                continue
            if any(row[column] in wanted for column, wanted in entry.get("unless", {}).items()):
                continue
            people = conditions_of(row, entry["of"], words)
            if people is not None:
                found += counts_in(mart, number, row, entry, people)
    return found


def counts_in(
    mart: str, number: int, row: Row, entry: dict[str, Any], people: frozenset[Condition]
) -> Iterator[Figure]:
    """List the counts of a row that are about the same people."""
    portfolio = str(row["portfolio"])
    if "month" in entry:
        portfolio += f"{AT}{row[entry['month']]}"
    for kind, further in (
        ("clients", set()),
        ("known", {KNOWN}),
        ("churned", {CHURNED}),
        ("rate", {CHURNED}),
    ):
        column = entry.get(kind)
        if column is not None and row.get(column) is not None:
            population = (portfolio, people | further)
            if kind == "rate":
                yield Figure(mart, number, column, population, 0, "rate")
            else:
                yield Figure(
                    mart,
                    number,
                    column,
                    population,
                    round(row[column]),
                    "alone" if entry.get("alone") else "count",
                    tells=tuple(entry.get("tells", ())),
                )
    part = entry.get("part")
    if part is not None and row.get(part) is not None:
        count, its_share = (row[column] for column in entry["of_all"])
        if count and its_share:
            those = round(row[part] * count / its_share)
            yield Figure(mart, number, part, (portfolio, people), those, "part")
    share, total = entry.get("share"), str(entry.get("of_clients"))
    if share is not None and row.get(share) is not None and row[total]:
        yield Figure(mart, number, share, (portfolio, people), round(row[share] * row[total]), "share", total)
    for column, condition in entry.get("shares", {}).items():
        value = entry.get("value", column)
        if "measure" in entry and row[entry["measure"]] != column:
            continue
        attribute, named = condition
        named = row.get(named[1:]) if named.startswith("@") else named
        if named is not None and row.get(value) is not None and row[total]:
            population = (portfolio, people | {(attribute, named)})
            yield Figure(mart, number, value, population, round(row[value] * row[total]), "share", total)


def place_of(figure: Figure) -> tuple[str, str, list[Condition], str, str, int]:
    """Order counts without regard to how a build stored its rows: what is hidden must not depend on it."""
    portfolio, conditions = figure.population
    return (figure.mart, portfolio, sorted(conditions), figure.column, figure.kind, figure.count)


def settled(figures: list[Figure]) -> list[Figure]:
    """Give every population one name: values that a portfolio does not have drop out of a list of values.

    Where everybody's churn is known, a client is a client of known churn. The latest month of a portfolio is
    what its other marts are about. Counts that contradict each other are about different people, whatever
    they are declared to be.
    """
    figures = of_today(sorted(figures, key=place_of))
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    totals: dict[Population, int] = {}
    for figure in figures:
        portfolio, conditions = figure.population
        if figure.kind == "rate":
            continue
        totals.setdefault(figure.population, figure.count)
        rest = conditions - {KNOWN}
        if len(rest) == 1 and figure.count:
            [(attribute, value)] = rest
            values[portfolio, attribute].add(value)
    nobody: frozenset[Condition] = frozenset()
    complete = {
        portfolio
        for portfolio, conditions in totals
        if totals.get((portfolio, nobody)) == totals.get((portfolio, frozenset({KNOWN})))
    }
    # A model tried out on all clients of known churn is tried out on the same people.
    same = {
        (portfolio, condition)
        for portfolio, conditions in totals
        for condition in conditions
        if condition[0] == "evaluation"
        and totals.get((portfolio, frozenset({condition, KNOWN})))
        == totals.get((portfolio, frozenset({KNOWN})))
    }
    found: list[Figure] = []
    counts: dict[Population, int] = {}
    for figure in figures:
        portfolio, conditions = figure.population
        terms = {
            (attribute, listed(value, values[portfolio, attribute]))
            for attribute, value in conditions
            if (portfolio, (attribute, value)) not in same
        } - ({KNOWN} if portfolio in complete else set())
        population = (portfolio, frozenset(terms))
        if figure.kind == "rate":
            found.append(replace(figure, population=population))
            continue
        if counts.setdefault(population, figure.count) != figure.count:
            population = (portfolio, frozenset({*terms, ("table", figure.mart), ("column", figure.column)}))
            if counts.setdefault(population, figure.count) != figure.count:
                population = (portfolio, frozenset({*population[1], ("row", str(figure.row))}))
                counts[population] = figure.count
        found.append(replace(figure, population=population))
    return guessed(found)


def of_today(figures: list[Figure]) -> list[Figure]:
    """Count those of the latest month of a portfolio among its clients."""
    latest: dict[str, str] = {}
    for portfolio, _, month in {figure.population[0].partition(AT) for figure in figures}:
        latest[portfolio] = max(month, latest.get(portfolio, ""))
    now = {f"{portfolio}{AT}{month}": portfolio for portfolio, month in latest.items() if month}
    return [
        replace(figure, population=(now[figure.population[0]], figure.population[1]))
        if figure.population[0] in now
        else figure
        for figure in figures
    ]


def guessed(figures: list[Figure]) -> list[Figure]:
    """Recognise by their numbers the people that a row does not name, as any reader can.

    Args:
        figures: Counts of all marts; those of a recommendation are about people that another mart names.
    """
    numbers: dict[tuple[str, int], list[Population]] = defaultdict(list)
    counts: dict[Population, int] = {}
    for figure in figures:
        if figure.kind == "count" and not is_unnamed(figure.population):
            counts[figure.population] = figure.count
    for one, count in counts.items():
        if CHURNED not in one[1]:
            numbers[one[0], count].append((one[0], one[1] - {KNOWN}))
    for alike in numbers.values():
        alike.sort(key=lambda one: sorted(one[1]))  # the same guess in whatever order marts are read
    found, rows = [], defaultdict(list)
    for figure in figures:
        if is_unnamed(figure.population):
            rows[figure.mart, figure.row].append(figure)
        else:
            found.append(figure)
    for same in rows.values():
        known = next((one for one in same if one.kind == "count" and CHURNED not in one.population[1]), None)
        churned = next(
            (one.count for one in same if one.kind == "count" and CHURNED in one.population[1]), None
        )
        people = next(
            (
                one
                for one in (numbers[known.population[0], known.count] if known else [])
                if churned is None or counts.get((one[0], one[1] | {CHURNED})) == churned
            ),
            None,
        )
        for figure in same:
            if people is not None:
                outcome = figure.population[1] & {CHURNED, KNOWN}
                names = [(people[0], people[1] | outcome), (people[0], people[1] | (outcome - {KNOWN}))]
                named = (one for one in names if figure.kind == "rate" or counts.get(one) == figure.count)
                figure = replace(figure, population=next(named, figure.population))
            found.append(figure)
    return found


def is_unnamed(population: Population) -> bool:
    """Say whether a row does not tell whom it is about.

    Returns:
        Whether it is known by the number of a recommendation only.
    """
    return any(attribute.startswith("recommendation") for attribute, _ in population[1])


def listed(value: str, known: set[str]) -> str:
    """Leave out of a list of values those that nobody has.

    Args:
        value: A value, perhaps `a|b` or `≠a|b`.
        known: The values of the attribute in this portfolio.

    Returns:
        The value, in order.

    Examples:
        >>> listed("4|5|6", {"1", "4", "5"})
        '4|5'
    """
    sign = OTHERS if value.startswith(OTHERS) else ""
    parts = value.removeprefix(OTHERS).split(EITHER)
    return sign + (EITHER.join(sorted(part for part in parts if part in known)) or EITHER.join(parts))
