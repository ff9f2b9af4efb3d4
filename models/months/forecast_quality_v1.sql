-- One row per published forecast × horizon × model variant: what was expected of its clients, what became of them, how
-- well they were ranked, and whether the model has to be trained anew.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ config(enabled=has_months()) }}
{#- Whether something is too far off to be chance: three questions are asked of each forecast. #}
{%- set sure = beyond_chance('3') %}
{%- set margins = var('forecast_ranking_margins') %}
with figures as (
    select * from {{ ref('int_forecast_figures') }}
    where attribute = 'all'
),

models as (
    select * from {{ ref('int_published_models') }}
),

labels as (
    select * from {{ ref('labels') }}
    where kind = 'model_variant'
),

promised as (
    select
        figures.*,
        figures.snapshot_date as outcome_date,
        models.promised_error,
        coalesce(models.is_approved_model, false) as is_approved_model,
        case when figures.model_variant = 'ebm' then models.promised_roc_auc end as promised_roc_auc,
        figures.churn_definition = 'leaves_within'
        and abs(figures.day_count - figures.horizon_days) <= greatest(3, 0.1e0 * figures.horizon_days) as is_promise,
        row_number() over (
            partition by figures.portfolio, figures.horizon, figures.model_variant order by figures.snapshot_date desc
        ) = 1 as is_latest
    from figures
    left join models
        on
            figures.portfolio = models.portfolio
            and figures.forecast_date = models.snapshot_date
            and figures.model_version = models.model_version
),

-- Both sure and large enough to matter. How many leave is promised by a model of leaving within so many days only.
judged as (
    select
        *,
        case
            when model_variant <> 'ebm' then null
            when least(left_count, client_count - left_count) < {{ var('forecast_min_leavers') }} then 'too_few_leavers'
            when
                promised_roc_auc - roc_auc
                - {{ sure }} * sqrt(power(coalesce(promised_error, 0), 2) + power(roc_auc_error, 2))
                > case churn_definition
                    {%- for definition, margin in margins.items() %}
                    when '{{ definition }}' then {{ margin }}e0
                    {%- endfor %}
                end
                then 'ranking_fell'
            when
                is_promise and expected_count - left_count > {{ sure }} * expected_error
                and expected_count > (1 + {{ var('forecast_count_margin') }}e0) * left_count
                then 'fewer_left'
            when
                is_promise and left_count - expected_count > {{ sure }} * expected_error
                and left_count > (1 + {{ var('forecast_count_margin') }}e0) * expected_count
                then 'more_left'
            when
                is_promise and 1 - calibration_slope > {{ sure }} * calibration_slope_error
                and 1 - calibration_slope > {{ var('forecast_slope_margin') }}e0
                then 'too_extreme'
            when
                is_promise and calibration_slope - 1 > {{ sure }} * calibration_slope_error
                and calibration_slope - 1 > {{ var('forecast_slope_margin') }}e0
                then 'too_timid'
            when promised_roc_auc is null and not is_promise then 'nothing_promised'
            else 'as_promised'
        end as reason
    from promised
),

advised as (
    select
        *,
        case
            when reason is null then null
            when reason in ('too_few_leavers', 'nothing_promised') then 'wait'
            when reason = 'as_promised' then 'keep'
            else 'retrain'
        end as advice
    from judged
),

final as (
    select
        advised.portfolio,
        advised.forecast_date,
        advised.outcome_date,
        advised.horizon,
        advised.day_count,
        advised.model_version,
        advised.model_variant,
        labels.label_ru as model_variant_label_ru,
        labels.label_en as model_variant_label_en,
        advised.churn_definition,
        advised.horizon_days,
        coalesce(advised.is_promise, false) as is_promise,
        advised.is_approved_model,
        advised.is_latest,
        advised.client_count,
        advised.left_count,
        {{ foretold_and_left('advised') }},
        advised.promised_roc_auc,
        advised.brier,
        {%- for name in ['slope', 'intercept'] %}
        advised.calibration_{{ name }},
        advised.calibration_{{ name }} - 1.959963984540054e0 * advised.calibration_{{ name }}_error as {{ name }}_low,
        advised.calibration_{{ name }} + 1.959963984540054e0 * advised.calibration_{{ name }}_error as {{ name }}_high,
        {%- endfor %}
        advised.advice,
        advised.reason,
        {%- for language, told in {
            'ru': {
                'too_few_leavers': 'Ушедших или оставшихся слишком мало, чтобы судить о прогнозе: подождите следующих месяцев.',
                'nothing_promised': 'Прогноз не с чем сравнить: у модели нет собственной проверки, и сколько клиентов уйдёт, она не обещала.',
                'retrain': 'Обучите модель заново: ', 'approved': 'Одобренную модель пора обучить и одобрить заново: ',
                'ranking_fell': ['ушедших она ставит выше остальных хуже, чем обещала её проверка (площадь под кривой ', ' вместо ', ')'],
                'count': ['ожидалось ушедших: ', ', ушло: ', ', случайность этого не объясняет'],
                'too_extreme': ['вероятности слишком крайние (наклон калибровки ', ', верный — 1)'],
                'too_timid': ['вероятности слишком мало различаются (наклон калибровки ', ', верный — 1)'],
                'kept': ['Прогноз сбылся: ожидалось ушедших ', ', ушло ', '.'],
                'ranked': [' Ушедших модель ставит выше остальных: площадь под кривой ', ', обещано ', '.'],
                'where': '. Где она ошибается, видно из проверки по группам.',
                'resembles': ' Вероятность говорит, кто похож на ушедших, а не кто уйдёт к сроку: сколько клиентов уйдёт, она не обещает.',
                'other': ' Вероятность обещана на другой срок: судим только о порядке клиентов.'
            },
            'en': {
                'too_few_leavers': 'Too few left, or stayed, to judge the forecast: wait for later months.',
                'nothing_promised': 'There is nothing to hold the forecast against: the model brings no check of its own and did not promise how many would leave.',
                'retrain': 'Train the model anew: ', 'approved': 'The approved model has to be trained and approved anew: ',
                'ranking_fell': ['it ranks those who left worse than its own check promised (area under the curve ', ' instead of ', ')'],
                'count': ['expected to leave: ', ', left: ', ', which is no chance'],
                'too_extreme': ['probabilities are too extreme (calibration slope ', '; 1 is right)'],
                'too_timid': ['probabilities differ too little (calibration slope ', '; 1 is right)'],
                'kept': ['The forecast came true: expected to leave ', ', left ', '.'],
                'ranked': [' The model ranks those who left above the others: area under the curve ', ', promised ', '.'],
                'where': '. The check by groups shows where it is wrong.',
                'resembles': ' The probability says who resembles those who left, not who leaves by when: how many will leave is not promised.',
                'other': ' The probability is promised for another time: only the order of clients is judged.'
            }
        }.items() %}
        {%- set texts = [] %}
        {%- for column in ['roc_auc', 'promised_roc_auc', 'calibration_slope'] %}
        {%- set text = format_decimal('advised.' ~ column, 2) %}
        {%- do texts.append("replace(" ~ text ~ ", '.', ',')" if language == 'ru' else text) %}
        {%- endfor %}
        {%- set area, promised_area, slope = texts %}
        {%- set expected = format_thousands('round(advised.expected_count)', language) %}
        {%- set left = format_thousands('advised.left_count', language) %}
        case advised.advice
            when 'wait' then case advised.reason when 'too_few_leavers' then '{{ told.too_few_leavers }}' else '{{ told.nothing_promised }}' end
            when 'retrain'
                then
                    case when advised.is_approved_model then '{{ told.approved }}' else '{{ told.retrain }}' end
                    || case advised.reason
                        when 'ranking_fell'
                            then '{{ told.ranking_fell[0] }}' || {{ area }} || '{{ told.ranking_fell[1] }}' || {{ promised_area }} || '{{ told.ranking_fell[2] }}'
                        when 'too_extreme' then '{{ told.too_extreme[0] }}' || {{ slope }} || '{{ told.too_extreme[1] }}'
                        when 'too_timid' then '{{ told.too_timid[0] }}' || {{ slope }} || '{{ told.too_timid[1] }}'
                        else '{{ told.count[0] }}' || {{ expected }} || '{{ told.count[1] }}' || {{ left }} || '{{ told.count[2] }}'
                    end
                    || '{{ told.where }}'
            when 'keep'
                then ltrim(
                    case when advised.is_promise then '{{ told.kept[0] }}' || {{ expected }} || '{{ told.kept[1] }}' || {{ left }} || '{{ told.kept[2] }}' else '' end
                    || case
                        when advised.promised_roc_auc is not null
                            then '{{ told.ranked[0] }}' || {{ area }} || '{{ told.ranked[1] }}' || {{ promised_area }} || '{{ told.ranked[2] }}'
                        else ''
                    end
                )
        end
        || case
            when advised.advice = 'wait' or advised.is_promise then ''
            when advised.churn_definition = 'leaves_within' then '{{ told.other }}'
            else '{{ told.resembles }}'
        end as reading_{{ language }},
        {%- endfor %}
        {{ is_tiny('advised.client_count') }} as is_suppressed,
        {{ data_origin_of('advised.portfolio') }} as data_origin
    from advised
    left join labels on advised.model_variant = labels.name
)

select * from final
