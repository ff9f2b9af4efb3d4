-- Claim: a value with which clients leave less often is told as part of a combination, one with which they leave more
-- often as a sign, in both languages.
with reasons as (
    {%- for place in [1, 2, 3] %}
    select
        reason_{{ place }}_ru as reason_ru,
        reason_{{ place }}_en as reason_en
    from {{ ref('retention_list') }}
    where reason_{{ place }}_en like '%active clients leave%'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

told as (
    select
        *,
        reason_en like '%an active client (active clients leave less often%'
        or reason_en like '%an inactive client (active clients leave more often%' as is_of_staying
    from reasons
)

select distinct
    reason_ru,
    reason_en
from told
where
    is_of_staying <> (reason_en like '%the combination with other signs%')
    or is_of_staying <> (reason_ru like '%важно сочетание с другими признаками%')
    or is_of_staying = (reason_en like '%a sign, not a cause%')
    or is_of_staying = (reason_ru like '%это признак, а не причина%')
