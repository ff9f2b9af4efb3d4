-- Claim: numbers in English texts have no no-break space between thousands, one who left is "ушёл", and no number of a
-- sentence is written as a machine writes it.
with texts as (
    select
        reading_ru as text_ru,
        reading_en as text_en,
        churned_count
    from {{ ref('int_churn_rates') }}
    union all
    select
        reading_ru as text_ru,
        reading_en as text_en,
        churned_count
    from {{ ref('target_groups') }}
    union all
    select
        name_ru as text_ru,
        name_en as text_en,
        cast(null as bigint) as churned_count
    from {{ ref('target_groups') }}
    union all
    select
        sentence_ru as text_ru,
        sentence_en as text_en,
        cast(null as bigint) as churned_count
    from {{ ref('adjusted_comparisons') }}
    union all
    select
        finding_ru as text_ru,
        finding_en as text_en,
        cast(null as bigint) as churned_count
    from {{ ref('recommendations', v=2) }}
    union all
    {%- for place in [1, 2, 3] %}
    select
        reason_{{ place }}_ru as text_ru,
        reason_{{ place }}_en as text_en,
        cast(null as bigint) as churned_count
    from {{ ref('retention_list') }}
    where reason_{{ place }}_ru is not null
    group by reason_{{ place }}_ru, reason_{{ place }}_en
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select *
from texts
where
    text_en like '% %'
    or (text_ru is null) <> (text_en is null)
    or text_ru like '%1e-%'
    or text_en like '%1e-%'
    or (
        text_ru like '%ушли%'
        and text_ru not like '%ушли все%'
        and mod(churned_count, 10) = 1
        and mod(churned_count, 100) <> 11
    )
