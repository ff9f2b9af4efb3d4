"""Generated months: repeatable, and what their files show is what the truth beside them says."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bank_churn.campaigns.files import write_members
from bank_churn.campaigns.plan import Asked, Plan
from bank_churn.campaigns.split import Member
from bank_churn.cli import main
from bank_churn.demo.months import FIRST_IDS, Contacts, generate_months, month_end
from conftest import csv_rows

MONTHS, ROWS = 6, 400
PORTFOLIOS = tuple(FIRST_IDS)
# What the two layouts call the same columns.
NAMES = {
    "metanprom": {"id": "userid", "score": "score", "age": "Age", "gender": "Gender", "churn": "Churn"},
    "bank_scrooge": {"id": "USERID", "score": "score", "age": "age", "gender": "gender", "churn": "churn"},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("months")
    for portfolio in PORTFOLIOS:
        generate_months(portfolio=portfolio, folder=folder, months=MONTHS, rows=ROWS)
    return folder


def extracts(folder: Path, portfolio: str) -> list[dict[str, dict[str, str]]]:
    """Read every month of a bank: the row of each client id, under names that both banks have."""
    months = []
    for path in sorted((folder / portfolio).iterdir()):
        rows = csv_rows(path)
        names = NAMES[portfolio]
        months.append({row[names["id"]]: {key: row[name] for key, name in names.items()} for row in rows})
        assert len(months[-1]) == len(rows), f"{path.name} holds an id twice"
    return months


def truth(folder: Path, portfolio: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / f"{portfolio}_truth.json").read_text(encoding="utf-8"))
    return facts


def flow(folder: Path, portfolio: str) -> list[dict[str, str]]:
    return csv_rows(folder / f"{portfolio}_truth_flow.csv")


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_the_files_show_the_flow_that_the_truth_tells(folder: Path, portfolio: str) -> None:
    months = extracts(folder, portfolio)
    told = [row for row in flow(folder, portfolio) if row["attribute"] == "all"]
    clients = [{key for key, row in month.items() if row["churn"] == "0"} for month in months]
    seen: set[str] = set()
    for number, row in enumerate(told):
        before, after = clients[number], clients[number + 1]
        seen |= set(months[number])
        left = {key for key in before if months[number + 1].get(key, {}).get("churn") == "1"}
        arrived = after - before
        counted = {
            "at_start": len(before),
            "left_count": len(left),
            "disappeared_count": len(before - set(months[number + 1])),
            "joined_count": len(arrived - seen),
            "returned_count": len(arrived & seen),
            "at_end": len(after),
        }
        assert counted == {key: int(row[key]) for key in counted}, row["period_end"]
    assert len(told) == MONTHS - 1
    assert sum(int(row["returned_count"]) for row in told) > 0, "nobody came back, so returning is not tested"


def test_some_of_those_who_leave_take_money_away_before(folder: Path) -> None:
    months = []
    for path in sorted((folder / "metanprom").iterdir()):
        months.append({row["userid"]: (row["Churn"], row["Balance"]) for row in csv_rows(path)})
    falls: dict[bool, list[bool]] = {True: [], False: []}
    for before, now, after in zip(months, months[1:], months[2:], strict=False):
        for client, (churn, balance) in now.items():
            earlier = before.get(client, ("1", ""))
            if churn == "0" and earlier[0] == "0" and balance and earlier[1] and client in after:
                falls[after[client][0] == "1"].append(float(balance) < 0.8 * float(earlier[1]))
    truth_of_months = truth(folder, "metanprom")
    left, stayed = falls[True], falls[False]
    assert len(left) > 15
    assert abs(sum(left) / len(left) - truth_of_months["draining"]) < 3 * (0.25 / len(left)) ** 0.5
    assert len(stayed) > 500
    assert sum(stayed) / len(stayed) < 0.01, "whoever is away in between leaves later"


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_every_row_of_the_truth_adds_up(folder: Path, portfolio: str) -> None:
    for row in flow(folder, portfolio):
        number = {key: int(value) for key, value in row.items() if value.isdigit()}
        lost = number["left_count"] + number["disappeared_count"] + number["moved_out_count"]
        won = number["joined_count"] + number["returned_count"] + number["moved_in_count"]
        assert number["at_start"] - lost + won == number["at_end"], row


def test_the_second_files_show_the_moves_that_the_truth_tells(folder: Path) -> None:
    """Each client holds as many products as the extract counts, and the planted one is closed more often."""
    names = {"вклад": "deposit", "страховка": "insurance", "кредитная карта": "credit_card"}
    held: list[dict[str, set[str]]] = []
    for extract, second in zip(
        sorted((folder / "metanprom").iterdir()),
        sorted((folder / "metanprom_holdings").iterdir()),
        strict=True,
    ):
        rows = csv_rows(second)
        held.append({})
        for row in rows:
            held[-1].setdefault(row["client_id"], set()).add(row["product"])
        clients = csv_rows(extract)
        assert {row["userid"]: int(row["Products"]) for row in clients} == {
            key: len(products) for key, products in held[-1].items()
        }
        for row in clients:
            assert (row["CreditCard"] == "1") == ("кредитная карта" in held[-1][row["userid"]])
    staying = [
        {key for key, row in month.items() if row["churn"] == "0"} for month in extracts(folder, "metanprom")
    ]
    told = csv_rows(folder / "metanprom_truth_moves.csv")
    dates = truth(folder, "metanprom")["dates"]
    for name, code in names.items():
        for row in (one for one in told if one["product_code"] == code):
            number = dates.index(row["period_start"])
            before, after = (
                {key for key in staying[number + step] if name in held[number + step][key]} for step in (0, 1)
            )
            both = staying[number] & staying[number + 1]
            counted = {
                "at_start": len(before),
                "stayed_with_count": len(before & after),
                "closed_count": len((before - after) & both),
                "left_with_count": len(before - staying[number + 1]),
                "opened_count": len((after - before) & both),
                "joined_with_count": len(after - staying[number]),
                "at_end": len(after),
            }
            assert counted == {key: int(row[key]) for key in counted}, row
    rates: dict[bool, list[float]] = {False: [], True: []}
    for row in told:
        if row["product_code"] == "deposit":
            planted = row["period_end"] >= truth(folder, "metanprom")["closing_on"]
            rates[planted].append(int(row["closed_count"]) / int(row["at_start"]))
    assert max(rates[False]) < 0.06 < max(rates[True])


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_only_the_planted_months_drift_and_break(folder: Path, portfolio: str) -> None:
    months, facts = extracts(folder, portfolio), truth(folder, portfolio)
    first = months[0]
    for number, month in enumerate(months, start=1):
        shared = month.keys() & first.keys()
        lower = {int(float(first[key]["score"])) - int(float(month[key]["score"])) for key in shared}
        assert lower == {facts["drift"] if number >= facts["drift_month"] else 0}
        empty = sum(not row["age"] for row in month.values()) / len(month)
        expected = facts["broken_share"] if number == facts["broken_month"] else 0
        assert empty == pytest.approx(expected, abs=0.1), f"month {number}"
    assert facts["drift_from"] == facts["dates"][facts["drift_month"] - 1]


def test_women_leave_more_often_by_the_factor_told(tmp_path: Path) -> None:
    """Two rates of about 2.4 % and 3.6 % a month on some 2,000 clients and 11 months: ± .3 on their ratio."""
    generate_months(portfolio="metanprom", folder=tmp_path, months=12, rows=2000)
    rows = [row for row in flow(tmp_path, "metanprom") if row["attribute"] == "gender"]
    rates = {}
    for gender in ("female", "male"):
        own = [row for row in rows if row["attribute_value"] == gender]
        rates[gender] = sum(int(row["left_count"]) for row in own) / sum(int(row["at_start"]) for row in own)
    assert rates["female"] / rates["male"] == pytest.approx(
        truth(tmp_path, "metanprom")["women_factor"], abs=0.3
    )


def test_the_same_arguments_give_the_same_files(folder: Path, tmp_path: Path) -> None:
    generate_months(portfolio="metanprom", folder=tmp_path, months=MONTHS, rows=ROWS)
    again = {
        path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()
    }
    assert again == {name: (folder / name).read_bytes() for name in again}
    assert len(again) == 2 * MONTHS + 3


def test_a_second_call_leaves_no_month_of_the_first(tmp_path: Path) -> None:
    generate_months(portfolio="metanprom", folder=tmp_path, months=4, rows=50)
    paths = generate_months(portfolio="metanprom", folder=tmp_path, months=2, rows=50, file_format="parquet")
    assert sorted((tmp_path / "metanprom").iterdir()) == paths


def test_a_month_ends_on_its_last_day() -> None:
    assert [month_end(number, 13) for number in (1, 2, 13)] == [
        date(2025, 1, 31),
        date(2025, 2, 28),
        date(2026, 1, 31),
    ]


@pytest.mark.parametrize("months", [0, 1, 121])
def test_too_few_or_too_many_months_are_refused(months: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=rf"months must be between 2 and 120, not {months}"):
        generate_months(portfolio="metanprom", folder=tmp_path, months=months, rows=10)


def contacted_and_left_alone(folder: Path) -> tuple[list[str], list[str]]:
    """Halves of those who were clients on the third date."""
    ids = sorted(key for key, row in extracts(folder, "metanprom")[2].items() if row["churn"] == "0")
    return ids[::2], ids[1::2]


def test_contacts_keep_the_share_told_and_change_nothing_else(tmp_path: Path) -> None:
    """Some 170 of 1,300 contacted would leave or vanish; of them .6 stay, ± .12 by chance at three errors."""
    alone, kept = tmp_path / "alone", tmp_path / "kept"
    generate_months(portfolio="metanprom", folder=alone, months=7, rows=3000)
    contacted, _ = contacted_and_left_alone(alone)
    campaign = Contacts("calls", contacted, date(2025, 9, 30), date(2025, 12, 29))
    assert truth(alone, "metanprom")["dates"][2] == "2025-09-30"
    generate_months(
        portfolio="metanprom", folder=kept, months=7, rows=3000, contacts=[campaign], kept_share=0.6
    )

    before, after = extracts(alone, "metanprom"), extracts(kept, "metanprom")
    files = [sorted((place / "metanprom").iterdir()) for place in (alone, kept)]
    holdings = [sorted((place / "metanprom_holdings").iterdir()) for place in (alone, kept)]
    for number in range(3):
        assert files[0][number].read_bytes() == files[1][number].read_bytes()
        assert holdings[0][number].read_bytes() == holdings[1][number].read_bytes()
    for left_alone, with_calls in zip(before, after, strict=True):
        others = left_alone.keys() - set(contacted)
        assert {key: left_alone[key] for key in others} == {
            key: row for key, row in with_calls.items() if key not in set(contacted)
        }

    def gone(months: list[dict[str, dict[str, str]]], number: int) -> set[str]:
        return {key for key in contacted if months[number].get(key, {"churn": "1"})["churn"] == "1"}

    # Who vanished and is back by then has not left, so there are somewhat fewer than in the truth.
    would_leave, left = gone(before, 5), gone(after, 5)
    assert left < would_leave
    assert not gone(after, 6) & (would_leave - left), "whom a contact keeps stays"
    assert 1 - len(left) / len(would_leave) == pytest.approx(0.6, abs=0.12)
    (told,) = truth(kept, "metanprom")["campaigns"]
    assert (told["campaign"], told["contacted_count"]) == ("calls", len(contacted))
    assert told["kept_count"] / told["would_leave_count"] == pytest.approx(0.6, abs=0.12)
    assert len(would_leave) <= told["would_leave_count"] <= len(would_leave) * 1.1
    assert truth(alone, "metanprom")["campaigns"] == []


def test_a_contact_keeps_nobody_after_the_campaign(tmp_path: Path) -> None:
    generate_months(portfolio="metanprom", folder=tmp_path / "alone", months=6, rows=800)
    contacted, _ = contacted_and_left_alone(tmp_path / "alone")
    over = Contacts("calls", contacted, date(2025, 10, 31), date(2025, 11, 30))
    generate_months(
        portfolio="metanprom", folder=tmp_path / "all", months=6, rows=800, contacts=[over], kept_share=1.0
    )
    before, after = extracts(tmp_path / "alone", "metanprom"), extracts(tmp_path / "all", "metanprom")
    assert truth(tmp_path / "all", "metanprom")["dates"][2:4] == ["2025-10-31", "2025-11-30"]
    late = {key for key in contacted if before[3].get(key, {}).get("churn") == "0" and key in before[5]}
    assert late, "nobody outlives the campaign"
    assert {key: before[5][key] for key in late} == {key: after[5][key] for key in late}
    assert all(after[3].get(key, {}).get("churn") == "0" for key in contacted)


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Call the command line."""
    monkeypatch.setattr(sys, "argv", ["bank_churn", *arguments])
    return main()


