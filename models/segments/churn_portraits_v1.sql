-- One row per portfolio × churned or stayed: the typical client who left, and the typical loyal one.
with wide as (
    {{ portraits_wide('churn') | indent(4) }}
),

sums as (
    select * from {{ ref('int_portrait_sums') }}
    where group_kind = 'churn'
),

labels as (
    select * from {{ ref('labels') }}
    where kind = 'group_value' and name = 'is_churned'
),

final as (
    select
        wide.portfolio,
        wide.group_code as churn_group,
        labels.label_ru as churn_group_label_ru,
        labels.label_en as churn_group_label_en,
        sums.all_client_count as client_count,
        {%- for column in portrait_columns() %}
        wide.{{ column }},
        {%- endfor %}
        sums.all_client_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('sums.all_client_count') }} as is_suppressed,
        {{ data_origin_of('wide.portfolio') }} as data_origin
    from wide
    inner join sums on wide.portfolio = sums.portfolio and wide.group_code = sums.group_code
    inner join labels on labels.value = case wide.group_code when 'churned' then 'true' else 'false' end
)

select * from final
