{# The banks of which var `portfolios` says a word under an option, as SQL literals: portfolios_with('empty_churn', 'stayed'). #}
{% macro portfolios_with(option, word) %}
    {%- set banks = [] -%}
    {%- for bank in switched_on_portfolios() if portfolio_option(bank, option) == word -%}
        {%- do banks.append("'" ~ bank ~ "'") -%}
    {%- endfor -%}
    {{ return(banks) }}
{% endmacro %}
