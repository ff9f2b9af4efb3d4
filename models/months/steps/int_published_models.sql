-- One row per portfolio × snapshot that was published with probabilities: the model that gave them, and how well it
-- ranked clients it had not seen, by its own check of then; kept.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ kept_by_month() }}
with measured as (
    select * from {{ ref('churn_model_quality') }}
    where model_variant = 'ebm' and model_version is not null
),

-- An approved model brings no clients that it was trained on: it is held against what it did on the extract.
chosen as (
    select
        *,
        row_number() over (
            partition by portfolio order by case evaluation when 'out_of_fold' then 0 else 1 end
        ) as place
    from measured
),

dated as (
    select
        model_version,
        {{ 'true' if var('churn_model_folder') else 'false' }} as is_approved_model,
        roc_auc as promised_roc_auc,
        (roc_auc_high - roc_auc_low) / 2 / 1.959963984540054e0 as promised_error,
        portfolio,
        {{ snapshot_date_of('portfolio') }} as snapshot_date
    from chosen
    where place = 1
),

{{ as_first_published() }}

select * from final
