-- One row per portfolio × conjunction of one, two or three conditions on banded attributes: its counts, and those of a
-- random half of the clients. A rule reads attribute=value;attribute=value.
{{ config(materialized='table') }}

{%- set attributes = churn_attributes() %}
{#- Every choice of one, two or three attributes: an index that is repeated stands for a condition less. The balance's
    band says already whether there is a balance, so those two never stand together. #}
{%- set conjunctions = [] %}
{%- for first in range(attributes | length) %}
{%- for second in range(first, attributes | length) %}
{%- for third in range(second, attributes | length) if third > second or second == first %}
{%- set conjunction = [attributes[first], attributes[second], attributes[third]] | unique | list %}
{%- if not ('has_balance' in conjunction and 'balance_band' in conjunction) %}
{%- do conjunctions.append(conjunction) %}
{%- endif %}
{%- endfor %}
{%- endfor %}
{%- endfor %}
with cells as (
    select * from {{ ref('churn_cells') }}
),

counted as (
    select
        portfolio,
        concat_ws(
            ';'
            {%- for attribute in attributes %},
            case when grouping({{ attribute }}) = 0 then '{{ attribute }}=' || replace({{ attribute }}, ';', '%3B') end
            {%- endfor %}
        ) as rule,
        {%- for attribute in attributes %}
        {{ '+ ' if not loop.first }}1 - grouping({{ attribute }})
        {%- endfor %} as condition_count,
        cast(sum(client_count) as bigint) as all_client_count,
        cast(sum(known_churn_count) as bigint) as client_count,
        cast(sum(churned_count) as bigint) as churned_count,
        cast(sum(half_known_churn_count) as bigint) as half_client_count,
        cast(sum(half_churned_count) as bigint) as half_churned_count
    from cells
    group by grouping sets ( -- noqa: PRS
        {%- for conjunction in conjunctions %}
        (portfolio, {{ conjunction | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
)

select * from counted
where rule not like '%=unknown%'
