-- One row per portfolio × term × cell: its contribution and its reason in words.
-- sqlfluff:exclude_rules:structure.column_order,ambiguous.column_count,layout.indent
{{ config(materialized='table') }}

with scores as (
    select * from {{ ref('int_churn_model_scores') }}
),

phrases as (
    select * from {{ ref('int_churn_model_phrases') }}
),

final as (
    select
        scores.*,
        phrases_1.bin_kind as bin_kind_1,
        phrases_1.low as low_1,
        phrases_1.high as high_1,
        phrases_1.category as category_1,
        phrases_2.bin_kind as bin_kind_2,
        phrases_2.category as category_2,
        phrases_3.bin_kind as bin_kind_3,
        phrases_3.category as category_3,
        phrases_1.phrase_ru
        || coalesce(case when scores.bin_level = 2 then ', ' else ' и ' end || phrases_2.phrase_ru, '')
        || coalesce(' и ' || phrases_3.phrase_ru, '') as reason_ru,
        phrases_1.phrase_en
        || coalesce(case when scores.bin_level = 2 then ', ' else ' and ' end || phrases_2.phrase_en, '')
        || coalesce(' and ' || phrases_3.phrase_en, '') as reason_en
    from scores
    {%- for place in [1, 2, 3] %}
    left join phrases as phrases_{{ place }}
        on
            scores.portfolio = phrases_{{ place }}.portfolio
            and scores.feature_{{ place }} = phrases_{{ place }}.feature
            and scores.bin_level = phrases_{{ place }}.bin_level
            and scores.bin_{{ place }} = phrases_{{ place }}.bin
    {%- endfor %}
)

select * from final
