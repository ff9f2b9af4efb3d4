-- One row per portfolio × cleaning scenario × metric × group × stratum: n, mean and sample variance.
with cell_moments as (
    select * from {{ ref('int_cell_moments') }}
),

cell_groups as (
    select * from {{ ref('int_cell_groups') }}
),

scenarios as (
    select * from {{ ref('int_cleaning_scenarios') }}
),

-- Strata are kept only where a registered hypothesis asks for them, or tests some of the clients only.
stratified as (
    select
        metric,
        group_attribute,
        stratify_by as stratum_attribute
    from {{ ref('hypotheses') }}
    where stratify_by is not null
    union distinct
    select
        metric,
        group_attribute,
        trim({{ dbt.split_part('filter', "'='", 1) }}) as stratum_attribute
    from {{ ref('hypotheses') }}
    where filter is not null
),

grouped as (
    select
        cell_moments.*,
        cell_groups.group_attribute,
        cell_groups.group_value,
        'none' as stratum_attribute,
        'all' as stratum_value
    from cell_moments
    inner join cell_groups on cell_moments.cell_id = cell_groups.cell_id
    union all
    select
        cell_moments.*,
        cell_groups.group_attribute,
        cell_groups.group_value,
        strata.group_attribute as stratum_attribute,
        strata.group_value as stratum_value
    from cell_moments
    inner join stratified on cell_moments.metric = stratified.metric
    inner join cell_groups
        on cell_moments.cell_id = cell_groups.cell_id and stratified.group_attribute = cell_groups.group_attribute
    inner join cell_groups as strata
        on cell_moments.cell_id = strata.cell_id and stratified.stratum_attribute = strata.group_attribute
),

-- Deviations from the group's own mean first: a difference of large sums would lose digits.
centred as (
    select
        grouped.*,
        scenarios.cleaning_scenario,
        sum(grouped.client_count * grouped.mean) over same_group / sum(grouped.client_count) over same_group
            as group_mean
    from grouped
    inner join scenarios on grouped.has_balance = scenarios.kept_has_balance
    window same_group as (
        partition by
            grouped.portfolio, scenarios.cleaning_scenario, grouped.metric, grouped.group_attribute,
            grouped.group_value, grouped.stratum_attribute, grouped.stratum_value
    )
),

pooled as (
    select
        portfolio,
        cleaning_scenario,
        metric,
        group_attribute,
        group_value,
        stratum_attribute,
        stratum_value,
        cast(sum(client_count) as bigint) as client_count,
        max(group_mean) as mean,
        sum(squared_deviations + client_count * (mean - group_mean) * (mean - group_mean))
        / nullif(sum(client_count) - 1, 0) as variance
    from centred
    group by
        portfolio, cleaning_scenario, metric, group_attribute, group_value, stratum_attribute, stratum_value
)

select * from pooled
