"""What tells who left: where it is left out, and where it is told of before anybody believes a figure."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bank_churn.new_portfolio.columns import Column
from bank_churn.new_portfolio.leaks import FEWEST, area_under_curve, tells_churn, told_by_name
from bank_churn.publishing.doubts import doubts
from conftest import run_build
from extracts import HEADER, good_row, to_line, write_lines
from sklearn.metrics import roc_auc_score


def column(name: str, cells: list[str | None]) -> Column:
    return Column(name, tuple(cell for cell in cells if cell is not None), len(cells), tuple(cells))


@pytest.mark.parametrize(
    "name",
    [
        "closed_on",
        "exit_reason",
        "ChurnScore",
        "Cancellation Date",
        "Причина",
        "дата закрытия",
        "leaving_code",
    ],
)
def test_a_name_tells_what_is_known_only_after_leaving(name: str):
    assert told_by_name(column(name, ["x"]))


@pytest.mark.parametrize("name", ["tenure", "clothing", "Contract", "вид вклада"])
def test_other_names_tell_nothing(name: str):
    assert not told_by_name(column(name, ["x"]))


def test_what_repeats_churn_is_told_from_what_goes_with_it():
    """At and around the bounds: V of .98, an area of .995, thirty rows."""
    flags: list[bool | None] = [number % 4 == 0 for number in range(400)]
    three, four = (
        column("state", ["ab"[flag == (number < wrong)] for number, flag in enumerate(flags)])
        for wrong in (3, 4)
    )
    assert "Cramér's V 0.98" in tells_churn(three, flags)  # .9801
    assert tells_churn(four, flags) == ""  # .9736
    filled = column("code", [str(number) if flag else None for number, flag in enumerate(flags)])
    assert "filled for those who left only" in tells_churn(filled, flags)
    assert (
        tells_churn(column("state", ["ab"[flag] for flag in flags[: FEWEST - 1]]), flags[: FEWEST - 1]) == ""
    )
    assert tells_churn(column("state", ["ab"[flag] for flag in flags[:FEWEST]]), flags[:FEWEST])


@pytest.mark.parametrize(("overlap", "is_told"), [(39, True), (40, False)])
def test_a_number_that_parts_leavers_from_others_is_told(overlap: int, is_told: bool):
    flags = [number < 400 for number in range(800)]
    numbers = [number + overlap * (number < 400) for number in range(800)]
    area = roc_auc_score(flags, [-number for number in numbers])
    assert area_under_curve(list(zip(map(str, numbers), flags, strict=True))) == pytest.approx(area)
    assert (area > 0.995) == is_told
    assert bool(tells_churn(column("points", [str(number) for number in numbers]), flags)) == is_told


def publication(path: Path, area: float) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""create table data_quality (
                portfolio text, kind text, description_ru text, description_en text,
                what_to_do_ru text, what_to_do_en text
            );
            insert into data_quality values
                ('a', 'warning', 'Признак говорит', 'It tells', 'Уберите.', 'Leave it out.'),
                ('a', 'observation', 'Нет баланса', 'No balance', '', '');
            create table churn_model_quality as select * from (values
                ('a', 'out_of_fold', 'ebm', {area}), ('b', 'out_of_fold', 'logistic_regression', 1.0),
                ('b', 'training', 'ebm', 1.0), ('b', 'out_of_fold', 'ebm', null)
            ) as rows (portfolio, evaluation, model_variant, roc_auc)"""
        )
    return path


def test_the_closing_block_doubts_what_is_too_good(tmp_path: Path):
    path = publication(tmp_path / "good.duckdb", 0.995)
    assert doubts(path, "en") == [
        "a: It tells. Leave it out.",
        "a: the model is nearly always right (area under the ROC curve 0.995): most likely it was shown what"
        " is known only after a client left.",
    ]
    told = doubts(path, "ru")
    assert told[0] == "a: Признак говорит. Уберите."
    assert "модель угадывает почти всех (площадь под ROC-кривой 0.995)" in told[1]
    assert len(doubts(publication(tmp_path / "fair.duckdb", 0.9949), "en")) == 1


@pytest.mark.slow
def test_a_leak_is_told_of_everywhere(tmp_path: Path):
    """Metanprom's layout, where Loyalty is 1 for those who stayed: a column of ours that repeats churn."""
    rows = [good_row(number) for number in range(900)]
    lines = [to_line({**row, "Loyalty": str(1 - int(row["Churn"]))}) for row in rows]
    build = run_build(
        tmp_path,
        metanprom=write_lines(tmp_path / "leak.csv", lines, HEADER),
        databases_only=False,
        variables={"DOCS_LANGUAGE": "en"},
    )
    assert build.code == 0, build.stdout + build.stderr
    assert build.query_published(
        "select check_name, column_name, row_count, share from data_quality where kind = 'warning'"
    ) == [("is_active_tells_churn", "is_active", 900, 1.0)]
    assert "alone tells who left" in build.stdout
    assert "the model is nearly always right" in build.stdout
    for language, told in (
        ("en", "Do not believe these figures yet"),
        ("ru", "Этим цифрам пока нельзя верить"),
    ):
        html = (build.published / f"dashboard.{language}.html").read_text(encoding="utf-8")
        assert html.index(told) > 0
