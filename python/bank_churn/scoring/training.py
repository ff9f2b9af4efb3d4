"""The training jobs of the build: the models that score clients, and predictions to judge them by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.errors import BankChurnError
from bank_churn.scoring.certainty import jackknife_variance, standard_errors
from bank_churn.scoring.cross_fitting import CrossFit, cross_fit
from bank_churn.scoring.fitting import baseline_of, baseline_predictions
from bank_churn.scoring.folder import read_model
from bank_churn.scoring.glass_box import Floats, logistic, mean_of
from bank_churn.scoring.sample import TrainingSample, split_portfolios
from bank_churn.scoring.settings import TrainingSettings
from bank_churn.scoring.tables import COLUMNS, Row, metadata_rows, model_table, to_table

PREDICTION_COLUMNS = {
    "portfolio": "str",
    "client_key": "str",
    "client_id": "str",
    "fingerprint": "str",
    "fold": "Int64",
    "evaluation": "str",
    "model_variant": "str",
    "is_churned": "boolean",
    "predicted_probability": "float64",
}


def fitted_models(
    *,
    sample: pd.DataFrame,
    portfolios: Sequence[str],
    settings: TrainingSettings,
    standing: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Train the models of every portfolio, or read the exported one, or keep the standing ones.

    A portfolio that cannot be modelled has a reason instead of a model. A standing model of the same rows and
    settings is the model that training would give, so it is kept.

    Args:
        sample: `int_churn_model_sample`; `fold` keeps the rows of one source client together.
        portfolios: The portfolios that have clients.
        settings: Settings of the training.
        standing: `int_churn_model_fitted` as the previous build left it.

    Returns:
        Columns: `tables.COLUMNS`. A row of kind problem is a sentence to stop the build with.
    """
    if settings.folder:
        try:
            return read_model(settings.folder, list(portfolios))
        except BankChurnError as error:
            return to_table([{"kind": "problem", "value": str(error)}])
    samples = list(split_portfolios(sample, list(portfolios), settings))
    kept = {
        one.portfolio: standing_rows(standing, one.portfolio, one.fingerprint, list(COLUMNS))
        for one in samples
    }
    fits = cross_fit([one for one in samples if kept[one.portfolio] is None], "ebm", settings)
    tables = []
    for one in samples:
        table = kept[one.portfolio]
        if table is None:
            table = _model_table(one, fits.get(one.portfolio), settings)
            table = table.assign(portfolio=one.portfolio, fingerprint=one.fingerprint)
        tables.append(table)
    return pd.concat([to_table([]), *tables], ignore_index=True).astype(COLUMNS)


def _model_table(sample: TrainingSample, fit: CrossFit | None, settings: TrainingSettings) -> pd.DataFrame:
    known: Row = {
        "settings": settings.as_text(),
        "client_count": len(sample.frame),
        "churned_count": int(sample.outcome().sum()),
    }
    if fit is None:
        return to_table(metadata_rows({"problem": sample.problem, **known}))
    known |= {
        "model_version": sample.model_version,
        "attributes": ",".join(fit.models[0].attributes),
        "triples_gain": fit.triples_gain,
        "triples_gain_error": fit.triples_gain_error,
        "churn_definition": None if sample.horizon_days is None else "leaves_within",
        "horizon_days": sample.horizon_days,
    }
    errors = standard_errors(fit.log_odds, jackknife_variance(fit.models, sample.frame))
    return pd.concat(
        [
            to_table(metadata_rows(known)),
            model_table([mean_of(fit.models), *fit.models], sample.frame),
            to_table(
                [
                    {"kind": "certainty", "bin_1": step, "value": repr(error)}
                    for step, error in enumerate(errors)
                ]
            ),
        ]
    )


