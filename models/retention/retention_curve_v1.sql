-- One row per portfolio × group × step: the remaining clients in the order of the income that could be saved, a few at
-- a time and more as the income falls. From the sums of the steps follows what any number of contacts costs and
-- keeps, whatever a contact costs and whatever share it keeps: `all`, and each group of the cover without overlap.
with client_values as (
    select * from {{ ref('int_client_values') }}
    where value_to_save is not null
),

covered as (
    select * from {{ ref('int_target_groups') }}
    where cover_order is not null
),

members as (
    select * from {{ ref('int_group_members') }}
),

cells as (
    select * from {{ ref('churn_cells') }}
),

-- What the first offer open to everybody costs and keeps, as campaigns measured it where they did.
open_offers as (
    select
        portfolio,
        contact_cost,
        {{ round_to_significant('kept_share') }} as kept_share,
        row_number() over (partition by portfolio order by offer_order) as offer_place
    from {{ ref('int_offers') }}
    where recommendation_id is null and kept_share > 0
),

-- Of the groups of the cover, a cell counts in the first.
placed as (
    select
        members.cell_id,
        covered.group_code,
        row_number() over (partition by members.cell_id order by covered.cover_order) as group_place
    from covered
    inner join members on covered.portfolio = members.portfolio and covered.group_code = members.group_code
),

-- Few combinations of attributes exist: the clients are read once, for all groups.
counted_in as (
    select
        cell_id,
        'all' as group_code
    from cells
    union all
    select
        cell_id,
        group_code
    from placed
    where group_place = 1
),

grouped as (
    select
        client_values.portfolio,
        counted_in.group_code,
        client_values.client_key,
        client_values.churn_probability,
        client_values.counted_value,
        client_values.value_to_save
    from client_values
    inner join counted_in on client_values.cell_id = counted_in.cell_id
),

ranked as (
    select
        *,
        row_number() over (partition by portfolio, group_code order by value_to_save desc, client_key asc) as place,
        count(*) over (partition by portfolio, group_code) as group_size
    from grouped
),

-- Ten steps of the least size that may be shown, then each by a tenth farther than the one before; the last clients
-- are with those before them where they would be too few.
stepped as (
    select
        *,
        least(place, greatest(group_size - {{ var('min_group_size') - 1 }}, 1)) as step_place
    from ranked
),

steps as (
    select
        portfolio,
        group_code,
        cast(
            case
                when step_place <= {{ 10 * var('min_group_size') }}
                    then ceil(step_place / {{ var('min_group_size') }}e0)
                else 10 + ceil(ln(step_place / {{ 10 * var('min_group_size') }}e0) / ln(1.1e0) - 1e-9)
            end as integer
        ) as step_number,
        max(place) as contact_count,
        count(*) as client_count,
        sum(churn_probability) as probability_sum,
        sum(value_to_save) as value_to_save,
        sum(churn_probability * counted_value * counted_value) as value_square,
        sum(value_to_save * value_to_save) as saved_square
    from stepped
    group by 1, 2, 3
),

final as (
    select
        steps.portfolio,
        steps.group_code,
        cast(
            row_number() over (partition by steps.portfolio, steps.group_code order by steps.step_number) as integer
        ) as curve_step,
        cast(steps.client_count as bigint) as client_count,
        cast(steps.contact_count as bigint) as contact_count,
        {%- for column in ['probability_sum', 'value_to_save', 'value_square', 'saved_square'] %}
        {{ round_to_significant('steps.' ~ column, 4 if column == 'probability_sum' else 3) }} as {{ column }},
        {%- endfor %}
        coalesce(open_offers.contact_cost, {{ var('contact_cost') }}e0) as contact_cost,
        coalesce(open_offers.kept_share, {{ var('retention_effectiveness') }}e0) as kept_share,
        {{ currency_of('steps.portfolio', 'ru') }} as currency_ru,
        {{ currency_of('steps.portfolio', 'en') }} as currency_en,
        {{ is_tiny('steps.client_count') }} as is_suppressed,
        {{ data_origin_of('steps.portfolio') }} as data_origin
    from steps
    left join open_offers on steps.portfolio = open_offers.portfolio and open_offers.offer_place = 1
)

select * from final
