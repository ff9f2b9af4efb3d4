-- One row per portfolio × searched group that is large enough: counts, the lower bound of its churn allowing for the
-- number of groups looked at (Bonferroni), and the same for either random half of the clients.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent,references.qualification
{{ config(materialized='table') }}

with counts as (
    select * from {{ ref('int_group_counts') }}
),

bounds as (
    select * from {{ ref('int_group_bounds') }}
),

totals as (
    select
        portfolio,
        cast(sum(known_churn_count) as double) as client_count,
        cast(sum(churned_count) as double) as churned_count,
        cast(sum(half_known_churn_count) as double) as half_client_count,
        cast(sum(half_churned_count) as double) as half_churned_count
    from {{ ref('churn_cells') }}
    group by portfolio
),

halves as (
    select
        counts.*,
        counts.client_count - counts.half_client_count as other_client_count,
        counts.churned_count - counts.half_churned_count as other_churned_count,
        totals.churned_count / nullif(totals.client_count, 0) as portfolio_churn_rate,
        totals.half_churned_count / nullif(totals.half_client_count, 0) as half_portfolio_churn_rate,
        (totals.churned_count - totals.half_churned_count)
        / nullif(totals.client_count - totals.half_client_count, 0) as other_portfolio_churn_rate
    from counts
    inner join totals on counts.portfolio = totals.portfolio
    where counts.client_count >= {{ var('min_target_group_size') }}
),

bounded as (
    select
        halves.*,
        cast(halves.churned_count as double) / halves.client_count as churn_rate,
        cast(halves.half_churned_count as double) / nullif(halves.half_client_count, 0) as half_churn_rate,
        cast(halves.other_churned_count as double) / nullif(halves.other_client_count, 0) as other_churn_rate,
        bounds.comparison_count,
        bounds.bound_level,
        bounds.lower_bound,
        half_bounds.lower_bound as half_lower_bound,
        other_bounds.lower_bound as other_lower_bound
    from halves
    {%- for part in ['', 'half_', 'other_'] %}
    left join bounds{{ ' as ' ~ part ~ 'bounds' if part }}
        on
            halves.portfolio = {{ part }}bounds.portfolio
            and halves.{{ part }}client_count = {{ part }}bounds.client_count
            and halves.{{ part }}churned_count = {{ part }}bounds.churned_count
    {%- endfor %}
),

ranked as (
    select
        *,
        row_number() over (
            partition by portfolio order by lower_bound desc, condition_count asc, client_count desc, rule asc
        ) as place
    from bounded
)

select * from ranked
