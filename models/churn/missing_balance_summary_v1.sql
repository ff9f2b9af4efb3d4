-- One row per portfolio × dimension, `all` for the portfolio: what does a missing balance go with?
{%- set no_extremes %}
{%- for end in ['highest', 'lowest'] %}
{%- for language in ['ru', 'en'] %}
cast(null as {{ dbt.type_string() }}) as {{ end }}_label_{{ language }},
{% endfor -%}
cast(null as double) as {{ end }}_missing_share
{{- ',\n' if not loop.last }}
{%- endfor %}
{%- endset %}
with dimensions as (
    select * from {{ ref('int_missing_balance_dimensions') }}
),

whole as (
    select * from {{ ref('missing_balance_profile') }}
    where dimension_name = 'all'
),

without_balances as (
    select * from {{ ref('int_value_labels') }}
    where attribute = 'all' and {{ lacks_column('portfolio', 'balance') }}
),

floors as (
    select floor as cramers_v_floor from {{ ref('effect_floors') }}
    where effect_size_name = 'cramers_v'
),

judged as (
    select
        dimensions.*,
        coalesce(dimensions.cramers_v >= floors.cramers_v_floor, false) as is_associated
    from dimensions
    cross join floors
),

named as (
    select
        portfolio,
        count(*) as associated_count,
        {{ dbt.listagg('dimension_label_ru', "', '", 'order by cramers_v desc') }} as dimensions_ru,
        {{ dbt.listagg('dimension_label_en', "', '", 'order by cramers_v desc') }} as dimensions_en
    from judged
    where is_associated
    group by portfolio
),

overall as (
    select
        whole.*,
        named.dimensions_ru,
        named.dimensions_en,
        coalesce(named.associated_count, 0) > 0
        or coalesce(whole.ci_low_missing > whole.ci_high_present, false)
        or coalesce(whole.ci_high_missing < whole.ci_low_present, false) as is_associated
    from whole
    left join named on whole.portfolio = named.portfolio
),

final as (
    select
        portfolio,
        dimension_name,
        dimension_label_ru,
        dimension_label_en,
        cramers_v,
        is_associated,
        highest_label_ru,
        highest_label_en,
        highest_missing_share,
        lowest_label_ru,
        lowest_label_en,
        lowest_missing_share,
        'Баланс не указан чаще всего в группе «' || highest_label_ru || '»: '
        || {{ percent_text('highest_missing_share', 'ru') }} || ', реже всего в группе «' || lowest_label_ru || '»: '
        || {{ percent_text('lowest_missing_share', 'ru') }}
        || case
            when is_associated then '. Доля пропусков по этому признаку различается.'
            else '. Заметной связи с этим признаком не видно.'
        end
            as reading_ru,
        'The balance is missing most often in the group “' || highest_label_en || '”: '
        || {{ percent_text('highest_missing_share', 'en') }} || ', least often in the group “' || lowest_label_en
        || '”: ' || {{ percent_text('lowest_missing_share', 'en') }}
        || case
            when is_associated then '. By this attribute the share missing differs.'
            else '. No association with this attribute to speak of shows.'
        end as reading_en,
        is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from judged
    union all
    select
        portfolio,
        'all' as dimension_name,
        dimension_label_ru,
        dimension_label_en,
        cast(null as double) as cramers_v,
        is_associated,
        {{ no_extremes | indent(8) }},
        case
            when missing_count = 0 then 'Баланс указан у всех клиентов.'
            else
                'Баланс не указан у ' || {{ percent_text('missing_share', 'ru') }} || ' клиентов. '
                || case
                    when is_associated then 'Пропуски связаны с другими признаками'
                    else 'Связи пропусков с другими признаками не видно'
                end
                || coalesce(': ' || dimensions_ru, '')
                || coalesce(
                    '. Отток без баланса — ' || {{ percent_text('churn_rate_missing', 'ru') }} || ', с балансом — '
                    || {{ percent_text('churn_rate_present', 'ru') }}, ''
                ) || '.'
        end as reading_ru,
        case
            when missing_count = 0 then 'Every client has a balance.'
            else
                'The balance is missing for ' || {{ percent_text('missing_share', 'en') }} || ' of clients. '
                || case
                    when is_associated then 'Gaps go with other attributes'
                    else 'No link of the gaps with other attributes shows'
                end
                || coalesce(': ' || dimensions_en, '')
                || coalesce(
                    '. Churn is ' || {{ percent_text('churn_rate_missing', 'en') }} || ' without a balance and '
                    || {{ percent_text('churn_rate_present', 'en') }} || ' with one', ''
                ) || '.'
        end as reading_en,
        is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from overall
    union all
    select
        portfolio,
        'all' as dimension_name,
        attribute_label_ru as dimension_label_ru,
        attribute_label_en as dimension_label_en,
        cast(null as double) as cramers_v,
        false as is_associated,
        {{ no_extremes | indent(8) }},
        'Банк не передаёт балансов.' as reading_ru,
        'The bank supplies no balances.' as reading_en,
        false as is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from without_balances
)

select * from final
