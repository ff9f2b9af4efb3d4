-- One row per client of the retention list: up to three reasons as they can be said on the phone, by the client's own
-- values. Attributes that are not spoken are left out, and so is what was said already.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}
{%- set attributes = supplied_attributes() | select('in', client_attributes('model')) | list %}
{%- set speaks_for_staying = "concat(phrases.standing, ' ', findings.finding) in ('true lower', 'false higher')" %}
{%- set parts = [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)] %}

with clients as (
    {{ attributes_of_clients() }}
),

candidates as (
    select * from {{ ref('int_retention_candidates') }}
),

scores as (
    select * from {{ ref('int_client_scores') }}
),

terms as (
    select * from {{ ref('churn_model_terms') }}
),

phrases as (
    select * from {{ ref('call_phrases') }}
),

findings as (
    select * from {{ ref('int_findings') }}
    where evidence_kind = 'hypothesis'
),

portfolios as (
    select distinct portfolio from {{ ref('int_churn_counts') }}
),

value_labels as (
    select * from {{ ref('int_value_labels') }}
),

attribute_labels as (
    select * from {{ ref('labels') }}
    where kind = 'attribute'
),

-- What is found out about a sign in this bank is said with it: it goes with leaving, which does not make it a cause;
-- where by itself it is a sign of those who stay, only together with others is it one of leaving.
said as (
    select
        portfolios.portfolio,
        phrases.attribute,
        phrases.standing,
        phrases.phrase_ru
        || coalesce(
            ' (' || lower(substr(findings.finding_ru, 1, 1))
            || regexp_replace(substr(findings.finding_ru, 2), '[.]$', '')
            || case
                when {{ speaks_for_staying }} then '; здесь важно сочетание с другими признаками)'
                else '; это признак, а не причина)'
            end,
            ''
        ) as phrase_ru,
        phrases.phrase_en
        || coalesce(
            ' (' || lower(substr(findings.finding_en, 1, 1))
            || regexp_replace(substr(findings.finding_en, 2), '[.]$', '')
            || case
                when {{ speaks_for_staying }} then '; here it is the combination with other signs that counts)'
                else '; a sign, not a cause)'
            end,
            ''
        ) as phrase_en
    from phrases
    cross join portfolios
    left join findings
        on portfolios.portfolio = findings.portfolio and phrases.evidence_key = findings.evidence_key
),

named as (
    select
        clients.*,
        {%- for place in [1, 2, 3] %}
        terms_{{ place }}.attribute_2 is not null as is_together_{{ place }},
        {%- endfor %}
        {%- for place, part in parts %}
        {%- set term = 'terms_' ~ place ~ '.attribute_' ~ part %}
        case
            when
                {{ term }} in ('{{ var('unspoken_attributes') | join("', '") }}')
                {%- for other_place, other_part in parts[:loop.index0] %}
                or {{ term }} = terms_{{ other_place }}.attribute_{{ other_part }}
                {%- endfor %}
                then null
            else {{ term }}
        end as attribute_{{ place }}_{{ part }}{{ ',' if not loop.last }}
        {%- endfor %}
    from candidates
    inner join clients on candidates.client_key = clients.client_key
    inner join scores on candidates.client_key = scores.client_key
    {%- for place in [1, 2, 3] %}
    left join terms as terms_{{ place }}
        on
            scores.portfolio = terms_{{ place }}.portfolio
            and scores.reason_{{ place }}_cell = terms_{{ place }}.cell_number
    {%- endfor %}
),

valued as (
    select
        portfolio,
        client_key,
        is_together_1,
        is_together_2,
        is_together_3,
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

worded as (
    select
        valued.portfolio,
        valued.client_key,
        valued.is_together_1,
        valued.is_together_2,
        valued.is_together_3,
        {%- for place, part in parts %}
        {%- set suffix = '_' ~ place ~ '_' ~ part %}
        {%- for language, not_stated, replace_in, replace_out in [
            ('ru', 'не указано', '', ''), ('en', 'not stated', 'replace(', ", ' ', ',')"),
        ] %}
        case
            when valued.attribute{{ suffix }} is not null then replace(
                coalesce(
                    said{{ suffix }}.phrase_{{ language }},
                    coalesce(
                        attributes{{ suffix }}.label_{{ language }}, replace(valued.attribute{{ suffix }}, '_', ' ')
                    ) || case when valued.value{{ suffix }} is null then ': {{ not_stated }}' else ': {value}' end
                ),
                '{value}',
                coalesce(
                    labels{{ suffix }}.value_label_{{ language }},
                    {{ replace_in }}valued.value{{ suffix }}{{ replace_out }},
                    ''
                )
            )
        end as words{{ suffix }}_{{ language }}{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from valued
    {%- for place, part in parts %}
    {%- set suffix = '_' ~ place ~ '_' ~ part %}
    left join said as said{{ suffix }}
        on
            valued.portfolio = said{{ suffix }}.portfolio
            and valued.attribute{{ suffix }} = said{{ suffix }}.attribute
            and case when valued.value{{ suffix }} is null then 'missing' else valued.standing{{ suffix }} end
            = said{{ suffix }}.standing
    left join value_labels as labels{{ suffix }}
        on
            valued.portfolio = labels{{ suffix }}.portfolio
            and valued.attribute{{ suffix }} = labels{{ suffix }}.attribute
            and valued.value{{ suffix }} = labels{{ suffix }}.attribute_value
            and valued.attribute{{ suffix }} <> 'product_count'
    left join attribute_labels as attributes{{ suffix }} on valued.attribute{{ suffix }} = attributes{{ suffix }}.name
    {%- endfor %}
),

joined as (
    select
        portfolio,
        client_key,
        is_together_1,
        is_together_2,
        is_together_3,
        {%- for place in [1, 2, 3] %}
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

-- A value that counts together with others may by itself be one of those who stay, the more so where the others are not
-- spoken or were said before.
remarked as (
    select
        portfolio,
        client_key,
        {%- for place in [1, 2, 3] %}
        {%- for language, remark, sign in [
            ('ru', ' (важно сочетание признаков)', 'важно сочетание'),
            ('en', ' (it is the combination that counts)', 'combination'),
        ] %}
        said_{{ place }}_{{ language }}
        || case
            when is_together_{{ place }} and said_{{ place }}_{{ language }} not like '%{{ sign }}%' then '{{ remark }}'
            else ''
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
        client_key,
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
