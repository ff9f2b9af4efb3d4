{# Where `bank_churn demo` puts a portfolio's generated extract, and plain `dbt build` looks for it. #}
{% macro demo_location(portfolio) %}
    {{ return('data/raw/demo/' ~ portfolio ~ '_demo.csv') }}
{% endmacro %}
