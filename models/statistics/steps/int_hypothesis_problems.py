"""One row per wrong row of the registry of hypotheses, as a sentence; no row when the registry is right."""

import pandas as pd
from bank_churn.statistics.registry.problems import registry_problems


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table")
    problems = registry_problems(
        registry=dbt.ref("hypotheses").df(),
        labels=dbt.ref("labels").df(),
        attributes=dbt.ref("client_attributes").df(),
        moments=dbt.ref("metric_moments").df(),
    )
    return pd.DataFrame({"sentence": pd.Series(problems, dtype="str")})
