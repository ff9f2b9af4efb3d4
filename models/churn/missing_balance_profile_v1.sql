-- One row per portfolio × dimension × value: how many balances are missing, and churn with and without one.
with counts as (
    select * from {{ ref('int_churn_counts') }}
    where
        dimension_2_name is null
        and dimension_name not in (
            {%- for name in made_of('balance') %}
            '{{ name }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
        and not {{ lacks_column('portfolio', 'balance') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

compared as (
    select
        *,
        client_count - missing_balance_known_churn_count as present_known_churn_count,
        churned_count - missing_balance_churned_count as present_churned_count
    from counts
),

final as (
    select
        compared.portfolio,
        compared.dimension_name,
        compared.dimension_value,
        labels.attribute_label_ru as dimension_label_ru,
        labels.attribute_label_en as dimension_label_en,
        labels.value_label_ru,
        labels.value_label_en,
        compared.all_client_count as client_count,
        compared.missing_balance_count as missing_count,
        cast(compared.missing_balance_count as double) / compared.all_client_count as missing_share,
        {{ wilson_bound('compared.missing_balance_count', 'compared.all_client_count', 'low') }}
            as missing_share_ci_low,
        {{ wilson_bound('compared.missing_balance_count', 'compared.all_client_count', 'high') }}
            as missing_share_ci_high,
        compared.missing_balance_known_churn_count as known_churn_count_missing,
        compared.missing_balance_churned_count as churned_count_missing,
        cast(compared.missing_balance_churned_count as double)
        / nullif(compared.missing_balance_known_churn_count, 0) as churn_rate_missing,
        {%- for end in ['low', 'high'] %}
        {{ wilson_bound('compared.missing_balance_churned_count', 'compared.missing_balance_known_churn_count', end) }}
            as ci_{{ end }}_missing,
        {%- endfor %}
        compared.present_known_churn_count as known_churn_count_present,
        compared.present_churned_count as churned_count_present,
        cast(compared.present_churned_count as double) / nullif(compared.present_known_churn_count, 0)
            as churn_rate_present,
        {{ wilson_bound('compared.present_churned_count', 'compared.present_known_churn_count', 'low') }}
            as ci_low_present,
        {{ wilson_bound('compared.present_churned_count', 'compared.present_known_churn_count', 'high') }}
            as ci_high_present,
        {{ is_suppressed('compared.all_client_count') }}
        or {{ is_tiny('compared.missing_balance_count') }}
        or {{ is_tiny('compared.all_client_count - compared.missing_balance_count') }}
            as is_suppressed,
        {{ data_origin_of('compared.portfolio') }} as data_origin
    from compared
    left join labels
        on
            compared.portfolio = labels.portfolio
            and compared.dimension_name = labels.attribute
            and compared.dimension_value = labels.attribute_value
)

select * from final
