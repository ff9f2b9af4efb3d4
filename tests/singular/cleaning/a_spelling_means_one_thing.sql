-- Claim: no spelling of the seeds cities, genders, flags and product_spellings stands for two things once case, ё and
-- hyphens are ignored.
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
    union all
    select
        'product_spellings' as seed,
        {{ normalise_spelling('spelling') }} as spelling,
        product_code as meaning
    from {{ ref('product_spellings') }}
)

select
    seed,
    spelling,
    count(distinct meaning) as meaning_count
from spellings
group by seed, spelling
having count(distinct meaning) > 1
