-- One row per portfolio × share kept × cost of a contact: how many remaining clients a contact would pay off for, and
-- what all those contacts would bring. Offers and capacities aside.
{%- set grid = [] %}
{%- for share in var('break_even_kept_shares') %}
{%- for cost in var('break_even_contact_costs') %}
{%- do grid.append((share, cost)) %}
{%- endfor %}
{%- endfor %}
with client_values as (
    select * from {{ ref('int_client_values') }}
    where value_to_save is not null
),

-- One pass over the clients, whatever the size of the grid.
counted as (
    select
        portfolio,
        {%- for share, cost in grid %}
        count(*) filter (where value_to_save * {{ share }}e0 > {{ cost }}e0) as count_{{ loop.index }},
        sum(value_to_save * {{ share }}e0 - {{ cost }}e0) filter (
            where value_to_save * {{ share }}e0 > {{ cost }}e0
        ) as sum_{{ loop.index }},
        {%- endfor %}
        count(*) as client_count
    from client_values
    group by portfolio
),

listed as (
    {%- for share, cost in grid %}
    select
        portfolio,
        {{ share }}e0 as kept_share,
        {{ cost }}e0 as contact_cost,
        cast(count_{{ loop.index }} as bigint) as paying_contact_count,
        coalesce(sum_{{ loop.index }}, 0e0) as net_value,
        client_count
    from counted
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select
        portfolio,
        kept_share,
        contact_cost,
        contact_cost / kept_share as least_value_to_save,
        paying_contact_count,
        cast(paying_contact_count as double) / client_count as share_of_clients,
        {{ round_to_significant('net_value') }} as net_value,
        net_value > 0 as pays_off,
        {{ currency_of('portfolio', 'ru') }} as currency_ru,
        {{ currency_of('portfolio', 'en') }} as currency_en,
        {{ is_tiny('paying_contact_count') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from listed
)

select * from final
