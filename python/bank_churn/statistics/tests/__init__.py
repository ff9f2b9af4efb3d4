"""Tests from sufficient statistics: small frozen samples in, a `TestResult` out."""
