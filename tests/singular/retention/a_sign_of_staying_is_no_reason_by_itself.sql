-- Claim: a value of which fewer clients left than of its opposite is told as part of a combination, one of which more
-- left as a sign, in both languages.
with reasons as (
    {%- for place in [1, 2, 3] %}
    select
        portfolio,
        reason_{{ place }}_ru as reason_ru,
        reason_{{ place }}_en as reason_en
    from {{ ref('retention_list') }}
    where reason_{{ place }}_en like '%active client (of the%'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

rates as (
    select
        portfolio,
        max(case when is_active then churn_rate end) as of_active,
        max(case when not is_active then churn_rate end) as of_inactive
    from {{ ref('churn_by_activity') }}
    group by portfolio
),

told as (
    select
        reasons.reason_ru,
        reasons.reason_en,
        case
            when reasons.reason_en like '%an inactive client%' then rates.of_inactive < rates.of_active
            else rates.of_active < rates.of_inactive
        end as is_of_staying
    from reasons
    inner join rates on reasons.portfolio = rates.portfolio
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
