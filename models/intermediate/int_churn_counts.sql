-- One row per portfolio × dimension(s) × value(s): counts of clients, also of those without a balance.
{{ config(materialized='table') }}

{%- set attributes = churn_attributes() %}
{%- set paired = ['city', 'gender', 'product_count', 'is_active'] %}
with cells as (
    select * from {{ ref('churn_cells') }}
),

counted as (
    select
        portfolio,
        {%- for attribute in attributes %}
        case when grouping({{ attribute }}) = 0 then '{{ attribute }}' end as {{ attribute }}_name,
        case when grouping({{ attribute }}) = 0 then {{ attribute }} end as {{ attribute }}_value,
        {%- endfor %}
        sum(client_count) as client_count,
        sum(known_churn_count) as known_churn_count,
        sum(churned_count) as churned_count,
        sum(case when has_balance = 'false' then client_count else 0 end) as missing_balance_count,
        sum(case when has_balance = 'false' then known_churn_count else 0 end) as missing_balance_known_churn_count,
        sum(case when has_balance = 'false' then churned_count else 0 end) as missing_balance_churned_count
    from cells
    group by grouping sets (
        (portfolio)
        {%- for attribute in attributes %},
        (portfolio, {{ attribute }})
        {%- endfor %}
        {%- for first in paired %}
        {%- for second in paired[loop.index:] %},
        (portfolio, {{ first }}, {{ second }})
        {%- endfor %}
        {%- endfor %}
    )
),

-- With one dimension, the first and the last non-null name are the same.
named as (
    select
        portfolio,
        coalesce({{ attributes | join('_name, ') }}_name, 'all') as dimension_1_name,
        coalesce({{ attributes | join('_value, ') }}_value, 'all') as dimension_1_value,
        coalesce({{ attributes | reverse | join('_name, ') }}_name, 'all') as last_name,
        coalesce({{ attributes | reverse | join('_value, ') }}_value, 'all') as last_value,
        client_count,
        known_churn_count,
        churned_count,
        missing_balance_count,
        missing_balance_known_churn_count,
        missing_balance_churned_count
    from counted
),

final as (
    select
        portfolio,
        case when dimension_1_name = last_name then dimension_1_name else dimension_1_name || ', ' || last_name end
            as dimension_name,
        case when dimension_1_name = last_name then dimension_1_value else dimension_1_value || ', ' || last_value end
            as dimension_value,
        dimension_1_name,
        dimension_1_value,
        case when dimension_1_name <> last_name then last_name end as dimension_2_name,
        case when dimension_1_name <> last_name then last_value end as dimension_2_value,
        cast(client_count as bigint) as all_client_count,
        cast(known_churn_count as bigint) as client_count,
        cast(churned_count as bigint) as churned_count,
        cast(missing_balance_count as bigint) as missing_balance_count,
        cast(missing_balance_known_churn_count as bigint) as missing_balance_known_churn_count,
        cast(missing_balance_churned_count as bigint) as missing_balance_churned_count
    from named
)

select * from final
