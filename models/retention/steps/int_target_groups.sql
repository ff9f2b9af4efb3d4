-- One row per portfolio × target group, registered or found by the search: rule, counts, and its place in the cover.
{{ config(materialized='table') }}

with registered as (
    select
        counts.portfolio,
        counts.group_code,
        'registered' as kind,
        described.source,
        coalesce(described.found_in = counts.portfolio, false) as is_found_here,
        described.group_order,
        described.name_ru,
        described.name_en,
        described.why_ru,
        described.why_en,
        counts.rule,
        counts.rule_sql,
        described.name_ru as rule_ru,
        described.name_en as rule_en,
        counts.condition_count,
        counts.all_client_count,
        counts.client_count,
        counts.churned_count,
        cast(null as bigint) as cover_order,
        cast(null as bigint) as cover_client_count,
        cast(null as bigint) as cover_churned_count,
        cast(null as double) as cover_lower_bound
    from {{ ref('int_registered_groups') }} as counts
    inner join {{ ref('registered_groups') }} as described on counts.group_code = described.group_code
),

found as (
    select
        candidates.portfolio,
        candidates.rule as group_code,
        'searched' as kind,
        'search' as source,
        true as is_found_here,
        100 + cover.cover_order as group_order,
        texts.rule_ru as name_ru,
        texts.rule_en as name_en,
        cast(null as {{ dbt.type_string() }}) as why_ru,
        cast(null as {{ dbt.type_string() }}) as why_en,
        candidates.rule,
        texts.rule_sql,
        texts.rule_ru,
        texts.rule_en,
        cast(candidates.condition_count as integer) as condition_count,
        candidates.all_client_count,
        candidates.client_count,
        candidates.churned_count,
        cover.cover_order,
        cover.cover_client_count,
        cover.cover_churned_count,
        cover.cover_lower_bound
    from {{ ref('int_group_candidates') }} as candidates
    inner join {{ ref('int_group_cover') }} as cover
        on candidates.portfolio = cover.portfolio and candidates.rule = cover.rule
    inner join {{ ref('int_rule_texts') }} as texts
        on candidates.portfolio = texts.portfolio and candidates.rule = texts.rule
),

final as (
    select * from registered
    union all
    select * from found
)

select * from final
