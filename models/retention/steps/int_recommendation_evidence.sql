-- One row per portfolio × kind of evidence × key: what the marts found, as figures, a code and a sentence.
{{ config(materialized='table') }}

with evidence as (
    select * from {{ ref('int_evidence__hypotheses') }}
    union all
    select * from {{ ref('int_evidence__segments') }}
    union all
    select * from {{ ref('int_evidence__hints') }}
    union all
    select * from {{ ref('int_evidence__search') }}
    union all
    select * from {{ ref('int_evidence__products') }}
)

select * from evidence
