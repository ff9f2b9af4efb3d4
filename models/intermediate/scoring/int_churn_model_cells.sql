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
        first.bin_kind as bin_kind_1,
        first.low as low_1,
        first.high as high_1,
        first.category as category_1,
        second.bin_kind as bin_kind_2,
        second.low as low_2,
        second.high as high_2,
        second.category as category_2,
        first.phrase_ru || coalesce(' и ' || second.phrase_ru, '') as reason_ru,
        first.phrase_en || coalesce(' and ' || second.phrase_en, '') as reason_en
    from scores
    -- interpret keeps a bin for text where a number is due; no number falls into it.
    left join phrases as first
        on
            scores.portfolio = first.portfolio
            and scores.feature_1 = first.feature
            and scores.level_1 = first.level
            and scores.bin_1 = first.bin
    left join phrases as second
        on
            scores.portfolio = second.portfolio
            and scores.feature_2 = second.feature
            and scores.level_2 = second.level
            and scores.bin_2 = second.bin
)

select * from final
