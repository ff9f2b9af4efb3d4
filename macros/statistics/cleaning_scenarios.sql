{# The cleaning scenarios that can be told from the clients at hand: dropped rows cannot be brought back. #}
{% macro cleaning_scenarios() %}
    {%- if var('cleaning_scenario') == 'drop_missing_balance' -%}
        {{ return(['drop_missing_balance']) }}
    {%- endif -%}
    {{ return(['keep_all', 'drop_missing_balance']) }}
{% endmacro %}
