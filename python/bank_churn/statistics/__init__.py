"""Tests of hypotheses from sufficient statistics: SQL sums, these functions judge.

`tests` holds the tests themselves, `registry` the hypotheses, `judgement` what a result means. dbt's Python
models call `evaluate_hypotheses`, `screen_attributes`, `rank_drivers` and `compare_scenarios` of `judgement`.
"""
