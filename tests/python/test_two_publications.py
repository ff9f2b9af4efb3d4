"""Two publications that differ by one client do not tell its amounts, whatever the settings."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from bank_churn.privacy import protection
from bank_churn.privacy.apply import is_count
from bank_churn.privacy.figures import Population
from bank_churn.privacy.protect import Plan, plan_for
from bank_churn.privacy.protection import ROUNDING, Protected
from bank_churn.words.numbers import format_number
from conftest import Build
from remade import Remade

AMOUNTS = ("age", "credit_score", "property_points", "balance", "estimated_salary")
MARTS = (
    *("hypothesis_results", "hypothesis_sensitivity", "recommendations", "segment_label_checks"),
    *("portraits", "segment_portraits", "churn_portraits", "churn_risk", "churn_rates", "attribute_screen"),
    *("target_groups", "retention_budget", "retention_break_even", "retention_curve"),
)
COUNTED = ("budget", "paying_budget", "break_even_budget", "share_of_list", "share_of_clients")
"""Multiples and shares of how many clients a contact pays off for: exact, as counts are."""
MADE_OF_AMOUNTS = ("income", "churn_probability", "value_to_save")
"""Income of a year, and what the model makes of all amounts: it is public, so its result tells them."""
EVERYTHING_SHOWN = {"min_group_size": 1, "min_uniform_group_size": 1}
"""Nothing is hidden for being small: that only helps the attack, and spares the search for what follows."""
FEW_ENOUGH, ALL_TRIED = 2, 20
STEP = 10
"""To what counts are rounded for whoever wants that."""
LEAST_KNOWN = 1.0
"""Standard deviations between the bounds: nothing is known better than half of one."""


@dataclass(frozen=True)
class Mean:
    """Where a reader finds a mean of an amount and of how many clients it is."""

    mart: str
    mean: str
    clients: str
    metric: str
    ending: str = ""


MEANS = (
    *(Mean("hypothesis_results_v1", f"estimate_{side}", f"n_{side}", "metric") for side in ("a", "b")),
    Mean("segment_label_checks_v1", "value", "client_count", "measure", "_mean"),
)


@dataclass(frozen=True)
class Sum:
    """Where a reader finds a sum over clients and of how many, by what rows are added up, and its digits."""

    mart: str
    column: str
    clients: str
    of: str
    by: str
    digits: int = 3


SUMS = (
    Sum("target_groups_v1", "value_to_save", "clients_to_contact", "value_to_save", "group_code"),
    Sum("target_groups_v1", "cover_value_to_save", "cover_clients_to_contact", "value_to_save", "group_code"),
    Sum("retention_curve_v1", "value_to_save", "client_count", "value_to_save", "group_code"),
    Sum("retention_curve_v1", "probability_sum", "client_count", "churn_probability", "group_code", 4),
    Sum("churn_risk_v2", "annual_income", "client_count", "income", "risk_band"),
    Sum("churn_risk_v1", "value_at_risk", "client_count", "income", "risk_band", 15),
    Sum("churn_risk_v1", "expected_churned_count", "client_count", "churn_probability", "risk_band", 15),
)


@dataclass
class Publication:
    """The rows of a publication by mart and key; to what a figure is rounded, its digits tell.

    With rounded counts also between what each count surely lies, by all that is published.
    """

    rows: dict[str, dict[tuple, dict]]
    steps: dict[tuple[str, str, str], float]
    ends: dict[Population, tuple[float, float]] = field(default_factory=dict)

    def step(self, mart: str, key: tuple, column: str) -> float:
        return self.steps.get((mart, "|".join(str(part) for part in key), column), 0.0)


class Attack:
    """A build database from which one client after another is taken before it is published again."""

    def __init__(
        self, build: Build, folder: Path, marts: Collection[str] = MARTS, **settings: object
    ) -> None:
        self.remade = Remade(build, folder, marts)
        self.settings = {**EVERYTHING_SHOWN, **settings}
        self.keys = {mart.relation: mart.key for mart in self.remade.marts}
        self.names = {
            mart.relation: mart.name if mart.is_latest else mart.relation for mart in self.remade.marts
        }
        self._without: dict[str, tuple[Publication, Publication]] = {}
        with self.remade.changed("select 1"):
            self.whole, self.whole_rounded = self._publish()
        self.deviations = {
            (portfolio, name): value
            for name in AMOUNTS
            for portfolio, value in self.remade.connection.execute(
                f"select portfolio, stddev({name}) from clients_v1 group by portfolio"
            ).fetchall()
        } | {
            (portfolio, name): value
            for name in MADE_OF_AMOUNTS
            for portfolio, value in self.remade.connection.execute(
                f"select portfolio, stddev({name}) from"
                " (select *, value_at_risk as income from int_client_values) group by portfolio"
            ).fetchall()
        }

    def clients(self, count: int) -> list[dict]:
        """Some who have every amount, of both banks; churned ones have none to be saved."""
        known = " and ".join(f"{name} is not null" for name in (*AMOUNTS, "is_churned"))
        frame = self.remade.connection.execute(
            f"""select clients_v1.*, coalesce(value_at_risk, 0) as income,
                coalesce(churn_probability, 0) as churn_probability,
                coalesce(value_to_save, 0) as value_to_save,
                coalesce(churn_probability * kept_share, 0) as kept
            from clients_v1 left join
                (select client_key, value_at_risk, churn_probability, value_to_save from int_client_values)
                using (client_key)
            left join (select client_key, kept_share from retention_list where is_worth_contacting)
                using (client_key)
            where {known}
            order by hash(client_key) limit {count}"""
        ).df()
        return frame.to_dict("records")

    def without(self, client: dict) -> Publication:
        return self._both_without(client)[0]

    def rounded_without(self, client: dict) -> Publication:
        return self._both_without(client)[1]

    def _both_without(self, client: dict) -> tuple[Publication, Publication]:
        """Publish without a client, by default and with rounded counts: making the marts takes longest."""
        key = client["client_key"]
        if key not in self._without:
            with self.remade.changed(f"delete from clients_v1 where client_key = '{key}'"):
                self._without[key] = self._publish()
        return self._without[key]

    def _publish(self) -> tuple[Publication, Publication]:
        exact = self.read(self.remade.protected(**self.settings))
        plans: list[Plan] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(protection, "plan_for", lambda *of: plans.append(plan_for(*of)) or plans[-1])
            rounded = self.read(self.remade.protected(**self.settings, rounded_counts=STEP))
        system = plans[0].system
        ends = zip(system.populations, system.low.tolist(), system.high.tolist(), strict=True)
        # Who is told apart by overlaps, of marts that are not made anew here, is counted as before.
        rounded.ends = {
            one: (low, high)
            for one, low, high in ends
            if one in plans[0].steps and not any(name == "overlap" for name, _ in one[1])
        }
        return exact, rounded

    def exact(self) -> dict[str, dict[tuple, dict]]:
        """The marts as they are before they are protected."""
        return {
            mart: {
                tuple(row[name] for name in self.keys[mart]): row
                for row in self.remade.connection.execute(f"select * from {mart}")
                .df()
                .astype(object)
                .to_dict("records")
            }
            for mart in self.whole.rows
        }

    def read(self, protected: Protected) -> Publication:
        rows = {
            relation: {
                tuple(row[name] for name in self.keys[relation]): row for row in table.to_dict("records")
            }
            for relation, table in protected.tables.items()
            if self.keys[relation]
        }
        relations = {name: relation for relation, name in self.names.items()}
        steps = {
            (relations[table], key, column): step
            for table, key, column, _, _, step, reason in protected.figures
            if reason == ROUNDING
        }
        return Publication(rows, steps)


def pairs(first: Publication, second: Publication) -> Iterator[tuple[str, tuple, dict, dict]]:
    """The rows of the same key in both."""
    for mart, rows in first.rows.items():
        for key, row in rows.items():
            if key in second.rows[mart]:
                yield mart, key, row, second.rows[mart][key]


def exactly_told(attack: Attack, client: dict, other: Publication) -> set[tuple[str, str, str]]:
    """Amounts that an exact figure tells: times a count that has one client less, or as it is, if a sum."""
    found = set()
    for mart, key, row, after in pairs(attack.whole, other):
        if row.get("portfolio") != client["portfolio"]:
            continue
        counts = {
            (row[name], after[name])
            for name in row
            if is_whole(row[name]) and is_whole(after[name]) and row[name] - after[name] == 1
        }
        for column, value in row.items():
            if not isinstance(value, float) or not isinstance(after[column], float):
                continue
            # A rounded one that hits is chance, and so is a number that stays, such as degrees of freedom.
            if attack.whole.step(mart, key, column) or value == after[column]:
                continue
            guesses = [before * value - now * after[column] for before, now in {*counts, (1, 1)}]
            found |= {
                (mart, column, name)
                for name in (*AMOUNTS, *MADE_OF_AMOUNTS, "kept")
                for guess in guesses
                # A share times its clients is one less where the client is among them: no amount of one.
                if client[name] not in (0, 1) and abs(guess - client[name]) < 1e-6 * abs(client[name])
            }
    return found


def is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def totals(publication: Publication, one: Sum, client: dict) -> dict[str, tuple[int, float, float]]:
    """Clients, sum and how far it may be off, by what its rows are added up by; none of hidden rows."""
    found: dict[str, tuple[int, float, float]] = {}
    for key, row in publication.rows[one.mart].items():
        value = row[one.column]
        if row["portfolio"] != client["portfolio"]:
            continue
        if pd.isna(value) or pd.isna(row[one.clients]):
            value = math.nan
        digits = (
            10.0 ** (math.floor(math.log10(abs(value))) + 1 - one.digits) if value and value == value else 0
        )
        half = max(publication.step(one.mart, key, one.column), digits) / 2
        count, total, error = found.get(row[one.by], (0, 0.0, 0.0))
        found[row[one.by]] = (count + (row[one.clients] or 0), total + value, error + half)
    return {by: (count, total, error) for by, (count, total, error) in found.items() if total == total}


def bounds(attack: Attack, client: dict, other: Publication) -> dict[str, tuple[float, float]]:
    """Between what each amount surely lies, by all means and sums of groups that have one client less."""
    found: dict[str, tuple[float, float]] = dict.fromkeys((*AMOUNTS, *MADE_OF_AMOUNTS), (-math.inf, math.inf))
    for one in SUMS:
        before, after = (totals(publication, one, client) for publication in (attack.whole, other))
        for key in before.keys() & after.keys():
            (count, value, error), (less, then, error_then) = before[key], after[key]
            error += error_then
            # Of risk bands and quantile bands the bounds may move too: who comes in or goes out misleads.
            if count - less == 1 and abs(value - then - client[one.of]) <= error:
                low, high = found[one.of]
                found[one.of] = (max(low, value - then - error), min(high, value - then + error))
    for mart, key, row, after in pairs(attack.whole, other):
        for mean in MEANS:
            if mart != mean.mart or row["portfolio"] != client["portfolio"]:
                continue
            name = str(row[mean.metric]).removesuffix(mean.ending)
            ends = [
                (count, value, publication.step(mart, key, mean.mean) / 2)
                for publication, line in ((attack.whole, row), (other, after))
                for count, value in [(line[mean.clients], line[mean.mean])]
                if not pd.isna(value) and not pd.isna(count)
            ]
            if name not in found or len(ends) < 2 or ends[0][0] - ends[1][0] != 1:
                continue
            (n, value, half), (less, then, half_then) = ends
            low, high = found[name]
            found[name] = (
                max(low, n * (value - half) - less * (then + half_then)),
                min(high, n * (value + half) - less * (then - half_then)),
            )
    return found


def widths(attack: Attack, clients: list[dict]) -> dict[tuple[str, str], float]:
    """How far apart the bounds of each amount are, in standard deviations."""
    found = {}
    for client in clients:
        other = attack.without(client)
        assert exactly_told(attack, client, other) == set()
        for name, (low, high) in bounds(attack, client, other).items():
            deviation = attack.deviations[client["portfolio"], name]
            assert low - 1e-6 * deviation <= client[name] <= high + 1e-6 * deviation, (
                name,
                low,
                client[name],
                high,
            )
            found[client["client_key"], name] = (high - low) / deviation
    return found


def wholes(publication: Publication) -> dict[tuple, int]:
    """Exact wholes that follow from parts and their shares: those on which all rows of a mart agree."""
    shares = {
        "share_of_clients": (
            "client_count",
            "all_client_count",
            "known_client_count",
            "paying_contact_count",
        ),
        "share_of_churn": ("churned_count",),
    }
    found: dict[tuple, set[float]] = defaultdict(set)
    for mart, rows in publication.rows.items():
        for row in rows.values():
            for share, parts in shares.items():
                if row.get(share) and 0 < row[share] < 1:
                    for part in parts:
                        if row.get(part):
                            found[mart, row["portfolio"], part, share].add(round(row[part] / row[share], 6))
    agreed = {place: some.pop() for place, some in found.items() if len(some) == 1}
    return {place: round(value) for place, value in agreed.items() if value == round(value)}


def surely_told(attack: Attack, client: dict, other: Publication) -> set[tuple]:
    """Whom one client less surely was or was not among: counts that have surely changed, or surely not."""
    whole, found = attack.whole_rounded, set()
    for one in whole.ends.keys() & other.ends.keys():
        # The probabilities of a few others move too: how many are in a risk band says nothing of one.
        if one[0] != client["portfolio"] or any(attribute == "risk_band" for attribute, _ in one[1]):
            continue
        (low, high), (less, more) = whole.ends[one], other.ends[one]
        if low > more or less + 1 > high:
            found.add(one)
    for mart, key, row, after in pairs(whole, other):
        for column, value in row.items():
            is_shown = is_whole(value) and is_whole(after[column]) and is_count(column)
            if is_shown and value != after[column] and (value % STEP or after[column] % STEP):
                found.add((mart, key, column))
    before, now = wholes(whole), wholes(other)
    return found | {
        place
        for place in before.keys() & now.keys()
        if before[place] != now[place] and (before[place] % STEP or now[place] % STEP)
    }


@pytest.fixture(scope="module")
def attack(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Attack:
    return Attack(demo_build, tmp_path_factory.mktemp("two_publications"))


def test_whatever_is_made_of_amounts_is_rounded(attack: Attack) -> None:
    """Amounts change a little, within their bands: figures that show it at once are those of amounts."""
    some = ", ".join(f"'{client['client_key']}'" for client in attack.clients(ALL_TRIED))
    with attack.remade.changed(
        f"""update clients_v1 set balance = balance + 77, estimated_salary = estimated_salary + 77,
        age = age + 1, credit_score = credit_score + 1 where client_key in ({some})"""
    ):
        after = attack.exact()
    with attack.remade.changed("select 1"):
        before = attack.exact()
    moved = {  # somebody has another risk band now
        (mart, key)
        for mart, rows in before.items()
        for key, row in rows.items()
        if row.get("client_count") != after[mart][key].get("client_count")
    }
    assert {mart for mart, _ in moved} <= {"churn_risk_v1", "churn_risk_v2"}
    assert len(moved) <= 4, "of two banks' five bands in two versions"
    changed = {
        (mart, key, column)
        for mart, rows in before.items()
        for key, row in rows.items()
        if (mart, key) not in moved
        for column, value in row.items()
        if isinstance(value, float) and differ(value, after[mart][key][column]) and column not in COUNTED
    }
    assert len(changed) > 300
    assert {mart for mart, *_ in changed} >= {
        "hypothesis_results_v1",
        "hypothesis_sensitivity_v1",
        "churn_risk_v1",
    }
    open_ = [one for one in changed if not attack.whole.step(*one)]
    assert open_ == []


def differ(value: float, other: object) -> bool:
    return isinstance(other, int | float) and abs(value - other) > 1e-9 * max(abs(value), abs(other))


def test_a_client_less_does_not_tell_its_amounts(attack: Attack) -> None:
    assert min(widths(attack, attack.clients(FEW_ENOUGH)).values()) >= LEAST_KNOWN


@pytest.mark.slow
def test_none_of_twenty_clients_is_told(attack: Attack) -> None:
    found = widths(attack, attack.clients(ALL_TRIED))
    known = {
        name: min(width for (_, one), width in found.items() if one == name)
        for name in (*AMOUNTS, *MADE_OF_AMOUNTS)
    }
    print(known)
    assert min(known.values()) >= LEAST_KNOWN


def test_with_rounded_counts_a_client_less_tells_nothing(attack: Attack) -> None:
    for client in attack.clients(FEW_ENOUGH):
        assert surely_told(attack, client, attack.rounded_without(client)) == set()


@pytest.mark.slow
def test_with_rounded_counts_none_of_twenty_clients_is_told_at_all(attack: Attack) -> None:
    told = {
        client["client_key"]: surely_told(attack, client, attack.rounded_without(client))
        for client in attack.clients(ALL_TRIED)
    }
    assert {key: some for key, some in told.items() if some} == {}
    assert len(told) == ALL_TRIED


def test_exact_counts_tell_the_groups_of_a_client(attack: Attack) -> None:
    """So the attack on rounded ones can fail."""
    [client] = attack.clients(1)
    rounded, attack.whole_rounded = attack.whole_rounded, attack.whole
    try:
        told = surely_told(attack, client, attack.without(client))
    finally:
        attack.whole_rounded = rounded
    assert {mart for mart, *_ in told} >= {"churn_rates_v1", "portraits_v1", "target_groups_v1"}


def test_the_same_attack_finds_what_is_not_rounded(attack: Attack) -> None:
    """The exact figures tell the amount itself; so the attack can fail."""
    [client] = attack.clients(1)
    exact = Publication(attack.exact(), {})
    with attack.remade.changed(f"delete from clients_v1 where client_key = '{client['client_key']}'"):
        other = Publication(attack.exact(), {})
    attack.whole, whole = exact, attack.whole
    try:
        told = exactly_told(attack, client, other)
        known = bounds(attack, client, other)
    finally:
        attack.whole = whole
    assert {name for *_, name in told} >= {"age", "balance", "estimated_salary", "credit_score"}
    low, high = known["balance"]
    assert high - low < 1


def test_sentences_tell_what_the_tables_show(demo_build: Build) -> None:
    told = demo_build.query_published(
        f"""select conclusion_en, unnest([estimate_a, estimate_b, highest_estimate, lowest_estimate])
        from hypothesis_results where metric in {AMOUNTS} and conclusion_en is not null"""
    ) + demo_build.query_published(
        """select evidence_en, unnest([value, portfolio_value]) from recommendations
        inner join segment_label_checks using (portfolio)
        where evidence_key = hint_code and segment_version = 1 and measure like '%_mean'
            and evidence_en is not null"""
    )
    figures = [(text, value) for text, value in told if value is not None]
    assert len(figures) > 20
    for text, value in figures:
        forms = {format_number(value, decimals=decimals, language="en") for decimals in (0, 1, 2)}
        assert any(re.search(rf"(?<![\d.,]){re.escape(form)}(?![\d]|[.,]\d)", text) for form in forms), (
            text,
            value,
        )
