{# What a bank's money is counted in, in words: its option `currency` ({ru: ..., en: ...}) in var `portfolios`. #}
{% macro currency_of(column, language) -%}
    {%- set unnamed = {'ru': 'в валюте выгрузки', 'en': "in the extract''s currency"}[language] -%}
    case {{ column }}
        {%- for portfolio in switched_on_portfolios() %}
        {%- set named = portfolio_option(portfolio, 'currency') or {} %}
        when '{{ portfolio }}' then '{{ escape_quotes(named.get(language)) if named.get(language) else unnamed }}'
        {%- endfor %}
    end
{%- endmacro %}
