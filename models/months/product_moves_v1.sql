-- One row per portfolio × period × product: who held it at the start, kept it, closed it or left the bank with it, who
-- opened it or came with it, and who holds it at the end.
-- sqlfluff:exclude_rules:layout.indent,layout.long_lines
{{ config(enabled=has_months() and held_products() | length > 0) }}

with transitions as (
    select * from {{ ref('int_period_transitions') }}
    where attribute like 'holds!_%' escape '!'
),

periods as (
    select * from {{ ref('int_periods') }}
),

attributes as (
    select * from {{ ref('client_attributes') }}
),

products as (
    select * from {{ ref('products') }}
),

-- Whether a product was held is not known of a month without the bank's word on it: becoming known opens nothing.
counted as (
    select
        portfolio,
        period_start,
        snapshot_date as period_end,
        attribute,
        {%- for count, condition in [
            ('at_start', "from_value = 'true'"),
            ('stayed_with_count', "from_value = 'true' and to_value = 'true'"),
            ('closed_count', "from_value = 'true' and to_value = 'false'"),
            ('left_with_count', "from_value = 'true' and to_state <> 'client'"),
            ('became_unknown_count', "from_value = 'true' and to_value = 'unknown'"),
            ('others_at_start', "from_value = 'false'"),
            ('opened_count', "from_value = 'false' and to_value = 'true'"),
            ('joined_with_count', "from_state <> 'client' and to_value = 'true'"),
            ('became_known_count', "from_value = 'unknown' and to_value = 'true'"),
            ('at_end', "to_value = 'true'")
        ] %}
        cast(sum(case when {{ condition }} then client_count else 0 end) as bigint) as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}
    from transitions
    group by portfolio, period_start, snapshot_date, attribute
),

rated as (
    select
        counted.*,
        periods.day_count,
        attributes.product_code,
        products.label_ru as product_label_ru,
        products.label_en as product_label_en,
        {%- for share, count, of in [
            ('stayed_with', 'stayed_with_count', 'at_start'), ('closed', 'closed_count', 'at_start'),
            ('left_with', 'left_with_count', 'at_start'), ('opened', 'opened_count', 'others_at_start')
        ] %}
        cast(counted.{{ count }} as double) / nullif(counted.{{ of }}, 0) as {{ share }}_share,
        {{ wilson_bound('counted.' ~ count, 'counted.' ~ of, 'low') }} as {{ share }}_ci_low,
        {{ wilson_bound('counted.' ~ count, 'counted.' ~ of, 'high') }} as {{ share }}_ci_high,
        {%- endfor %}
        {{ is_suppressed('counted.at_start') }} or {{ is_suppressed('counted.at_end') }}
        or {{ is_tiny('counted.others_at_start') }} as is_suppressed
    from counted
    inner join periods on counted.portfolio = periods.portfolio and counted.period_end = periods.period_end
    inner join attributes on counted.attribute = attributes.attribute
    inner join products on attributes.product_code = products.product_code
    where counted.at_start + counted.at_end > 0
),

-- The share of the period before, where that period ended as this one began; one that is hidden would follow from the
-- change.
compared as (
    select
        rated.*,
        earlier.closed_share as rate_before,
        earlier.closed_ci_low as low_before,
        earlier.closed_ci_high as high_before,
        abs(rated.day_count - earlier.day_count) <= 3 as is_comparable
    from rated
    left join rated as earlier
        on
            rated.portfolio = earlier.portfolio
            and rated.period_start = earlier.period_end
            and rated.attribute = earlier.attribute
            and not earlier.is_suppressed
),

changed as (
    select
        *,
        case when is_comparable then closed_share - rate_before end as rate_change,
        case
            when is_comparable
                then
                    closed_share - rate_before
                    - {{ newcombe_reach('closed_share', 'closed_ci_low', 'rate_before', 'high_before') }}
        end as rate_change_ci_low,
        case
            when is_comparable
                then
                    closed_share - rate_before
                    + {{ newcombe_reach('closed_share', 'closed_ci_high', 'rate_before', 'low_before') }}
        end as rate_change_ci_high
    from compared
),

-- Of many products some change by chance in any period.
surely as (
    select
        *,
        sum(case when rate_change is not null then 1 else 0 end) over (partition by portfolio, period_end)
            as compared_count
    from changed
),

judged as (
    select
        *,
        {{ is_sure_change('compared_count') }} as is_sure_change
    from surely
),

final as (
    select
        portfolio,
        period_start,
        period_end,
        day_count,
        product_code,
        attribute,
        'true' as attribute_value,
        product_label_ru,
        product_label_en,
        at_start,
        stayed_with_count,
        closed_count,
        left_with_count,
        became_unknown_count,
        others_at_start,
        opened_count,
        joined_with_count,
        became_known_count,
        at_end,
        stayed_with_share,
        stayed_with_ci_low,
        stayed_with_ci_high,
        closed_share,
        closed_ci_low,
        closed_ci_high,
        left_with_share,
        left_with_ci_low,
        left_with_ci_high,
        opened_share,
        opened_ci_low,
        opened_ci_high,
        rate_change,
        rate_change_ci_low,
        rate_change_ci_high,
        is_sure_change,
        {%- for language in ['ru', 'en'] %}
        {%- set ru = language == 'ru' %}
        {%- set words = {
            'few': ': клиентов слишком мало для вывода', 'closed': ': закрыли ', 'from': ' (от ', 'to': ' до ', 'left': ' его держателей, ушли с ним ',
            'opened': '', 'others': ' тех, у кого его не было', 'more': '. Закрывают его точно чаще, чем за предыдущий период',
            'fewer': '. Закрывают его точно реже, чем за предыдущий период',
            'same': '. Чаще или реже его закрывают, чем за предыдущий период, сказать нельзя',
        } if ru else {
            'few': ': too few clients for a conclusion', 'closed': ': ', 'from': ' (', 'to': ' to ', 'left': ' of its holders closed it, ',
            'opened': ' left the bank with it', 'others': ' of those without it opened it', 'more': '. Surely more close it than in the period before',
            'fewer': '. Surely fewer close it than in the period before',
            'same': '. Whether more or fewer close it than in the period before cannot be told',
        } %}
        product_label_{{ language }} || case
            when at_start < {{ var('small_group_size') }} then '{{ words.few }}'
            else
                '{{ words.closed }}' || {{ percent_text('closed_share', language) }} || '{{ words.from }}'
                || {{ percent_text('closed_ci_low', language) }} || '{{ words.to }}' || {{ percent_text('closed_ci_high', language) }}
                || ')' || '{{ words.left }}' || {{ percent_text('left_with_share', language) }} || '{{ words.opened }}'
                || case
                    when opened_share is null then ''
                    else '{{ ", открыли " if ru else ", " }}' || {{ percent_text('opened_share', language) }} || '{{ words.others }}'
                end
                || case
                    when rate_change is null then ''
                    when is_sure_change and rate_change > 0 then '{{ words.more }}'
                    when is_sure_change then '{{ words.fewer }}'
                    else '{{ words.same }}'
                end
        end || '.' as reading_{{ language }},
        {%- endfor %}
        coalesce(at_start < {{ var('small_group_size') }}, false) as is_small_group,
        is_suppressed,
        {{ data_origin_of('portfolio') }} as data_origin
    from judged
)

select * from final
