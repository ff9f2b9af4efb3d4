-- One row per client who has not left and may be contacted: the best of the offers that everybody can be made at once.
-- depends_on: {{ ref('offers') }}
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{%- set orders = offer_orders() %}
{%- set net_value = {} %}
{%- for order in orders %}
{%- set kept, cost = 'sets.kept_share_' ~ order, 'sets.contact_cost_' ~ order %}
{%- do net_value.update({order: kept ~ ' * client_values.value_to_save - ' ~ cost}) %}
{%- endfor %}

with client_values as (
    select * from {{ ref('int_client_values') }}
),

cells as (
    select * from {{ ref('int_cell_offers') }}
),

held_back as (
    select * from {{ ref('int_held_back_clients') }}
),

sets as (
    select * from {{ ref('int_set_offers') }}
),

-- One whole number carries the net value in hundredths and, in its last three digits, the offer: the greatest is the
-- best offer, of equal ones the first. Nobody's is below that of "no offer fits", which is nought.
final as (
    select
        client_values.*,
        cells.offer_set,
        greatest(
            {%- for order in orders %}
            {{ net_value[order] }},
            {%- endfor %}
            cast(null as double)
        ) as best_net_value,
        cast(
            999 - greatest(
                {%- for order in orders %}
                cast(
                    round(
                        100 * coalesce(
                            {{ net_value[order] }}, 0e0
                        )
                    ) as bigint
                ) * 1000 + sets.open_{{ order }},
                {%- endfor %}
                cast(null as bigint)
            ) % 1000 as integer
        ) as unlimited_offer_order
    from client_values
    inner join cells on client_values.cell_id = cells.cell_id
    inner join sets on cells.portfolio = sets.portfolio and cells.offer_set = sets.offer_set
    left join held_back
        on client_values.portfolio = held_back.portfolio and client_values.client_id = held_back.client_id
    where held_back.client_id is null and sets.has_open
)

select * from final
