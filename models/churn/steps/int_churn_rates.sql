-- One row per portfolio × dimension(s) × value(s): the churn rate with its counts, interval, lift and share of churn.
{{ config(materialized='table') }}

with counts as (
    select * from {{ ref('int_churn_counts') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

totals as (
    select
        portfolio,
        client_count as total_client_count,
        churned_count as total_churned_count
    from counts
    where dimension_name = 'all'
),

rated as (
    select
        counts.*,
        cast(counts.churned_count as double) / nullif(counts.client_count, 0) as churn_rate,
        {{ wilson_bound('counts.churned_count', 'counts.client_count', 'low') }} as ci_low,
        {{ wilson_bound('counts.churned_count', 'counts.client_count', 'high') }} as ci_high,
        cast(counts.churned_count as double) * totals.total_client_count
        / nullif(cast(counts.client_count as double) * totals.total_churned_count, 0) as lift,
        cast(counts.churned_count as double) / nullif(totals.total_churned_count, 0) as share_of_churn,
        cast(counts.client_count as double) / nullif(totals.total_client_count, 0) as share_of_clients,
        counts.all_client_count - counts.client_count as unknown_churn_count,
        counts.client_count < {{ var('small_group_size') }} as is_small_group,
        {{ is_suppressed('counts.client_count') }} as is_suppressed
    from counts
    inner join totals on counts.portfolio = totals.portfolio
),

labelled as (
    select
        rated.*,
        -- By the lower limit, so that a few clients do not lead a list by chance.
        case
            when not rated.is_small_group
                then
                    cast(rank() over (
                        partition by rated.portfolio, rated.dimension_name, rated.is_small_group
                        order by rated.ci_low desc
                    ) as bigint)
        end as churn_rank,
        {{ churn_reading('rated', 'ru') | indent(8) }} as reading_ru,
        {{ churn_reading('rated', 'en') | indent(8) }} as reading_en,
        {{ data_origin_of('rated.portfolio') }} as data_origin,
        first_labels.attribute_label_ru || coalesce(', ' || second_labels.attribute_label_ru, '') as dimension_label_ru,
        first_labels.attribute_label_en || coalesce(', ' || second_labels.attribute_label_en, '') as dimension_label_en,
        first_labels.value_label_ru || coalesce(', ' || second_labels.value_label_ru, '') as value_label_ru,
        first_labels.value_label_en || coalesce(', ' || second_labels.value_label_en, '') as value_label_en
    from rated
    left join labels as first_labels
        on
            rated.portfolio = first_labels.portfolio
            and rated.dimension_1_name = first_labels.attribute
            and rated.dimension_1_value = first_labels.attribute_value
    left join labels as second_labels
        on
            rated.portfolio = second_labels.portfolio
            and rated.dimension_2_name = second_labels.attribute
            and rated.dimension_2_value = second_labels.attribute_value
)

select * from labelled
