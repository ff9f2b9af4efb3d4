{# The measures that every churn rate travels with, in the order of the public contract. #}
{% macro churn_measures() -%}
    client_count,
    churned_count,
    churn_rate,
    ci_low,
    ci_high,
    lift,
    share_of_churn,
    share_of_clients,
    unknown_churn_count,
    churn_rank,
    reading_ru,
    reading_en,
    is_small_group,
    is_suppressed,
    data_origin
{%- endmacro %}
