-- One row per forecast that came due (its later snapshot is snapshot_date) × model variant × value of an attribute by
-- which it is checked: what was expected, what happened, how well it was ranked; of everybody also the calibration fit.
-- Kept, so that no client of an earlier month is read again.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ kept_by_month(by_rows=true) }}
{%- set forecast = ['portfolio', 'forecast_date', 'outcome_date', 'model_variant'] %}
{%- set steps = 12 %}
{%- set columns = {'all': "'all'", 'risk_band': group_text('risk_band')} %}
{%- for name in checked_groups() %}{% do columns.update({name: group_text(name)}) %}{% endfor %}
with outcomes as (
    select * from {{ ref('int_forecast_outcomes') }}
),

facts as (
    select
        portfolio,
        forecast_date,
        outcome_date,
        max(horizon) as horizon,
        max(day_count) as day_count,
        max(settled_at) as settled_at,
        max(model_version) as model_version,
        max(churn_definition) as churn_definition,
        max(horizon_days) as horizon_days
    from outcomes
    group by portfolio, forecast_date, outcome_date
),

counted as {{ computed_once() }}(
    {%- for name, value in columns.items() %}
    select
        portfolio,
        forecast_date,
        outcome_date,
        'ebm' as model_variant,
        '{{ name }}' as attribute,
        {{ value }} as attribute_value,
        churn_probability as probability,
        cast(count(*) as bigint) as client_count,
        count(case when has_left then 1 end) as left_count
    from outcomes
    group by portfolio, forecast_date, outcome_date, {{ value ~ ', ' if name != 'all' }}churn_probability
    union all
    {%- endfor %}
    select
        portfolio,
        forecast_date,
        outcome_date,
        'logistic_regression' as model_variant,
        'all' as attribute,
        'all' as attribute_value,
        baseline_probability as probability,
        cast(count(*) as bigint) as client_count,
        count(case when has_left then 1 end) as left_count
    from outcomes
    where baseline_probability is not null
    group by portfolio, forecast_date, outcome_date, baseline_probability
),

ranked as (
    select
        *,
        client_count - left_count as stayed_count,
        sum(left_count) over everybody as all_left,
        sum(client_count - left_count) over everybody as all_stayed,
        sum(left_count) over up_to_here as left_up_to,
        sum(client_count - left_count) over up_to_here as stayed_up_to
    from counted
    window
        everybody as (partition by {{ forecast | join(', ') }}, attribute, attribute_value),
        up_to_here as (
            partition by {{ forecast | join(', ') }}, attribute, attribute_value order by probability
            rows between unbounded preceding and current row
        )
),

-- DeLong, DeLong, Clarke-Pearson (1988), Biometrics 44: of each leaver the share of the others who stood below, of each
-- who stayed the share of leavers who stood above; ties half.
placed as (
    select
        *,
        (stayed_up_to - stayed_count / 2e0) / nullif(all_stayed, 0) as share_below,
        1 - (left_up_to - left_count / 2e0) / nullif(all_left, 0) as share_above
    from ranked
),

summed as (
    select
        {{ forecast | join(', ') }},
        attribute,
        attribute_value,
        cast(sum(client_count) as bigint) as client_count,
        cast(sum(left_count) as bigint) as left_count,
        sum(client_count * probability) as expected_count,
        sum(client_count * probability * (1 - probability)) as expected_variance,
        sum(left_count * power(1 - probability, 2) + stayed_count * power(probability, 2)) as squared_error,
        cast(sum(left_count * (2 * stayed_up_to - stayed_count)) as double) / 2
        / nullif(cast(max(all_left) as double) * max(all_stayed), 0) as roc_auc,
        sum(left_count * power(share_below, 2)) as left_squares,
        sum(stayed_count * power(share_above, 2)) as stayed_squares,
        cast(max(all_left) as double) as all_left,
        cast(max(all_stayed) as double) as all_stayed,
        min(probability) < max(probability) as tells_apart
    from placed
    group by {{ forecast | join(', ') }}, attribute, attribute_value
),

-- The calibration line: leaving by the log-odds of the forecast. Cox (1958), Two further applications of a model for
-- binary regression, Biometrika 45. Newton's steps from the plain rate.
points as {{ computed_once() }}(
    select
        {{ forecast | join(', ') }},
        client_count,
        left_count,
        ln(greatest(probability, 1e-12) / greatest(1 - probability, 1e-12)) as log_odds
    from counted
    where attribute = 'all'
),

