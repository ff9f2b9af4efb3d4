"""One row per portfolio × client × model variant: what a model that never saw the client predicts."""

from bank_churn.scoring import out_of_fold_predictions, standing_table
from bank_churn.scoring.settings import TrainingSettings


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    dbt.config(materialized="table", tags=["train"])
    portfolios = dbt.ref("portfolios").df()
    return out_of_fold_predictions(
        sample=dbt.ref("int_churn_model_sample").df(),
        portfolios=portfolios["portfolio"].tolist(),
        settings=TrainingSettings.from_json(dbt.config.meta_get("settings")),
        standing=standing_table(session, dbt.this),
    )
