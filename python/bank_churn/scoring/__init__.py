"""The churn model: trained here, written as tables, scored in SQL. Heavy libraries are imported late."""

from bank_churn.scoring.calibration import calibration_lines
from bank_churn.scoring.folder import export_model
from bank_churn.scoring.training import fitted_models, out_of_fold_predictions, standing_table

__all__ = ["calibration_lines", "export_model", "fitted_models", "out_of_fold_predictions", "standing_table"]
