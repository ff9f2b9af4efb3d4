"""One row per bin, score or fact of every portfolio's churn model, in one typed table."""

from bank_churn.scoring import fitted_models, standing_table
from bank_churn.scoring.settings import TrainingSettings


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table", tags=["train"])
    portfolios = dbt.ref("portfolios").df()
    return fitted_models(
        sample=dbt.ref("int_churn_model_sample").df(),
        portfolios=portfolios["portfolio"].tolist(),
        settings=TrainingSettings.from_json(dbt.config.meta_get("settings")),
        standing=standing_table(session, dbt.this),
    )
