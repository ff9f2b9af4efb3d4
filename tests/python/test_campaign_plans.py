"""Planning campaigns: what they can show, one split for ever, nothing half written, nobody in two arms."""

from __future__ import annotations

import hashlib
import os
import random
import stat
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from bank_churn.campaigns import files, planning
from bank_churn.campaigns.outcomes import outcome
from bank_churn.campaigns.plan import Asked, Plan, read_plans
from bank_churn.campaigns.planning import WhatIf, plan_campaign
from bank_churn.campaigns.power import Wave, smallest_kept_share, waves_needed
from bank_churn.campaigns.split import Member, split
from bank_churn.erasing.erase import campaign_files, lines_without
from bank_churn.errors import BankChurnError
from conftest import csv_rows
from openpyxl import load_workbook

BANDS = ("low", "medium", "high", "very_high")
CLIENTS = 600
FACTS: dict[str, Any] = {
    "sheets": [
        {
            "mart": "retention_list",
            "ru": "Кого удерживать",
            "en": "Whom to retain",
            "columns": ["client_id", "offer_label"],
            "sort": ["priority"],
        }
    ],
    "labels": {"labels": [], "column_labels": []},
    "published_at": "2026-02-01T00:00:00+00:00",
    "built_at": "2026-02-01T00:00:00+00:00",
    "publication_id": "20260201T000000",
    "project_version": "0",
    "passed_test_count": 1,
    "warned_test_count": 0,
    "min_group_size": 10,
    "sources": [],
}


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A publication with a retention list of one bank; `campaigns` goes beside it."""
    folder = tmp_path / "published"
    folder.mkdir()
    with duckdb.connect(str(folder / "bank_churn.duckdb")) as connection:
        connection.execute(
            "create table portfolios as select 'volga' as portfolio, '' as additional_attributes"
        )
        connection.execute(
            "create table recommendations as select 'volga' as portfolio,"
            " unnest(['supported', 'unsupported']) as recommendation_id,"
            " recommendation_id = 'supported' as is_supported"
        )
        connection.execute(
            "create table target_groups as select 'volga' as portfolio, 'rybinsk' as group_code,"
            " 'Рыбинск' as name_ru, 'Rybinsk' as name_en,"
            " 'city = ''Рыбинск''' as rule_sql"
        )
    with duckdb.connect(str(folder / "bank_churn_clients.duckdb")) as connection:
        connection.execute(
            f"""create table retention_list as select 'volga' as portfolio, md5('k' || n) as client_key,
            'id' || n as client_id, n as priority, if(n % 3 = 0, 'Рыбинск', 'Ярославль') as city,
            if(n % 10 = 0, 'letter', 'call') as offer, 'Звонок' as offer_label_ru, 'A call' as offer_label_en,
            {list(BANDS)}[1 + n % 4] as risk_band, 1e-1 + 2e-1 * (n % 4) as churn_probability,
            1e3 + n as counted_value, 3e2 as contact_cost, 1e-1 as kept_share
            from range(1, {CLIENTS + 1}) as numbers(n)"""
        )
        connection.execute(
            "create table clients as select client_key, portfolio, false as is_churned, 40 as age,"
            " date '2026-01-31' as snapshot_date, null as additional_attributes from retention_list"
        )
        connection.execute(
            "create table client_churn_scores as select client_key, churn_probability from retention_list"
        )
    monkeypatch.setattr(planning, "current_publication", lambda published: "20260201T000000")
    monkeypatch.setattr(planning, "read_facts", lambda published, publication: FACTS)
    monkeypatch.setattr(planning, "project_vars", lambda results: {"contact_pause_days": 90})
    monkeypatch.chdir(seeds(tmp_path / "project"))
    monkeypatch.delenv("BANK_CHURN_DO_NOT_CONTACT", raising=False)
    monkeypatch.setenv("BANK_CHURN_CAMPAIGNS", str(tmp_path / "campaigns"))
    return folder


def seeds(project: Path) -> Path:
    """Offers: a call for everybody, one for Rybinsk, one whose recommendation is not borne out."""
    (project / "seeds").mkdir(parents=True)
    (project / "seeds/offers.csv").write_text(
        "offer_code,label_ru,label_en,recommendation_id,contact_cost,kept_share\n"
        "call,Звонок,A call,,300,0.2\nbranch_call,Звонит филиал,A branch calls,supported,,\n"
        "none_fits,Ничего,Nothing,,0,0\n"
        "package,Пакет,A package,unsupported,50,\nmatch,Пара,A match,,50,\n",
        encoding="utf-8",
    )
    (project / "seeds/offer_rules.csv").write_text(
        "offer_code,attribute,allowed_values\nbranch_call,city,Рыбинск|Углич\nmatch,horoscope,lion\n",
        encoding="utf-8",
    )
    (project / "dbt_project.yml").write_text(
        "vars: {contact_cost: 400, retention_effectiveness: 0.1, contact_pause_days: 90}\n", encoding="utf-8"
    )
    return project


def asked(campaign: str = "march", **further: Any) -> Asked:
    return Asked(**{"campaign": campaign, "portfolio": "volga", "offer": "call", "top": 400, **further})


def plan(published: Path, one: Asked, what_if: WhatIf | None = None) -> list[str]:
    folder = published.parent / "campaigns"
    return list(plan_campaign(one, published=published, folder=folder, language="en", what_if=what_if))


def rows(place: Path, name: str) -> list[dict[str, str]]:
    return csv_rows(place / name)


def members(count: int, seed: int = 1) -> list[Member]:
    draw = random.Random(seed)
    return [Member(f"k{n}", f"id{n}", draw.choice(BANDS), 0.2, 100.0) for n in range(count)]


def state(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_a_split_is_the_same_in_any_order_and_whole_within_bands():
    people = members(1003)
    arms = split("march", people, 0.2)
    shuffled = random.Random(5).sample(people, len(people))
    again = split("march", shuffled, 0.2)
    assert {one.client_key for one in again.control} == {one.client_key for one in arms.control}
    assert again.thresholds == arms.thresholds
    assert len(arms.control) == 201
    assert len(arms.treated) == 802
    for band in BANDS:
        there = sum(one.risk_band == band for one in people)
        control = sum(one.risk_band == band for one in arms.control)
        assert abs(control - 0.2 * there) < 1
    other = split("april", people, 0.2)
    shared = {one.client_key for one in arms.control} & {one.client_key for one in other.control}
    assert 15 < len(shared) < 70, "another campaign draws anew: about 40 of 201"


def test_whoever_reads_one_row_can_tell_its_arm():
    people = members(400)
    arms = split("march", people, 0.3)
    for one in people:
        token = hashlib.md5(f"march|{one.client_key}".encode(), usedforsecurity=False).hexdigest()
        assert (token <= arms.thresholds[one.risk_band]) == (one in arms.control)
        assert token not in arms.thresholds.values(), "a threshold would tell of a client who was erased"


def test_arms_are_random_in_what_is_not_looked_at():
    """Over a thousand campaigns a client is as often in the control group as its share says."""
    people = members(50)
    times = dict.fromkeys((one.client_key for one in people), 0)
    for number in range(1000):
        for one in split(f"c{number}", people, 0.2).control:
            times[one.client_key] += 1
    assert np.mean(list(times.values())) == 200
    assert all(abs(count - 200) < 5 * np.sqrt(160) for count in times.values())


def test_power_is_that_of_simulated_campaigns():
    """At the smallest share that a campaign shows, four of five simulated ones are significant."""
    wave = Wave(1600, 400, 0.3)
    share = smallest_kept_share([wave])
    assert share is not None
    rng = np.random.default_rng(2)
    left = rng.binomial([wave.treated], wave.leaving * (1 - share), 20_000) / wave.treated
    alone = rng.binomial([wave.control], wave.leaving, 20_000) / wave.control
    error = np.sqrt(left * (1 - left) / wave.treated + alone * (1 - alone) / wave.control)
    assert np.mean((alone - left) / error > 1.959964) == pytest.approx(0.8, abs=0.02)
    needed = waves_needed(wave, share / 3)
    pooled = smallest_kept_share([wave] * needed) if needed else None
    assert needed
    assert 7 <= needed <= 11
    assert pooled is not None
    assert pooled <= share / 3 * 1.001
    assert smallest_kept_share([Wave(20, 10, 0.05)]) is None


def test_a_plan_is_written_whole_and_privately(published: Path):
    told = plan(published, asked())
    place = published.parent / "campaigns/march"
    assert sorted(path.name for path in place.iterdir()) == [
        "control.csv",
        "plan.toml",
        "treated.csv",
        "treated.xlsx",
    ]
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()} == {0o600}
    found = Plan.read(place / "plan.toml")
    assert (found.treated_count, found.control_count) == (320, 80)
    assert (found.starts_on, found.ends_on, found.expected_from) == ("2026-01-31", "2026-05-01", "model")
    treated, control = rows(place, "treated.csv"), rows(place, "control.csv")
    assert len(treated) == 320
    assert len(control) == 80
    keys = [row["client_key"] for row in treated + control]
    assert len(set(keys)) == 400
    assert {row["client_id"] for row in treated + control} == {f"id{n}" for n in range(1, 401)}
    sheet = load_workbook(place / "treated.xlsx")["Whom to retain"]
    listed = {str(row[0].value) for row in sheet.iter_rows(min_row=2)}
    assert {row["client_id"] for row in treated} <= listed
    assert not {row["client_id"] for row in control} & listed
    assert any("By itself it shows" in line for line in told)
    assert any("about" in line and "campaigns of this size are needed" in line for line in told)
    assert [one.asked.campaign for one in read_plans(published.parent / "campaigns")] == ["march"]


def test_a_repeated_command_changes_nothing_and_another_one_is_refused(published: Path):
    plan(published, asked())
    folder = published.parent / "campaigns"
    before = state(folder)
    assert "nothing was changed" in plan(published, asked())[0]
    for other in (
        asked(control_share=0.3),
        asked(top=300),
        asked(horizon_days=60),
        asked(starts_on="2026-02-01"),
    ):
        with pytest.raises(BankChurnError, match="planned otherwise"):
            plan(published, other)
    assert state(folder) == before


def test_the_same_command_gives_the_same_split_where_nothing_is_planned(published: Path):
    plan(published, asked())
    folder = published.parent / "campaigns"
    before = {name: text for name, text in state(folder).items() if not name.endswith(".xlsx")}
    for path in (folder / "march").iterdir():
        path.unlink()
    (folder / "march").rmdir()
    plan(published, asked())
    assert {name: text for name, text in state(folder).items() if not name.endswith(".xlsx")} == before


@pytest.mark.parametrize("step", ["write_members", "sync", "rename"])
def test_an_interrupted_plan_leaves_nothing_and_can_be_made_again(
    published: Path, monkeypatch: pytest.MonkeyPatch, step: str
):
    def killed(*arguments: Any, **further: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os if step == "rename" else files, step, killed)
        with pytest.raises(KeyboardInterrupt):
            plan(published, asked())
    folder = published.parent / "campaigns"
    assert state(folder) == {}
    (folder / ".unfinished-1").mkdir()  # of a command that was killed without a chance to tidy up
    (folder / ".unfinished-1/treated.csv").touch()
    assert read_plans(folder) == []
    plan(published, asked())
    assert sorted(path.name for path in folder.iterdir()) == [".lock", "march"]


def test_edited_arms_are_told(published: Path):
    plan(published, asked())
    place = published.parent / "campaigns/march"
    line = (place / "treated.csv").read_text(encoding="utf-8").splitlines()[1]
    with (place / "control.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(BankChurnError, match="1 clients stand in both"):
        plan(published, asked())
    (place / "plan.toml").write_text("nothing", encoding="utf-8")
    with pytest.raises(BankChurnError, match="no plan of a campaign any more"):
        plan(published, asked("april"))


def test_nobody_is_in_two_running_campaigns_or_called_too_often(
    published: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    plan(published, asked(top=200))
    listed = tmp_path / "held_back.csv"
    listed.write_text(
        "portfolio,client_id,contacted_on\nvolga,id301,\nvolga,id302,2026-02-20\nvolga,id303,2025-10-01\nother,id304,\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("BANK_CHURN_DO_NOT_CONTACT", str(listed))
    told = plan(published, asked("april", top=0, starts_on="2026-03-01"))
    first, second = (published.parent / "campaigns" / name for name in ("march", "april"))
    keys = [
        {row["client_key"] for name in ("treated.csv", "control.csv") for row in rows(place, name)}
        for place in (first, second)
    ]
    assert not keys[0] & keys[1]
    ids = {row["client_id"] for name in ("treated.csv", "control.csv") for row in rows(second, name)}
    assert not ids & {"id301", "id302"}
    assert {"id303", "id304"} <= ids
    found = Plan.read(second / "plan.toml")
    assert (found.in_other_campaigns, found.contacted_recently, found.do_not_contact) == (200, 1, 1)
    assert found.smallest_kept_share is None or found.smallest_kept_share_pooled < found.smallest_kept_share
    assert any("200 in a running campaign" in line for line in told)
    # After the horizon the control group may be contacted, those called late may not.
    (first / "contacted.csv").write_text(
        "client_id;contacted_on\n" + f"{rows(first, 'treated.csv')[0]['client_id']};20.04.2026\n",
        encoding="utf-8",
    )
    plan(published, asked("june", top=0, starts_on="2026-06-05"))
    last = Plan.read(published.parent / "campaigns/june/plan.toml")
    assert (last.in_other_campaigns, last.contacted_recently, last.do_not_contact) == (0, 1, 1)


def test_groups_offers_and_budgets_choose(published: Path):
    plan(published, asked("rybinsk", top=0, group="rybinsk"))
    campaigns = published.parent / "campaigns"
    found = Plan.read(campaigns / "rybinsk/plan.toml")
    assert found.treated_count + found.control_count == CLIENTS / 3
    assert (found.contact_cost, found.assumed_kept_share) == (300.0, 0.1), (
        "the list knows better than the seed"
    )
    plan(published, asked("cheap", top=0, budget=30_000.0, contact_cost=250.0, starts_on="2026-07-01"))
    found = Plan.read(campaigns / "cheap/plan.toml")
    assert (found.treated_count, found.contact_cost) == (120, 250.0)
    plan(published, asked("branch", top=0, offer="branch_call", starts_on="2027-07-01"))
    found = Plan.read(campaigns / "branch/plan.toml")
    assert found.treated_count + found.control_count == CLIENTS / 3, "it is for Rybinsk"
    assert (found.contact_cost, found.assumed_kept_share) == (400.0, 0.1)


def test_a_list_that_is_shorter_than_asked_is_told(published: Path):
    said = plan(published, asked("long", top=5000), WhatIf())
    assert any(
        f"The list has no more than {CLIENTS}" in line and "the 5,000 asked for" in line for line in said
    )
    assert not any("The list has" in line for line in plan(published, asked("short"), WhatIf()))
    assert not any("The list has" in line for line in plan(published, asked("all", top=0), WhatIf()))


def test_nobody_left_to_plan_for_says_who_was_left_out(published: Path):
    plan(published, asked("everybody", top=0))
    with pytest.raises(BankChurnError, match=f"left alone; .* {CLIENTS} in a running campaign"):
        plan(published, asked("once_more", top=0))


@pytest.mark.parametrize(("measured", "planned"), [(0.04, 0.04), (-0.02, 0.0), (None, 0.2)])
def test_an_offer_that_the_list_proposes_to_nobody_is_planned_with_what_campaigns_measured(
    published: Path, measured: float | None, planned: float
):
    """The guess of the seed, .2, counts only where nothing is measured, or what is measured is hidden."""
    with duckdb.connect(str(published / "bank_churn.duckdb")) as connection:
        connection.execute(
            "create table offer_effects as select 'volga' as portfolio, 'call' as offer, true as is_measured,"
            " $measured::double as kept_share union all by name select 'don' as portfolio, 'call' as offer,"
            " true as is_measured, 0.9 as kept_share union all by name select 'volga' as portfolio,"
            " 'match' as offer, false as is_measured, 0.9 as kept_share",
            {"measured": measured},
        )
    with duckdb.connect(str(published / "bank_churn_clients.duckdb")) as connection:
        connection.execute("update retention_list set offer = 'letter'")
    plan(published, asked("unwanted"))
    found = Plan.read(published.parent / "campaigns/unwanted/plan.toml")
    assert found.assumed_kept_share == planned


def test_only_tried_nothing_is_written(published: Path):
    told = plan(published, asked(), WhatIf(costs=(100.0, 300.0), kept_shares=(0.1, 0.2), capacities=(100,)))
    table = [line.split() for line in told if line.strip()[:3].isdigit()]
    assert [line[:4] for line in table] == [
        ["100", "25", cost, kept] for cost in ("100", "300") for kept in ("10%", "20%")
    ]
    assert not (published.parent / "campaigns").exists()
    people = [Member(str(n), str(n), "high", 0.2 if n % 2 else 0.6, 1000.0) for n in range(100)]
    one = outcome(people, control_share=0.2, leaving=0.4, cost=10.0, kept_share=0.5)
    assert (one.contacts, one.kept) == (80, 16.0)
    assert one.value == pytest.approx(16_000)
    assert one.net == pytest.approx(16_000 - 800)


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"campaign": "March!"}, "cannot name a campaign"),
        ({"control_share": 0.0}, "--control is 0.0"),
        ({"horizon_days": 0}, "--horizon-days is 0"),
        ({"top": 10, "budget": 5.0}, "either --top or --budget"),
        ({"starts_on": "spring"}, "must be a day"),
        ({"offer": "bribe"}, "no offer bribe; there are branch_call, call, match, package"),
        ({"offer": "package"}, "recommendation it rests on, unsupported, is not borne out"),
        ({"offer": "match"}, "by horoscope, which the publication does not have"),
        ({"group": "moscow"}, "no target group moscow"),
        ({"portfolio": "oka"}, "no portfolio oka"),
        ({"offer": "none_fits"}, "There is no offer none_fits; there are branch_call, call, match, package."),
        ({"top": 40}, "each must be at least 10. Left out: 0 asked not to be contacted"),
    ],
)
def test_what_cannot_be_planned_is_a_sentence(published: Path, wanted: dict[str, Any], sentence: str):
    with pytest.raises(BankChurnError, match=sentence):
        plan(published, asked(**wanted))
    assert not (published.parent / "campaigns/march").exists()


def test_erasing_a_client_reaches_the_campaigns_of_its_bank(published: Path):
    plan(published, asked())
    place = published.parent / "campaigns/march"
    row = rows(place, "treated.csv")[0]
    for path in campaign_files("volga"):
        lines_without(path, {row["client_id"], row["client_key"]})
    assert len(rows(place, "treated.csv")) == 319
    assert not any(row["client_key"].encode() in path.read_bytes() for path in place.iterdir())
    assert not (place / "treated.xlsx").exists()
    assert campaign_files("oka") == []
