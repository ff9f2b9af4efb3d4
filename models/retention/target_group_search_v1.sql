-- One row per portfolio: how the search for groups of high churn went, and how often a bound found in one random half
-- of the clients held in the other.
{%- set half_minimum = var('min_target_group_size') // 2 %}
with candidates as (
    select * from {{ ref('int_group_candidates') }}
),

bounds as (
    select
        portfolio,
        max(comparison_count) as comparison_count,
        max(bound_level) as bound_level
    from {{ ref('int_group_bounds') }}
    group by portfolio
),

attributes as (
    select
        portfolio,
        count(*) as attribute_count,
        count(*) filter (where is_searched) as searched_attribute_count,
        {{ dbt.listagg(
            measure="case when not is_searched then attribute end", delimiter_text="', '",
            order_by_clause='order by place'
        ) }} as attributes_left_out
    from {{ ref('int_searched_attributes') }}
    group by portfolio
),

covers as (
    select
        portfolio,
        count(*) as group_count,
        max(cover_share_of_clients) as share_of_clients,
        max(cover_share_of_churn) as share_of_churn
    from {{ ref('target_groups') }}
    where cover_order is not null
    group by portfolio
),

halves as (
    {%- for here, there in [('half', 'other'), ('other', 'half')] %}
    select
        portfolio,
        {{ here }}_lower_bound <= {{ there }}_churn_rate as holds
    from candidates
    where
        {{ here }}_client_count >= {{ half_minimum }}
        and {{ there }}_client_count >= {{ half_minimum }}
        and {{ here }}_lower_bound > {{ here }}_portfolio_churn_rate
    {%- if loop.first %}
    union all
    {%- endif %}
    {%- endfor %}
),

checked as (
    select
        portfolio,
        count(*) as half_group_count,
        count(*) filter (where holds) as half_held_count
    from halves
    group by portfolio
),

counted as (
    select
        portfolio,
        count(*) as candidate_count,
        count(*) filter (where lower_bound > portfolio_churn_rate) as selected_count
    from candidates
    group by portfolio
),

final as (
    select
        bounds.portfolio,
        cast(bounds.comparison_count as bigint) as comparison_count,
        bounds.bound_level,
        cast(attributes.attribute_count as bigint) as attribute_count,
        cast(attributes.searched_attribute_count as bigint) as searched_attribute_count,
        attributes.attributes_left_out,
        cast(coalesce(counted.candidate_count, 0) as bigint) as candidate_count,
        cast(coalesce(counted.selected_count, 0) as bigint) as selected_count,
        cast(coalesce(covers.group_count, 0) as bigint) as cover_group_count,
        covers.share_of_clients as cover_share_of_clients,
        covers.share_of_churn as cover_share_of_churn,
        cast(coalesce(checked.half_group_count, 0) as bigint) as half_group_count,
        cast(coalesce(checked.half_held_count, 0) as bigint) as half_held_count,
        cast(checked.half_held_count as double) / checked.half_group_count as half_held_share,
        {{ wilson_bound('checked.half_held_count', 'checked.half_group_count', 'low') }} as half_held_ci_low,
        {{ wilson_bound('checked.half_held_count', 'checked.half_group_count', 'high') }} as half_held_ci_high,
        {{ data_origin_of('bounds.portfolio') }} as data_origin
    from bounds
    left join counted on bounds.portfolio = counted.portfolio
    left join covers on bounds.portfolio = covers.portfolio
    left join attributes on bounds.portfolio = attributes.portfolio
    left join checked on bounds.portfolio = checked.portfolio
)

select * from final
