-- One row per set of reasons: up to three as they can be said on the phone, with the client's own values. Attributes that
-- are not spoken are left out, what has changed among them, and so is what was said already.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent,layout.long_lines
{{ config(materialized='table') }}
{%- set attributes = reason_attributes() %}
{%- set dimensions = attribute_names('rates') %}
{%- set unspoken = var('unspoken_attributes') + client_attributes('forecast') | map(attribute='name') | list %}
{%- set parts = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)] %}

with sets as (
    select * from {{ ref('int_reason_sets') }}
),

terms as (
    select * from {{ ref('churn_model_terms') }}
),

phrases as (
    select * from {{ ref('call_phrases') }}
),

evidence as (
    select * from {{ ref('int_recommendation_evidence') }}
    where evidence_kind = 'hypothesis'
),

rates as (
    select * from {{ ref('int_churn_rates') }}
),

whole as (
    select
        portfolio,
        churn_rate
    from rates
    where dimension_name = 'all'
),

combinations as (
    select
        counted.*,
        counted.churned_count > whole.churn_rate * counted.client_count as is_above_average
    from {{ ref('int_combination_rates') }} as counted
    inner join whole on counted.portfolio = whole.portfolio
),

-- Products are counted, not named. A condition of one side within the join would have DuckDB compare each with each.
value_labels as (
    select * from {{ ref('int_value_labels') }}
    where attribute <> 'product_count'
),

attribute_labels as (
    select * from {{ ref('labels') }}
    where kind = 'attribute'
),

-- "Lower than for most" is told where such clients left more often than the average; else, where it goes with churn
-- whether there is a value, that it is stated; else the value alone.
standings as (
    select
        whole.portfolio,
        phrases.attribute,
        phrases.standing,
        case
            when
                phrases.standing in ('low', 'high') and rates.churn_rate > whole.churn_rate
                then phrases.standing
            when
                phrases.standing in ('low', 'usual', 'high')
                and evidence.finding = 'lower'
                and evidence.importance is null
                then 'stated'
            when phrases.standing in ('low', 'high') then 'usual'
            else phrases.standing
        end as said_standing
    from phrases
    cross join whole
    left join rates
        on
            whole.portfolio = rates.portfolio
            and rates.dimension_name = case phrases.attribute
                {%- for attribute in attributes if attribute['bands'] == 'quantiles' %}
                when '{{ attribute['name'] }}' then '{{ attribute['band'] }}'
                {%- endfor %}
            end
            and rates.dimension_value = case phrases.standing when 'low' then 'q1' when 'high' then 'q4' end
    left join phrases as stated on phrases.attribute = stated.attribute and stated.standing = 'stated'
    left join evidence on whole.portfolio = evidence.portfolio and stated.evidence_key = evidence.evidence_key
    where phrases.standing <> 'stated'
),

-- What is found out about a sign in this bank is said with it: it goes with leaving, which does not make it a cause;
-- where by itself it is a sign of those who stay, only together with others is it one of leaving.
compared as (
    select
        standings.portfolio,
        standings.attribute,
        standings.standing,
        phrases.phrase_ru,
        phrases.phrase_en,
        phrases.of_these_ru,
        phrases.of_these_en,
        phrases.of_others_ru,
        phrases.of_others_en,
        case when evidence.finding in ('higher', 'lower') then own.churn_rate end as own_rate,
        others.churn_rate as other_rate
    from standings
    inner join phrases on standings.attribute = phrases.attribute and standings.said_standing = phrases.standing
    left join evidence on standings.portfolio = evidence.portfolio and phrases.evidence_key = evidence.evidence_key
    {%- for side, yes, no in [('own', 'true', 'false'), ('others', 'false', 'true')] %}
    left join rates as {{ side }}
        on
            standings.portfolio = {{ side }}.portfolio
            and phrases.rate_attribute = {{ side }}.dimension_name
            and {{ side }}.dimension_value
            = case when phrases.standing in ('true', 'stated') then '{{ yes }}' else '{{ no }}' end
    {%- endfor %}
),

said as (
    select
        portfolio,
        attribute,
        standing,
        coalesce(own_rate < other_rate, false) as is_of_staying,
        {%- for language, together, sign in [
            ('ru', '; здесь важно сочетание с другими признаками)', '; это признак, а не причина)'),
            ('en', '; here it is the combination with other signs that counts)', '; a sign, not a cause)'),
        ] %}
        phrase_{{ language }} || coalesce(
            ' (' || of_these_{{ language }} || '{{ " ушли " if language == "ru" else " " }}'
            || {{ percent_text('own_rate', language) }}
            || '{{ "" if language == "ru" else " left" }}, ' || of_others_{{ language }} || ' '
            || {{ percent_text('other_rate', language) }}
            || case when own_rate < other_rate then '{{ together }}' else '{{ sign }}' end,
            ''
        ) as phrase_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from compared
),

