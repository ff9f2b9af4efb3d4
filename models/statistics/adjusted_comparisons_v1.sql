-- One row per portfolio × attribute × group: its churn against the rest, crude and among clients alike in what else
-- goes with churn, and the same in words.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{%- set numbers = {
    'low': 'adjusted_ci_low', 'high': 'adjusted_ci_high',
    'nearest': 'abs(adjusted_ci_high)', 'farthest': 'abs(adjusted_ci_low)',
} %}
{%- set z = '1.959963984540054e0' %}
{#- Fewer of the others without a counterpart than a tenth change little and are not told. #}
{%- set told_without_overlap = '0.1e0' %}
with sums as (
    select * from {{ ref('int_adjusted_sums') }}
),

held as (
    select * from {{ ref('int_held_attributes') }}
),

labels as (
    select * from {{ ref('int_value_labels') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

hypotheses as (
    select * from {{ ref('hypothesis_results') }}
    where direction_reverses and metric = 'is_churned'
),

stratum_labels as (
    select * from {{ ref('labels') }}
    where kind = 'stratum'
),

attribute_labels as (
    select distinct
        portfolio,
        attribute,
        attribute_label_ru,
        attribute_label_en
    from labels
),

-- A difference that turns round between strata, by the hypothesis that found it.
turned as (
    select distinct
        hypotheses.portfolio,
        hypotheses.group_attribute as attribute,
        hypotheses.group_a,
        hypotheses.group_b,
        {%- for language, attribute in [
            ('ru', "'признака «' || attribute_labels.attribute_label_ru || '»'"),
            ('en', 'attribute_labels.attribute_label_en'),
        ] %}
        coalesce(stratum_labels.label_{{ language }}, {{ attribute }})
            as depends_on_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from hypotheses
    left join stratum_labels
        on hypotheses.stratified_attribute = stratum_labels.name and stratum_labels.value is null
    left join attribute_labels
        on
            hypotheses.portfolio = attribute_labels.portfolio
            and hypotheses.stratified_attribute = attribute_labels.attribute
),

held_together as (
    select
        held.portfolio,
        held.attribute,
        {{ dbt.listagg('held.held_attribute', "', '", 'order by held.place') }} as held_alike,
        {%- for language in ['ru', 'en'] %}
        {{ dbt.listagg('attribute_labels.attribute_label_' ~ language, "', '", 'order by held.place') }}
            as held_alike_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from held
    inner join attribute_labels
        on held.portfolio = attribute_labels.portfolio and held.held_attribute = attribute_labels.attribute
    group by held.portfolio, held.attribute
),

compared as (
    select
        *,
        cast(churned_count as double) / nullif(client_count, 0) as churn_rate,
        cast(rest_churned_count as double) / nullif(rest_client_count, 0) as rest_churn_rate,
        {{ wilson_bound('churned_count', 'client_count', 'low') }} as low,
        {{ wilson_bound('churned_count', 'client_count', 'high') }} as high,
        {{ wilson_bound('rest_churned_count', 'rest_client_count', 'low') }} as rest_low,
        {{ wilson_bound('rest_churned_count', 'rest_client_count', 'high') }} as rest_high,
        difference_sum / nullif(weight_sum, 0) as adjusted_difference,
        {{ mantel_haenszel_error() }} as standard_error
    from sums
),

-- Where everybody or nobody of a group left, Sato's variance leaves the group's part out. The two weighted rates have
-- Wilson's intervals then, of as many clients as would give the weighted rate's variance without strata.
weighted as (
    select
        *,
        rate_sum / nullif(weight_sum, 0) as rate,
        rest_rate_sum / nullif(weight_sum, 0) as rest_rate,
        weight_sum * weight_sum / nullif(squared_weight_sum, 0) as effective_count,
        weight_sum * weight_sum / nullif(rest_squared_weight_sum, 0) as rest_effective_count
    from compared
),

compared_alike as (
    select
        *,
        {{ wilson_bound('rate * effective_count', 'effective_count', 'low') }} as rate_low,
        {{ wilson_bound('rate * effective_count', 'effective_count', 'high') }} as rate_high,
        {{ wilson_bound('rest_rate * rest_effective_count', 'rest_effective_count', 'low') }} as rest_rate_low,
        {{ wilson_bound('rest_rate * rest_effective_count', 'rest_effective_count', 'high') }} as rest_rate_high
    from weighted
),

deviating as (
    select
        *,
        case
            when churned_count not in (0, client_count) then {{ z }} * standard_error
            else {{ newcombe_reach('rate', 'rate_low', 'rest_rate', 'rest_rate_high') }}
        end as below,
        case
            when churned_count not in (0, client_count) then {{ z }} * standard_error
            else {{ newcombe_reach('rate', 'rate_high', 'rest_rate', 'rest_rate_low') }}
        end as above
    from compared_alike
),

-- Crude: Newcombe's interval, made of the two Wilson intervals. Adjusted: Mantel-Haenszel with Sato's variance.
bounded as (
    select
        *,
        churn_rate - rest_churn_rate as crude_difference,
        churn_rate - rest_churn_rate
        - {{ newcombe_reach('churn_rate', 'low', 'rest_churn_rate', 'rest_high') }} as crude_ci_low,
        churn_rate - rest_churn_rate
        + {{ newcombe_reach('churn_rate', 'high', 'rest_churn_rate', 'rest_low') }} as crude_ci_high,
        greatest(adjusted_difference - below, -1e0) as adjusted_ci_low,
        least(adjusted_difference + above, 1e0) as adjusted_ci_high
    from deviating
),

worded as (
    select
        bounded.*,
        least(bounded.client_count, bounded.rest_client_count) < {{ var('small_group_size') }} as is_small_group,
        -- Of a balance not stated no band is known: such clients are not among the others.
        bounded.client_count + bounded.rest_client_count
        < max(bounded.client_count + bounded.rest_client_count) over (partition by bounded.portfolio)
            as leaves_out,
        labels.attribute_label_ru,
        labels.attribute_label_en,
        labels.value_label_ru,
        labels.value_label_en,
        labels.band_order as value_order,
        -- "low" says nothing without the attribute's name, nor does what a bank calls a value of its own.
        coalesce({{ is_named_with_attribute('attributes') }}, false)
            as needs_attribute,
        held_together.held_alike,
        held_together.held_alike_ru,
        held_together.held_alike_en,
        turned.depends_on_ru,
        turned.depends_on_en
    from bounded
    left join labels
        on
            bounded.portfolio = labels.portfolio
            and bounded.attribute = labels.attribute
            and bounded.attribute_value = labels.attribute_value
    left join attributes on bounded.attribute = attributes.attribute
    left join held_together
        on bounded.portfolio = held_together.portfolio and bounded.attribute = held_together.attribute
    left join turned
        on
            bounded.portfolio = turned.portfolio
            and bounded.attribute = turned.attribute
            and bounded.attribute_value in (turned.group_a, turned.group_b)
),

final as (
    select
        portfolio,
        attribute,
        attribute_value,
        attribute_label_ru,
        attribute_label_en,
        value_label_ru,
        value_label_en,
        cast(value_order as integer) as value_order,
        client_count,
        churned_count,
        churn_rate,
        rest_client_count,
        rest_churned_count,
        rest_churn_rate,
        crude_difference,
        crude_ci_low,
        crude_ci_high,
        adjusted_difference,
        adjusted_ci_low,
        adjusted_ci_high,
        held_alike,
        held_alike_ru,
        held_alike_en,
        stratum_count,
        overlapping_stratum_count,
        clients_without_overlap,
        rest_without_overlap,
        {%- for language in ['ru', 'en'] %}
        {%- set ru = language == 'ru' %}
        {%- set words = {
            'churn': 'отток ', 'against': ' против ', 'others': ' у остальных', 'known': ', о ком это известно',
            'few': ' (слишком мало клиентов для вывода)', 'open': ' (', 'close': ')',
            'nobody': '; среди остальных нет одинаковых с ними по признакам',
            'nothing': '; больше с оттоком ничего не связано — ',
            'alike': '; среди клиентов, одинаковых по признакам', 'then': ', — ',
            'is': '', 'turned': 'наоборот, ', 'higher': 'выше на ', 'lower': 'ниже на ', 'to': '–',
            'between': 'разница от ', 'up_to': ' до ', 'points': ' п. п.', 'interval': ' (интервал 95 %',
            'without': '; ', 'of_rest': ' остальных сравнить не с кем',
            'depends': '; направление зависит от ',
        } if ru else {
            'churn': 'churn ', 'against': ' against ', 'others': ' among the others', 'known': ' for whom it is known',
            'few': ' (too few clients for a conclusion)', 'open': ' (', 'close': ')',
            'nobody': '; among the others nobody is alike in attributes',
            'nothing': '; nothing else goes with churn: ', 'alike': '; among clients alike in attributes', 'then': ', ',
            'is': 'it is ', 'turned': 'on the contrary ', 'higher': 'higher by ', 'lower': 'lower by ', 'to': ' to ',
            'between': 'the difference is between ', 'up_to': ' and ', 'points': ' pp', 'interval': ' (95% interval',
            'without': '; ', 'of_rest': ' of the others have no counterpart',
            'depends': '; which way depends on the ',
        } %}
        {%- set held = 'held_alike_' ~ language %}
        {%- set points = {} %}
        {%- for name, number in numbers.items() %}
        {%- do points.update({name: points_text(number, language)}) %}
        {%- endfor %}
        case when needs_attribute then attribute_label_{{ language }} || ': ' else '' end
        || value_label_{{ language }} || case when is_small_group then '{{ words.few }}' else '' end
        || ': {{ words.churn }}' || {{ percent_text('churn_rate', language) }}
        || '{{ words.against }}' || {{ percent_text('rest_churn_rate', language) }} || '{{ words.others }}'
        || case when leaves_out then '{{ words.known }}' else '' end
        || case
            when adjusted_difference is null
                then '{{ words.nobody }}' || coalesce('{{ words.open }}' || {{ held }} || '{{ words.close }}', '')
            else case
                when held_alike is null then '{{ words.nothing }}'
                else '{{ words.alike }}{{ words.open }}' || {{ held }} || '{{ words.close }}{{ words.then }}'
            end || case
                when adjusted_ci_low > 0
                    then
                        '{{ words.is }}'
                        || case when crude_ci_high < 0 then '{{ words.turned }}' else '' end
                        || '{{ words.higher }}' || {{ points.low }} || '{{ words.to }}' || {{ points.high }}
                when adjusted_ci_high < 0
                    then
                        '{{ words.is }}'
                        || case when crude_ci_low > 0 then '{{ words.turned }}' else '' end
                        || '{{ words.lower }}' || {{ points.nearest }} || '{{ words.to }}' || {{ points.farthest }}
                else '{{ words.between }}' || {{ points.low }} || '{{ words.up_to }}+' || {{ points.high }}
            end || '{{ words.points }}{{ words.interval }}'
            || case
                when rest_without_overlap > {{ told_without_overlap }} * rest_client_count
                    then
                        '{{ words.without }}'
                        || {{ percent_text('cast(rest_without_overlap as double) / rest_client_count', language) }}
                        || '{{ words.of_rest }}'
                else ''
            end || ')'
        end
        || coalesce('{{ words.depends }}' || depends_on_{{ language }}, '') as sentence_{{ language }},
        {%- endfor %}
        is_small_group,
        {{ is_tiny('rest_client_count') }}
        or {{ is_suppressed('client_count') }} as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from worded
)

select * from final
