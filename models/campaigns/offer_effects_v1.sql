-- One row per portfolio × offer: the share of those who would leave that its contacts keep, measured and guessed.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines,structure.column_order
{%- set z = '1.959963984540054e0' %}
with offers as (
    select
        portfolios.portfolio,
        offers.offer_code as offer,
        offers.label_ru as offer_label_ru,
        offers.label_en as offer_label_en,
        coalesce(offers.kept_share, {{ var('retention_effectiveness') }}e0) as assumed_share
    from {{ ref('offers') }} as offers
    cross join {{ ref('portfolios') }} as portfolios
),

results as (
    select * from {{ ref('campaign_results') }}
),

finished as (
    select effects.*
    from {{ ref('int_campaign_effects') }} as effects
    inner join results on effects.portfolio = results.portfolio and effects.campaign = results.campaign
    where results.verdict <> 'split_broken'
),

-- Variances are those of all campaigns of the offer: a campaign in which few happened to leave must not count for more.
common as (
    select
        portfolio,
        offer,
        count(*) as campaign_count,
        sum(treated_client_count) as treated_count,
        sum(control_client_count) as control_count,
        sum(treated_left_count) as treated_left_count,
        sum(control_left_count) as control_left_count,
        sum(treated_rest_spread) / sum(treated_degrees) as treated_variance,
        sum(control_rest_spread) / sum(control_degrees) as control_variance
    from finished
    group by portfolio, offer
),

weighed as (
    select
        finished.portfolio,
        finished.offer,
        finished.difference,
        finished.expected_rate,
        common.campaign_count,
        common.control_variance / finished.control_client_count as rate_variance,
        common.treated_variance / finished.treated_client_count
        + common.control_variance / finished.control_client_count as variance
    from finished
    inner join common on finished.portfolio = common.portfolio and finished.offer = common.offer
    where common.treated_variance + common.control_variance > 0
),

fixed as (
    select
        *,
        sum(difference / variance) over of_offer / sum(1 / variance) over of_offer as fixed_difference,
        sum(1 / variance) over of_offer
        - sum(1 / (variance * variance)) over of_offer / sum(1 / variance) over of_offer as spread_weight
    from weighed
    window of_offer as (partition by portfolio, offer)
),

-- Do the campaigns differ more than by chance (at 10 %)? Wilson and Hilferty's approximation (1931, PNAS 17).
tested as (
    select
        *,
        sum((difference - fixed_difference) * (difference - fixed_difference) / variance) over (
            partition by portfolio, offer
        ) as heterogeneity,
        case
            when campaign_count > 1
                then
                    (campaign_count - 1)
                    * power(
                        1 - 2e0 / (9 * (campaign_count - 1))
                        + 1.2815515655446004e0 * sqrt(2e0 / (9 * (campaign_count - 1))), 3
                    )
        end as chance_limit
    from fixed
),

-- Between them by DerSimonian and Laird (1986, Controlled Clinical Trials 7).
spread as (
    select
        *,
        coalesce(heterogeneity > chance_limit, false) as campaigns_differ,
        case
            when heterogeneity > chance_limit
                then greatest((heterogeneity - (campaign_count - 1)) / spread_weight, 0e0)
            else 0e0
        end as between_variance
    from tested
),

pooled as (
    select
        portfolio,
        offer,
        max(campaign_count) as campaign_count,
        max(between_variance) as between_variance,
        max(case when campaigns_differ then 1 else 0 end) = 1 as campaigns_differ,
        sum(1 / (variance + between_variance)) as weight_sum,
        sum(difference / (variance + between_variance)) / sum(1 / (variance + between_variance)) as difference,
        sum(expected_rate / (variance + between_variance)) / sum(1 / (variance + between_variance)) as rate,
        sum(rate_variance / ((variance + between_variance) * (variance + between_variance)))
        / (sum(1 / (variance + between_variance)) * sum(1 / (variance + between_variance))) as rate_variance,
        sum(difference * difference / (variance + between_variance)) as weighted_squares
    from spread
    group by portfolio, offer
),

