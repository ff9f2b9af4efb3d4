{# What var `portfolios` says of a bank: the columns it goes `without`, or its `additional` attributes; a list. #}
{% macro portfolio_option(portfolio, option) %}
    {%- set banks = var('portfolios') -%}
    {{ return((banks[portfolio] or {}).get(option) or [] if banks is mapping else []) }}
{% endmacro %}
