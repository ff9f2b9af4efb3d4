"""The churn model: trained here, written as tables, scored in SQL. Heavy libraries are imported late."""

from bank_churn.scoring.folder import export_model
from bank_churn.scoring.measures import prediction_measures
from bank_churn.scoring.training import fitted_models, out_of_fold_predictions, standing_table

__all__ = [
    "export_model",
    "fitted_models",
    "out_of_fold_predictions",
    "prediction_measures",
    "standing_table",
]
