"""What the marts of campaigns say: what regressions on rows do, and the truth of simulated campaigns."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from bank_churn.campaigns.files import write_folder
from bank_churn.campaigns.plan import Asked, Plan
from bank_churn.campaigns.split import Member, Split, split
from bank_churn.dashboard.campaigns import campaigns_section
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import read_texts
from bank_churn.privacy.figures import declared, figures_of, words_of
from bank_churn.words.language import Language
from compiled_campaigns import Campaigns
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

BOUNDS = (0.1, 0.3, 0.6)
BANDS = np.array(["low", "medium", "high", "very_high"])
PLAN = """insert into int_campaign_plans by name
    select portfolio, campaign, 'call' as offer, 90 as horizon_days,
    date '2026-01-31' as starts_on, date '2026-05-01' as ends_on, date '2026-05-31' as measured_on,
    {} as control_share, 300 as contact_cost, false as has_contacts,
    treated as planned_treated_count, control as planned_control_count from made"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Campaigns:
    made = Campaigns(tmp_path_factory.mktemp("campaigns") / "compiled")
    assert made.code == 0, made.said
    return made


def simulated(
    rng: np.random.Generator,
    *,
    count: int,
    size: int,
    kept: float,
    base: float,
    waves: int = 1,
    between: float = 0.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Clients of many campaigns, split within risk bands; the score is the chance of leaving."""
    score = np.sort(rng.beta(1.2, 1.2 * (1 - base) / base, (count, size)), axis=1)
    band = np.digitize(score, BOUNDS)
    # The control group of a band is a random part of it, whole numbers carried from band to band.
    chance = rng.random((count, size))
    is_control = np.zeros((count, size), dtype=bool)
    seen = np.zeros(count, dtype=int)
    taken = np.zeros(count, dtype=int)
    for number in range(4):
        there = band == number
        seen += there.sum(axis=1)
        wanted = (0.2 * seen + 0.5).astype(int) - taken
        taken += wanted
        place = np.where(there, chance, 2.0).argsort(axis=1).argsort(axis=1)
        is_control |= there & (place < wanted[:, None])
    keeps = kept + between * rng.standard_normal((count, 1))
    left = rng.random((count, size)) < np.where(is_control, score, np.clip(score * (1 - keeps), 0, 1))
    numbers = np.repeat(np.arange(count), size)
    members = pd.DataFrame(
        {
            "portfolio": pd.Categorical.from_codes(
                numbers // waves, [f"p{n}" for n in range(-(-count // waves))]
            ),
            "campaign": pd.Categorical.from_codes(numbers, [f"c{n}" for n in range(count)]),
            "risk_band": pd.Categorical.from_codes(band.ravel(), BANDS),
            "arm": pd.Categorical.from_codes(is_control.ravel().astype(int), ["treated", "control"]),
            "churn_probability": score.ravel(),
            "client_value": np.round(rng.lognormal(8, 0.5, count * size), 2),
            "has_left": left.ravel(),
        }
    )
    truth = pd.DataFrame(
        {
            "campaign": [f"c{n}" for n in range(count)],
            "difference": np.nanmean(np.where(is_control, np.nan, score * keeps), axis=1),
            "kept": kept,
        }
    )
    return members, truth


def judge(
    compiled: Campaigns, members: pd.DataFrame, *, control_share: float = 0.2
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results by campaign and effects by portfolio."""
    connection = compiled.connection
    compiled.make("int_campaign_plans", "campaign_members")
    connection.register("members", members)
    connection.execute(
        """create or replace table campaign_members_v1 as
        select columns(['portfolio', 'campaign', 'risk_band', 'arm'])::varchar,
        churn_probability, client_value, has_left, false as has_disappeared, true as split_holds,
        cast(null as date) as contacted_on from members"""
    )
    connection.execute(
        """create or replace temp table made as
        select portfolio, campaign, count(*) filter (where arm = 'treated') as treated,
        count(*) filter (where arm = 'control') as control from campaign_members_v1 group by all"""
    )
    connection.execute(PLAN.format(control_share))
    connection.execute("create or replace table portfolios_v1 as select distinct portfolio from made")
    compiled.make(*list(compiled.sql)[2:])
    return (
        connection.execute("from campaign_results_v1").df().set_index("campaign"),
        connection.execute("from offer_effects_v1 where offer = 'call'").df().set_index("portfolio"),
    )


def regressed(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Effect, slope and error by statsmodels: least squares on rows, Welch's error of what is left."""
    bands = pd.get_dummies(rows["risk_band"].astype(str)).astype(float)
    treated = (rows["arm"].astype(str) == "treated").astype(float)
    exog = np.column_stack([treated, rows["churn_probability"], bands])
    fitted = OLS(rows["has_left"].astype(float), exog).fit()
    effect, slope = fitted.params.iloc[0], fitted.params.iloc[1]
    rest = rows["has_left"].astype(float) - slope * rows["churn_probability"]
    cell = rest.groupby([treated, rows["risk_band"].astype(str)]).transform("mean")
    arms = [rest[treated == arm] - cell[treated == arm] for arm in (1, 0)]
    cells = [rows["risk_band"].astype(str)[treated == arm].nunique() for arm in (1, 0)]
    variance = sum(
        DescrStatsW(arm, ddof=count).var / len(arm) for arm, count in zip(arms, cells, strict=True)
    )
    return -effect, slope, float(np.sqrt(variance))


def test_results_are_those_of_a_regression_on_rows(compiled: Campaigns):
    members, _ = simulated(np.random.default_rng(7), count=6, size=700, kept=0.3, base=0.25, waves=3)
    results, effects = judge(compiled, members)
    for campaign, rows in members.groupby("campaign", observed=True):
        effect, _, error = regressed(rows)
        row = results.loc[campaign]
        assert row["adjusted_difference"] == pytest.approx(effect, abs=1e-12)
        assert row["adjusted_ci_low"] == pytest.approx(effect - stats.norm.isf(0.025) * error, abs=1e-12)
        arms = {arm: rows[rows["arm"] == arm] for arm in ("treated", "control")}
        assert row["difference"] == pytest.approx(
            arms["control"]["has_left"].mean() - arms["treated"]["has_left"].mean(), abs=1e-12
        )
        lost = [
            DescrStatsW((arms[arm]["client_value"] * arms[arm]["has_left"]).to_numpy())
            for arm in ("control", "treated")
        ]
        kept = (lost[0].mean - lost[1].mean) * len(arms["treated"])
        assert row["kept_value"] == pytest.approx(kept, rel=1e-12)
        assert row["net_value"] == pytest.approx(kept - 300 * len(arms["treated"]), rel=1e-12)
        # Bands take variance away, so the error of the plain difference is below Welch's by statsmodels.
        welch = CompareMeans(
            DescrStatsW(arms["control"]["has_left"].astype(float)),
            DescrStatsW(arms["treated"]["has_left"].astype(float)),
        )
        width = np.subtract(*welch.zconfint_diff(usevar="unequal")[::-1])
        assert width * 0.8 < row["difference_ci_high"] - row["difference_ci_low"] < width
        assert row["variance_saved"] == pytest.approx(
            1 - error**2 / welch.std_meandiff_separatevar**2, rel=1e-9
        )
    assert set(effects["campaign_count"]) == {3}


def test_campaigns_that_differ_are_pooled_as_random_effects(compiled: Campaigns):
    """Mean, spread and, with Hartung and Knapp's error, interval by statsmodels, given the variances."""
    members, _ = simulated(
        np.random.default_rng(3), count=5, size=900, kept=0.2, base=0.3, waves=5, between=0.8
    )
    _, effects = judge(compiled, members)
    row = effects.iloc[0]
    found = compiled.connection.execute("from int_campaign_effects order by campaign").df()
    arms = {
        arm: found[f"{arm}_rest_spread"].sum() / found[f"{arm}_degrees"].sum()
        for arm in ("treated", "control")
    }
    variance = sum(arms[arm] / found[f"{arm}_client_count"] for arm in arms)
    pooled = combine_effects(found["difference"].to_numpy(), variance.to_numpy(), method_re="dl", use_t=True)
    assert row["campaigns_differ"]
    assert pooled.q > stats.chi2.isf(0.1, 4)
    assert row["difference"] == pytest.approx(pooled.mean_effect_re, abs=1e-12)
    assert row["between_error"] == pytest.approx(np.sqrt(pooled.tau2), abs=1e-12)
    scale = max(pooled.scale_hksj_re, 1.0)
    reach = stats.t.isf(0.025, 4) * pooled.sd_eff_w_re * np.sqrt(scale)
    assert row["difference_ci_high"] - row["difference"] == pytest.approx(reach, rel=1e-3)
    assert row["kept_share"] == pytest.approx(
        (1 - row["measured_weight"]) * row["assumed_share"] + row["measured_weight"] * row["measured_share"],
        rel=1e-9,
    )


# Kevin Hillstrom's MineThatData e-mail challenge (2008): who bought within two weeks, and published lifts.
HILLSTROM = {
    "mens": ((267, 21_307), 0.0068, 1.188),
    "of_women": ((189, 21_387), 0.0031, 0.543),
}
NO_MAIL = (122, 21_306)


@pytest.mark.parametrize("mail", list(HILLSTROM))
def test_a_public_experiment_gives_its_published_figures(compiled: Campaigns, mail: str):
    """Without score and bands: the published differences, with the interval of statsmodels."""
    (bought, count), difference, lift = HILLSTROM[mail]
    arms = {"treated": (bought, count), "control": NO_MAIL}
    members = pd.concat(
        pd.DataFrame({"arm": arm, "has_left": np.arange(clients) < buyers})
        for arm, (buyers, clients) in arms.items()
    ).assign(portfolio="p", campaign="c", risk_band="unknown", churn_probability=np.nan, client_value=0.0)
    results, _ = judge(compiled, members, control_share=0.5)
    row = results.loc["c"]
    assert -row["difference"] == pytest.approx(difference, abs=5e-5)
    assert -row["difference"] / row["control_rate"] == pytest.approx(lift, abs=5e-4)
    low, high = confint_proportions_2indep(bought, count, *NO_MAIL, method="wald")
    assert -row["difference_ci_high"] == pytest.approx(low, abs=1e-6)
    assert -row["difference_ci_low"] == pytest.approx(high, abs=1e-6)
    assert row["adjusted_difference"] == pytest.approx(row["difference"], abs=1e-12)


def test_without_campaigns_there_is_the_guess(compiled: Campaigns):
    compiled.make()
    effects = compiled.rows("from offer_effects_v1")
    assert {row["source_en"] for row in effects} == {"assumed"}
    assert all(row["kept_share"] == row["assumed_share"] and not row["is_suppressed"] for row in effects)
    assert not compiled.rows("from campaign_results_v1")
    assert not compiled.rows("from campaigns_v1")


HISTORY = """insert into client_history_v1
    select 'metanprom', day, md5(person), key, gone, age, 600, 2, 1000.0, 1, true, true, 1e5
    from (values {}) as rows(day, person, key, gone, age)"""


def write_campaign(folder: Path, name: str, people: list[Member], **further: object) -> Split:
    """A campaign as `plan-campaign` writes it, but for the workbook."""
    arms = split(name, people, 0.4)
    plan = Plan(
        asked=Asked(name, "metanprom", "call", control_share=0.4),
        **{
            **{"starts_on": "2026-01-31", "ends_on": "2026-05-01", "contact_cost": 300.0},
            **{"assumed_kept_share": 0.1, "expected_leaving": 0.2, "expected_from": "months"},
            **{"treated_count": len(arms.treated), "control_count": len(arms.control)},
            **{"in_other_campaigns": 1, "contacted_recently": 2, "do_not_contact": 3},
            **{"smallest_kept_share": None, "smallest_kept_share_pooled": 0.4},
            **further,
        },
        thresholds=arms.thresholds,
    )
    folder.mkdir(exist_ok=True)
    write_folder(folder, plan, arms, lambda path: path.touch())
    return arms


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaigns, Split]:
    """Four campaigns, and five months of history in which everything happens that can happen to a client."""
    folder = tmp_path_factory.mktemp("followed")
    people = [
        Member(
            f"k{n:03d}", f"{n}", "low" if n % 2 else "high", (0.02 if n % 2 else 0.4) + n / 3000, 100.0 + n
        )
        for n in range(200)
    ]
    arms = write_campaign(folder / "campaigns", "over", people)
    write_campaign(folder / "campaigns", "running", people[:50], starts_on="2026-04-30", ends_on="2026-07-29")
    write_campaign(folder / "campaigns", "edited", people[100:], ends_on="2026-04-30")
    treated, control = (folder / "campaigns/edited" / name for name in ("treated.csv", "control.csv"))
    lines = control.read_text(encoding="utf-8").splitlines(keepends=True)
    control.write_text("".join(lines[:-1]), encoding="utf-8")
    treated.write_text(treated.read_text(encoding="utf-8") + lines[-1], encoding="utf-8")
    called = [one.client_id for one in arms.treated[:30]] + [arms.control[0].client_id]
    (folder / "campaigns/over/contacted.csv").write_text(
        "client_id;contacted_on\n" + "".join(f"{one};0{1 + n % 5}.02.2026\n" for n, one in enumerate(called)),
        encoding="utf-8",
    )
    (folder / "campaigns/.unfinished-1").mkdir()
    (folder / "campaigns/.unfinished-1/plan.toml").write_text("half", encoding="utf-8")
    made = Campaigns(folder / "compiled", campaigns=folder / "campaigns")
    assert made.code == 0, made.said
    made.connection.execute(
        "create table client_history_v1 (portfolio varchar, snapshot_date date, person_key varchar,"
        " client_key varchar, is_churned boolean, age integer, credit_score integer, property_points integer,"
        " balance double, product_count integer, has_credit_card boolean, is_active boolean,"
        " estimated_salary double)"
    )
    days = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    made.connection.execute(
        "insert into snapshots_v1 select 'metanprom', unnest(["
        + ", ".join(f"date '{day}'" for day in days)
        + "])"
    )
    rows = []
    for number in range(200):
        for place, day in enumerate(days):
            key = f"k{number:03d}"
            if number % 20 == 1 and place >= 2:
                continue  # gone without a word
            if number % 20 == 2 and place >= 3:
                continue  # marked as churned in March, then gone
            gone = number % 20 in (2, 3) and place >= 2
            if number % 20 == 4:  # left in February, back by the end
                gone = place == 1
            if number % 20 == 5 and place >= 1:
                key = f"moved{number:03d}"  # to another city: another key, the same person
                gone = place >= 4
            if number == 199:
                continue  # never seen
            rows.append(f"(date '{day}', 'p{number}', '{key}', {gone}, {30 + number % 7})")
    made.connection.execute(HISTORY.format(", ".join(rows)))
    made.make()
    return made, arms


def test_a_client_has_left_who_is_gone_or_churned_on_the_day_of_measurement(
    followed: tuple[Campaigns, Split],
):
    made, arms = followed
    rows = {row["client_id"]: row for row in made.rows("from campaign_members_v1 where campaign = 'over'")}
    assert len(rows) == 200
    for number in range(199):
        row = rows[str(number)]
        assert row["has_left"] == (number % 20 in (1, 2, 3, 5)), number
        assert row["has_disappeared"] == (number % 20 == 1)
        assert str(row["measured_on"]) == "2026-05-31"
        assert str(row["baseline_date"]) == "2026-01-31"
        assert row["split_holds"]
    assert rows["199"]["has_left"] is None, "who was never in an extract has no outcome"
    assert {key for key, row in rows.items() if row["arm"] == "control"} == {
        one.client_id for one in arms.control
    }
    called = {row["client_id"] for row in rows.values() if row["contacted_on"] is not None}
    assert called == {one.client_id for one in arms.treated[:30]} | {arms.control[0].client_id}


def test_results_of_the_followed_campaign_are_those_of_its_rows(followed: tuple[Campaigns, Split]):
    made, arms = followed
    left = {str(number): number % 20 in (1, 2, 3, 5) for number in range(199)}
    rows = pd.DataFrame(
        [
            {**vars(one), "arm": arm, "has_left": left[one.client_id]}
            for arm, people in (("treated", arms.treated), ("control", arms.control))
            for one in people
            if one.client_id in left
        ]
    )
    effect, _, error = regressed(rows)
    (row,) = made.rows("from campaign_results_v1 where campaign = 'over'")
    (about,) = made.rows("from campaigns_v1 where campaign = 'over'")
    assert row["adjusted_difference"] == pytest.approx(effect, abs=1e-12)
    assert row["adjusted_ci_high"] == pytest.approx(effect + stats.norm.isf(0.025) * error, abs=1e-12)
    assert row["treated_left_count"] == rows[rows["arm"] == "treated"]["has_left"].sum()
    assert row["contacted_share"] == pytest.approx(30 / len(arms.treated))
    assert row["contacted_difference"] == pytest.approx(effect / (30 / len(arms.treated)), abs=1e-12)
    assert (row["total_cost"], about["control_contacted_count"]) == (30 * 300, 1)
    assert (about["split_holds"], about["is_balanced"], about["missing_count"]) == (True, True, 0)
    ages = {
        arm: DescrStatsW([30 + int(one.client_id) % 7 for one in people if one.client_id in left])
        for arm, people in (("treated", arms.treated), ("control", arms.control))
    }
    z, _ = CompareMeans(ages["treated"], ages["control"]).ztest_ind(usevar="unequal")
    assert abs(about["largest_imbalance"]) >= abs(z) - 1e-9
    if about["most_unequal_attribute"] == "age":
        assert about["largest_imbalance"] == pytest.approx(z, rel=1e-9)


def test_a_running_campaign_shows_counts_only_and_an_edited_one_no_verdict(followed: tuple[Campaigns, Split]):
    made, _ = followed
    results = {row["campaign"]: row for row in made.rows("from campaign_results_v1")}
    assert {name: row["verdict"] for name, row in results.items() if name != "over"} == {
        "running": "running",
        "edited": "split_broken",
    }
    for name in ("running", "edited"):
        shown = {key for key, value in results[name].items() if value is not None}
        assert not shown & {
            "treated_left_count",
            "control_left_count",
            "treated_rate",
            "difference",
            "kept_value",
        }
    assert results["running"]["treated_count"] + results["running"]["control_count"] == 50
    assert not made.rows("from campaign_members_v1 where campaign = 'running' and has_left is not null")
    assert [row["broken_count"] for row in made.rows("from campaigns_v1 order by campaign")] == [1, 0, 0]
    assert made.rows("select count(*) as n from campaign_members_v1 where not split_holds") == [{"n": 1}]
    (effect,) = made.rows("from offer_effects_v1 where offer = 'call'")
    assert (effect["campaign_count"], effect["source_en"]) == (1, "measured, campaigns: 1, clients: 199")


def within(count: int, trials: int, share: float) -> bool:
    """Whether a count is one that chance gives in 99 of 100 cases."""
    low, high = stats.binom.ppf([0.005, 0.995], trials, share)
    return bool(low <= count <= high)


@pytest.mark.slow
@pytest.mark.parametrize("kept", [0.0, 0.2])
def test_errors_are_as_promised_in_a_thousand_campaigns(compiled: Campaigns, kept: float):
    """2,000 clients each of whom 18 % leave, alone and four at a time: errors of 5 %, intervals of 95 %."""
    rng = np.random.default_rng(int(1000 * kept) + 11)
    parts = [simulated(rng, count=200, size=2000, kept=kept, base=0.18, waves=4) for _ in range(5)]
    told: dict[str, list[float]] = {
        name: [] for name in ("plain", "adjusted", "share", "pooled", "pooled_share")
    }
    wrong = {"plain": 0, "adjusted": 0, "pooled": 0}
    gains, shares, widths, pooled_count = [], [], [], 0
    for members, truth in parts:
        results, effects = judge(compiled, members)
        joined = results.join(truth.rename(columns={"difference": "difference_true"}).set_index("campaign"))
        for kind, value, low, high in (
            ("plain", "difference_true", "difference_ci_low", "difference_ci_high"),
            ("adjusted", "difference_true", "adjusted_ci_low", "adjusted_ci_high"),
            ("share", "kept", "kept_share_low", "kept_share_high"),
        ):
            told[kind] += list((joined[low] <= joined[value]) & (joined[value] <= joined[high]))
            if kind in wrong:
                wrong[kind] += int(((joined[low] > 0) | (joined[high] < 0)).sum())
        gains += list(results["variance_saved"])
        widths += list(
            (results["adjusted_ci_high"] - results["adjusted_ci_low"])
            / (results["difference_ci_high"] - results["difference_ci_low"])
        )
        mean = truth["difference"].to_numpy().reshape(-1, 4).mean(axis=1)
        effects = effects.loc[[f"p{n}" for n in range(50)]]
        told["pooled"] += list(
            (effects["difference_ci_low"] <= mean) & (mean <= effects["difference_ci_high"])
        )
        told["pooled_share"] += list((effects["measured_low"] <= kept) & (kept <= effects["measured_high"]))
        wrong["pooled"] += int(
            ((effects["difference_ci_low"] > 0) | (effects["difference_ci_high"] < 0)).sum()
        )
        shares += list(effects["measured_share"])
        pooled_count += len(effects)
    figures = {
        **{f"coverage_{name}": float(np.mean(values)) for name, values in told.items()},
        **{f"significant_{name}": count for name, count in wrong.items()},
        "gain": float(np.mean(gains)),
        "width": float(np.mean(widths)),
        "mean_pooled_share": float(np.mean(shares)),
    }
    print(figures)
    for values in told.values():
        assert within(sum(values), len(values), 0.95), figures
    if kept == 0:
        assert within(wrong["plain"], 1000, 0.05), figures
        assert within(wrong["adjusted"], 1000, 0.05), figures
        assert within(wrong["pooled"], pooled_count, 0.05), figures
    error = float(np.std(shares)) / np.sqrt(len(shares))
    assert abs(figures["mean_pooled_share"] - kept) < 3 * error, figures


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_shows_what_runs_what_is_over_and_what_was_learnt(
    followed: tuple[Campaigns, Split], language: Language
):
    made, _ = followed
    rows = {
        mart: tuple(Row(mart, values) for values in made.rows(f"from {mart}_v1 order by all"))
        for mart in ("campaigns", "campaign_results", "offer_effects")
    }
    section = campaigns_section(View(language, read_texts(language), Marts(rows), "metanprom"))
    assert section is not None
    learnt, finished, running = section.blocks
    assert [len(block.table.rows) for block in section.blocks if block.table] == [1, 2, 1]
    told = str(finished.items[0])
    assert "over" in told
    assert ("Ушли" if language == "ru" else "have left") in told
    assert ("29.07.2026" if language == "ru" else "29 July 2026") in str(running.table.rows[0])
    in_table = [re.sub("<.*?>", "", str(row[0])) for row in finished.table.rows]
    assert in_table == ["over", "edited"], "the latest first"
    assert [re.sub("<.*?>", "", str(item)).split(":")[0] for item in finished.items] == in_table
    assert "199" in str(learnt.table.rows[0])
    assert campaigns_section(View(language, read_texts(language), Marts({}), "metanprom")) is None


def test_figures_for_everyone_are_counted_and_rounded_as_declared(followed: tuple[Campaigns, Split]):
    """`tables.yaml` names columns that are there; arms and those who left of them are counted apart."""
    made, arms = followed
    known, words = declared(), words_of({}, [])
    counted: dict[str, dict[frozenset, int]] = {}
    for mart in ("campaigns", "campaign_results", "offer_effects"):
        rows = made.rows(f"from {mart}_v1")
        rounded = {column for rule in known[mart].get("rounded", []) for column in rule["columns"]}
        assert rounded <= set(rows[0]), (mart, rounded - set(rows[0]))
        found = figures_of(mart, rows, known[mart].get("counts", []), words)
        counted[mart] = {figure.population[1]: figure.count for figure in found}
    treated = {("remaining", "true"), ("campaign", "over"), ("arm", "treated")}
    assert counted["campaigns"][frozenset(treated)] == len(arms.treated)
    assert counted["campaigns"][frozenset(treated | {("contacted", "true")})] == 30
    left = {("remaining", "true"), ("followed", "over"), ("arm", "control"), ("left", "true")}
    (row,) = made.rows("from campaign_results_v1 where campaign = 'over'")
    assert counted["campaign_results"][frozenset(left)] == row["control_left_count"]
    assert not counted["offer_effects"]
