-- One row per portfolio × way of grouping × group × measure: the portraits in long form, for charts.
-- No means: from those of the other segments, that of a hidden one, perhaps a single client's, could be worked out.
with portraits as (
    select * from {{ ref('int_portraits') }}
    where measure not like '%_mean'
),

measures as (
    select * from {{ ref('int_portrait_measures') }}
),

group_labels as (
    select
        portfolio,
        'segment_v' || cast(segment_version as {{ dbt.type_string() }}) as group_kind,
        segment_code as group_code,
        name_ru as group_label_ru,
        name_en as group_label_en
    from {{ ref('int_segment_names') }}
    union all
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        'churn' as group_kind,
        case value when 'true' then 'churned' else 'stayed' end as group_code,
        label_ru as group_label_ru,
        label_en as group_label_en
    from {{ ref('labels') }}
    where kind = 'group_value' and name = 'is_churned'
    union all
    select
        cast(null as {{ dbt.type_string() }}) as portfolio,
        'portfolio' as group_kind,
        'all' as group_code,
        label_ru as group_label_ru,
        label_en as group_label_en
    from {{ ref('labels') }}
    where kind = 'attribute' and name = 'all'
),

final as (
    select
        portraits.portfolio,
        portraits.group_kind,
        portraits.group_code,
        group_labels.group_label_ru,
        group_labels.group_label_en,
        portraits.measure,
        measures.measure_order,
        measures.kind as measure_kind,
        measures.label_ru as measure_label_ru,
        measures.label_en as measure_label_en,
        measures.decimals,
        portraits.value,
        portraits.value_text,
        portraits.value_text_ru,
        portraits.value_text_en,
        portraits.ci_low,
        portraits.ci_high,
        portraits.portfolio_value,
        portraits.difference,
        portraits.group_client_count,
        portraits.group_known_churn_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('portraits.group_client_count') }} as is_suppressed,
        {{ data_origin_of('portraits.portfolio') }} as data_origin
    from portraits
    inner join measures on portraits.measure = measures.measure
    inner join group_labels
        on
            portraits.group_kind = group_labels.group_kind
            and portraits.group_code = group_labels.group_code
            and coalesce(group_labels.portfolio, portraits.portfolio) = portraits.portfolio
)

select * from final
