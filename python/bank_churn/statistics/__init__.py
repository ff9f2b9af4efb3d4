"""Tests of hypotheses from sufficient statistics."""
