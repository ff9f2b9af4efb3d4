-- One row per client × snapshot: the state of a client on that day, and the probability that was published then.
{{ config(enabled=has_months(), materialized='view') }}

with persons as (
    select * from {{ ref('int_history_persons') }}
),

scores as (
    select * from {{ ref('int_score_history') }}
),

final as (
    select
        persons.portfolio,
        persons.snapshot_date,
        md5(concat_ws('|', persons.portfolio, persons.person_id)) as person_key,
        persons.client_key,
        persons.client_id,
        {%- for attribute in supplied_attributes() if not attribute.is_additional %}
        persons.{{ attribute.name }},
        {%- endfor %}
        persons.segment_v1 as segment_code,
        scores.churn_probability,
        scores.model_version,
        persons.data_origin
    from persons
    left join scores
        on
            persons.portfolio = scores.portfolio
            and persons.snapshot_date = scores.snapshot_date
            and persons.client_key = scores.client_key
)

select * from final
