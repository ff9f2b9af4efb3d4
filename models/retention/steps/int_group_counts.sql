-- One row per portfolio × conjunction of one, two or three conditions on the searched attributes: its counts, and those
-- of a random half of the clients. A rule reads attribute=value;attribute=value.
-- depends_on: {{ ref('int_searched_attributes') }}
{{ config(materialized='table') }}

with cells as (
    select * from {{ ref('churn_cells') }}
),

counted as (
    {%- for bank, attributes in searched_attributes().items() %}
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
    where portfolio = '{{ bank }}'
    group by grouping sets ( -- noqa: PRS
        {%- for conjunction in attribute_conjunctions(attributes) %}
        (portfolio, {{ conjunction | join(', ') }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        cast(null as {{ dbt.type_string() }}) as rule,
        cast(null as bigint) as condition_count,
        cast(null as bigint) as all_client_count,
        cast(null as bigint) as client_count,
        cast(null as bigint) as churned_count,
        cast(null as bigint) as half_client_count,
        cast(null as bigint) as half_churned_count
    where false
)

select * from counted
where rule not like '%=unknown%'
