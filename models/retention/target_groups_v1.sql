-- One row per portfolio × target group: its rule, churn with interval, how much of the churn it holds, its place.
{%- set searched_bound = "case when is_found_here then lower_bound end" %}
with groups as (
    select * from {{ ref('int_target_groups') }}
),

bounds as (
    select * from {{ ref('int_target_group_bounds') }}
),

group_values as (
    select * from {{ ref('int_group_values') }}
),

totals as (
    select * from {{ ref('int_churn_counts') }}
    where dimension_name = 'all'
),

rated as (
    select
        groups.*,
        totals.client_count as total_client_count,
        totals.churned_count as total_churned_count,
        cast(groups.churned_count as double) / nullif(groups.client_count, 0) as churn_rate,
        {{ wilson_bound('groups.churned_count', 'groups.client_count', 'low') }} as ci_low,
        {{ wilson_bound('groups.churned_count', 'groups.client_count', 'high') }} as ci_high,
        bounds.lower_bound,
        groups.client_count < {{ var('small_group_size') }} as is_small_group,
        group_values.value_to_save,
        case when groups.cover_order is not null then coalesce(group_values.cover_clients_to_contact, 0) end
            as cover_clients_to_contact,
        group_values.cover_value_to_save
    from groups
    inner join totals on groups.portfolio = totals.portfolio
    left join bounds
        on
            groups.portfolio = bounds.portfolio
            and groups.client_count = bounds.client_count
            and groups.churned_count = bounds.churned_count
    left join group_values
        on groups.portfolio = group_values.portfolio and groups.group_code = group_values.group_code
),

-- Worth acting on: surely above the average, with income left to save.
weighed as (
    select
        *,
        coalesce(
            not is_small_group and lower_bound * total_client_count > total_churned_count and value_to_save > 0, false
        ) as is_worth_acting
    from rated
),

placed as (
    select
        *,
        case
            when not is_small_group
                then rank() over (partition by portfolio, is_small_group order by lower_bound desc)
        end as churn_rank,
        case
            when is_worth_acting then rank() over (partition by portfolio, is_worth_acting order by value_to_save desc)
        end as action_rank,
        case
            when cover_order is not null
                then row_number() over (
                    partition by portfolio, cover_order is not null
                    order by cover_value_to_save desc nulls last, cover_order asc
                )
        end as cover_action_rank,
        sum(cover_client_count) over (partition by portfolio order by cover_order rows unbounded preceding)
            as covered_clients,
        sum(cover_churned_count) over (partition by portfolio order by cover_order rows unbounded preceding)
            as covered_churn
    from weighed
),

final as (
    select
        portfolio,
        group_code,
        kind,
        source,
        cast(group_order as integer) as group_order,
        name_ru,
        name_en,
        why_ru,
        why_en,
        rule,
        rule_sql,
        rule_ru,
        rule_en,
        condition_count,
        all_client_count,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        lower_bound,
        cast(churn_rank as bigint) as churn_rank,
        churn_rate * total_client_count / nullif(total_churned_count, 0) as lift,
        cast(client_count as double) / nullif(total_client_count, 0) as share_of_clients,
        cast(churned_count as double) / nullif(total_churned_count, 0) as share_of_churn,
        all_client_count - churned_count as clients_to_contact,
        {{ round_to_significant('value_to_save') }} as value_to_save,
        cast(action_rank as bigint) as action_rank,
        {{ churn_reading('', 'ru', searched_bound=searched_bound) | indent(8) }} as reading_ru,
        {{ churn_reading('', 'en', searched_bound=searched_bound) | indent(8) }} as reading_en,
        cover_order,
        cover_client_count,
        cover_churned_count,
        cast(cover_churned_count as double) / cover_client_count as cover_churn_rate,
        cover_lower_bound,
        cover_clients_to_contact,
        {{ round_to_significant('cover_value_to_save') }} as cover_value_to_save,
        cast(cover_action_rank as bigint) as cover_action_rank,
        case when cover_order is not null then cast(covered_clients as double) / total_client_count end
            as cover_share_of_clients,
        case when cover_order is not null then cast(covered_churn as double) / total_churned_count end
            as cover_share_of_churn,
        is_small_group,
        {{ is_tiny('all_client_count') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from placed
)

select * from final
