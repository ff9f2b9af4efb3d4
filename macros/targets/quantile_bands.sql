{# The banded attributes whose bands are quantiles, so that "low" says nothing without the attribute's name. #}
{% macro quantile_bands() %}
    {{ return(['credit_score_band', 'balance_band', 'salary_band']) }}
{% endmacro %}
