-- One row per portfolio × dimension(s) × value(s): counts of clients, also of those without a balance.
{{ config(materialized='table') }}

{%- set attributes = attribute_names('rates') %}
{%- set paired = attribute_names('pairs') %}
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
        sum(client_count) filter (where has_balance = 'false') as missing_balance_count,
        sum(known_churn_count) filter (where has_balance = 'false') as missing_known_churn_count,
        sum(churned_count) filter (where has_balance = 'false') as missing_churned_count
    from cells
    group by grouping sets ( -- noqa: PRS
        {{ singles_and_pairs(attributes, paired) }}
    )
),

-- With one dimension, the first and the last non-null name are the same.
named as (
    select
        portfolio,
        {%- for name, order in [('dimension_1', attributes), ('last', attributes | reverse | list)] %}
        {%- for part in ['name', 'value'] %}
        coalesce(
            {%- for attribute in order %}
            {{ attribute }}_{{ part }},
            {%- endfor %}
            'all'
        ) as {{ name }}_{{ part }},
        {%- endfor %}
        {%- endfor %}
        client_count,
        known_churn_count,
        churned_count,
        missing_balance_count,
        missing_known_churn_count,
        missing_churned_count
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
        cast(coalesce(missing_balance_count, 0) as bigint) as missing_balance_count,
        cast(coalesce(missing_known_churn_count, 0) as bigint) as missing_balance_known_churn_count,
        cast(coalesce(missing_churned_count, 0) as bigint) as missing_balance_churned_count
    from named
    -- Of what a bank does not supply everybody's value is unknown, which is no group.
    where
        not {{ lacks_attribute('portfolio', 'dimension_1_name') }}
        and not {{ lacks_attribute('portfolio', 'last_name') }}
)

select * from final
