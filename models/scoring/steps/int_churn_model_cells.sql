-- One row per portfolio × term × cell: its contribution and its reason in words.
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
        phrases_2.low as low_2,
        phrases_2.high as high_2,
        phrases_2.category as category_2,
        phrases_1.phrase_ru || coalesce(' и ' || phrases_2.phrase_ru, '') as reason_ru,
        phrases_1.phrase_en || coalesce(' and ' || phrases_2.phrase_en, '') as reason_en
    from scores
    -- interpret keeps a bin for text where a number is due; no number falls into it.
    left join phrases as phrases_1
        on
            scores.portfolio = phrases_1.portfolio
            and scores.feature_1 = phrases_1.feature
            and scores.level_1 = phrases_1.bin_level
            and scores.bin_1 = phrases_1.bin
    left join phrases as phrases_2
        on
            scores.portfolio = phrases_2.portfolio
            and scores.feature_2 = phrases_2.feature
            and scores.level_2 = phrases_2.bin_level
            and scores.bin_2 = phrases_2.bin
)

select * from final
