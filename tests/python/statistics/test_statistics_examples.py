"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest
from bank_churn import statistics

MODULES = [module.name for module in pkgutil.iter_modules(statistics.__path__, "bank_churn.statistics.")]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name):
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0
