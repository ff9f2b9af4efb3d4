-- One row per client who has not left, may be contacted and is worth thinking of: a contact is expected to pay off, or
-- the client is in a target group surely above the average, or at high risk by the model. With the client's reasons.
-- depends_on: {{ ref('risk_bands') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{%- set high = risk_bands() | selectattr('band_order', 'ge', 3) | map(attribute='risk_band') | list %}

with offers as (
    select * from {{ ref('int_client_offers') }}
),

sets as (
    select * from {{ ref('int_reason_sets') }}
),

cells as (
    select * from {{ ref('int_offered_cells') }}
),

-- Before any client is left out: the sets are many, and the smaller side of the join as long as all clients are the
-- other.
placed as (
    select
        offers.*,
        sets.reason_set,
        coalesce(
            offers.risk_band in ('{{ high | join("', '") }}'), false
        ) as is_high_risk
    from offers
    left join sets
        on
            offers.portfolio = sets.portfolio
            and offers.reason_1_cell = sets.reason_1_cell
            {%- for place in [2, 3] %}
            and offers.reason_{{ place }}_cell is not distinct from sets.reason_{{ place }}_cell
            {%- endfor %}
            {%- for said in said_columns() %}
            and offers.said_{{ said['column'] }} is not distinct from sets.{{ said['column'] }}
            {%- endfor %}
),

final as (
    select
        placed.*,
        cells.cell_id as group_cell_id
    from placed
    left join cells on placed.cell_id = cells.cell_id
    where placed.best_net_value > 0 or cells.cell_id is not null or placed.is_high_risk
)

select * from final
