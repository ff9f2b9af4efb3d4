-- One row per portfolio: whether the search found groups of high churn, as evidence for a recommendation.
-- sqlfluff:exclude_rules:layout.indent
with searches as (
    select * from {{ ref('target_group_search') }}
),

searched as (
    select
        portfolio,
        'cover' as evidence_kind,
        'target_group_search' as evidence_key,
        case when cover_group_count > 0 then 'true' else 'unclear' end as finding,
        cast(null as {{ dbt.type_string() }}) as importance,
        cast(null as bigint) as client_count,
        {%- for column in ['churn_rate', 'ci_low', 'ci_high', 'comparison_rate', 'difference', 'p_value_adjusted'] %}
        cast(null as double) as {{ column }},
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as effect_size_name,
        cast(null as double) as effect_size,
        case
            when cover_group_count > 0
                then
                    'Непересекающихся групп, найденных поиском: ' || cast(cover_group_count as {{ dbt.type_string() }})
                    || '; в них ' || {{ percent_text('cover_share_of_clients', 'ru') }} || ' клиентов и '
                    || {{ percent_text('cover_share_of_churn', 'ru') }} || ' ушедших.'
            else 'Поиск не нашёл групп, отток в которых достоверно выше среднего.'
        end as evidence_ru,
        case
            when cover_group_count > 0
                then
                    'Groups without overlap found by the search: '
                    || cast(cover_group_count as {{ dbt.type_string() }}) || '; they hold '
                    || {{ percent_text('cover_share_of_clients', 'en') }} || ' of the clients and '
                    || {{ percent_text('cover_share_of_churn', 'en') }} || ' of the churn.'
            else 'The search found no group whose churn is surely above the average.'
        end as evidence_en,
        false as is_suppressed,
        cast(null as double) as adjusted_ci_low,
        cast(null as double) as adjusted_ci_high,
        {%- for language in ['ru', 'en'] %}
        cast(null as {{ dbt.type_string() }}) as measure_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from searches
)

select * from searched
