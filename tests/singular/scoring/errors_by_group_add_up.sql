-- Claim: by whichever attribute the model's errors are counted, they are of the same clients: as many flagged, caught
-- and falsely alarmed, and as much probability as was predicted.
with predicted as (
    select
        portfolio,
        evaluation,
        model_variant,
        count(*) as client_count,
        sum(outcome) as churned_count,
        cast(sum(predicted_e12) as double) / 1e12 as expected_count
    from {{ ref('int_churn_model_predictions') }}
    group by portfolio, evaluation, model_variant
),

counted as (
    select
        portfolio,
        evaluation,
        model_variant,
        attribute,
        sum(client_count) as client_count,
        sum(churned_count) as churned_count,
        sum(flagged_count) as flagged_count,
        sum(coalesce((1 - missed_share) * churned_count, 0)) as caught_count,
        sum(coalesce(false_alarm_share * (client_count - churned_count), 0)) as false_alarm_count,
        sum(mean_predicted * client_count) as expected_count
    from {{ ref('churn_model_groups') }}
    group by portfolio, evaluation, model_variant, attribute
),

compared as (
    select
        counted.*,
        predicted.client_count as all_client_count,
        predicted.churned_count as all_churned_count,
        predicted.expected_count as all_expected_count,
        max(counted.flagged_count) over (
            partition by counted.portfolio, counted.evaluation, counted.model_variant
        ) as most_flagged,
        max(counted.caught_count) over (
            partition by counted.portfolio, counted.evaluation, counted.model_variant
        ) as most_caught
    from counted
    left join predicted
        on
            counted.portfolio = predicted.portfolio
            and counted.evaluation = predicted.evaluation
            and counted.model_variant = predicted.model_variant
)

select *
from compared
where
    (
        client_count = all_client_count
        and churned_count = all_churned_count
        and flagged_count = most_flagged
        and abs(caught_count - most_caught) < 0.5
        and abs(flagged_count - caught_count - false_alarm_count) < 0.5
        and abs(expected_count - all_expected_count) < 0.001 + 1e-9 * all_expected_count
    ) is not true