def out_of_fold_predictions(
    *,
    sample: pd.DataFrame,
    portfolios: Sequence[str],
    settings: TrainingSettings,
    standing: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Predict every client of the sample by what the model is compared with, trained without this client.

    With months also the last one by those before it, and, by the plain model, who is asked about today.

    Args:
        sample: `int_churn_model_sample`; `fold` keeps the rows of one source client together.
        portfolios: The portfolios that have clients.
        settings: Settings of the training.
        standing: `int_churn_model_out_of_fold` as the previous build left it.

    Returns:
        Columns: `PREDICTION_COLUMNS`. Empty with an exported model: its clients are elsewhere.
    """
    samples = [] if settings.folder else list(split_portfolios(sample, list(portfolios), settings))
    samples = [one for one in samples if not one.problem]
    digests = {one.portfolio: one.predictions_fingerprint(settings) for one in samples}
    kept = {
        name: standing_rows(standing, name, digest, list(PREDICTION_COLUMNS))
        for name, digest in digests.items()
    }
    fresh = [one for one in samples if kept[one.portfolio] is None]
    without = cross_fit(fresh, "ebm_without_gender_and_age", settings)
    frames = [rows for rows in kept.values() if rows is not None]
    for one in fresh:
        baseline = shifted(baseline_predictions(one.frame, one.attributes(settings)), one.shift)
        rate = np.full(len(one.frame), one.outcome().mean())  # nothing left to tell clients apart by
        fit = without.get(one.portfolio)
        unprotected = logistic(fit.log_odds) if fit is not None else shifted(rate, one.shift)
        for variant, predicted in (
            ("logistic_regression", baseline),
            ("ebm_without_gender_and_age", unprotected),
        ):
            seen = one.representative()
            frames.append(_predictions(one, one.frame[seen], variant, predicted[seen]))
        frames += out_of_time_predictions(one, settings) + predictions_ahead(one, settings)
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in PREDICTION_COLUMNS.items()})
    table = pd.concat([empty, *frames], ignore_index=True)
    return table.assign(fingerprint=table["portfolio"].map(digests)).astype(PREDICTION_COLUMNS)


def out_of_time_predictions(sample: TrainingSample, settings: TrainingSettings) -> list[pd.DataFrame]:
    """Predict the last month whose outcome is known by what was known when it began.

    Args:
        sample: A portfolio's sample.
        settings: Settings of the training.

    Returns:
        One frame a variant; none without months, or where those before are too few to learn from.
    """
    if sample.last is None:
        return []
    before = sample.before_last(settings)
    fit = cross_fit([before], "ebm", settings).get(sample.portfolio)
    if fit is None:
        return []
    predicted = {
        "ebm": mean_of(fit.models).probability(sample.last),
        "logistic_regression": shifted(
            baseline_of(before.frame, sample.last, before.attributes(settings)), before.shift
        ),
    }
    return [
        _predictions(sample, sample.last, variant, probability, "out_of_time")
        for variant, probability in predicted.items()
    ]


def predictions_ahead(sample: TrainingSample, settings: TrainingSettings) -> list[pd.DataFrame]:
    """Say by the plain model who leaves next, to be held against what becomes of them.

    Args:
        sample: A portfolio's sample.
        settings: Settings of the training.

    Returns:
        One frame; none without months.
    """
    if sample.asked is None or sample.asked.empty:
        return []
    probability = baseline_of(sample.frame, sample.asked, sample.attributes(settings))
    return [
        _predictions(sample, sample.asked, "logistic_regression", shifted(probability, sample.shift), "ahead")
    ]


def shifted(probability: Floats, shift: float) -> Floats:
    """Move probabilities by so much in log-odds."""
    return logistic(np.log(probability / (1 - probability)) + shift) if shift else probability


def _predictions(
    sample: TrainingSample,
    frame: pd.DataFrame,
    variant: str,
    probability: Floats,
    evaluation: str = "out_of_fold",
) -> pd.DataFrame:
    rows = frame.reindex(columns=["client_key", "client_id", "fold", "is_churned"])
    return rows.assign(
        portfolio=sample.portfolio,
        evaluation=evaluation,
        model_variant=variant,
        is_churned=rows["is_churned"].astype(bool),
        predicted_probability=probability,
    ).reindex(columns=list(PREDICTION_COLUMNS))


def standing_table(session: Any, relation: object) -> pd.DataFrame | None:  # noqa: ANN401 - any DuckDB cursor
    """Return a model's table as the previous build left it, or None when there was none.

    Args:
        session: DuckDB's connection, as dbt hands it over, or what stands for it on Spark.
        relation: The relation, `dbt.this`.
    """
    import duckdb

    try:
        table: pd.DataFrame = session.sql(f"select * from {relation}").df()
    except (duckdb.CatalogException, LookupError):
        return None
    return table


def standing_rows(
    standing: pd.DataFrame | None, portfolio: str, fingerprint: str, columns: list[str]
) -> pd.DataFrame | None:
    """Return the rows that the previous build left for the same data and settings, or None."""
    if standing is None or list(standing.columns) != columns:
        return None
    rows = standing[(standing["portfolio"] == portfolio) & (standing["fingerprint"] == fingerprint)]
    return None if rows.empty else rows
