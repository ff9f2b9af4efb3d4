-- One row per portfolio × evaluation × model variant: how well churn is predicted, or why that is not known.
with predictions as (
    select * from {{ ref('int_churn_model_predictions') }}
),

counts as (
    select * from {{ ref('int_churn_model_prediction_counts') }}
),

deciles as (
    select * from {{ ref('int_churn_model_deciles') }}
),

lines as (
    select * from {{ ref('int_churn_model_measures') }}
),

metadata as (
    select * from {{ ref('int_churn_model_metadata') }}
),

labels as (
    select * from {{ ref('labels') }}
    where kind = 'model_variant'
),

errors as (
    select
        portfolio,
        evaluation,
        model_variant,
        cast(count(*) as bigint) as client_count,
        cast(sum(outcome) as bigint) as churned_count,
        cast(sum(predicted_e12) as double) / count(*) / 1e12 as mean_predicted,
        cast(sum(squared_error_e12) as double) / count(*) / 1e12 as brier,
        cast(sum(log_loss_e12) as double) / count(*) / 1e12 as log_loss,
        -- By the rule of the retention list: whoever's own expected value pays for the contact is contacted.
        cast(sum(case when is_worth_contacting then outcome * annual_value_e2 else 0 end) as double) / 100 / count(*)
        * {{ var('retention_effectiveness') }}e0
        - cast(sum(cast(is_worth_contacting as integer)) as double) / count(*) * {{ var('contact_cost') }}e0
            as profit_by_value,
        cast(sum(cast(is_worth_contacting as integer)) as double) / count(*) as profit_by_value_share_contacted
    from predictions
    group by portfolio, evaluation, model_variant
),

-- ROC-AUC: the share of pairs (churned, remaining) in which the churned client has the higher probability; ties half.
-- PR-AUC: average precision, a sum over the distinct probabilities.
ranks as (
    select
        portfolio,
        evaluation,
        model_variant,
        cast(
            sum(churned_count * (2 * stayed_up_to - (client_count - churned_count))) as double
        ) / 2e0 as ordered_pairs,
        cast(sum(cast(
            round(1e9 * churned_count * churned_count_from / client_count_from) as bigint
        )) as double) / 1e9 as precision_sum
    from counts
    group by portfolio, evaluation, model_variant
),

gaps as (
    select
        portfolio,
        evaluation,
        model_variant,
        cast(sum(cast(
            round(1e12 * client_count * abs(mean_predicted - churn_rate) / total_count) as bigint
        )) as double) / 1e12 as ece
    from deciles
    group by portfolio, evaluation, model_variant
),

measured as (
    select
        errors.*,
        ranks.ordered_pairs
        / nullif(cast(errors.churned_count as double) * (errors.client_count - errors.churned_count), 0) as roc_auc,
        ranks.precision_sum / nullif(errors.churned_count, 0) as pr_auc,
        gaps.ece,
        lines.calibration_slope,
        lines.calibration_intercept,
        lines.roc_auc_low,
        lines.roc_auc_high,
        lines.client_value,
        lines.empc,
        lines.empc_share_contacted
    from errors
    inner join ranks
        on
            errors.portfolio = ranks.portfolio
            and errors.evaluation = ranks.evaluation
            and errors.model_variant = ranks.model_variant
    inner join gaps
        on
            errors.portfolio = gaps.portfolio
            and errors.evaluation = gaps.evaluation
            and errors.model_variant = gaps.model_variant
    left join lines
        on
            errors.portfolio = lines.portfolio
            and errors.evaluation = lines.evaluation
            and errors.model_variant = lines.model_variant
),

final as (
    select
        metadata.portfolio,
        coalesce(measured.evaluation, 'out_of_fold') as evaluation,
        coalesce(measured.model_variant, 'ebm') as model_variant,
        labels.label_ru as model_variant_label_ru,
        labels.label_en as model_variant_label_en,
        measured.client_count,
        measured.churned_count,
        cast(measured.churned_count as double) / measured.client_count as churn_rate,
        measured.mean_predicted,
        measured.roc_auc,
        measured.roc_auc_low,
        measured.roc_auc_high,
        measured.pr_auc,
        measured.brier,
        measured.log_loss,
        measured.ece,
        measured.calibration_slope,
        measured.calibration_intercept,
        measured.client_value,
        measured.empc,
        measured.empc_share_contacted,
        measured.profit_by_value,
        measured.profit_by_value_share_contacted,
        metadata.model_version,
        case
            when measured.client_count is null then coalesce(metadata.no_score_reason, 'no_known_churn')
        end as reason,
        coalesce({{ is_tiny('measured.client_count') }}, false) as is_suppressed,
        {{ data_origin_of('metadata.portfolio') }} as data_origin
    from metadata
    left join measured on metadata.portfolio = measured.portfolio
    left join labels on coalesce(measured.model_variant, 'ebm') = labels.name
)

select * from final