line_0 as (
    select
        {{ forecast | join(', ') }},
        ln(all_left / all_stayed) as intercept,
        0e0 as slope,
        cast(null as double) as moved,
        cast(null as double) as intercept_variance,
        cast(null as double) as slope_variance
    from summed
    where attribute = 'all' and all_left > 0 and all_stayed > 0 and tells_apart
),

{% for step in range(1, steps + 1) -%}
weighed_{{ step }} as {{ computed_once() }}(
    select
        {% for name in forecast %}points.{{ name }}, {% endfor %}
        fit.intercept,
        fit.slope,
        points.log_odds,
        points.client_count,
        points.left_count,
        1 / (1 + exp(-greatest(least(fit.intercept + fit.slope * points.log_odds, 30e0), -30e0))) as fitted
    from points
    inner join line_{{ step - 1 }} as fit
        on
            {%- for name in forecast %}
            {{ 'and ' if not loop.first }}points.{{ name }} = fit.{{ name }}
            {%- endfor %}
),

slopes_{{ step }} as (
    select
        {{ forecast | join(', ') }},
        intercept,
        slope,
        sum(client_count * fitted * (1 - fitted)) as weight,
        sum(client_count * fitted * (1 - fitted) * log_odds) as weight_x,
        sum(client_count * fitted * (1 - fitted) * log_odds * log_odds) as weight_xx,
        sum(left_count - client_count * fitted) as rest,
        sum((left_count - client_count * fitted) * log_odds) as rest_x
    from weighed_{{ step }}
    group by {{ forecast | join(', ') }}, intercept, slope
),

line_{{ step }} as (
    select
        {{ forecast | join(', ') }},
        intercept + (weight_xx * rest - weight_x * rest_x) / nullif(weight * weight_xx - weight_x * weight_x, 0) as intercept,
        slope + (weight * rest_x - weight_x * rest) / nullif(weight * weight_xx - weight_x * weight_x, 0) as slope,
        abs(weight * rest_x - weight_x * rest) / nullif(weight * weight_xx - weight_x * weight_x, 0) as moved,
        weight_xx / nullif(weight * weight_xx - weight_x * weight_x, 0) as intercept_variance,
        weight / nullif(weight * weight_xx - weight_x * weight_x, 0) as slope_variance
    from slopes_{{ step }}
),

{% endfor -%}
-- Where leavers and others are told apart without an error there is no line: the steps never end.
final as (
    select
        facts.forecast_date,
        facts.horizon,
        facts.day_count,
        facts.settled_at,
        facts.model_version,
        facts.churn_definition,
        facts.horizon_days,
        summed.model_variant,
        summed.attribute,
        summed.attribute_value,
        summed.client_count,
        summed.left_count,
        round(summed.expected_count, 6) as expected_count,
        round(sqrt(summed.expected_variance), 6) as expected_error,
        round(summed.squared_error / summed.client_count, 9) as brier,
        round(summed.roc_auc, 12) as roc_auc,
        case
            when summed.all_left > 1 and summed.all_stayed > 1
                then round(sqrt(greatest(
                    (summed.left_squares / summed.all_left - power(summed.roc_auc, 2)) / (summed.all_left - 1)
                    + (summed.stayed_squares / summed.all_stayed - power(summed.roc_auc, 2)) / (summed.all_stayed - 1),
                    0e0
                )), 9)
        end as roc_auc_error,
        {%- for name in ['slope', 'intercept'] %}
        case when fit.moved < 1e-6 then round(fit.{{ name }}, 9) end as calibration_{{ name }},
        case when fit.moved < 1e-6 then round(sqrt(fit.{{ name }}_variance), 9) end as calibration_{{ name }}_error,
        {%- endfor %}
        facts.portfolio,
        facts.outcome_date as snapshot_date
    from summed
    inner join facts
        on
            summed.portfolio = facts.portfolio
            and summed.forecast_date = facts.forecast_date
            and summed.outcome_date = facts.outcome_date
    left join line_{{ steps }} as fit
        on
            summed.attribute = 'all'
            {%- for name in forecast %}
            and summed.{{ name }} = fit.{{ name }}
            {%- endfor %}
)

select * from final
