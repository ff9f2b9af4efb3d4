-- One row per portfolio × snapshot × attribute × value: the churn rate of `churn_rates`, month by month, and its
-- change.
{{ config(enabled=has_months()) }}

with counts as (
    select * from {{ ref('int_month_counts') }}
    where
        attribute in (
            'all',
            {%- for name in attribute_names('rates') %}
            '{{ name }}'{{ ',' }}
            {%- endfor %}
            {%- for version in segment_versions() %}
            'segment_v{{ version }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
        and not {{ lacks_attribute('portfolio', 'attribute') }}
),

periods as (
    select * from {{ ref('int_periods') }}
),

labels as (
    select * from {{ ref('int_flow_labels') }}
),

rated as (
    select
        counts.portfolio,
        counts.snapshot_date,
        periods.period_start as previous_date,
        counts.attribute,
        counts.attribute_value,
        labels.attribute_label_ru,
        labels.attribute_label_en,
        labels.value_label_ru,
        labels.value_label_en,
        counts.known_churn_count as client_count,
        counts.churned_count,
        cast(counts.churned_count as double) / nullif(counts.known_churn_count, 0) as churn_rate,
        {{ wilson_bound('counts.churned_count', 'counts.known_churn_count', 'low') }} as ci_low,
        {{ wilson_bound('counts.churned_count', 'counts.known_churn_count', 'high') }} as ci_high
    from counts
    inner join periods on counts.portfolio = periods.portfolio and counts.snapshot_date = periods.period_end
    left join labels
        on
            counts.portfolio = labels.portfolio
            and counts.attribute = labels.attribute
            and counts.attribute_value = labels.attribute_value
),

-- A change from a month whose rate is hidden would tell that rate.
compared as (
    select
        rated.*,
        earlier.churn_rate as rate_before,
        earlier.ci_low as low_before,
        earlier.ci_high as high_before
    from rated
    left join rated as earlier
        on
            rated.portfolio = earlier.portfolio
            and rated.previous_date = earlier.snapshot_date
            and rated.attribute = earlier.attribute
            and rated.attribute_value = earlier.attribute_value
            and not {{ is_suppressed('earlier.client_count') }}
),

-- Newcombe's interval for two groups of different people. Most stand in both months, so the true one is narrower.
changed as (
    select
        *,
        churn_rate - rate_before as rate_change,
        churn_rate - rate_before
        - {{ newcombe_reach('churn_rate', 'ci_low', 'rate_before', 'high_before') }} as rate_change_ci_low,
        churn_rate - rate_before
        + {{ newcombe_reach('churn_rate', 'ci_high', 'rate_before', 'low_before') }} as rate_change_ci_high
    from compared
),

-- Everybody is one question; values are many, of which some change by chance in any month.
counted as (
    select
        *,
        sum(case when rate_change is not null and attribute <> 'all' then 1 else 0 end)
            over (partition by portfolio, snapshot_date) as compared_count
    from changed
),

final as (
    select
        portfolio,
        snapshot_date,
        attribute,
        attribute_value,
        attribute_label_ru,
        attribute_label_en,
        value_label_ru,
        value_label_en,
        client_count,
        churned_count,
        churn_rate,
        ci_low,
        ci_high,
        rate_change,
        rate_change_ci_low,
        rate_change_ci_high,
        {{ is_sure_change('compared_count') }} as is_sure_change,
        coalesce(client_count < {{ var('small_group_size') }}, false) as is_small_group,
        {{ is_suppressed('client_count') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from counted
)

select * from final
