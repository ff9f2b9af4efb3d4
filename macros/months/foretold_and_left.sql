{# Columns of a forecast's clients: the share that left, how many were expected to, and how well they were ranked, each with its 95 % interval. #}
{% macro foretold_and_left(rows) -%}
{%- set z = '1.959963984540054e0' -%}
        cast({{ rows }}.left_count as double) / nullif({{ rows }}.client_count, 0) as left_rate,
        {{ wilson_bound(rows ~ '.left_count', rows ~ '.client_count', 'low') }} as ci_low,
        {{ wilson_bound(rows ~ '.left_count', rows ~ '.client_count', 'high') }} as ci_high,
        {{ rows }}.expected_count,
        greatest({{ rows }}.expected_count - {{ z }} * {{ rows }}.expected_error, 0e0) as expected_low,
        least({{ rows }}.expected_count + {{ z }} * {{ rows }}.expected_error, cast({{ rows }}.client_count as double))
            as expected_high,
        {{ rows }}.roc_auc,
        greatest({{ rows }}.roc_auc - {{ z }} * {{ rows }}.roc_auc_error, 0e0) as roc_auc_low,
        least({{ rows }}.roc_auc + {{ z }} * {{ rows }}.roc_auc_error, 1e0) as roc_auc_high
{%- endmacro %}
