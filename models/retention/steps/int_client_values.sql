-- One row per client who has not left: how much the client resembles the leavers and by what, income of a year or of
-- the days such clients stay, what of it counts, and the combination of banded attributes that the client has. What the
-- retention list tells of a client is carried along, so that nothing is joined back to the clients.
-- sqlfluff:exclude_rules:structure.column_order,layout.indent
{{ config(materialized='table') }}
{%- set attributes = reason_attributes() %}

with clients as (
    select * from {{ ref('int_client_incomes') }}
),

caps as (
    select * from {{ ref('int_value_caps') }}
),

cells as (
    select * from {{ ref('churn_cells') }}
),

scores as (
    select * from {{ ref('int_client_scores') }}
),

-- Each attribute that a cell of the model is about, as a power of two.
terms as (
    select
        portfolio,
        cell_number,
        0
        {%- for attribute in attributes %}
        + case
            when '{{ attribute['name'] }}' in (attribute_1, attribute_2, attribute_3) then {{ attribute['bit'] }} else 0
        end
        {%- endfor %} as attributes
    from {{ ref('churn_model_terms') }}
),

placed as (
    select
        clients.*,
        cells.cell_id,
        scores.churn_probability,
        scores.risk_band,
        {%- for place in [1, 2, 3] %}
        scores.reason_{{ place }}_cell,
        {%- endfor %}
        coalesce(terms_1.attributes, 0) | coalesce(terms_2.attributes, 0) | coalesce(terms_3.attributes, 0)
            as reason_attributes,
        caps.value_cap
    from clients
    inner join caps on clients.portfolio = caps.portfolio
    left join scores on clients.client_key = scores.client_key
    {%- for place in [1, 2, 3] %}
    left join terms as terms_{{ place }}
        on
            scores.portfolio = terms_{{ place }}.portfolio
            and scores.reason_{{ place }}_cell = terms_{{ place }}.cell_number
    {%- endfor %}
    inner join cells
        on
            clients.portfolio = cells.portfolio
            {%- for attribute in attribute_names('rates') %}
            and {{ group_text('clients.' ~ attribute) }} = cells.{{ attribute }}
            {%- endfor %}
),

final as (
    select
        clients.portfolio,
        clients.client_key,
        cast(clients.client_id as {{ dbt.type_string() }}) as client_id,
        clients.city,
        clients.product_count,
        clients.balance,
        clients.segment_v1 as segment_code,
        clients.cell_id,
        clients.churn_probability,
        clients.risk_band,
        clients.value_at_risk,
        clients.income_horizon,
        least(clients.value_at_risk, clients.value_cap) as counted_value,
        clients.value_at_risk > clients.value_cap as is_value_capped,
        clients.churn_probability * least(clients.value_at_risk, clients.value_cap) as value_to_save,
        {%- for place in [1, 2, 3] %}
        clients.reason_{{ place }}_cell,
        {%- endfor %}
        {%- for said in said_columns() %}
        case when (clients.reason_attributes & {{ said['bit'] }}) = {{ said['bit'] }} then {{ said['value'] }} end
            as said_{{ said['column'] }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed as clients
)

select * from final