-- Where campaigns differ the error is theirs, with Student's t for so few of them (Hartung and Knapp 2001, Statistics in Medicine 20).
bounded as (
    select
        *,
        case
            when campaigns_differ
                then greatest(
                    (weighted_squares - difference * difference * weight_sum) / (campaign_count - 1), 1e0
                ) / weight_sum
            else 1 / weight_sum
        end as variance,
        case
            when campaigns_differ
                then case campaign_count - 1
                    {%- for degrees in range(1, 31) %}
                    when {{ degrees }} then {{ student_quantile(degrees) }}e0
                    {%- endfor %}
                    else {{ z }}
                end
            else {{ z }}
        end as quantile
    from pooled
),

measured as (
    select
        *,
        {{ kept_share('difference', 'rate', 'rate_variance') }} as measured_share,
        {{ kept_share_bound('difference', 'variance', 'rate', 'rate_variance', 'low', 'quantile') }} as measured_low,
        {{ kept_share_bound('difference', 'variance', 'rate', 'rate_variance', 'high', 'quantile') }} as measured_high,
        (
            variance * quantile * quantile / ({{ z }} * {{ z }})
            - 2 * difference / nullif(rate, 0) * rate_variance
            + difference * difference / nullif(rate * rate, 0) * rate_variance
        ) / nullif(rate * rate, 0) as share_variance
    from bounded
),

-- The guess counts by how sure one was of it, the measurement by its own error.
learnt as (
    select
        offers.*,
        {{ var('retention_effectiveness_error') }}e0
        * greatest(offers.assumed_share / {{ var('retention_effectiveness') }}e0, 0.5e0) as assumed_error,
        coalesce(measured.campaign_count, 0) as campaign_count,
        common.treated_count,
        common.control_count,
        common.treated_left_count,
        common.control_left_count,
        measured.difference,
        measured.difference - measured.quantile * sqrt(measured.variance) as difference_ci_low,
        measured.difference + measured.quantile * sqrt(measured.variance) as difference_ci_high,
        measured.campaigns_differ,
        sqrt(measured.between_variance) as between_error,
        measured.measured_share,
        measured.measured_low,
        measured.measured_high,
        case when measured.share_variance > 0 then 1 / measured.share_variance else 0e0 end as information
    from offers
    left join measured on offers.portfolio = measured.portfolio and offers.offer = measured.offer
    left join common on offers.portfolio = common.portfolio and offers.offer = common.offer
),

combined as (
    select
        *,
        information / (information + 1 / (assumed_error * assumed_error)) as measured_weight,
        1 / sqrt(information + 1 / (assumed_error * assumed_error)) as kept_share_error
    from learnt
),

shared as (
    select
        *,
        assumed_share + measured_weight * (coalesce(measured_share, assumed_share) - assumed_share) as kept_share,
        measured_weight > 0 as is_measured
    from combined
),

final as (
    select
        portfolio,
        offer,
        offer_label_ru,
        offer_label_en,
        is_measured,
        cast(campaign_count as bigint) as campaign_count,
        cast(treated_count as bigint) as treated_count,
        cast(control_count as bigint) as control_count,
        difference,
        difference_ci_low,
        difference_ci_high,
        campaigns_differ,
        between_error,
        measured_share,
        measured_low,
        measured_high,
        assumed_share,
        assumed_error,
        measured_weight,
        kept_share,
        kept_share - {{ z }} * kept_share_error as kept_share_low,
        kept_share + {{ z }} * kept_share_error as kept_share_high,
        {%- for language, words in [
            ('ru', {'measured': 'измерено: кампаний ', 'clients': ', клиентов ', 'assumed': 'предположение'}),
            ('en', {'measured': 'measured, campaigns: ', 'clients': ', clients: ', 'assumed': 'assumed'}),
        ] %}
        case
            when is_measured
                then
                    '{{ words.measured }}' || cast(campaign_count as {{ dbt.type_string() }}) || '{{ words.clients }}'
                    || {{ format_thousands('treated_count + control_count', language) }}
            else '{{ words.assumed }}'
        end as source_{{ language }},
        {%- endfor %}
        coalesce(
            {{ is_tiny('treated_left_count') }} or {{ is_tiny('control_left_count') }}
            or {{ is_tiny('treated_count - treated_left_count') }} or {{ is_tiny('control_count - control_left_count') }}, false
        ) as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from shared
)

select * from final
