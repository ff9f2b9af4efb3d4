{# Claim: the values of this view add up to the portfolio's total in `churn_rates`; it is empty where the bank lacks the attribute. #}
{% test view_sums_to_portfolio(model, columns, attribute) %}
with totals as (
    select * from {{ ref('churn_rates') }}
    where dimension_name = 'all'
),

sums as (
    select
        portfolio
        {%- for column in columns %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ model }}
    group by portfolio
)

select totals.portfolio
from totals
left join sums on totals.portfolio = sums.portfolio
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}coalesce(sums.{{ column }}, -1)
    <> case when {{ lacks_attribute('totals.portfolio', "'" ~ attribute ~ "'") }} then -1 else totals.{{ column }} end
    {%- endfor %}
{% endtest %}
