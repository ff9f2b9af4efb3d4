-- One row per portfolio × hypothesis: what its test found, as evidence for a recommendation.
-- sqlfluff:exclude_rules:layout.indent
with hypotheses as (
    select * from {{ ref('hypothesis_results') }}
),

adjusted as (
    select * from {{ ref('adjusted_comparisons') }}
),

-- Of a hypothesis on churn in one group: that group's counts, from which its own interval follows.
counted as (
    select
        portfolio,
        hypothesis_id,
        n_a as client_count,
        cast(round(estimate_a * n_a) as bigint) as churned_count
    from hypotheses
    where metric = 'is_churned' and estimate_a is not null
),

groups as (
    select
        *,
        cast(churned_count as double) / nullif(client_count, 0) as churn_rate,
        {{ wilson_bound('churned_count', 'client_count', 'low') }} as ci_low,
        {{ wilson_bound('churned_count', 'client_count', 'high') }} as ci_high
    from counted
),

tested as (
    select
        hypotheses.portfolio,
        'hypothesis' as evidence_kind,
        hypotheses.hypothesis_id as evidence_key,
        case
            when hypotheses.verdict = 'not_computable' then 'unknown'
            when hypotheses.verdict = 'equivalent' then 'same'
            when hypotheses.verdict = 'not_shown' then 'unclear'
            when hypotheses.difference is null then 'different'
            when hypotheses.difference > 0 then 'higher'
            else 'lower'
        end as finding,
        -- Among clients alike in other things the difference may surely go the other way.
        case
            when hypotheses.verdict = 'negligible' then 'negligible'
            when
                (hypotheses.difference > 0 and adjusted.adjusted_ci_high < 0)
                or (hypotheses.difference < 0 and adjusted.adjusted_ci_low > 0)
                then case when hypotheses.verdict = 'unclear' then 'turned_unclear' else 'turned' end
            when hypotheses.verdict = 'unclear' then 'unclear'
        end as importance,
        coalesce(groups.client_count, hypotheses.n_total) as client_count,
        groups.churn_rate,
        groups.ci_low,
        groups.ci_high,
        case when groups.churn_rate is not null then hypotheses.estimate_b end as comparison_rate,
        hypotheses.difference,
        hypotheses.p_value_adjusted,
        hypotheses.effect_size_name,
        hypotheses.effect_size,
        case
            when groups.client_count is null then '' else
                'Группа «'
                || hypotheses.group_a_label_ru
                || '»: '
                || {{ churn_reading('groups', 'ru') | indent(12) }}
                || '. '
        end || hypotheses.conclusion_ru as evidence_ru,
        case
            when groups.client_count is null then '' else
                'Group “'
                || hypotheses.group_a_label_en
                || '”: '
                || {{ churn_reading('groups', 'en') | indent(12) }}
                || '. '
        end || hypotheses.conclusion_en as evidence_en,
        hypotheses.is_suppressed,
        adjusted.adjusted_ci_low,
        adjusted.adjusted_ci_high,
        {%- for language in ['ru', 'en'] %}
        cast(null as {{ dbt.type_string() }}) as measure_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hypotheses
    left join groups
        on hypotheses.portfolio = groups.portfolio and hypotheses.hypothesis_id = groups.hypothesis_id
    left join adjusted
        on
            hypotheses.metric = 'is_churned'
            and hypotheses.portfolio = adjusted.portfolio
            and hypotheses.group_attribute = adjusted.attribute
            and hypotheses.group_a = adjusted.attribute_value
)

select * from tested
