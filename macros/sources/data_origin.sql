{# 'generated' for files named *_demo, as `bank_churn demo` names them, 'extract' for a bank's own file, 'off' for a switched-off one. #}
{% macro data_origin(portfolio) %}
    {%- set location = portfolio_location(portfolio) -%}
    {%- if location == '' -%}
        {{ return('off') }}
    {%- endif -%}
    {{ return('generated' if location.endswith(('_demo.csv', '_demo.parquet')) else 'extract') }}
{% endmacro %}
