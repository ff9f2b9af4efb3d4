-- One row per finished campaign: difference of its arms, plain and adjusted for the score within risk bands.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines,structure.column_order
{{ config(materialized='table') }}
{%- set arms = ['treated', 'control'] %}
{%- set sums = ['client_count', 'left_count', 'score_sum', 'score_squares', 'score_left_sum', 'lost_value', 'lost_value_squares'] %}
with sums as (
    select * from {{ ref('int_campaign_sums') }}
    where client_count > 0
),

plans as (
    select * from {{ ref('int_campaign_plans') }}
    where measured_on is not null
),

-- What varies within the cells: risk band × arm.
cells as (
    select
        *,
        left_count - left_count * left_count / cast(client_count as double) as left_spread,
        score_squares - score_sum * score_sum / client_count as score_spread,
        score_left_sum - score_sum * left_count / client_count as shared_spread,
        lost_value_squares - lost_value * lost_value / client_count as value_spread
    from sums
),

strata as (
    select
        portfolio,
        campaign,
        risk_band,
        {%- for arm in arms %}
        {%- for column in sums %}
        cast(coalesce(sum(case when arm = '{{ arm }}' then {{ column }} end), 0) as double) as {{ arm }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        cast(sum(client_count) as double) as n,
        cast(sum(left_count) as double) as left_sum,
        sum(score_sum) as score_sum,
        sum(score_squares) as score_squares,
        sum(score_left_sum) as score_left_sum
    from sums
    group by portfolio, campaign, risk_band
),

-- Normal equations of a regression on arm, score and risk bands (Frisch and Waugh 1933): sums about the bands' means.
equations as (
    select
        portfolio,
        campaign,
        sum(treated_client_count * control_client_count / n) as arm_arm,
        sum((treated_left_count * control_client_count - control_left_count * treated_client_count) / n) as arm_left,
        sum((treated_score_sum * control_client_count - control_score_sum * treated_client_count) / n) as arm_score,
        sum(score_squares - score_sum * score_sum / n) as score_score,
        sum(score_left_sum - score_sum * left_sum / n) as score_left
    from strata
    group by portfolio, campaign
),

slopes as (
    select
        portfolio,
        campaign,
        arm_arm,
        -- Where all have one score it explains nothing.
        case
            when arm_arm * score_score - arm_score * arm_score > 1e-9 * arm_arm * arm_arm
                then
                    (arm_arm * score_left - arm_score * arm_left)
                    / (arm_arm * score_score - arm_score * arm_score)
            else 0e0
        end as slope,
        case
            when arm_arm * score_score - arm_score * arm_score > 1e-9 * arm_arm * arm_arm
                then
                    (score_score * arm_left - arm_score * score_left)
                    / (arm_arm * score_score - arm_score * arm_score)
            when arm_arm > 0 then arm_left / arm_arm
        end as arm_effect
    from equations
),

summed as (
    select
        cells.portfolio,
        cells.campaign,
        {%- for arm in arms %}
        {%- for column in sums[:3] + ['lost_value'] %}
        cast(coalesce(sum(case when cells.arm = '{{ arm }}' then cells.{{ column }} end), 0) as double)
            as {{ arm }}_{{ column }},
        {%- endfor %}
        cast(count(case when cells.arm = '{{ arm }}' then 1 end) as double) as {{ arm }}_cell_count,
        sum(case when cells.arm = '{{ arm }}' then cells.left_spread end) as {{ arm }}_left_spread,
        sum(case when cells.arm = '{{ arm }}' then cells.value_spread end) as {{ arm }}_value_spread,
        sum(
            case
                when cells.arm = '{{ arm }}'
                    then
                        cells.left_spread - 2 * slopes.slope * cells.shared_spread
                        + slopes.slope * slopes.slope * cells.score_spread
            end
        ) as {{ arm }}_rest_spread,
        {%- endfor %}
        max(slopes.slope) as slope,
        max(slopes.arm_effect) as arm_effect
    from cells
    inner join slopes on cells.portfolio = slopes.portfolio and cells.campaign = slopes.campaign
    group by cells.portfolio, cells.campaign
),

-- Each arm has a variance of its own, within risk bands, since the split was made within them.
spread as (
    select
        *,
        {%- for arm in arms %}
        {%- for kind in ['left', 'rest', 'value'] %}
        {{ arm }}_{{ kind }}_spread / nullif({{ arm }}_client_count - {{ arm }}_cell_count, 0) as {{ arm }}_{{ kind }}_variance,
        {%- endfor %}
        {{ arm }}_left_count / nullif({{ arm }}_client_count, 0) as {{ arm }}_rate,
        {%- endfor %}
        (treated_score_sum + control_score_sum) / nullif(treated_client_count + control_client_count, 0) as mean_score
    from summed
),

final as (
    select
        spread.portfolio,
        spread.campaign,
        plans.offer,
        spread.treated_client_count,
        spread.control_client_count,
        spread.treated_left_count,
        spread.control_left_count,
        spread.treated_rate,
        spread.control_rate,
        spread.control_rate - spread.treated_rate as plain_difference,
        sqrt(
            spread.treated_left_variance / spread.treated_client_count
            + spread.control_left_variance / spread.control_client_count
        ) as plain_error,
        -- As if neither risk bands nor score were known.
        spread.treated_rate * (1 - spread.treated_rate) / nullif(spread.treated_client_count - 1, 0)
        + spread.control_rate * (1 - spread.control_rate) / nullif(spread.control_client_count - 1, 0)
            as unstratified_variance,
        -spread.arm_effect as difference,
        spread.treated_rest_variance / spread.treated_client_count
        + spread.control_rest_variance / spread.control_client_count as variance,
        spread.control_rate
        - spread.slope * (spread.control_score_sum / spread.control_client_count - spread.mean_score) as expected_rate,
        spread.control_rest_variance / spread.control_client_count as expected_variance,
        spread.treated_rest_spread,
        spread.control_rest_spread,
        spread.treated_client_count - spread.treated_cell_count as treated_degrees,
        spread.control_client_count - spread.control_cell_count as control_degrees,
        spread.control_lost_value / spread.control_client_count
        - spread.treated_lost_value / spread.treated_client_count as value_difference,
        sqrt(
            spread.treated_value_variance / spread.treated_client_count
            + spread.control_value_variance / spread.control_client_count
        ) as value_error
    from spread
    inner join plans on spread.portfolio = plans.portfolio and spread.campaign = plans.campaign
    where
        spread.treated_client_count > spread.treated_cell_count
        and spread.control_client_count > spread.control_cell_count
)

select * from final
