-- Claim: no spelling of the seeds cities, genders and flags stands for two things once case, ё and hyphens are ignored.
with spellings as (
    select
        'cities' as seed,
        {{ normalise_spelling('spelling') }} as spelling,
        city as meaning
    from {{ ref('cities') }}
    union all
    select
        'genders' as seed,
        {{ normalise_spelling('spelling') }} as spelling,
        gender as meaning
    from {{ ref('genders') }}
    union all
    select
        'flags' as seed,
        lower(spelling) as spelling,
        cast(value as {{ dbt.type_string() }}) as meaning
    from {{ ref('flags') }}
)

select
    seed,
    spelling,
    count(distinct meaning) as meaning_count
from spellings
group by seed, spelling
having count(distinct meaning) > 1
