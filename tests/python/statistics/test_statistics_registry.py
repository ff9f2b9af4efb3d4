"""A wrong row of the registry is one sentence that names the row, the column, the value and the cure."""

from dataclasses import replace

import pandas as pd
import pytest
from bank_churn.statistics.registry.checks import validate_registry
from bank_churn.statistics.registry.hypotheses import RegistryError, read_registry
from raw_clients import KNOWN_ATTRIBUTES

pytest_plugins = ["made_up_portfolios"]

KNOWN = pd.DataFrame(
    [
        ("gender", "female"),
        ("gender", "male"),
        ("gender", None),
        ("product_count", "1"),
        ("product_count", "unknown"),
    ],
    columns=["group_attribute", "group_value"],
)
GOOD = {
    "hypothesis_id": "X1",
    "statement_ru": "Вопрос?",
    "statement_en": "Question?",
    "metric": "is_churned",
    "group_attribute": "gender",
    "group_a": "female",
    "group_b": "male",
    "filter": None,
    "kind": "proportion",
    "primary_test": "two_proportions",
    "equivalence_margin": None,
    "stratify_by": None,
    "source": "here",
}


def registry(**changes):
    return pd.DataFrame([GOOD | changes])


def test_the_seed_itself_is_valid(seeds):
    labels = seeds["labels"].query("kind == 'group_value'")
    known = labels[["name", "value"]].set_axis(["group_attribute", "group_value"], axis=1)
    validate_registry(seeds["hypotheses"], known_groups=known, attributes=KNOWN_ATTRIBUTES)
    assert [h.hypothesis_id for h in read_registry(seeds["hypotheses"], KNOWN_ATTRIBUTES)] == [
        f"H{i:02d}" for i in range(1, 21)
    ]


def test_a_good_row_passes():
    validate_registry(registry(), known_groups=KNOWN, attributes=KNOWN_ATTRIBUTES)
    validate_registry(registry(group_b="rest"), known_groups=KNOWN, attributes=KNOWN_ATTRIBUTES)
    of_a_bank = pd.DataFrame([("education", "school"), ("education", "college")], columns=KNOWN.columns)
    question = registry(group_attribute="education", group_a="school", group_b="college")
    own = replace(KNOWN_ATTRIBUTES, groups=(*KNOWN_ATTRIBUTES.groups, "education"))
    validate_registry(question, known_groups=pd.concat([KNOWN, of_a_bank]), attributes=own)
    validate_registry(registry(filter=" product_count = 1 "), known_groups=KNOWN, attributes=KNOWN_ATTRIBUTES)


WRONG = [
    ({"metric": "income"}, "metric 'income' is not one of is_churned"),
    ({"group_attribute": "region"}, "group_attribute 'region' is not one of is_churned"),
    ({"kind": "median"}, "kind 'median' is not one of mean, proportion, distribution, association"),
    ({"primary_test": "t_test"}, "primary_test 't_test' is not one of welch_t"),
    ({"primary_test": "welch_t"}, "primary_test 'welch_t' does not go with kind proportion"),
    ({"metric": "age"}, "metric 'age' has no share"),
    ({"kind": "mean", "primary_test": "welch_t"}, "metric 'is_churned' is yes/no"),
    (
        {"kind": "association", "primary_test": "chi_square", "metric": "balance", "group_b": None},
        "metric 'balance' has too many values",
    ),
    ({"metric": "is_active", "group_attribute": "is_active"}, "group_attribute 'is_active' is the metric"),
    ({"statement_ru": "  "}, "statement_ru '' is empty"),
    ({"statement_en": None}, "statement_en '' is empty"),
    ({"group_a": None}, "group_a '' is empty"),
    ({"group_b": None}, "group_b '' is empty"),
    ({"group_a": "all"}, "group_a 'all' must be a value"),
    ({"group_b": "rest|male"}, "group_b 'rest|male' must be a value"),
    ({"group_b": "female|male"}, "group_b 'female|male' shares a value with group_a"),
    ({"group_a": "femal"}, "group_a 'femal' names 'femal', unknown in every portfolio; known: female, male"),
    ({"group_b": "male|none"}, "group_b 'male|none' names 'none', unknown in every portfolio"),
    (
        {"kind": "association", "primary_test": "chi_square", "group_a": "all"},
        "group_b 'male' must be empty for chi_square",
    ),
    (
        {"kind": "association", "primary_test": "chi_square", "group_b": None},
        "group_a 'female' must be all or at least two values",
    ),
    ({"equivalence_margin": "two"}, "equivalence_margin 'two' is not a number above 0"),
    ({"equivalence_margin": -1}, "equivalence_margin '-1' is not a number above 0"),
    ({"equivalence_margin": float("inf")}, "equivalence_margin 'inf' is not a number above 0"),
    (
        {
            "equivalence_margin": 2,
            "kind": "distribution",
            "metric": "age",
            "primary_test": "mann_whitney",
        },
        "equivalence_margin '2' is only for welch_t and two_proportions",
    ),
    ({"stratify_by": "region"}, "stratify_by 'region' is not one of is_churned"),
    ({"stratify_by": "gender"}, "stratify_by 'gender' is the group attribute or the metric itself"),
    (
        {"stratify_by": "city", "kind": "mean", "metric": "age", "primary_test": "welch_t"},
        "stratify_by 'city' is only for two_proportions",
    ),
    ({"filter": "active"}, "filter 'active' is not of the form attribute=value"),
    ({"filter": "=true"}, "filter '=true' is not of the form attribute=value"),
    ({"filter": "is_active="}, "filter 'is_active=' is not of the form attribute=value"),
    (
        {"filter": "region=1"},
        "filter 'region=1' names 'region', which is not one of is_churned, product_count, city",
    ),
    (
        {"filter": "product_count=7"},
        "filter 'product_count=7' names '7', unknown in every portfolio; known: 1",
    ),
    (
        {"filter": "product_count=unknown"},
        "filter 'product_count=unknown' names 'unknown', unknown in every portfolio; known: 1",
    ),
    ({"filter": "gender=male"}, "filter 'gender=male' names the group attribute or the metric itself"),
    (
        {"filter": "is_churned=true"},
        "filter 'is_churned=true' names the group attribute or the metric itself",
    ),
    (
        {"filter": "product_count=1", "stratify_by": "city"},
        "filter 'product_count=1' does not go with stratify_by",
    ),
    (
        {
            "filter": "product_count=1",
            "kind": "association",
            "primary_test": "chi_square",
            "metric": "age",
            "group_a": "all",
            "group_b": None,
        },
        "filter 'product_count=1' with kind association needs a yes/no metric, "
        "one of is_churned, is_active, has_credit_card, balance_missing.",
    ),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
def test_wrong_row_is_named(changes, message):
    with pytest.raises(RegistryError) as caught:
        validate_registry(registry(**changes), known_groups=KNOWN, attributes=KNOWN_ATTRIBUTES)
    assert str(caught.value).startswith(f"hypotheses, row X1: {message}")
    assert str(caught.value).endswith(".")


def test_duplicate_and_empty_ids():
    with pytest.raises(RegistryError, match="row X1: hypothesis_id 'X1' occurs more than once"):
        validate_registry(pd.concat([registry(), registry()]), attributes=KNOWN_ATTRIBUTES)
    with pytest.raises(RegistryError, match="row number 1: hypothesis_id is empty"):
        validate_registry(registry(hypothesis_id=None), attributes=KNOWN_ATTRIBUTES)


def test_missing_column():
    with pytest.raises(RegistryError, match="column source is missing"):
        validate_registry(registry().drop(columns="source"), attributes=KNOWN_ATTRIBUTES)
