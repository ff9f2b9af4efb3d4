{# What a bank's money is counted in, in words: its option `currency` ({ru: ..., en: ...}) in var `portfolios`. #}
{% macro currency_of(column, language) -%}
    {%- set unnamed = {'ru': 'в валюте выгрузки', 'en': "in the extract''s currency"}[language] -%}
    {%- set names = {} -%}
    {%- for portfolio in switched_on_portfolios() -%}
        {%- set named = (portfolio_option(portfolio, 'currency') or {}).get(language) -%}
        {%- do names.update({portfolio: escape_quotes(named) if named else unnamed}) -%}
    {%- endfor -%}
    {{ by_portfolio(column, names) }}
{%- endmacro %}