explained as (
    select
        sets.*,
        {%- for place in [1, 2, 3] %}
        {%- for part in [1, 2, 3] %}
        terms_{{ place }}.attribute_{{ part }} as term_{{ place }}_{{ part }},
        {%- endfor %}
        terms_{{ place }}.attribute_2 is not null as is_together_{{ place }},
        {%- for part in [1, 2, 3] %}
        case terms_{{ place }}.attribute_{{ part }}
            {%- for attribute in attributes if (attribute['band'] or attribute['name']) in dimensions %}
            when '{{ attribute['name'] }}'
                then coalesce(
                    cast(sets.{{ attribute['band'] or attribute['name'] }} as {{ dbt.type_string() }}), 'unknown'
                )
            {%- endfor %}
        end as band_{{ place }}_{{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from sets
    {%- for place in [1, 2, 3] %}
    left join terms as terms_{{ place }}
        on
            sets.portfolio = terms_{{ place }}.portfolio
            and sets.reason_{{ place }}_cell = terms_{{ place }}.cell_number
    {%- endfor %}
),

-- Of a combination, one value alone says nothing where the others may not be spoken; nor is one a reason of which no
-- more left than on average.
judged as (
    select
        explained.*,
        {%- for place in [1, 2, 3] %}
        not explained.is_together_{{ place }}
        or (
            0
            {%- for part in [1, 2, 3] %}
            + case
                when explained.term_{{ place }}_{{ part }} not in ('{{ unspoken | join("', '") }}')
                    then 1
                else 0
            end
            {%- endfor %}
            >= 2
            and coalesce(combinations_{{ place }}.is_above_average, true)
        ) as is_told_{{ place }}{{ ',' if not loop.last }}
        {%- endfor %}
    from explained
    {%- for place in [1, 2, 3] %}
    left join combinations as combinations_{{ place }}
        on
            explained.portfolio = combinations_{{ place }}.portfolio
            {%- for part in [1, 2, 3] %}
            and coalesce(explained.term_{{ place }}_{{ part }}, '') = combinations_{{ place }}.attribute_{{ part }}
            and coalesce(explained.band_{{ place }}_{{ part }}, '') = combinations_{{ place }}.value_{{ part }}
            {%- endfor %}
    {%- endfor %}
),

named as (
    select
        *,
        {%- for place, part in parts %}
        {%- set term = 'term_' ~ place ~ '_' ~ part %}
        case
            when
                not is_told_{{ place }}
                or {{ term }} in ('{{ unspoken | join("', '") }}')
                {%- for other_place, other_part in parts[:loop.index0] %}
                or coalesce(is_told_{{ other_place }} and {{ term }} = term_{{ other_place }}_{{ other_part }}, false)
                {%- endfor %}
                then null
            else {{ term }}
        end as attribute_{{ place }}_{{ part }},
        {%- endfor %}
        {%- for place in [1, 2, 3] %}
        case
            when
                false
                {%- for part in [1, 2, 3] %}
                {%- for other_place, other_part in parts if other_place < place %}
                or coalesce(
                    is_told_{{ other_place }}
                    and term_{{ place }}_{{ part }} = term_{{ other_place }}_{{ other_part }}, false
                )
                {%- endfor %}
                {%- endfor %}
                then 'before'
            when is_together_{{ place }} then 'here'
        end as combined_{{ place }}{{ ',' if not loop.last }}
        {%- endfor %}
    from judged
),

valued as (
    select
        portfolio,
        reason_set,
        combined_1,
        combined_2,
        combined_3,
        {%- for place, part in parts %}
        {%- set name = 'attribute_' ~ place ~ '_' ~ part %}
        {{ name }},
        case {{ name }}
            {%- for attribute in attributes %}
            when '{{ attribute['name'] }}'
                then {{ format_thousands(round_to_significant(attribute['name']), 'ru') if attribute['form'] == 'amount'
                    else 'cast(' ~ attribute['name'] ~ ' as ' ~ dbt.type_string() ~ ')' }}
            {%- endfor %}
        end as value_{{ place }}_{{ part }},
        case {{ name }}
            {%- for attribute in attributes if attribute['bands'] == 'quantiles' %}
            when '{{ attribute['name'] }}'
                then case {{ attribute['band'] }} when 'q1' then 'low' when 'q4' then 'high' else 'usual' end
            {%- endfor %}
            {%- for attribute in attributes if attribute['form'] == 'yes_no' %}
            when '{{ attribute['name'] }}' then cast({{ attribute['name'] }} as {{ dbt.type_string() }})
            {%- endfor %}
            else 'usual'
        end as standing_{{ place }}_{{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from named
),

-- What is said of each sign in each standing, with a place for the client's own value.
spoken as (
    select
        whole.portfolio,
        signs.attribute,
        standings_of_signs.standing,
        coalesce(said.is_of_staying, false) as is_of_staying,
        {%- for language, not_stated in [('ru', 'не указано'), ('en', 'not stated')] %}
        coalesce(
            said.phrase_{{ language }},
            coalesce(attribute_labels.label_{{ language }}, replace(signs.attribute, '_', ' '))
            || case when standings_of_signs.standing = 'missing' then ': {{ not_stated }}' else ': {value}' end
        ) as phrase_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from whole
    cross join (
        values {% for attribute in attributes %}('{{ attribute['name'] }}'){{ ', ' if not loop.last }}{% endfor %}
    ) as signs (attribute)
    cross join (
        values ('low'), ('usual'), ('high'), ('true'), ('false'), ('missing')
    ) as standings_of_signs (standing)
    left join said
        on
            whole.portfolio = said.portfolio
            and signs.attribute = said.attribute
            and standings_of_signs.standing = said.standing
    left join attribute_labels on signs.attribute = attribute_labels.name
),

worded as (
    select
        valued.portfolio,
        valued.reason_set,
        valued.combined_1,
        valued.combined_2,
        valued.combined_3,
        {%- for place, part in parts %}
        {%- set suffix = '_' ~ place ~ '_' ~ part %}
        {%- for language, replace_in, replace_out in [('ru', '', ''), ('en', 'replace(', ", ' ', ',')")] %}
        replace(
            spoken{{ suffix }}.phrase_{{ language }},
            '{value}',
            coalesce(
                labels{{ suffix }}.value_label_{{ language }},
                {{ replace_in }}valued.value{{ suffix }}{{ replace_out }},
                ''
            )
        ) as words{{ suffix }}_{{ language }},
        {%- endfor %}
        coalesce(spoken{{ suffix }}.is_of_staying, false) as is_of_staying{{ suffix }}{{ ',' if not loop.last }}
        {%- endfor %}
    from valued
    {%- for place, part in parts %}
    {%- set suffix = '_' ~ place ~ '_' ~ part %}
    left join spoken as spoken{{ suffix }}
        on
            valued.portfolio = spoken{{ suffix }}.portfolio
            and valued.attribute{{ suffix }} = spoken{{ suffix }}.attribute
            and case when valued.value{{ suffix }} is null then 'missing' else valued.standing{{ suffix }} end
            = spoken{{ suffix }}.standing
    left join value_labels as labels{{ suffix }}
        on
            valued.portfolio = labels{{ suffix }}.portfolio
            and valued.attribute{{ suffix }} = labels{{ suffix }}.attribute
            and valued.value{{ suffix }} = labels{{ suffix }}.attribute_value
    {%- endfor %}
),

joined as (
    select
        portfolio,
        reason_set,
        combined_1,
        combined_2,
        combined_3,
        {%- for place in [1, 2, 3] %}
        is_of_staying_{{ place }}_1 or is_of_staying_{{ place }}_2 or is_of_staying_{{ place }}_3
            as tells_of_combination_{{ place }},
        {%- for language in ['ru', 'en'] %}
        nullif(
            concat_ws(
                '; ',
                words_{{ place }}_1_{{ language }},
                words_{{ place }}_2_{{ language }},
                words_{{ place }}_3_{{ language }}
            ), ''
        ) as said_{{ place }}_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from worded
),

-- A value that counts together with others may by itself be one of those who stay; the others are said, here or before.
remarked as (
    select
        portfolio,
        reason_set,
        {%- for place in [1, 2, 3] %}
        {%- for language, here, before in [
            ('ru', ' (важно сочетание признаков)', ' (вместе с названным раньше)'),
            ('en', ' (it is the combination that counts)', ' (together with what was named before)'),
        ] %}
        said_{{ place }}_{{ language }} || case
            when tells_of_combination_{{ place }} or combined_{{ place }} is null then ''
            when combined_{{ place }} = 'before' then '{{ before }}'
            else '{{ here }}'
        end as found_{{ place }}_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from joined
),

-- A reason of which nothing is left to say leaves its place to the next.
final as (
    select
        portfolio,
        reason_set,
        {%- for language in ['ru', 'en'] %}
        coalesce(found_1_{{ language }}, found_2_{{ language }}, found_3_{{ language }}) as reason_1_{{ language }},
        case
            when found_1_{{ language }} is not null then coalesce(found_2_{{ language }}, found_3_{{ language }})
            when found_2_{{ language }} is not null then found_3_{{ language }}
        end as reason_2_{{ language }},
        case
            when found_1_{{ language }} is not null and found_2_{{ language }} is not null then found_3_{{ language }}
        end as reason_3_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
    from remarked
)

select * from final