def test_the_command_keeps_those_whom_plans_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANK_CHURN_CAMPAIGNS", str(tmp_path / "campaigns"))
    asked = ["demo", "--months", "6", "--rows", "400", "--portfolio", "metanprom", "--output", str(tmp_path)]
    assert called(monkeypatch, *asked, "--kept-share", "1") == 1, "no campaign is planned"
    assert not (tmp_path / "months").exists()
    assert called(monkeypatch, "demo", "--kept-share", "1") == 2
    assert called(monkeypatch, *asked, "--kept-share", "1.5") == 1

    generate_months(portfolio="metanprom", folder=tmp_path / "months", months=6, rows=400)
    contacted, control = contacted_and_left_alone(tmp_path / "months")
    place = tmp_path / "campaigns/calls"
    place.mkdir(parents=True)
    asked_for = Asked(campaign="calls", portfolio="metanprom", offer="call", top=400)
    (place / "plan.toml").write_text(
        Plan(
            asked_for, "2025-10-31", "2026-01-29", 300, 0.1, 0.1, "months", 1, 1, 0, 0, 0, None, None, {}
        ).text()
    )
    members = [Member(f"key{one}", one, "low", 0.1, 1.0) for one in contacted]
    write_members(place / "treated.csv", members)
    write_members(place / "control.csv", [Member(f"key{one}", one, "low", 0.1, 1.0) for one in control])
    assert called(monkeypatch, *asked, "--kept-share", "1") == 0
    (told,) = truth(tmp_path / "months", "metanprom")["campaigns"]
    assert told["contacted_count"] == len(contacted)
    assert told["kept_count"] == told["would_leave_count"] > 0
    last = extracts(tmp_path / "months", "metanprom")[5]
    assert all(last.get(one, {}).get("churn") == "0" for one in contacted)
    assert any(last.get(one, {}).get("churn") != "0" for one in control)

    reached = contacted[: len(contacted) // 2]
    (place / "contacted.csv").write_text(
        "client_id;contacted_on\n" + "".join(f"{one};05.11.2025\n" for one in reached)
    )
    assert called(monkeypatch, *asked, "--kept-share", "1") == 0
    assert truth(tmp_path / "months", "metanprom")["campaigns"][0]["contacted_count"] == len(reached)
