-- One row per campaign: who left of those to be contacted and of those left alone, and what the contacts kept.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines,structure.column_order
{%- set z = '1.959963984540054e0' %}
with campaigns as (
    select * from {{ ref('campaigns') }}
),

effects as (
    select * from {{ ref('int_campaign_effects') }}
),

judged as (
    select
        campaigns.*,
        effects.treated_client_count,
        effects.control_client_count,
        effects.treated_left_count,
        effects.control_left_count,
        effects.treated_rate,
        effects.control_rate,
        effects.plain_difference,
        effects.plain_error,
        effects.difference,
        effects.variance,
        sqrt(effects.variance) as error,
        effects.expected_rate,
        effects.expected_variance,
        1 - effects.variance / nullif(effects.unstratified_variance, 0) as variance_saved,
        effects.value_difference * campaigns.treated_count as value_kept,
        effects.value_error * campaigns.treated_count as value_kept_error,
        campaigns.contact_cost * coalesce(campaigns.contacted_count, campaigns.treated_count) as total_cost,
        case
            when campaigns.status = 'running' then 'running'
            when not campaigns.split_holds then 'split_broken'
            when
                effects.variance is null
                or effects.treated_left_count < {{ var('campaign_min_leavers') }}
                or effects.control_left_count < {{ var('campaign_min_leavers') }}
                then 'too_few'
            when effects.difference - {{ z }} * sqrt(effects.variance) > 0 then 'kept'
            when effects.difference + {{ z }} * sqrt(effects.variance) < 0 then 'lost'
            else 'in_doubt'
        end as verdict
    from campaigns
    left join effects on campaigns.portfolio = effects.portfolio and campaigns.campaign = effects.campaign
),

-- No figure of outcomes without a verdict: who looks often and stops at a lucky moment finds what is not there.
told as (
    select
        *,
        case when verdict in ('kept', 'lost', 'in_doubt') then 1e0 end as shown
    from judged
),

estimated as (
    select
        *,
        shown * difference as adjusted_difference,
        shown * (difference - {{ z }} * error) as adjusted_ci_low,
        shown * (difference + {{ z }} * error) as adjusted_ci_high,
        shown * ({{ kept_share('difference', 'expected_rate', 'expected_variance') }}) as kept_share,
        shown * ({{ kept_share_bound('difference', 'variance', 'expected_rate', 'expected_variance', 'low') }}) as kept_share_low,
        shown * ({{ kept_share_bound('difference', 'variance', 'expected_rate', 'expected_variance', 'high') }}) as kept_share_high
    from told
),

final as (
    select
        portfolio,
        campaign,
        offer,
        offer_label_ru,
        offer_label_en,
        starts_on,
        ends_on,
        measured_on,
        horizon_days,
        status,
        verdict,
        cast(coalesce(shown * treated_client_count, treated_count) as bigint) as treated_count,
        cast(coalesce(shown * control_client_count, control_count) as bigint) as control_count,
        cast(shown * treated_left_count as bigint) as treated_left_count,
        cast(shown * control_left_count as bigint) as control_left_count,
        shown * treated_rate as treated_rate,
        shown * control_rate as control_rate,
        shown * plain_difference as difference,
        shown * (plain_difference - {{ z }} * plain_error) as difference_ci_low,
        shown * (plain_difference + {{ z }} * plain_error) as difference_ci_high,
        adjusted_difference,
        adjusted_ci_low,
        adjusted_ci_high,
        shown * variance_saved as variance_saved,
        kept_share,
        kept_share_low,
        kept_share_high,
        adjusted_difference * treated_count as kept_count,
        adjusted_ci_low * treated_count as kept_count_low,
        adjusted_ci_high * treated_count as kept_count_high,
        shown * value_kept as kept_value,
        total_cost,
        shown * (value_kept - total_cost) as net_value,
        shown * (value_kept - {{ z }} * value_kept_error - total_cost) as net_value_low,
        shown * (value_kept + {{ z }} * value_kept_error - total_cost) as net_value_high,
        contacted_share,
        adjusted_difference / nullif(contacted_share, 0) as contacted_difference,
        adjusted_ci_low / nullif(contacted_share, 0) as contacted_ci_low,
        adjusted_ci_high / nullif(contacted_share, 0) as contacted_ci_high,
        {%- for language, words in [
            ('ru', {'running': 'Идёт: кто ушёл, смотрим с ', 'broken': 'Файлы кампании изменены или группы потеряли клиентов неодинаково: вывода нет.',
                'few': 'Ушло слишком мало клиентов, чтобы судить; в общую оценку по предложению кампания входит.',
                'left': 'Ушли ', 'of_called': ' из тех, кому звонили, и ', 'of_control': ' из тех, кого не трогали. ',
                'kept': 'Контакт удерживает: разница ', 'lost': 'После контакта уходят чаще: разница ', 'doubt': 'Разница может быть случайной: ',
                'points': ' п. п. (от ', 'to': ' до ', 'end': ') при равном риске.'}),
            ('en', {'running': 'Running: who has left is looked at from ', 'broken': 'The files of the campaign were changed, or its arms lost clients unequally: no verdict.',
                'few': 'Too few have left to tell; the campaign counts in the estimate of its offer.',
                'left': '', 'of_called': ' of those to be contacted and ', 'of_control': ' of those left alone have left. ',
                'kept': 'Contacts keep clients: the difference is ', 'lost': 'More leave after a contact: the difference is ', 'doubt': 'The difference may be chance: ',
                'points': ' pp (', 'to': ' to ', 'end': ') at equal risk.'}),
        ] %}
        case
            when verdict = 'running'
                then '{{ words.running }}' || cast(ends_on as {{ dbt.type_string() }}) || '{{ ' on' if language == 'en' }}.'
            when verdict = 'split_broken' then '{{ words.broken }}'
            when verdict = 'too_few' then '{{ words.few }}'
            else
                '{{ words.left }}' || {{ percent_text('treated_rate', language) }} || '{{ words.of_called }}'
                || {{ percent_text('control_rate', language) }} || '{{ words.of_control }}'
                || case verdict when 'kept' then '{{ words.kept }}' when 'lost' then '{{ words.lost }}' else '{{ words.doubt }}' end
                || {{ points_text('adjusted_difference', language) }} || '{{ words.points }}'
                || {{ points_text('adjusted_ci_low', language) }} || '{{ words.to }}'
                || {{ points_text('adjusted_ci_high', language) }} || '{{ words.end }}'
        end as reading_{{ language }},
        {%- endfor %}
        {{ currency_of('portfolio', 'ru') }} as currency_ru,
        {{ currency_of('portfolio', 'en') }} as currency_en,
        is_suppressed
        or coalesce({{ is_tiny('treated_left_count') }} or {{ is_tiny('control_left_count') }}, false)
        or coalesce(
            {{ is_tiny('treated_client_count - treated_left_count') }}
            or {{ is_tiny('control_client_count - control_left_count') }}, false
        ) as is_suppressed,
        data_origin
    from estimated
)

select * from final
