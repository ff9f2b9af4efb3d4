"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest
from bank_churn import statistics, words

MODULES = [
    module.name
    for package in (statistics, words)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of(name):
    failures, _ = doctest.testmod(importlib.import_module(name))
    assert failures == 0
