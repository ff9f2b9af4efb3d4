"""The training jobs of the build: the models that score clients, and predictions to judge them by."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bank_churn.errors import BankChurnError
from bank_churn.scoring.fitting import fit_ebm, predict_fold
from bank_churn.scoring.folder import read_model
from bank_churn.scoring.sample import TrainingSample, split_portfolios
from bank_churn.scoring.settings import SCALE, VARIANTS, TrainingSettings
from bank_churn.scoring.tables import COLUMNS, Row, metadata_rows, to_rows, to_table

SMALL = 20_000
"""With fewer rows in all, starting processes takes longer than the work."""

TOLD_EVERY = 10.0
"""Seconds from one line about the progress to the next; dbt prints into a pipe, where a bar is no bar."""

PREDICTION_COLUMNS = {
    "portfolio": "str",
    "client_key": "str",
    "fingerprint": "str",
    "fold": "Int64",
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
    """Train the model of every portfolio, or read the exported one, or keep the standing one.

    A portfolio that cannot be modelled has a reason instead of a model. A standing model of the same rows and
    settings is the model that training would give, so it is kept.

    Args:
        sample: `int_churn_model_sample`.
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
    kept = [rows for one in samples if (rows := standing_rows(standing, one, list(COLUMNS))) is not None]
    done = {str(rows["portfolio"].iloc[0]) for rows in kept}
    jobs = [one for one in samples if one.portfolio not in done]
    fitted = in_processes(_fit_rows, [(one, settings) for one in jobs])
    trained = to_table([row for rows in fitted for row in rows])
    return pd.concat([*kept, trained], ignore_index=True).astype(COLUMNS)


def _fit_rows(sample: TrainingSample, settings: TrainingSettings) -> list[Row]:
    from threadpoolctl import threadpool_limits

    known: Row = {
        "model_version": sample.model_version,
        "settings": settings.as_text(),
        "client_count": len(sample.frame),
        "churned_count": int(sample.outcome().sum()),
    }
    if sample.problem:
        rows = metadata_rows({"problem": sample.problem, **known, "model_version": None})
    else:
        attributes = sample.attributes(settings)
        with threadpool_limits(limits=1):
            model = fit_ebm(sample.frame, sample.outcome(), attributes, settings)
        known |= {
            "intercept_e12": int(np.rint(float(model.intercept_[0]) * SCALE)),
            "attributes": ",".join(attributes),
        }
        rows = metadata_rows(known) + to_rows(model, attributes)
    return [row | {"portfolio": sample.portfolio, "fingerprint": sample.fingerprint} for row in rows]


def out_of_fold_predictions(
    *,
    sample: pd.DataFrame,
    portfolios: Sequence[str],
    settings: TrainingSettings,
    standing: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Predict every client of the sample by models that have not seen this client, for every variant.

    Args:
        sample: `int_churn_model_sample`; `fold` keeps the rows of one source client together.
        portfolios: The portfolios that have clients.
        settings: Settings of the training.
        standing: `int_churn_model_out_of_fold` as the previous build left it.

    Returns:
        Columns: `PREDICTION_COLUMNS`. Empty with an exported model: its clients are elsewhere.
    """
    columns = list(PREDICTION_COLUMNS)
    samples = [] if settings.folder else list(split_portfolios(sample, list(portfolios), settings))
    frames = []
    jobs: list[TrainingSample] = []
    for one in samples:
        rows = None if one.problem else standing_rows(standing, one, columns)
        if rows is not None:
            frames.append(rows)
        elif not one.problem:
            jobs.append(one)
    tasks = [
        (one.frame, one.attributes(settings, variant), variant, int(fold), settings)
        for one in jobs
        for variant in VARIANTS
        for fold in sorted(one.frame["fold"].unique())
    ]
    predicted = iter(in_processes(predict_fold, tasks))
    for one in jobs:
        for variant in VARIANTS:
            for fold in sorted(one.frame["fold"].unique()):
                frames.append(_predictions(one, variant, int(fold), next(predicted)))
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in PREDICTION_COLUMNS.items()})
    return pd.concat([empty, *frames], ignore_index=True).astype(PREDICTION_COLUMNS)


def _predictions(
    sample: TrainingSample, variant: str, fold: int, probability: np.ndarray[Any, Any]
) -> pd.DataFrame:
    rows = sample.frame.loc[sample.frame["fold"] == fold, ["client_key", "fold", "is_churned"]]
    return rows.assign(
        portfolio=sample.portfolio,
        fingerprint=sample.fingerprint,
        model_variant=variant,
        is_churned=rows["is_churned"].astype(bool),
        predicted_probability=probability,
    )[list(PREDICTION_COLUMNS)]


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
    standing: pd.DataFrame | None, sample: TrainingSample, columns: list[str]
) -> pd.DataFrame | None:
    """Return the rows that the previous build left for the same data and settings, or None."""
    if standing is None or list(standing.columns) != columns:
        return None
    rows = standing[
        (standing["portfolio"] == sample.portfolio) & (standing["fingerprint"] == sample.fingerprint)
    ]
    return None if rows.empty else rows


def in_processes(function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Call a function with each tuple of arguments, in as many processes as there are cores, in order.

    The result does not depend on the number of processes: each call has its own arguments and one thread.
    """
    if sum(len(task[0].frame if isinstance(task[0], TrainingSample) else task[0]) for task in tasks) < SMALL:
        return [function(*task) for task in tasks]
    from joblib import Parallel, delayed, parallel_config

    results, told = [], time.monotonic()
    with parallel_config(backend="loky", inner_max_num_threads=1):
        for result in Parallel(n_jobs=-1, return_as="generator")(delayed(function)(*task) for task in tasks):
            results.append(result)
            if time.monotonic() - told > TOLD_EVERY and len(results) < len(tasks):
                print(f"Churn model: {len(results)} of {len(tasks)} fits done", flush=True)
                told = time.monotonic()
    return results
