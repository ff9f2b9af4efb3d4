{# How many periods ahead the forecast of the portfolio named in a column looks: what the bank says, else var `horizon_periods`. #}
{% macro horizon_periods_of(column) -%}
    {%- set own = {} -%}
    {%- for portfolio in switched_on_portfolios() if portfolio_option(portfolio, 'horizon_periods') -%}
        {%- do own.update({portfolio: portfolio_option(portfolio, 'horizon_periods')}) -%}
    {%- endfor -%}
    {%- if own -%}
    case {{ column }}{% for portfolio, periods in own.items() %} when '{{ portfolio }}' then {{ periods }}{% endfor %} else {{ var('horizon_periods') }} end
    {%- else -%}
    {{ var('horizon_periods') }}
    {%- endif -%}
{%- endmacro %}
