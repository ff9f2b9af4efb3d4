-- Claim: numbers in English texts have no no-break space between thousands, one who left is "ушёл", no number of a
-- sentence is written as a machine writes it, what a snapshot found is told in the past and without a false 100 %, no
-- sentence ends twice, and nothing stands in braces but what a bank's own names hold.
{%- set told = [
    ('reading', ref('int_churn_rates'), 'churned_count'),
    ('reading', ref('target_groups'), 'churned_count'),
    ('name', ref('target_groups'), 'cast(null as bigint)'),
    ('sentence', ref('adjusted_comparisons'), 'cast(null as bigint)'),
    ('sentence', ref('churn_by_product'), 'cast(null as bigint)'),
    ('text', ref('recommendations', v=2), 'cast(null as bigint)'),
    ('evidence', ref('recommendations', v=2), 'cast(null as bigint)'),
    ('conclusion', ref('hypothesis_results'), 'cast(null as bigint)'),
] %}
with texts as (
    {%- for text, relation, count in told %}
    select
        {{ text }}_ru as text_ru,
        {{ text }}_en as text_en,
        {{ count }} as churned_count
    from {{ relation }}
    union all
    {%- endfor %}
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
),

-- What a bank calls its cities or kinds is its own affair.
named as (
    select count(*) > 0 as names_have_braces from {{ ref('int_value_labels') }}
    where instr(value_label_ru, '{') > 0
)

select *
from texts
where
    text_en like '% %'
    or (text_ru is null) <> (text_en is null)
    or text_ru like '%уходят чаще%'
    or text_ru like '%уходят реже%'
    or text_en like '%leave more often%'
    or text_en like '%leave less often%'
    -- The interval of a difference says enough beside a rate of 100 %.
    or (text_ru like '%: 100,0 % против%' and text_ru not like '%разница%')
    or (text_en like '%: 100.0% against%' and text_en not like '%the difference is%')
    or text_ru like '%..'
    or text_en like '%..'
    or ((instr(text_ru, '{') > 0 or instr(text_en, '{') > 0) and not (select named.names_have_braces from named))
    or text_ru like '%1e-%'
    or text_en like '%1e-%'
    or (
        text_ru like '%ушли%'
        and text_ru not like '%ушли все%'
        and mod(churned_count, 10) = 1
        and mod(churned_count, 100) <> 11
    )
