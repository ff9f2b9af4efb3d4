{# Claim: every dimension splits the portfolio: its values add up to the row `all`. #}
{% test dimension_sums_to_portfolio(model, columns) %}
with sums as (
    select
        portfolio,
        dimension_name
        {%- for column in columns %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ model }}
    group by portfolio, dimension_name
)

select
    sums.*
    {%- for column in columns %},
    whole.{{ column }} as portfolio_{{ column }}
    {%- endfor %}
from sums
inner join sums as whole on sums.portfolio = whole.portfolio and whole.dimension_name = 'all'
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}sums.{{ column }} <> whole.{{ column }}
    {%- endfor %}
{% endtest %}
