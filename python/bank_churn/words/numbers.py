"""Numbers as people write them: decimal comma and non-breaking spaces in Russian, points in English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bank_churn.words.language import Language

if TYPE_CHECKING:
    from bank_churn.words.labels import MetricLabel

NO_BREAK = "\u00a0"
_MINUS = "−"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def format_number(value: float, *, decimals: int, language: Language, signed: bool = False) -> str:
    """Write a number with grouped thousands.

    Args:
        value: The number; nan becomes a dash.
        decimals: Digits after the decimal mark.
        language: Whose habits to follow.
        signed: Write a plus before positive numbers.

    Returns:
        The text.

    Examples:
        >>> format_number(1234567.891, decimals=1, language="en")
        '1,234,567.9'
        >>> format_number(-1234.5, decimals=1, language="ru").replace(NO_BREAK, "_")
        '−1_234,5'
    """
    if not math.isfinite(value):
        return "—"
    text = f"{abs(value):,.{decimals}f}"
    is_zero = not text.strip("0.,")
    if language == "ru":
        text = text.replace(",", NO_BREAK).replace(".", ",")
    sign = _MINUS if value < 0 else "+" if signed else ""
    return text if is_zero else sign + text


def rounded_down(share: float) -> float:
    """Round a lower bound down to a tenth of a per cent, as sentences do: 24.98 % is not "at least 25 %".

    Args:
        share: A share of 1.

    Returns:
        The share to be told.
    """
    return math.floor(1000 * share + 1e-9) / 1000


def format_metric(value: float, *, label: MetricLabel, language: Language, with_unit: bool = True) -> str:
    """Write a metric's value in its unit; shares as per cent, whole ones without a decimal, as in SQL.

    Examples:
        >>> from bank_churn.words.labels import MetricLabel
        >>> format_metric(0.324, label=MetricLabel("churn rate", "%", 1), language="en")
        '32.4%'
    """
    scale = 100 if label.is_share else 1
    text = format_number(value * scale, decimals=label.decimals, language=language)
    if label.is_share and label.decimals == 1:
        text = text.removesuffix(",0" if language == "ru" else ".0")
    if not with_unit or not label.unit:
        return text
    english = "" if label.is_share else " "
    glue = NO_BREAK if language == "ru" else english
    return f"{text}{glue}{label.unit}"


def format_difference(value: float, *, label: MetricLabel, language: Language, with_unit: bool = True) -> str:
    """Write a signed difference of two values of a metric; shares in percentage points.

    Examples:
        >>> from bank_churn.words.labels import MetricLabel
        >>> format_difference(-0.161, label=MetricLabel("churn rate", "%", 1), language="en")
        '−16.1 pp'
    """
    scale, unit = 1, label.unit
    if label.is_share:
        scale, unit = 100, f"п.{NO_BREAK}п." if language == "ru" else "pp"
    text = format_number(value * scale, decimals=label.decimals, language=language, signed=True)
    glue = NO_BREAK if language == "ru" else " "
    return f"{text}{glue}{unit}" if with_unit and unit else text


def format_p_value(p_value: float, *, language: Language) -> str:
    """Write a p-value with its relation sign: decimals down to 0.0001, then a power of ten, then a bound.

    Examples:
        >>> format_p_value(0.0312, language="en"), format_p_value(3.2e-45, language="en")
        ('= 0.031', '= 3.2·10⁻⁴⁵')
        >>> format_p_value(0.0, language="en")
        '< 10⁻³⁰⁰'
    """
    if math.isnan(p_value):
        return "—"
    if p_value < 1e-300:
        return "< 10⁻³⁰⁰"
    if p_value >= 1e-4:
        decimals = 2 if p_value >= 0.1 else 3 if p_value >= 0.01 else 4
        return "= " + format_number(p_value, decimals=decimals, language=language)
    mantissa, exponent = f"{p_value:.1e}".split("e")
    mantissa = mantissa.replace(".", ",") if language == "ru" else mantissa
    return f"= {mantissa}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"
