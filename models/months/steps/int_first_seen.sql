-- One row per person that any snapshot held: the first of them (snapshot_date), and whether it came as one who had left.
{{ kept_by_month(and_later=true) }}
with persons as (
    select
        portfolio,
        snapshot_date,
        person_id,
        coalesce(is_churned, false) as was_churned
    from {{ ref('int_history_persons') }}
    where {{ is_loading(and_later=true) }}
),

{% if is_incremental() -%}
known as (
    select
        portfolio,
        person_id
    from {{ this }}
    where not {{ is_loading(and_later=true) }}
),

unknown as (
    select persons.*
    from persons
    left join known on persons.portfolio = known.portfolio and persons.person_id = known.person_id
    where known.person_id is null
),
{%- else -%}
unknown as (
    select * from persons
),
{%- endif %}

numbered as (
    select
        *,
        row_number() over (partition by portfolio, person_id order by snapshot_date) as place
    from unknown
),

final as (
    select
        person_id,
        was_churned,
        portfolio,
        snapshot_date
    from numbered
    where place = 1
)

select * from final
