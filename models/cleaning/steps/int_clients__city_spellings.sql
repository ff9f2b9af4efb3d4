-- One row per portfolio × city that the seed does not know: the spelling that most of its rows have. Capitals, ё and
-- hyphens make no other city.
{{ config(materialized='table') }}

with written as (
    select
        portfolio,
        city,
        count(*) as row_count
    from {{ ref('int_clients__unioned') }}
    where city is not null
    group by portfolio, city
),

known as (
    select distinct {{ normalise_spelling('spelling') }} as spelling
    from {{ ref('cities') }}
),

unknown as (
    select
        written.portfolio,
        {{ normalise_spelling('written.city') }} as city_key,
        written.city,
        row_number() over (
            partition by written.portfolio, {{ normalise_spelling('written.city') }}
            order by written.row_count desc, written.city asc
        ) as place
    from written
    left join known on {{ normalise_spelling('written.city') }} = known.spelling
    where known.spelling is null
),

final as (
    select
        portfolio,
        city_key,
        city
    from unknown
    where place = 1
)

select * from final
