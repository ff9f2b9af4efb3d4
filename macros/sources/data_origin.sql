{# 'generated' for the demo data made by `bank_churn demo`, 'extract' for a bank's own file, 'off' for a switched-off one. #}
{% macro data_origin(portfolio) %}
    {%- set location = portfolio_location(portfolio) -%}
    {%- if location == '' -%}
        {{ return('off') }}
    {%- endif -%}
    {{ return('generated' if 'data/raw/demo/' in location else 'extract') }}
{% endmacro %}
